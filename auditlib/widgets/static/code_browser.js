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
function scrollToRow(list, row) {
  const below = row.offsetTop + row.offsetHeight - list.clientHeight;
  if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
  else if (below > list.scrollTop) list.scrollTop = Math.min(below, row.offsetTop);
}
function leaveForNotebook(root) {
  root.closest(".jp-Notebook")?.focus();
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

// auditlib/widgets/js/typing_pause.js
var TypingPause = class {
  /** @param {number} milliseconds */
  constructor(milliseconds) {
    this.milliseconds = milliseconds;
    this.timer = void 0;
  }
  /** Do the work after the pause, unless another is asked for before. */
  run(work) {
    this.cancel();
    this.timer = setTimeout(work, this.milliseconds);
  }
  cancel() {
    clearTimeout(this.timer);
  }
};

// auditlib/widgets/js/code_browser/code_page.js
function codePage({ title, facts, sections }) {
  return [
    make("h4", {}, title),
    make(
      "table",
      {},
      facts.map(
        ([label, value]) => make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, value))
      )
    ),
    ...sections.map(
      ([heading, lines]) => make(
        "div",
        { class: "part" },
        make("h5", {}, heading),
        make(
          "ul",
          {},
          lines.map((line) => make("li", {}, line))
        )
      )
    )
  ];
}

// auditlib/widgets/js/code_browser/code_tree.js
var nameOf = ({ code_system: codeSystem, key }) => `${codeSystem}/${key}`;
var CodeTree = class {
  /** @param {(place: {code_system: string, key: string}) => void} askForChildren */
  constructor(askForChildren) {
    this.askForChildren = askForChildren;
    this.systems = [];
    this.children = /* @__PURE__ */ new Map();
    this.open = /* @__PURE__ */ new Set();
  }
  isOpen(place) {
    return this.open.has(nameOf(place));
  }
  expand({ code_system, key }) {
    const place = { code_system, key };
    this.open.add(nameOf(place));
    if (!this.children.has(nameOf(place))) this.askForChildren(place);
  }
  /** Close a place; return whether it was open. */
  collapse(place) {
    return this.open.delete(nameOf(place));
  }
  addChildren(place, nodes) {
    this.children.set(nameOf(place), nodes);
  }
  /**
   * What is open of the tree, from top to bottom.
   *
   * @returns {(TreeNode & {level: number})[]}
   */
  get rows() {
    return this.systems.flatMap((system) => this.#rowsFrom(systemNode(system), 1));
  }
  #rowsFrom(node, level) {
    const children = this.isOpen(node) ? this.children.get(nameOf(node)) ?? [] : [];
    return [{ ...node, level }, ...children.flatMap((child) => this.#rowsFrom(child, level + 1))];
  }
};
var systemNode = (system) => ({
  code_system: system,
  key: "",
  shown: system,
  description: "",
  is_billable: null,
  is_leaf: false
});

// auditlib/widgets/js/code_browser/code_browser.js
var SEARCH_PAUSE_MILLISECONDS = 80;
var ACTIONS = {
  search: { key: "/", label: "Search" },
  open: { key: "Enter", label: "Open" },
  expand: { key: "ArrowRight", shown: "→", label: "Expand" },
  collapse: { key: "ArrowLeft", shown: "←", label: "Collapse" },
  reveal: { key: "t", label: "Show in tree" },
  clear: { key: "Escape", shown: "Esc", label: "Clear search" }
};
var CodeBrowser = class {
  constructor(model, host) {
    this.tree = new CodeTree((place) => this.ask({ kind: "children", ...place }));
    this.hits = null;
    this.chosen = 0;
    this.page = null;
    this.problem = null;
    this.searchSequence = 0;
    this.note = "";
    this.pageSequence = 0;
    this.placeToReveal = null;
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.input = make("input", {
      type: "search",
      placeholder: "Code or words: t2dm w ckd",
      "aria-label": "Search codes",
      oninput: () => this.pause.run(() => this.search())
    });
    this.billableOnly = make("input", { type: "checkbox", onchange: () => this.search() });
    this.parts = {
      list: make("div", { class: "list", role: "tree", tabindex: "0", "aria-label": "Codes" }),
      page: make("section", { class: "page", tabindex: "-1", "aria-label": "Page of the code" }),
      message: makeMessageLine()
    };
    this.root = makeScreen(
      "auditlib-codes",
      "Browser of code sets",
      { tabindex: "-1" },
      make(
        "div",
        { class: "bar search-bar" },
        this.input,
        make("label", { class: "billable" }, this.billableOnly, " billable only"),
        Object.keys(ACTIONS).map((name) => actionButton(ACTIONS, name, () => this.act(name, true)))
      ),
      make("div", { class: "panes" }, this.parts.list, this.parts.page),
      this.parts.message
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.ask({ kind: "ready" }),
      onCut: () => {
        this.problem = { message: "The kernel is gone.", hint: "Run the cell again." };
        this.showMessage();
      }
    });
    host.append(this.root);
    this.showList();
    this.showPage();
    this.showMessage();
    this.ask({ kind: "ready" });
  }
  destroy() {
    this.pause.cancel();
    this.transport.close();
    this.root.remove();
  }
  // Messages out and in
  /** Send a question under the next number, and return the number. */
  ask(question) {
    const sequence = this.transport.nextSequence();
    this.transport.send({ sequence, ...question });
    return sequence;
  }
  receive(content) {
    if (!this.transport.isMine(content)) return;
    this.problem = content.error ?? null;
    if (content.kind === "ready" && content.systems) {
      this.tree.systems = content.systems;
      const [first] = content.systems;
      if (first !== void 0) this.tree.expand({ code_system: first, key: "" });
    }
    if (content.kind === "children" && content.nodes) this.tree.addChildren(content, content.nodes);
    if (content.kind === "search" && content.sequence === this.searchSequence && content.nodes) {
      this.hits = content.nodes;
      this.note = content.note ?? "";
      this.chosen = 0;
    }
    if (content.kind === "page" && content.sequence === this.pageSequence && content.page) {
      this.page = content.page;
      this.showPage();
    }
    this.showList();
    this.showMessage();
  }
  search() {
    this.pause.cancel();
    const text = this.input.value.trim();
    if (text) {
      const billable_only = this.billableOnly.checked;
      this.searchSequence = this.ask({ kind: "search", text, billable_only });
      return;
    }
    this.showTree();
    this.chosen = 0;
    this.showList();
    this.showMessage();
  }
  showTree() {
    this.hits = null;
    this.searchSequence = 0;
  }
  // Rows: the hits of the search, else what is open of the tree
  get rows() {
    return this.hits ? this.hits.map((node) => ({ ...node, level: 1 })) : this.tree.rows;
  }
  choose(index) {
    this.chosen = index;
    this.showList();
  }
  // Keys
  onKey(event) {
    if (hasModifier(event)) return;
    event.stopPropagation();
    if (event.isComposing) return;
    const isOnButton = isButton(event.target) || event.target === this.billableOnly;
    if (isOnButton && isPress(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
      return;
    }
    if (event.target === this.input && event.key !== "Enter" && event.key !== "Escape") return;
    const name = actionOfKey(ACTIONS, event.key);
    if (name) {
      event.preventDefault();
      this.act(name, false);
    }
  }
  act(name, isClick) {
    const row = this.rows[this.chosen];
    if (name === "search") this.input.select();
    else if (name === "clear") this.clear(isClick);
    else if (name === "reveal") this.reveal();
    else if (!row) return;
    else if (name === "open") this.open(row);
    else if (name === "expand") this.goIn(row);
    else this.goOut(row);
    if (isClick && name !== "search") this.parts.list.focus({ preventScroll: true });
  }
  clear(isClick) {
    if (!this.input.value && !isClick) {
      leaveForNotebook(this.root);
      return;
    }
    this.input.value = "";
    this.search();
  }
  /** Open the page of a code; a group has none, so it is opened or closed in the tree. */
  open(row) {
    if (row.is_billable === null) {
      this.toggle(row);
      return;
    }
    this.pageSequence = this.ask({ kind: "page", code_system: row.code_system, key: row.key });
  }
  goIn(row) {
    if (this.hits || row.is_leaf) return;
    if (!this.tree.isOpen(row)) this.tree.expand(row);
    else if (this.rows[this.chosen + 1]?.level > row.level) this.chosen += 1;
    this.showList();
  }
  goOut(row) {
    if (this.hits) return;
    if (this.tree.collapse(row)) {
      this.showList();
      return;
    }
    const parent = this.rows.slice(0, this.chosen).findLastIndex((above) => above.level < row.level);
    if (parent >= 0) this.choose(parent);
  }
  toggle(row) {
    if (this.hits || row.is_leaf) return;
    if (!this.tree.collapse(row)) this.tree.expand(row);
    this.showList();
  }
  /** Leave the search and open the tree down to the code of the page. */
  reveal() {
    if (!this.page) return;
    const { code_system, path } = this.page;
    this.input.value = "";
    this.showTree();
    this.placeToReveal = nameOf(this.page);
    for (const key of ["", ...path.slice(0, -1)]) this.tree.expand({ code_system, key });
    this.showList();
    this.parts.list.focus({ preventScroll: true });
  }
  // Showing
  showList() {
    const { list } = this.parts;
    const { rows } = this;
    if (this.placeToReveal) {
      const index = rows.findIndex((row) => nameOf(row) === this.placeToReveal);
      if (index >= 0) {
        this.chosen = index;
        this.placeToReveal = null;
      }
    }
    this.chosen = Math.max(0, Math.min(this.chosen, rows.length - 1));
    const elements = rows.map((row, index) => this.rowElement(row, index));
    list.replaceChildren(...elements);
    const chosen = elements[this.chosen];
    if (!chosen) return;
    list.setAttribute("aria-activedescendant", chosen.id);
    scrollToRow(list, chosen);
  }
  rowElement(row, index) {
    const isChosen = index === this.chosen;
    const canExpand = !this.hits && !row.is_leaf;
    const isOpen = this.tree.isOpen(row);
    return make(
      "div",
      {
        class: isChosen ? "row chosen" : "row",
        id: `${this.transport.view}-${index}`,
        role: "treeitem",
        "aria-level": row.level,
        "aria-selected": String(isChosen),
        "aria-expanded": canExpand ? String(isOpen) : null,
        "data-key": row.key,
        style: `padding-left: ${8 + 14 * (row.level - 1)}px`,
        onclick: () => {
          this.parts.list.focus({ preventScroll: true });
          this.choose(index);
          this.open(row);
        }
      },
      make(
        "span",
        {
          class: "mark",
          onclick: (event) => {
            event.stopPropagation();
            this.chosen = index;
            this.toggle(row);
          }
        },
        canExpand ? isOpen ? "▾" : "▸" : ""
      ),
      make("span", { class: row.is_billable ? "code billable" : "code" }, row.shown),
      " ",
      row.description,
      this.hits && this.tree.systems.length > 1 && make("span", { class: "system" }, ` ${row.code_system}`)
    );
  }
  showPage() {
    const { page } = this.parts;
    if (!this.page) {
      page.replaceChildren(make("p", { class: "faint" }, "Enter opens the page of a code."));
      return;
    }
    page.replaceChildren(...codePage(this.page));
    page.scrollTop = 0;
  }
  showMessage() {
    const { message } = this.parts;
    const { problem, hits, note } = this;
    if (problem) writeMessage(message, "bad", `${problem.message} ${problem.hint ?? ""}`);
    else if (!hits) writeMessage(message, "", "Type to search; arrows walk the tree.");
    else if (hits.length === 0) writeMessage(message, "", note || "Nothing that is loaded fits.");
    else writeMessage(message, "", `${hits.length} found, the best first. ${note}`.trim());
  }
};
var code_browser_default = {
  render({ model, el }) {
    const browser = new CodeBrowser(model, el);
    return () => browser.destroy();
  }
};
export {
  code_browser_default as default
};
