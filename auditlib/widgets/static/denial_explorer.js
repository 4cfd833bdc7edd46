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
function keyButton(key, label, properties) {
  return make("button", { type: "button", ...properties }, make("kbd", {}, key), " ", label);
}
var hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

// auditlib/widgets/js/review_desk/small_form.js
var SmallForm = class {
  /**
   * @param {Object} screen
   * @param {(form: SmallForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(screen) {
    this.screen = screen;
    this.sequence = null;
  }
  makeForm(label, ...children) {
    return make(
      "form",
      {
        class: "form",
        "aria-label": label,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.onKey(event)
      },
      ...children
    );
  }
  close() {
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
  }
  get isWaiting() {
    return this.sequence !== null;
  }
  /** Python refused what was saved: the form is open again. */
  release() {
    this.sequence = null;
    this.element.removeAttribute("aria-busy");
  }
  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }
  send(decision) {
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, decision);
  }
};
function field(name, label, element) {
  return make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), element);
}

// auditlib/widgets/js/shared/line_form.js
var LineForm = class extends SmallForm {
  /**
   * @param {string} title
   * @param {string} button What Enter does.
   * @param {Line[]} lines
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(title, button, lines, screen) {
    super(screen);
    this.lines = lines.map((line) => ({ ...line, element: lineElement(line) }));
    this.first = this.lines[0].element;
    this.element = this.makeForm(
      title,
      make("h3", {}, title),
      make(
        "div",
        { class: "fields" },
        this.lines.map(({ name, label, element }) => field(name, label, element))
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", button, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
    this.element.classList.add("line-form");
  }
  focusFirst() {
    super.focusFirst();
    this.first.select?.();
  }
  save() {
    if (this.isWaiting) return;
    const empty = this.lines.find(({ element, isOptional }) => !isOptional && !element.value.trim());
    if (empty) {
      this.screen.say(`${empty.label} is empty.`);
      empty.element.focus();
      return;
    }
    this.send(Object.fromEntries(this.lines.map(({ name, element }) => [name, element.value.trim()])));
  }
};
function lineElement({ name, label, value = "", placeholder, options }) {
  if (options)
    return make(
      "select",
      { name, "aria-label": label },
      options.map(([option, words]) => make("option", { value: option, selected: option === value }, words))
    );
  const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label };
  return make("input", { name, value, placeholder, ...settings });
}

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
  payer: { key: "v", label: "Payer page", help: "Write the page of the chosen payer, for a meeting (HTML and XLSX)" },
  basis: { key: "b", label: "Dollars or claims", help: "Bars by dollars, or by claims" },
  order: { key: "d", label: "Order", help: "Order the claims by dollars, expected dollars, or deadline" },
  undo: { key: "u", label: "Undo", help: "Undo the last filter" },
  clear: { key: "Escape", shown: "Esc", label: "Clear", help: "Close what is open, then untick, then clear the selection, then leave to the notebook" },
  keys: { key: "?", label: "Keys", help: "Show or hide this list" }
};
var WORK = {
  assign: { key: "t", label: "Assign", help: "Assign the ticked claims, or the claim in work" },
  note: { key: "n", label: "Note", help: "Note something on them" },
  appeal: { key: "a", label: "Appeal sent", help: "Record that an appeal was sent" },
  outcome: { key: "o", label: "Outcome", help: "Record what the payer decided of the appeal" },
  close: { key: "c", label: "Close", help: "Record that nobody works on them any more" },
  ground: { key: "g", label: "Ground", help: "Record the ground that the payer's letter states" },
  letter: { key: "f", label: "Letter", help: "Draft an appeal of the claim in work" }
};
var MOVES = [
  ["1 to 9, h, 0, m, s", "Go to that picture; h to payers by kinds, 0 to the claims, m to payments without a claim, s to what stands out"],
  ["j k, arrows", "Next, previous bar or claim; in payers by kinds, the cell below, above, left, right"],
  ["Enter, Space", "Filter by the bar, or take its filter off; on an account Enter opens the claim, Space ticks it"]
];
var worded = (...options) => options.map((option) => [option, option]);
var DAY = (today) => ({ name: "on", label: "On (YYYY-MM-DD)", value: today });
var DOLLARS = { name: "amount", label: "Dollars", value: "0", isOptional: true };
var FORMS = {
  assign: () => [{ name: "assignee", label: "Who works on it" }],
  note: () => [{ name: "note", label: "Note" }],
  appeal: (today) => [DAY(today), { name: "level_number", label: "Level of appeal (empty: the next)", isOptional: true }],
  outcome: (today) => [
    { name: "decision", label: "Decision", options: worded("won", "partly won", "lost") },
    DAY(today),
    DOLLARS
  ],
  close: (today) => [
    { name: "closing", label: "Closed as", options: worded("written off", "paid", "not pursued", "settled") },
    DAY(today),
    DOLLARS
  ],
  ground: () => [
    {
      name: "ground",
      label: "Ground, as the letter states it",
      options: worded("coding downgrade", "clinical validation", "medical necessity")
    }
  ]
};

// auditlib/widgets/js/denial_explorer/denial_explorer.js
var STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };
var BESIDE_PAGE = /* @__PURE__ */ new Set(["claim", "letter", "worklist", "sample", "export", "payer"]);
var LOOK_MILLISECONDS = 400;
var ASKS = /* @__PURE__ */ new Set(["worklist", "sample", "export", "payer", "basis", "order", "undo"]);
var DenialExplorer = class extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-denials drawn", label: "Denials", kept: "the pictures" });
    this.asked = 0;
    this.askedPage = 0;
    this.hasFilters = false;
    this.today = "";
    this.claim = null;
    this.opener = null;
    this.form = null;
    this.ticked = /* @__PURE__ */ new Set();
    this.inWork = null;
    this.keys = make(
      "dl",
      { class: "keys", hidden: true },
      [...MOVES, ...Object.values({ ...ACTIONS, ...WORK }).map((action) => [shownKey(action), action.help])].map(
        ([key, help]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, help))
      )
    );
    this.formPlace = make("div", { class: "form-place" });
    this.page.before(
      toolbar("What to do with the selected claims", ACTIONS, (name) => this.act(name)),
      this.keys
    );
    this.page.after(
      make(
        "div",
        { class: "work" },
        this.formPlace,
        toolbar("What was done about the ticked claims", WORK, (name) => this.act(name))
      )
    );
    this.root.addEventListener("focusin", (event) => this.rove(event.target));
    this.root.addEventListener("change", (event) => this.tick(event.target));
    this.ask({ kind: "ready" });
  }
  ask(question) {
    this.asked = super.ask(question);
    if (!BESIDE_PAGE.has(question.kind)) this.askedPage = this.asked;
    return this.asked;
  }
  show(content) {
    if (content.kind === "page") this.showPage(content);
    if (content.kind === "claim") this.showClaim(content.claim);
    if (content.kind === "said") this.say("", content.words);
  }
  receive(content) {
    if (content.kind === "findings") {
      if (this.transport.isMine(content)) this.showFindings(content.section);
      return;
    }
    if (content.sequence !== (content.kind === "page" ? this.askedPage : this.asked)) return;
    if (content.error) this.form?.release();
    super.receive(content);
  }
  showPage({ page, today, words, more }) {
    const key = this.page.contains(document.activeElement) ? document.activeElement.dataset.key ?? "" : null;
    const back = this.form ? `claim:${this.inWork}` : key;
    this.closeForm();
    this.claim = null;
    this.today = today;
    this.page.replaceChildren(madeOf(page, (asks, opener) => this.open(asks, opener)));
    this.hasFilters = this.page.querySelector(".chip") !== null;
    if (words) this.ticked.clear();
    const boxes = [...this.page.querySelectorAll("[data-tick]")];
    for (const box of boxes) box.checked = this.ticked.has(Number(box.dataset.tick));
    this.ticked = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.dataset.tick)));
    if (!boxes.some((box) => Number(box.dataset.tick) === this.inWork)) this.inWork = null;
    this.markInWork();
    if (back !== null) {
      const again = back && this.page.querySelector(`[data-key="${CSS.escape(back)}"]`);
      (again || this.root).focus({ preventScroll: true });
      if (words) again?.scrollIntoView({ block: "nearest" });
    }
    if (words || this.asked === this.askedPage) this.say("", words ?? "");
    this.lookAgain();
    if (more) {
      this.say("slow", "The chance of overturn is being learned from this workspace's history.");
      this.ask({ kind: "work" });
    }
  }
  showFindings(section) {
    const place = this.page.querySelector('[data-panel="s"]');
    if (!section || !place) return;
    place.replaceWith(madeOf(section, (asks, opener) => this.open(asks, opener)));
    this.lookAgain();
  }
  /** Ask for the findings while they are looked for. */
  lookAgain() {
    clearTimeout(this.looking);
    if (!this.page.querySelector("[data-looking]")) return;
    this.looking = setTimeout(() => this.transport.send({ kind: "findings" }), LOOK_MILLISECONDS);
  }
  destroy() {
    clearTimeout(this.looking);
    super.destroy();
  }
  open(asks, opener) {
    if (asks.claim !== void 0) {
      this.opener = opener;
      this.ask({ kind: "claim", claim: asks.claim });
    } else if (asks.finding !== void 0) this.ask({ kind: "finding", value: asks.finding });
    else if (asks.cell !== void 0) this.ask({ kind: "cell", payer: asks.cell, category: asks.kind });
    else if (asks.toggle) this.ask({ kind: "toggle", dimension: asks.toggle, value: asks.value });
    else if (asks.expand) this.ask({ kind: "expand", dimension: asks.expand });
    else if (asks.clear) this.ask({ kind: "clear", dimension: asks.clear });
  }
  showClaim(claim) {
    this.closeClaim({ keepsFocus: true });
    this.claim = make("section", { class: "claim", "aria-label": "The claim" }, madeOf(claim, () => {
    }));
    const above = this.opener?.closest("tr");
    const row = make("tr", { class: "opened" }, make("td", { colspan: above?.children.length }, this.claim));
    above?.after(row);
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
    else if (name in WORK) this.work(name);
    else if (this.form) this.cancelForm();
    else if (this.claim) this.closeClaim();
    else if (this.ticked.size) this.untick();
    else if (this.hasFilters) this.ask({ kind: "clear" });
    else leaveForNotebook(this.root);
  }
  /** Open the form of a gesture on the ticked claims, or on the one in work. */
  work(name) {
    const claims = name === "letter" || !this.ticked.size ? [this.inWork] : [...this.ticked];
    if (claims[0] === null) {
      this.say("bad", "No claim is in work. 0 goes to the claims, Space ticks one.");
      return;
    }
    if (name === "letter") {
      this.opener = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
      this.ask({ kind: "letter", claim: this.inWork });
      return;
    }
    const { label } = WORK[name];
    const several = claims.length > 1 ? `${claims.length} ticked claims` : `claim ${this.accountOf(claims[0])}`;
    this.closeForm();
    this.form = new LineForm(`${label}: ${several}`, "Enter", FORMS[name](this.today), {
      save: (form, said) => {
        form.sequence = this.ask({ kind: "enter", gesture: name, claims, said });
      },
      cancel: () => this.cancelForm(),
      say: (words) => this.say("bad", words)
    });
    this.formPlace.replaceChildren(this.form.element);
    this.form.focusFirst();
  }
  accountOf(claim) {
    return this.page.querySelector(`[data-key="claim:${claim}"]`)?.textContent ?? "";
  }
  closeForm() {
    this.form = null;
    this.formPlace.replaceChildren();
  }
  cancelForm() {
    this.closeForm();
    const row = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
    (row ?? this.root).focus({ preventScroll: true });
  }
  tick(box) {
    const claim = Number(box.dataset.tick);
    if (!claim) return;
    if (box.checked) this.ticked.add(claim);
    else this.ticked.delete(claim);
    this.say("", this.ticked.size ? `Ticked: ${this.ticked.size}` : "");
  }
  untick() {
    for (const box of this.page.querySelectorAll("[data-tick]:checked")) box.checked = false;
    this.ticked.clear();
    this.say("", "");
  }
  markInWork() {
    for (const row of this.page.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
    const button = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
    button?.closest("tr").setAttribute("aria-current", "true");
  }
  /** Let Tab go from picture to picture, and come back to the bar where it was. */
  rove(target) {
    const panel = target.closest?.(".panel");
    if (!panel || target.dataset.key === void 0) return;
    for (const other of panel.querySelectorAll("[data-key]")) other.tabIndex = other === target ? 0 : -1;
    if (target.dataset.key.startsWith("claim:")) {
      this.inWork = Number(target.dataset.key.slice("claim:".length));
      this.markInWork();
    }
  }
  step(key) {
    const panel = document.activeElement?.closest(".panel");
    if (panel?.dataset.panel === "h" && this.stepInTable(key)) return;
    const stops = [...(panel ?? this.page.querySelector(".panel"))?.querySelectorAll("[data-key]") ?? []];
    const at = stops.indexOf(document.activeElement);
    this.go(stops[Math.max(0, Math.min(stops.length - 1, at + STEPS[key]))]);
  }
  /** In a table of cells up and down stay in the column. */
  stepInTable(key) {
    const cell = document.activeElement.closest("td");
    if (!cell) return false;
    const isAcross = key === "ArrowLeft" || key === "ArrowRight";
    const row = cell.parentElement;
    const nextRow = STEPS[key] > 0 ? row.nextElementSibling : row.previousElementSibling;
    const next = isAcross ? STEPS[key] > 0 ? cell.nextElementSibling : cell.previousElementSibling : nextRow?.children[[...row.children].indexOf(cell)];
    this.go(next?.querySelector("[data-key]") ?? document.activeElement);
    return true;
  }
  go(stop) {
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest" });
  }
  onKey(event) {
    if (hasModifier(event) || event.isComposing || isTyping(event.target)) return;
    event.stopPropagation();
    const onAccount = event.target.dataset?.key?.startsWith("claim:");
    if (event.key === " " && onAccount) {
      event.target.closest("tr").querySelector("[data-tick]").click();
      event.preventDefault();
      return;
    }
    const isPressed = (event.key === "Enter" || event.key === " ") && (isButton(event.target) || isField(event.target));
    if (isPressed) return;
    const action = actionOfKey(ACTIONS, event.key) ?? actionOfKey(WORK, event.key);
    if (action) this.act(action);
    else if (event.key in STEPS) this.step(event.key);
    else if (/^[0-9hms]$/.test(event.key)) this.go(this.page.querySelector(`[data-panel="${event.key}"] [tabindex="0"]`));
    else return;
    event.preventDefault();
  }
};
var isTyping = (element) => isField(element) && element.type !== "checkbox";
var toolbar = (label, actions, act) => make(
  "div",
  { class: "bar actions", role: "toolbar", "aria-label": label },
  Object.keys(actions).map((name) => actionButton(actions, name, act, { emphasised: name === "worklist" }))
);
var denial_explorer_default = {
  render({ model, el }) {
    const screen = new DenialExplorer(model, el);
    return () => screen.destroy();
  }
};
export {
  denial_explorer_default as default
};
