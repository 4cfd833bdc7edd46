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
function isButton(element) {
  return element.tagName === "BUTTON";
}
function leaveForNotebook(root) {
  root.closest(".jp-Notebook")?.focus();
}

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

// auditlib/widgets/js/keymap.js
var shownKey = (action) => action.shown ?? action.key;
function actionOfKey(actions, key) {
  return Object.keys(actions).find((name) => actions[name].key === key);
}
function actionButton(actions, name, act, { disabled = false, emphasised = false } = {}) {
  const action = actions[name];
  return make(
    "button",
    {
      type: "button",
      class: emphasised ? "main" : null,
      disabled,
      "aria-keyshortcuts": action.key,
      "data-action": name,
      onclick: () => act(name)
    },
    make("kbd", {}, shownKey(action)),
    " ",
    action.label
  );
}
var hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

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

// auditlib/widgets/js/denial_explorer/explorer_keys.js
var ACTIONS = {
  worklist: { key: "w", label: "Worklist", help: "Write the selected claims as a workbook (XLSX)" },
  sample: { key: "p", label: "Draw sample", help: "Draw a sample of the selected claims" },
  export: { key: "e", label: "Export", help: "Write the selected claims as CSV" },
  basis: { key: "b", label: "Dollars or claims", help: "Bars by dollars, or by claims" },
  undo: { key: "u", label: "Undo", help: "Undo the last filter" },
  clear: { key: "Escape", shown: "Esc", label: "Clear", help: "Close the claim, then clear the selection, then leave to the notebook" },
  keys: { key: "?", label: "Keys", help: "Show or hide this list" }
};
var MOVES = [
  ["1 to 9, 0, f", "Go to that picture; 0 to the claims, f to what stands out"],
  ["j k, arrows", "Next, previous bar or claim"],
  ["Enter, Space", "Filter by the bar, or take its filter off; on an account: open the claim"]
];

// auditlib/widgets/js/denial_explorer/denial_explorer.js
var STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };
var ASKS = /* @__PURE__ */ new Set(["worklist", "sample", "export", "basis", "undo"]);
var DenialExplorer = class extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-denials drawn", label: "Denials", kept: "the pictures" });
    this.asked = 0;
    this.hasFilters = false;
    this.claim = null;
    this.opener = null;
    this.keys = make(
      "dl",
      { class: "keys", hidden: true },
      [...MOVES, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])].map(
        ([key, help]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, help))
      )
    );
    const buttons = Object.keys(ACTIONS).map(
      (name) => actionButton(ACTIONS, name, (chosen) => this.act(chosen), { emphasised: name === "worklist" })
    );
    this.page.before(
      make("div", { class: "bar actions", role: "toolbar", "aria-label": "What to do with the selected claims" }, buttons),
      this.keys
    );
    this.root.addEventListener("focusin", (event) => this.rove(event.target));
    this.ask({ kind: "ready" });
  }
  ask(question) {
    this.asked = super.ask(question);
    return this.asked;
  }
  show(content) {
    if (content.kind === "page") this.showPage(content.page);
    if (content.kind === "claim") this.showClaim(content.claim);
    if (content.kind === "said") this.say("", content.words);
  }
  receive(content) {
    if (content.sequence === this.asked) super.receive(content);
  }
  showPage(page) {
    const key = this.page.contains(document.activeElement) ? document.activeElement.dataset.key ?? "" : null;
    this.claim = null;
    this.page.replaceChildren(madeOf(page, (asks, opener) => this.open(asks, opener)));
    this.hasFilters = this.page.querySelector(".chip") !== null;
    if (key !== null) {
      const again = key && this.page.querySelector(`[data-key="${CSS.escape(key)}"]`);
      (again || this.root).focus({ preventScroll: true });
    }
    this.say("", "");
  }
  open(asks, opener) {
    if (asks.claim !== void 0) {
      this.opener = opener;
      this.ask({ kind: "claim", claim: asks.claim });
    } else if (asks.finding !== void 0) this.ask({ kind: "finding", value: asks.finding });
    else if (asks.toggle) this.ask({ kind: "toggle", dimension: asks.toggle, value: asks.value });
    else if (asks.expand) this.ask({ kind: "expand", dimension: asks.expand });
    else if (asks.clear) this.ask({ kind: "clear", dimension: asks.clear });
  }
  showClaim(claim) {
    this.closeClaim({ keepsFocus: true });
    this.claim = make("section", { class: "claim", "aria-label": "The claim" }, madeOf(claim, () => {
    }));
    const row = make("tr", { class: "opened" }, make("td", { colspan: "9" }, this.claim));
    this.opener?.closest("tr")?.after(row);
    this.opener?.setAttribute("aria-expanded", "true");
    this.claim.querySelector("h3")?.focus({ preventScroll: true });
    this.claim.scrollIntoView({ block: "nearest" });
  }
  closeClaim({ keepsFocus = false } = {}) {
    if (!this.claim) return;
    this.claim.closest("tr.opened")?.remove();
    this.claim = null;
    for (const open of this.page.querySelectorAll(".claims [aria-expanded]")) open.removeAttribute("aria-expanded");
    if (!keepsFocus) this.opener?.focus({ preventScroll: true });
  }
  act(name) {
    if (ASKS.has(name)) this.ask({ kind: name });
    else if (name === "keys") this.keys.hidden = !this.keys.hidden;
    else if (this.claim) this.closeClaim();
    else if (this.hasFilters) this.ask({ kind: "clear" });
    else leaveForNotebook(this.root);
  }
  /** Let Tab go from picture to picture, and come back to the bar where it was. */
  rove(target) {
    const panel = target.closest?.(".panel");
    if (!panel || target.dataset.key === void 0) return;
    for (const other of panel.querySelectorAll("[data-key]")) other.tabIndex = other === target ? 0 : -1;
  }
  step(by) {
    const panel = document.activeElement?.closest(".panel");
    const stops = [...(panel ?? this.page.querySelector(".panel"))?.querySelectorAll("[data-key]") ?? []];
    const at = stops.indexOf(document.activeElement);
    this.go(stops[Math.max(0, Math.min(stops.length - 1, at + by))]);
  }
  go(stop) {
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest" });
  }
  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    event.stopPropagation();
    const isPressed = (event.key === "Enter" || event.key === " ") && isButton(event.target);
    if (isPressed) return;
    const action = actionOfKey(ACTIONS, event.key);
    if (action) this.act(action);
    else if (event.key in STEPS) this.step(STEPS[event.key]);
    else if (/^[0-9f]$/.test(event.key)) this.go(this.page.querySelector(`[data-panel="${event.key}"] [tabindex="0"]`));
    else return;
    event.preventDefault();
  }
};
var denial_explorer_default = {
  render({ model, el }) {
    const screen = new DenialExplorer(model, el);
    return () => screen.destroy();
  }
};
export {
  denial_explorer_default as default
};
