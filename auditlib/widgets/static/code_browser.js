// The browser of code sets. It knows nothing of codes: Python answers what stands below a place, what a search
// finds and what a page says. All text reaches the page through text nodes.

const ROOT_CLASS = "auditlib-codes";
const SEARCH_PAUSE_MILLISECONDS = 80;

const KEYS = {
  search: ["/", "Search"],
  open: ["Enter", "Open"],
  expand: ["→", "Expand"],
  collapse: ["←", "Collapse"],
  reveal: ["t", "Show in tree"],
  clear: ["Esc", "Clear search"],
};
const ACTIONS = {
  "/": "search",
  Enter: "open",
  ArrowRight: "expand",
  ArrowLeft: "collapse",
  t: "reveal",
  Escape: "clear",
};

/** Make an element; strings among the children become text nodes, never markup. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const nameOf = (codeSystem, key) => `${codeSystem}/${key}`;

class CodeBrowser {
  constructor(model, host) {
    this.model = model;
    this.view = `view-${Math.random().toString(36).slice(2)}`;
    this.sequence = 0;
    this.systems = [];
    this.below = new Map();
    this.opened = new Set();
    this.hits = null;
    this.chosen = 0;
    this.page = null;
    this.problem = null;
    this.searchSequence = 0;
    this.pageSequence = 0;

    this.input = make("input", {
      type: "search",
      placeholder: "Code or words: t2dm w ckd",
      "aria-label": "Search codes",
      oninput: () => this.askSoon(),
    });
    this.billable = make("input", { type: "checkbox", onchange: () => this.ask() });
    this.parts = {
      list: make("div", { class: "list", role: "tree", tabindex: "0", "aria-label": "Codes" }),
      page: make("section", { class: "page", tabindex: "-1", "aria-label": "Page of the code" }),
      message: make("div", { class: "message", role: "status", "aria-live": "polite" }),
    };
    this.root = make(
      "div",
      // Without this attribute JupyterLab takes the keys: d d would delete the cell.
      {
        class: ROOT_CLASS,
        tabindex: "-1",
        "data-lm-suppress-shortcuts": "true",
        "aria-label": "Browser of code sets",
      },
      make(
        "div",
        { class: "bar" },
        this.input,
        make("label", { class: "billable" }, this.billable, " billable only"),
        Object.entries(KEYS).map(([name, [key, label]]) =>
          make(
            "button",
            { type: "button", "data-action": name, onclick: () => this.act(name, true) },
            make("kbd", {}, key),
            " ",
            label,
          ),
        ),
      ),
      make("div", { class: "panes" }, this.parts.list, this.parts.page),
      this.parts.message,
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.onMessage = (content) => this.receive(content);
    this.onConnection = () => this.post({ kind: "ready" });
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.onConnection);
    host.append(this.root);
    this.showAll();
    this.post({ kind: "ready" });
  }

  destroy() {
    clearTimeout(this.timer);
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.onConnection);
    this.root.remove();
  }

  // Messages out and in

  post(message) {
    this.sequence += 1;
    try {
      this.model.send({ view: this.view, sequence: this.sequence, ...message });
    } catch {
      this.problem = { message: "The kernel is gone.", hint: "Run the cell again." };
      this.showMessage();
    }
    return this.sequence;
  }

  receive(content) {
    if (content.view !== this.view) return;
    this.problem = content.error ?? null;
    if (content.kind === "ready" && content.systems) {
      this.systems = content.systems;
      if (this.systems.length > 0) this.expand(this.systems[0], "");
    }
    if (content.kind === "children" && content.nodes)
      this.below.set(nameOf(content.code_system, content.key), content.nodes);
    if (content.kind === "search" && content.sequence === this.searchSequence && content.nodes) {
      this.hits = content.nodes;
      this.chosen = 0;
    }
    if (content.kind === "page" && content.sequence === this.pageSequence && content.page) {
      this.page = content.page;
      this.showPage();
    }
    this.showList();
    this.showMessage();
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SEARCH_PAUSE_MILLISECONDS);
  }

  ask() {
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text) {
      const billable_only = this.billable.checked;
      this.searchSequence = this.post({ kind: "search", text, billable_only });
      return;
    }
    this.searchSequence = 0;
    this.hits = null;
    this.chosen = 0;
    this.showList();
    this.showMessage();
  }

  expand(codeSystem, key) {
    const name = nameOf(codeSystem, key);
    this.opened.add(name);
    if (!this.below.has(name)) this.post({ kind: "children", code_system: codeSystem, key });
  }

  // Rows: the hits of the search, else what is open of the tree

  rows() {
    if (this.hits) return this.hits.map((node) => ({ ...node, level: 1 }));
    const rows = [];
    const add = (node, level) => {
      rows.push({ ...node, level });
      const name = nameOf(node.code_system, node.key);
      if (!this.opened.has(name)) return;
      for (const child of this.below.get(name) ?? []) add(child, level + 1);
    };
    for (const system of this.systems)
      add(
        {
          code_system: system,
          key: "",
          shown: system,
          description: "",
          is_billable: null,
          is_leaf: false,
        },
        1,
      );
    return rows;
  }

  choose(index) {
    const { length } = this.rows();
    this.chosen = Math.max(0, Math.min(index, length - 1));
    this.showList();
  }

  // Keys

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.isComposing) return;
    const inField = event.target === this.input;
    const onButton = event.target.tagName === "BUTTON" || event.target === this.billable;
    if (onButton && (event.key === "Enter" || event.key === " ")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
      return;
    }
    // In the field the cursor moves with left and right, and letters are letters.
    if (inField && event.key !== "Enter" && event.key !== "Escape") return;
    const action = ACTIONS[event.key];
    if (action) {
      event.preventDefault();
      this.act(action, false);
    }
  }

  act(name, isClick) {
    const row = this.rows()[this.chosen];
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
      this.root.closest(".jp-Notebook")?.focus();
      return;
    }
    this.input.value = "";
    this.ask();
  }

  open(row) {
    if (row.is_billable === null) {
      this.goIn(row, true);
      return;
    }
    this.pageSequence = this.post({ kind: "page", code_system: row.code_system, key: row.key });
  }

  goIn(row, isToggle = false) {
    if (this.hits || row.is_leaf) return;
    const name = nameOf(row.code_system, row.key);
    if (!this.opened.has(name)) this.expand(row.code_system, row.key);
    else if (isToggle) this.opened.delete(name);
    else if (this.rows()[this.chosen + 1]?.level > row.level) this.chosen += 1;
    this.showList();
  }

  goOut(row) {
    if (this.hits) return;
    const name = nameOf(row.code_system, row.key);
    if (this.opened.delete(name)) {
      this.showList();
      return;
    }
    const rows = this.rows();
    for (let index = this.chosen - 1; index >= 0; index -= 1) {
      if (rows[index].level < row.level) {
        this.choose(index);
        return;
      }
    }
  }

  /** Leave the search and open the tree down to the code of the page. */
  reveal() {
    if (!this.page) return;
    const { code_system: codeSystem, path, key } = this.page;
    this.input.value = "";
    this.hits = null;
    this.searchSequence = 0;
    this.wanted = nameOf(codeSystem, key);
    for (const place of ["", ...path.slice(0, -1)]) this.expand(codeSystem, place);
    this.showList();
    this.parts.list.focus({ preventScroll: true });
  }

  // What is shown

  showAll() {
    this.showList();
    this.showPage();
    this.showMessage();
  }

  showList() {
    const rows = this.rows();
    if (this.wanted) {
      const index = rows.findIndex((row) => nameOf(row.code_system, row.key) === this.wanted);
      if (index >= 0) {
        this.chosen = index;
        this.wanted = null;
      }
    }
    this.chosen = Math.max(0, Math.min(this.chosen, rows.length - 1));
    const elements = rows.map((row, index) => this.rowElement(row, index));
    this.parts.list.replaceChildren(...elements);
    const chosen = elements[this.chosen];
    if (chosen) {
      this.parts.list.setAttribute("aria-activedescendant", chosen.id);
      const { list } = this.parts;
      if (chosen.offsetTop < list.scrollTop) list.scrollTop = chosen.offsetTop;
      const bottom = chosen.offsetTop + chosen.offsetHeight;
      if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    }
  }

  rowElement(row, index) {
    const isOpen = this.opened.has(nameOf(row.code_system, row.key));
    const mark = this.hits || row.is_leaf ? "" : isOpen ? "▾" : "▸";
    return make(
      "div",
      {
        class: index === this.chosen ? "row chosen" : "row",
        id: `${this.view}-${index}`,
        role: "treeitem",
        "aria-level": row.level,
        "aria-selected": String(index === this.chosen),
        "aria-expanded": this.hits || row.is_leaf ? null : String(isOpen),
        "data-key": row.key,
        style: `padding-left: ${8 + 14 * (row.level - 1)}px`,
        onclick: () => {
          this.chosen = index;
          this.parts.list.focus({ preventScroll: true });
          this.showList();
          this.open(row);
        },
      },
      make(
        "span",
        {
          class: "mark",
          onclick: (event) => {
            event.stopPropagation();
            this.chosen = index;
            this.goIn(row, true);
          },
        },
        mark,
      ),
      make("span", { class: row.is_billable ? "code billable" : "code" }, row.shown),
      " ",
      row.description,
      this.hits && this.systems.length > 1 && make("span", { class: "system" }, ` ${row.code_system}`),
    );
  }

  showPage() {
    const { page } = this;
    if (!page) {
      this.parts.page.replaceChildren(make("p", { class: "faint" }, "Enter opens the page of a code."));
      return;
    }
    this.parts.page.replaceChildren(
      make("h4", {}, page.title),
      make(
        "table",
        {},
        page.facts.map(([label, value]) =>
          make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, value)),
        ),
      ),
      ...page.sections.map(([heading, lines]) =>
        make(
          "div",
          { class: "part" },
          make("h5", {}, heading),
          make(
            "ul",
            {},
            lines.map((line) => make("li", {}, line)),
          ),
        ),
      ),
    );
    this.parts.page.scrollTop = 0;
  }

  showMessage() {
    const { message } = this.parts;
    message.className = this.problem ? "message bad" : "message";
    if (this.problem) message.replaceChildren(`${this.problem.message} ${this.problem.hint ?? ""}`);
    else if (this.hits && this.hits.length === 0) message.replaceChildren("Nothing that is loaded fits.");
    else if (this.hits) message.replaceChildren(`${this.hits.length} found, the best first.`);
    else message.replaceChildren("Type to search; arrows walk the tree.");
  }
}

export default {
  render({ model, el }) {
    const browser = new CodeBrowser(model, el);
    return () => browser.destroy();
  },
};
