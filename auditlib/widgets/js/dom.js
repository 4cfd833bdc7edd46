// Elements of a page. Text reaches the page through text nodes only, never as markup.

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Object<string, unknown>} [properties] Attributes, and listeners under `on…`; null, undefined and false
 *   leave an attribute out, true gives it without a value.
 * @param {...(Node | string | null | undefined | false | Array)} children Strings become text nodes.
 * @returns {HTMLElement}
 */
export function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...shownOf(children));
  return element;
}

/** Return the children that are there: a condition that does not hold leaves none. */
export const shownOf = (children) =>
  children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/** Make the outermost element of a screen. */
export function makeScreen(name, label, properties, ...children) {
  return make(
    "div",
    {
      class: `auditlib-screen framed ${name}`,
      // Without this attribute JupyterLab takes the keys: d d would delete the cell.
      "data-lm-suppress-shortcuts": "true",
      "aria-label": label,
      ...properties,
    },
    ...children,
  );
}

/** Make the line at the foot of a screen that says what happened. */
export function makeMessageLine() {
  return make("div", { class: "message", role: "status", "aria-live": "polite" });
}

/**
 * Write on the message line.
 *
 * @param {HTMLElement} line
 * @param {"" | "bad" | "slow"} tone
 * @param {...(Node | string)} words
 */
export function writeMessage(line, tone, ...words) {
  line.className = tone ? `message ${tone}` : "message";
  line.replaceChildren(...words);
}

/** Whether a letter that is typed there is text. */
export function isField(element) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}

export function isButton(element) {
  return element.tagName === "BUTTON";
}

/** Scroll a list as little as shows the whole of one of its rows, or its top where the row is taller. */
export function scrollToRow(list, row) {
  const below = row.offsetTop + row.offsetHeight - list.clientHeight;
  if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
  else if (below > list.scrollTop) list.scrollTop = Math.min(below, row.offsetTop);
}

/** Give the keys back to the notebook around a screen. */
export function leaveForNotebook(root) {
  root.closest(".jp-Notebook")?.focus();
}
