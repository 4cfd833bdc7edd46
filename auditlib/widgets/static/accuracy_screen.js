/* Made by 'make bundle' from auditlib/widgets/js: change it there, not here. */

// auditlib/widgets/js/dom.js
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === void 0 || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...shownOf(children));
  return element;
}
var shownOf = (children) => children.flat(Infinity).filter((child) => child !== null && child !== void 0 && child !== false);
function makeScreen(name, label, properties, ...children) {
  return make(
    "div",
    {
      class: `auditlib-screen framed ${name}`,
      // Without this attribute JupyterLab takes the keys: d d would delete the cell.
      "data-lm-suppress-shortcuts": "true",
      "aria-label": label,
      ...properties
    },
    ...children
  );
}
function makeMessageLine() {
  return make("div", { class: "message", role: "status", "aria-live": "polite" });
}
function writeMessage(line, tone, ...words) {
  line.className = tone ? `message ${tone}` : "message";
  line.replaceChildren(...words);
}
function isField(element) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}
function isButton(element) {
  return element.tagName === "BUTTON";
}
function leaveForNotebook(root) {
  root.closest(".jp-Notebook")?.focus();
}

// auditlib/widgets/js/keymap.js
var hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;
var isPress = (event) => event.key === "Enter" || event.key === " ";

// auditlib/widgets/js/transport.js
var Transport = class {
  /**
   * @param {object} model The widget's model, as anywidget gives it.
   * @param {Object} listeners
   * @param {(content: object) => void} listeners.onMessage
   * @param {() => void} listeners.onReconnect The line to the kernel was opened anew.
   * @param {() => void} listeners.onCut A message could not be sent: the kernel is gone.
   */
  constructor(model, { onMessage, onReconnect, onCut }) {
    this.view = `view-${Math.random().toString(36).slice(2)}`;
    this.sequence = 0;
    this.model = model;
    this.onMessage = onMessage;
    this.onReconnect = onReconnect;
    this.onCut = onCut;
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.onReconnect);
  }
  close() {
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.onReconnect);
  }
  /** Whether a message answers this screen and not another one of the same widget. */
  isMine(content) {
    return content.view === this.view;
  }
  send(message) {
    try {
      this.model.send({ view: this.view, ...message });
    } catch {
      this.onCut();
    }
  }
  nextSequence() {
    this.sequence += 1;
    return this.sequence;
  }
};

// auditlib/widgets/js/shared/page_screen.js
var PageScreen = class {
  /**
   * @param {Object} model
   * @param {HTMLElement} host
   * @param {Object} screen
   * @param {string} screen.name Its class.
   * @param {string} screen.label Its name for screen readers.
   * @param {string} screen.kept What is left to see without a kernel: "the figures".
   */
  constructor(model, host, { name, label, kept }) {
    this.page = make("div", { class: "page-frame" });
    this.message = makeMessageLine();
    this.root = makeScreen(name, label, { role: "region", tabindex: "-1" }, this.page, this.message);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.ask({ kind: "ready" }),
      onCut: () => this.say("bad", `The kernel is gone. Run the cell again; ${kept} stay.`)
    });
    host.append(this.root);
  }
  destroy() {
    this.transport.close();
    this.root.remove();
  }
  /** Send a question and return its number. */
  ask(question) {
    const sequence = this.transport.nextSequence();
    this.transport.send({ sequence, ...question });
    return sequence;
  }
  say(tone, words) {
    writeMessage(this.message, tone, words);
  }
  /** Show an answer to this screen by `show`, or what was refused. */
  receive(content) {
    if (!this.transport.isMine(content)) return;
    if (content.error) this.say("bad", [content.error.message, content.error.hint].filter(Boolean).join(" "));
    else this.show(content);
  }
};

// auditlib/widgets/js/accuracy_screen/page_elements.js
var SVG = "http://www.w3.org/2000/svg";
var SVG_TAGS = /* @__PURE__ */ new Set(["svg", "g", "line", "path", "rect", "circle", "text"]);
function madeOf(node, open) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  const { rows, ...named } = attributes;
  const made = children.map((child) => madeOf(child, open));
  if (tag === "number") {
    return make(
      "button",
      { ...named, type: "button", class: `number ${named.class ?? ""}`.trim(), onclick: (event) => open(rows, event.currentTarget) },
      ...made
    );
  }
  if (!SVG_TAGS.has(tag)) return make(tag, named, ...made);
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(named)) {
    if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...made);
  if (rows) {
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "0");
    element.addEventListener("click", () => open(rows, element));
  }
  return element;
}

// auditlib/widgets/js/accuracy_screen/accuracy_screen.js
var AccuracyScreen = class extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-accuracy", label: "Accuracy of coding", kept: "the figures" });
    this.opener = null;
    this.openSequence = 0;
    this.behind = null;
    this.chosenValues = "";
    this.root.addEventListener("change", (event) => this.choose(event.target));
    this.root.addEventListener("submit", (event) => event.preventDefault());
    this.ask({ kind: "ready" });
  }
  show(content) {
    if (content.kind === "page") this.showPage(content.page);
    if (content.kind === "rows" && content.sequence === this.openSequence) this.showRows(content.rows);
  }
  showPage(page) {
    const field = this.page.contains(document.activeElement) ? document.activeElement.name : null;
    this.behind = null;
    this.page.replaceChildren(madeOf(page, (rows, opener) => this.open(rows, opener)));
    if (field) this.page.querySelector(`[name="${field}"]`)?.focus({ preventScroll: true });
    this.say("", "");
  }
  choose(field) {
    const form = field.closest(".choices");
    if (!form) return;
    const values = Object.fromEntries(new FormData(form));
    if (JSON.stringify(values) === this.chosenValues) return;
    this.chosenValues = JSON.stringify(values);
    this.say("", "Counting…");
    this.ask({ kind: "choose", values });
  }
  open(rows, opener) {
    if (this.behind && this.opener === opener) {
      this.close();
      return;
    }
    this.opener = opener;
    this.openSequence = this.ask({ kind: "open", rows });
  }
  showRows(rows) {
    this.close({ keepsOpener: true });
    const closing = make("button", { type: "button", class: "close", onclick: () => this.close() }, make("kbd", {}, "Esc"), " Close");
    this.behind = make(
      "section",
      { class: "behind", "aria-label": "Rows behind the number" },
      closing,
      madeOf(rows, () => {
      })
    );
    this.opener?.setAttribute("aria-expanded", "true");
    const place = this.opener?.closest(".table, .charts, section");
    (place ?? this.page).after(this.behind);
    this.behind.querySelector("h4")?.focus({ preventScroll: true });
    this.behind.scrollIntoView({ block: "nearest" });
    this.say("", this.behind.querySelector("h4")?.textContent ?? "");
  }
  close({ keepsOpener = false } = {}) {
    if (!this.behind) return;
    this.behind.remove();
    this.behind = null;
    for (const open of this.page.querySelectorAll("[aria-expanded='true']")) open.removeAttribute("aria-expanded");
    if (!keepsOpener) this.opener?.focus({ preventScroll: true });
    this.say("", "");
  }
  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      if (this.behind) this.close();
      else leaveForNotebook(this.root);
    } else if (isPress(event) && event.target.getAttribute("role") === "button" && !isButton(event.target)) {
      event.preventDefault();
      event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else if (event.key === "Enter" && isField(event.target) && event.target.tagName === "INPUT") {
      event.preventDefault();
      this.choose(event.target);
    }
  }
};
var accuracy_screen_default = {
  render({ model, el }) {
    const screen = new AccuracyScreen(model, el);
    return () => screen.destroy();
  }
};
export {
  accuracy_screen_default as default
};
