/* Made by 'make bundle' from auditlib/widgets/js: change it there, not here. */

// auditlib/widgets/js/dom.js
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === void 0 || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== void 0 && child !== false)
  );
  return element;
}
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
function keyButton(key, label, properties) {
  return make("button", { type: "button", ...properties }, make("kbd", {}, key), " ", label);
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

// auditlib/widgets/js/review_desk/verdict_words.js
var BADGE_WORDS = { agree: "✓ agreed", change: "changed", delete: "deleted", add: "added" };
function codeDetails(code) {
  return [
    code.code_role,
    code.poa_indicator && `POA ${code.poa_indicator} (${code.poa_meaning})`,
    code.modifiers.length > 0 && `${code.modifiers.length === 1 ? "modifier" : "modifiers"} ${code.modifiers.join(" ")}`,
    code.unit_count && `${code.unit_count} ${code.unit_count === "1" ? "unit" : "units"}`
  ].filter(Boolean).join(" · ");
}
function verdictBadge({ verdict }) {
  if (verdict === null) return make("span", { class: "badge open" }, "undecided");
  return make("span", { class: `badge ${verdict.action}` }, BADGE_WORDS[verdict.action]);
}
function verdictWords({ verdict, code }) {
  const parts = verdict.action === "change" ? changes(code, verdict.corrected) : [];
  parts.push(verdict.error_kind, verdict.cause);
  if (verdict.comment) parts.push(`“${verdict.comment}”`);
  parts.push(dollarWords(verdict.payment_difference ?? null));
  return parts.join(" · ");
}
function dollarWords(difference) {
  if (difference === null) return "not priced";
  if (Number(difference) === 0) return "no effect on payment";
  const [whole, cents] = difference.replace("-", "").split(".");
  const amount = `$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
  return `${difference.startsWith("-") ? "underpaid" : "overpaid"} ${amount}`;
}
function evidenceQuote({ verdict }) {
  if (!verdict.evidence) return null;
  return make("blockquote", { class: "evidence-quote", title: "Evidence" }, verdict.evidence.sentence);
}
function changes(code, corrected) {
  const parts = [];
  if (corrected.code !== code.code || corrected.code_system !== code.code_system)
    parts.push(`→ ${corrected.shown}`);
  if (corrected.code_role !== code.code_role) parts.push(`→ ${corrected.code_role}`);
  if (corrected.poa_indicator !== code.poa_indicator)
    parts.push(
      corrected.poa_indicator ? `→ POA ${corrected.poa_indicator} (${corrected.poa_meaning})` : "→ POA none"
    );
  if (corrected.modifiers.join(" ") !== code.modifiers.join(" "))
    parts.push(`→ modifiers ${corrected.modifiers.join(" ") || "none"}`);
  if (corrected.unit_count !== code.unit_count) parts.push(`→ units ${corrected.unit_count ?? "none"}`);
  return parts;
}

// auditlib/widgets/js/review_desk/code_list.js
var CodeList = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {(part: HTMLElement, ...children: Node[]) => void} fill
   * @param {(key: string) => void} onChoose
   */
  constructor(state, fill, onChoose) {
    this.state = state;
    this.fill = fill;
    this.onChoose = onChoose;
    this.element = make("div", { class: "codes", role: "list", "aria-label": "Codes" });
    this.resizing = new ResizeObserver(() => this.keepFocusedRowInView());
    this.resizing.observe(this.element);
  }
  close() {
    this.resizing.disconnect();
  }
  /** @param {Set<string>} waitingKeys Rows on which a decision is on its way. */
  show(waitingKeys) {
    const { chart, rows } = this.state;
    const chartFindings = (chart?.findings ?? []).map((finding) => findingLine(finding));
    this.fill(
      this.element,
      ...chartFindings.length ? [make("div", { class: "general" }, chartFindings)] : [],
      ...rows.map((row) => this.#row(row, waitingKeys.has(row.key))),
      ...chart && rows.length === 0 ? [make("p", {}, "The coder assigned no codes: n adds one.")] : []
    );
  }
  keepFocusedRowInView() {
    const row = this.element.querySelector(".row.focused");
    if (row) scrollToRow(this.element, row);
  }
  #badge(row, isWaiting) {
    if (isWaiting) return make("span", { class: "badge saving" }, "saving…");
    if (this.state.status?.record?.status === "missing")
      return make("span", { class: "badge" }, "no record");
    return verdictBadge(row);
  }
  #row(row, isWaiting) {
    const { code } = row;
    const isFocused = row.key === this.state.focusKey;
    return make(
      "div",
      {
        class: `row${isFocused ? " focused" : ""}`,
        role: "listitem",
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => this.onChoose(row.key)
      },
      make(
        "div",
        { class: "what" },
        make("span", { class: "number" }, row.added ? "+" : row.key),
        make(
          "span",
          { class: "about-row" },
          make("span", { class: "code" }, code.shown),
          make("span", { class: "system" }, code.code_system),
          make("span", { class: "details" }, codeDetails(code))
        ),
        this.#badge(row, isWaiting)
      ),
      (code.description || row.added) && make("div", { class: "description" }, code.description ?? "added by you"),
      row.verdict && row.verdict.action !== "agree" && make("div", { class: "verdict" }, verdictWords(row), evidenceQuote(row)),
      (code.findings ?? []).map((finding) => findingLine(finding))
    );
  }
};
function findingLine(finding) {
  return make(
    "div",
    { class: `finding severity-${finding.severity}` },
    make("span", { class: "badge", title: finding.severity_meaning }, finding.severity_words),
    make("b", {}, finding.check_id),
    " ",
    finding.detail
  );
}

// auditlib/widgets/js/review_desk/document_search.js
var DocumentSearch = class {
  constructor() {
    this.clear();
  }
  clear() {
    this.text = "";
    this.matches = [];
    this.position = -1;
  }
  /** @returns {Match | undefined} */
  get current() {
    return this.matches[this.position];
  }
  matchesIn(index) {
    return this.matches.filter((match) => match.index === index);
  }
  /**
   * Search, and go to a match: with step 0 to the first one in the open document, else on from the current one.
   *
   * @param {string} wanted
   * @param {{text: string}[]} documents
   * @param {number} openIndex
   * @param {-1 | 0 | 1} step
   */
  run(wanted, documents, openIndex, step) {
    const before = this.position;
    this.text = wanted.toLowerCase();
    this.matches = this.text ? documents.flatMap((entry, index) => this.#matchesOf(entry, index)) : [];
    const count = this.matches.length;
    if (step !== 0) {
      this.position = (before + step + count) % (count || 1);
      return;
    }
    const here = this.matches.findIndex((match) => match.index === openIndex);
    this.position = here < 0 && count > 0 ? 0 : here;
  }
  #matchesOf(entry, index) {
    const text = entry.text.toLowerCase();
    const matches = [];
    for (let at = text.indexOf(this.text); at >= 0; at = text.indexOf(this.text, at + this.text.length))
      matches.push({ index, start: at });
    return matches;
  }
  /** What the search came to, in words. */
  get words() {
    if (!this.text) return "";
    if (!this.current) return "No match in any document.";
    return `Match ${this.position + 1} of ${this.matches.length}.`;
  }
};

// auditlib/widgets/js/review_desk/marked_text.js
function cutText(text, highlights, matches, matchLength) {
  const borders = /* @__PURE__ */ new Set([0, text.length]);
  highlights.forEach(({ start, end }) => borders.add(start).add(end));
  matches.forEach(({ start }) => borders.add(start).add(start + matchLength));
  const cuts = [...borders].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((from, position) => {
    const covering = highlights.filter(({ start, end }) => start <= from && from < end);
    return {
      start: from,
      text: text.slice(from, cuts[position + 1]),
      isEvidence: covering.length > 0,
      isNegated: covering.some((highlight) => highlight.negated),
      match: matches.find(({ start }) => start <= from && from < start + matchLength) ?? null
    };
  });
}
function markedPiece(piece, currentMatch) {
  if (!piece.isEvidence && !piece.match) return piece.text;
  const classes = [
    piece.isEvidence && "evidence",
    piece.isNegated && "negated",
    piece.match && "hit",
    piece.match && piece.match === currentMatch && "current"
  ];
  return make(
    "mark",
    {
      class: classes.filter(Boolean).join(" "),
      "data-start": piece.start,
      title: piece.isNegated ? "negated" : null
    },
    piece.text
  );
}

// auditlib/widgets/js/review_desk/review_keys.js
var ACTIONS = {
  agree: { key: "a", label: "Agree", help: "Agree with the code" },
  change: { key: "c", label: "Change", help: "Change the code: opens the form" },
  delete: { key: "d", label: "Delete", help: "Delete the code: opens the form" },
  add: { key: "n", label: "Add code", help: "Add a code that was missed: opens the form" },
  withdraw: { key: "u", label: "Undo", help: "Take the verdict on the code back; an added code goes" },
  record: { key: "w", label: "Record", help: "Say that the record is missing, in part, or reviewed elsewhere" },
  withdrawRecord: {
    key: "W",
    shown: "Shift+W",
    label: "Undo record",
    help: "Take back what was said of the record"
  },
  complete: { key: "m", label: "Complete chart", help: "Complete the chart and go to the next one" },
  reopen: { key: "r", label: "Reopen chart", help: "Reopen a completed chart" },
  previous: { key: "h", label: "Previous chart", help: "Previous chart, whether completed or not" },
  next: { key: "l", label: "Next chart", help: "Next chart, whether this one is completed or not" },
  evidence: {
    key: "s",
    label: "Next evidence",
    help: "Next sentence that bears on the code, in any document"
  },
  search: {
    key: "/",
    label: "Search",
    help: "Search in the documents: Enter next, Shift+Enter previous, Escape back"
  },
  page: { key: "p", label: "Page", help: "Show the page of a PDF or scan itself, or its text again" },
  previousPage: { key: ",", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: ".", label: "Next", help: "Next page of a PDF or scan" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" }
};
var CHART_ACTIONS = /* @__PURE__ */ new Set(["complete", "reopen", "previous", "next"]);
var MOVES = {
  ArrowDown: ["code", 1],
  j: ["code", 1],
  ArrowUp: ["code", -1],
  k: ["code", -1],
  ArrowRight: ["document", 1],
  "]": ["document", 1],
  ArrowLeft: ["document", -1],
  "[": ["document", -1],
  " ": ["page", 1],
  PageDown: ["page", 1],
  PageUp: ["page", -1]
};
var MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous code"],
  ["[ ] ← →", "Previous or next document"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Enter  Escape", "In the form: save or cancel"],
  ["Escape", "Leave the screen, back to the notebook"]
];
function moveOfKey(event) {
  const move = MOVES[event.key];
  if (!move) return null;
  return move[0] === "page" && event.shiftKey ? ["page", -1] : move;
}

// auditlib/widgets/js/review_desk/page_view.js
var MOST_KEPT = 12;
var PageView = class {
  /**
   * @param {Object} screen
   * @param {(name: string) => void} screen.act
   * @param {(request: object) => void} screen.requestPage
   */
  constructor(screen) {
    this.screen = screen;
    this.pages = /* @__PURE__ */ new Map();
    this.wanted = null;
    this.title = make("span", { class: "page-title", "aria-live": "polite" });
    this.buttons = ["previousPage", "nextPage"].map((name) => actionButton(ACTIONS, name, screen.act));
    this.bar = make("div", { class: "page-bar" }, ...this.buttons, this.title);
    this.sheet = make("div", { class: "sheet" });
    this.element = make("div", { class: "page-view", tabindex: "-1" }, this.sheet);
  }
  /** Forget the pages of another chart. */
  reset() {
    this.pages.clear();
    this.wanted = null;
  }
  /**
   * Show a page; what is not here yet is asked for.
   *
   * @param {string} encounterId
   * @param {{document_number: number, title: string, pages: Page[]}} entry
   * @param {number} index The page's place among the document's pages.
   * @param {{start: number, end: number, classes: string}[]} marks
   */
  show(encounterId, entry, index, marks) {
    const page = entry.pages[index];
    const count = entry.pages.length;
    const words = `Page ${page.page_number} of ${count} · ${originWords(page)}`;
    this.title.textContent = words;
    this.buttons[0].disabled = index === 0;
    this.buttons[1].disabled = index === count - 1;
    const key = keyOf(entry.document_number, page.page_number);
    this.wanted = { key, marks, label: `Page ${page.page_number} of ${count} of ${entry.title}` };
    if (this.pages.has(key)) this.#draw();
    else {
      this.sheet.replaceChildren(make("div", { class: "waiting", role: "status" }, "Drawing the page…"));
      this.screen.requestPage({
        encounter_id: encounterId,
        document_number: entry.document_number,
        page_number: page.page_number
      });
    }
  }
  /** Take a page that Python sent; return whether it is the one on the screen. */
  receive({ document_number: documentNumber, page_number: pageNumber, image, words, error }) {
    const key = keyOf(documentNumber, pageNumber);
    if (error) {
      if (this.wanted?.key === key)
        this.sheet.replaceChildren(
          make("div", { class: "alert", role: "alert" }, [error.message, error.hint].filter(Boolean).join(" "))
        );
      return;
    }
    this.pages.delete(key);
    this.pages.set(key, { image, words });
    if (this.pages.size > MOST_KEPT) this.pages.delete(this.pages.keys().next().value);
    if (this.wanted?.key === key) this.#draw();
  }
  #draw() {
    const { key, marks, label } = this.wanted;
    const { image, words } = this.pages.get(key);
    const boxes = words.flatMap(
      ([start, end, left, top, right, bottom]) => marks.filter((mark) => mark.start < end && start < mark.end).map(
        (mark) => make("span", {
          class: `box ${mark.classes}`,
          style: `left:${percent(left)};top:${percent(top)};width:${percent(right - left)};height:${percent(bottom - top)}`
        })
      )
    );
    this.sheet.replaceChildren(make("img", { src: `data:image/jpeg;base64,${image}`, alt: label }), ...boxes);
    const box = this.sheet.querySelector(".box");
    if (box) box.scrollIntoView({ block: "nearest" });
  }
  /** Scroll; return false at the end of the page, where there is nothing more to see. */
  scroll(pixels) {
    const before = this.element.scrollTop;
    this.element.scrollTop += pixels;
    return Math.abs(this.element.scrollTop - before) > 1;
  }
};
function pageIndexAt(pages, start) {
  return Math.max(
    0,
    pages.findIndex((page) => page.start <= start && start < page.end)
  );
}
function originWords(page) {
  if (page.text_origin === "none") return "no text was read";
  if (page.text_origin === "file") return "text of the file";
  return page.ocr_confidence === null ? "text by OCR" : `text by OCR, confidence ${Math.round(page.ocr_confidence)} %`;
}
function pagesWords(pages) {
  const without = pages.filter((page) => page.text_origin === "none").length;
  const byOcr = pages.filter((page) => page.text_origin === "OCR");
  if (without > 0 && without === pages.length) return "No text was read: look at the page";
  const parts = [];
  if (byOcr.length > 0) {
    const lowest = Math.min(...byOcr.map((page) => page.ocr_confidence ?? 0));
    parts.push(`Text by OCR on ${byOcr.length} of ${pages.length}, confidence from ${Math.round(lowest)} %`);
  }
  if (without > 0) parts.push(`no text was read on ${without} of ${pages.length}`);
  return parts.join("; ");
}
var keyOf = (documentNumber, pageNumber) => `${documentNumber}/${pageNumber}`;
var percent = (share) => `${(100 * share).toFixed(3)}%`;

// auditlib/widgets/js/review_desk/documents.js
var PAGE_SHARE = 0.85;
var DocumentsPane = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(name: string) => void} screen.act
   * @param {(words: string) => void} screen.say
   * @param {() => void} screen.takeFocus
   * @param {(part: HTMLElement, ...children: Node[]) => void} screen.fill
   * @param {(request: object) => void} screen.requestPage
   * @param {(passage: object) => boolean} screen.attach Takes a passage as evidence where a form is open.
   */
  constructor(state, screen) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.scrollTops = /* @__PURE__ */ new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();
    this.pageView = new PageView(screen);
    this.isPageShown = /* @__PURE__ */ new Map();
    this.pageIndexes = /* @__PURE__ */ new Map();
    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.find(0),
      onkeydown: (event) => this.onSearchKey(event)
    });
    this.evidenceButton = actionButton(ACTIONS, "evidence", screen.act);
    this.pageButton = actionButton(ACTIONS, "page", screen.act);
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Documents" });
    this.about = make("div", { class: "about" });
    this.text = make("div", {
      class: "text",
      // Who scrolls by keys must reach it.
      tabindex: "0",
      role: "group",
      "aria-label": "Text of the document",
      onmouseup: (event) => this.#offerPassage(event)
    });
    this.element = make(
      "section",
      { class: "documents", "aria-label": "Documents" },
      this.tabs,
      make(
        "div",
        { class: "tools" },
        make("label", { class: "search" }, make("kbd", {}, shownKey(ACTIONS.search)), this.searchInput),
        this.evidenceButton,
        this.pageButton,
        make(
          "span",
          { class: "legend" },
          make("mark", { class: "evidence" }, "supports"),
          " ",
          make("mark", { class: "evidence negated" }, "negated")
        )
      ),
      this.about,
      this.pageView.bar,
      this.text,
      this.pageView.element
    );
  }
  /** Start with the first document of another chart. */
  reset() {
    this.index = 0;
    this.scrollTops.clear();
    this.search.clear();
    this.searchInput.value = "";
    this.evidenceIndex = -1;
    this.pageView.reset();
    this.isPageShown.clear();
    this.pageIndexes.clear();
  }
  scrollToTop() {
    this.text.scrollTop = 0;
  }
  scrollPage(step) {
    if (this.isOnPage) {
      if (!this.pageView.scroll(step * PAGE_SHARE * this.pageView.element.clientHeight)) this.turnPage(step);
      return;
    }
    this.text.scrollTop += step * PAGE_SHARE * this.text.clientHeight;
  }
  open(index) {
    if (!this.state.documents[index]) return;
    this.#turnTo(index);
    this.screen.takeFocus();
  }
  openNext(step) {
    this.open(this.index + step);
  }
  /** Show a document where it was left when it was shown last. */
  #turnTo(index) {
    this.scrollTops.set(this.index, this.text.scrollTop);
    this.index = index;
    this.show();
    this.text.scrollTop = this.scrollTops.get(index) ?? 0;
  }
  // Pages of PDFs and scans
  get entry() {
    return this.state.documents[this.index];
  }
  /** Whether the page of the open document is shown; a document without any text begins with its page. */
  get isOnPage() {
    const pages = this.entry?.pages ?? [];
    if (pages.length === 0) return false;
    return this.isPageShown.get(this.index) ?? pages.every((page) => page.text_origin === "none");
  }
  togglePage() {
    if (!this.entry?.pages?.length) {
      this.screen.say("This document has no pages to show: it is text.");
      return;
    }
    const isOnPage = this.isOnPage;
    if (!isOnPage) this.#showPageOf(this.#firstCharacterInView());
    this.isPageShown.set(this.index, !isOnPage);
    this.show();
    if (isOnPage) this.#scrollToPage(this.entry.pages[this.pageIndexes.get(this.index) ?? 0]);
    this.screen.takeFocus();
  }
  turnPage(step) {
    const count = this.entry?.pages?.length ?? 0;
    const index = (this.pageIndexes.get(this.index) ?? 0) + step;
    if (!this.isOnPage || index < 0 || index >= count) return;
    this.pageIndexes.set(this.index, index);
    this.show();
    this.pageView.element.scrollTop = 0;
    this.screen.takeFocus();
  }
  receivePage(content) {
    if (content.error || content.encounter_id === this.state.chart?.encounter_id) this.pageView.receive(content);
  }
  /** Turn to the page on which a character of the text stands. */
  #showPageOf(start) {
    this.pageIndexes.set(this.index, pageIndexAt(this.entry.pages, start));
  }
  /** Scroll the text to where the text of a page begins. */
  #scrollToPage(page) {
    const { length } = this.entry.text;
    this.text.scrollTop = length > 0 ? page.start / length * this.text.scrollHeight : 0;
  }
  /** The character of the text that is at about the top of what is shown of it. */
  #firstCharacterInView() {
    const { scrollTop, scrollHeight } = this.text;
    return scrollTop === 0 ? 0 : Math.floor(scrollTop / scrollHeight * this.entry.text.length);
  }
  // Evidence for the code in focus
  /** Another code has the focus: mark what bears on it. */
  showOtherCode() {
    this.evidenceIndex = -1;
    this.show();
    this.showEvidenceHere();
  }
  showEvidenceHere() {
    const here = this.state.evidence.find((highlight) => highlight.index === this.index);
    if (here) this.#goTo(here.start, ".evidence");
  }
  nextEvidence() {
    const { evidence } = this.state;
    if (evidence.length === 0) {
      this.screen.say("No sentence was found that bears on this code.");
      return;
    }
    this.evidenceIndex = (this.evidenceIndex + 1) % evidence.length;
    const { index, start, negated } = evidence[this.evidenceIndex];
    if (index !== this.index) this.open(index);
    this.#goTo(start, `.evidence[data-start="${start}"]`);
    const { pages } = this.entry;
    const page = pages?.length ? `, page ${pages[pageIndexAt(pages, start)].page_number}` : "";
    this.screen.say(`Evidence ${this.evidenceIndex + 1} of ${evidence.length}${page}${negated ? ", negated" : ""}.`);
    this.screen.takeFocus();
  }
  /** Go to what is marked at a character: on its page, or in the text. */
  #goTo(start, selector) {
    if (this.isOnPage) {
      this.#showPageOf(start);
      this.show();
    } else this.#scrollToMark(selector);
  }
  #scrollToMark(selector) {
    const { text } = this;
    const mark = text.querySelector(selector);
    if (!mark) return;
    const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
    const isInView = top >= text.scrollTop && top + mark.offsetHeight <= text.scrollTop + text.clientHeight;
    if (!isInView) text.scrollTop = Math.max(0, top - text.clientHeight / 3);
  }
  /** The passage that is selected in the text, or null. */
  get selectedPassage() {
    const selection = document.getSelection();
    const { text, entry } = this;
    if (!entry || !selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    return { document_number: entry.document_number, start, end: start + range.toString().length };
  }
  /** The text was selected, or a marked sentence clicked: an open form takes it as evidence. */
  #offerPassage(event) {
    const selected = this.selectedPassage;
    if (selected) {
      this.screen.attach(selected);
      return;
    }
    const mark = event.target.closest?.("mark.evidence");
    if (!mark) return;
    const start = Number(mark.dataset.start);
    const sentence = this.state.evidence.find(
      (highlight) => highlight.index === this.index && highlight.start <= start && start < highlight.end
    );
    if (sentence) this.screen.attach(sentence);
  }
  // Search
  focusSearch() {
    this.searchInput.select();
  }
  find(step) {
    this.search.run(this.searchInput.value, this.state.documents, this.index, step);
    const { current } = this.search;
    this.#turnTo(current?.index ?? this.index);
    if (current) this.#goTo(current.start, `.hit[data-start="${current.start}"]`);
    this.screen.say(this.search.words);
  }
  onSearchKey(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.find(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.searchInput.value = "";
      this.find(0);
      this.screen.takeFocus();
    }
  }
  // Showing
  show() {
    const { documents, chart, evidence } = this.state;
    this.screen.fill(this.tabs, ...documents.map((entry2, index) => this.#tab(entry2, index, evidence)));
    this.evidenceButton.disabled = evidence.length === 0;
    const { entry, isOnPage } = this;
    const pages = entry?.pages ?? [];
    const about = entry ? [make("strong", {}, entry.title), make("span", {}, entry.about)] : [];
    const origin = pagesWords(pages);
    if (origin) about.push(make("span", { class: "origin" }, origin));
    this.screen.fill(this.about, ...about);
    this.pageButton.disabled = pages.length === 0;
    this.pageButton.lastChild.textContent = isOnPage ? "Text" : ACTIONS.page.label;
    this.text.hidden = isOnPage;
    this.pageView.element.hidden = this.pageView.bar.hidden = !isOnPage;
    if (isOnPage) {
      const index = this.pageIndexes.get(this.index) ?? 0;
      this.pageView.show(chart.encounter_id, entry, index, this.#pageMarks(evidence));
      return;
    }
    const top = this.text.scrollTop;
    if (entry) this.text.replaceChildren(...this.#markedText(entry, evidence));
    else this.text.replaceChildren(chart ? "This chart has no documents." : "");
    this.text.scrollTop = top;
  }
  #tab(entry, index, evidence) {
    const evidenceCount = evidence.filter((highlight) => highlight.index === index).length;
    const matchCount = this.search.matchesIn(index).length;
    return make(
      "button",
      {
        type: "button",
        role: "tab",
        "aria-selected": String(index === this.index),
        title: entry.title,
        onclick: () => this.open(index)
      },
      tabName(this.state.documents, entry),
      evidenceCount > 0 && make("span", { class: "count", title: "sentences that bear on the code" }, String(evidenceCount)),
      matchCount > 0 && make("span", { class: "count hits", title: "matches" }, String(matchCount))
    );
  }
  /** What is marked on a page: the sentences that bear on the code, and what the search matches. */
  #pageMarks(evidence) {
    const { search } = this;
    const sentences = evidence.filter((highlight) => highlight.index === this.index).map(({ start, end, negated }) => ({ start, end, classes: negated ? "evidence negated" : "evidence" }));
    const matches = search.matchesIn(this.index).map((match) => ({
      start: match.start,
      end: match.start + search.text.length,
      classes: match === search.current ? "hit current" : "hit"
    }));
    return [...sentences, ...matches];
  }
  #markedText(entry, evidence) {
    const { search } = this;
    const highlights = evidence.filter((highlight) => highlight.index === this.index);
    const pieces = cutText(entry.text, highlights, search.matchesIn(this.index), search.text.length);
    return pieces.map((piece) => markedPiece(piece, search.current));
  }
};
var capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}

// auditlib/widgets/js/review_desk/key_list.js
function keyList(close) {
  const rows = [...MOVE_HELP, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])];
  return [
    make("h4", {}, "Keys"),
    make(
      "div",
      { class: "key-list" },
      rows.map(
        ([keys, words]) => make(
          "div",
          {},
          make(
            "span",
            { class: "key-names" },
            keys.split("  ").map((key) => make("kbd", {}, key))
          ),
          make("span", {}, words)
        )
      )
    ),
    keyButton("Esc", "Close", { onclick: close })
  ];
}

// auditlib/widgets/js/review_desk/pending_decisions.js
var SLOW_MILLISECONDS = 8e3;
var PendingDecisions = class {
  /** @param {() => void} onSlow Called when an answer is long in coming. */
  constructor(onSlow) {
    this.onSlow = onSlow;
    this.sent = /* @__PURE__ */ new Map();
    this.isSlow = false;
  }
  get count() {
    return this.sent.size;
  }
  add(sequence, focusKey, message) {
    this.sent.set(sequence, { focusKey, ...message });
    this.watch();
  }
  /** Take out and return the decision that an answer is to, or null. */
  take(sequence) {
    const decision = this.sent.get(sequence) ?? null;
    this.sent.delete(sequence);
    return decision;
  }
  /** Start the time anew in which an answer should come. */
  watch() {
    this.stop();
    this.isSlow = false;
    if (this.sent.size === 0) return;
    this.timer = setTimeout(() => {
      this.isSlow = true;
      this.onSlow();
    }, SLOW_MILLISECONDS);
  }
  stop() {
    clearTimeout(this.timer);
  }
  /** Return the keys of a chart's rows on which a decision is on its way. */
  keysOf(encounterId) {
    const decisions = [...this.sent.values()].filter(
      (sent) => sent.encounter_id === encounterId && (sent.kind === "decide" || sent.kind === "withdraw")
    );
    return new Set(decisions.map((sent) => sent.focusKey));
  }
};

// auditlib/widgets/js/review_desk/progress.js
function head({ status, chart }, isSaving, act) {
  if (!status) return [make("span", { class: "waiting" }, "Waiting for the kernel…")];
  const charts = `${status.completed_chart_count} of ${status.chart_count} charts`;
  const codes = `${status.decided_code_count} of ${status.code_count} codes decided`;
  return [
    make(
      "div",
      { class: "line" },
      make("strong", { class: "position" }, `Chart ${status.chart_number} of ${status.chart_count}`),
      make("strong", { class: "encounter" }, status.encounter_id),
      status.is_completed && make("span", { class: "badge done" }, "completed"),
      make("span", { class: "spring" }),
      make("span", { class: `saving${isSaving ? " on" : ""}` }, isSaving ? "saving…" : "all saved"),
      make("span", { class: "progress" }, `${charts} · ${codes}`),
      make("progress", {
        max: Math.max(1, status.code_count),
        value: status.decided_code_count,
        "aria-label": "Codes decided"
      }),
      actionButton(ACTIONS, "help", act)
    ),
    make(
      "div",
      { class: "line facts" },
      (chart?.header ?? []).map(
        ([label, value]) => make("span", {}, make("span", { class: "faint" }, `${label} `), value)
      )
    )
  ];
}
function chartButtons(status, act) {
  const isReady = !status.is_completed && !status.needs_record_statement && status.to_decide_count === 0;
  return [
    actionButton(ACTIONS, "previous", act, { disabled: status.chart_number === 1 }),
    actionButton(ACTIONS, "next", act, { disabled: status.chart_number === status.chart_count }),
    actionButton(ACTIONS, "record", act, { disabled: status.is_completed && !status.needs_record_statement }),
    make("span", { class: "spring" }),
    make("span", { class: "left" }, leftToDo(status)),
    status.is_completed ? actionButton(ACTIONS, "reopen", act) : actionButton(ACTIONS, "complete", act, { emphasised: isReady })
  ];
}
function codeButtons({ status, focusedRow: row }, act) {
  const isClosed = !status || status.is_completed;
  const about = row ? `${row.added ? "Added" : `Code ${row.key}`}: ${row.code.shown}` : "No code";
  return [
    make(
      "div",
      { class: "bar" },
      make("span", { class: "about-code" }, about),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "add", act, { disabled: isClosed })
    ),
    make(
      "div",
      { class: "bar" },
      ["agree", "change", "delete"].map(
        (name) => actionButton(ACTIONS, name, act, { disabled: isClosed || !row || row.added && name === "agree" })
      ),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "withdraw", act, { disabled: isClosed || !row?.verdict })
    )
  ];
}
function leftToDo(status) {
  if (status.is_completed) return "";
  if (status.needs_record_statement) return "the record comes first";
  if (status.record?.status === "missing") return "nothing to judge";
  const count = Object.values(status.verdicts).filter((verdict) => verdict === null).length;
  if (count && status.to_decide_count === 0) return `${count} without a verdict count as without support`;
  return count === 0 ? "every code is decided" : `${count} ${count === 1 ? "code" : "codes"} to decide`;
}

// auditlib/widgets/js/review_desk/record_form.js
var ELSEWHERE = "reviewed elsewhere";
var RecordForm = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(form: RecordForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(state, screen) {
    this.screen = screen;
    this.sequence = null;
    const current = state.status.record;
    const hasPages = state.documents.some(({ pages }) => pages.length > 0);
    const options = state.choices.record_statuses.map(
      (status) => make("option", { value: status, selected: status === current?.status }, status)
    );
    this.first = make(
      "select",
      { name: "status", "aria-label": "Record" },
      make("option", { value: "", selected: !current }, "choose…"),
      options
    );
    this.place = make("input", {
      name: "place",
      type: "text",
      value: current?.place ?? (hasPages ? "the pages of the scans here" : ""),
      placeholder: "where it was reviewed, or looked for",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Where"
    });
    this.element = make(
      "form",
      {
        class: "form",
        "aria-label": "Record of this visit",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.#onKey(event)
      },
      make("h4", {}, "Record of this visit"),
      make(
        "div",
        { class: "fields" },
        field("record", "Record", this.first),
        field("place", "Where", this.place)
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
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
  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }
  save() {
    if (this.isWaiting) return;
    const status = this.first.value;
    const place = this.place.value.trim();
    if (!status) {
      this.screen.say("Choose what is known of the record.");
      this.first.focus();
      return;
    }
    if (status === ELSEWHERE && !place) {
      this.screen.say("Say where the record was reviewed.");
      this.place.focus();
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, { kind: "record", status, place: place || null });
  }
};
function field(name, label, element) {
  return make(
    "label",
    { class: `field field-${name}` },
    make("span", { class: "faint" }, label),
    element
  );
}

// auditlib/widgets/js/review_desk/record_line.js
var RECORD_NEEDED = "No document here holds text. Say first whether the record is missing, partly missing or was reviewed elsewhere.";
var RECORD_MISSING = "The record is missing, so no code can be judged: m completes the chart, Shift+W takes that back.";
var JUDGING = /* @__PURE__ */ new Set(["agree", "change", "delete", "add", "complete"]);
function recordLine({ status, documents }, act) {
  if (!status) return [];
  if (status.needs_record_statement)
    return [
      make(
        "span",
        { class: "needed" },
        documents.length ? "No text in the documents: was the record seen?" : "No documents: was the record seen?"
      ),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "record", act, { emphasised: true })
    ];
  if (!status.record) return [];
  return [
    make("span", {}, recordWords(status.record)),
    make("span", { class: "spring" }),
    actionButton(ACTIONS, "withdrawRecord", act, { disabled: status.is_completed })
  ];
}
function recordWords({ status, place }) {
  const words = { missing: "Record missing", "partly missing": "Record partly missing" };
  const said = words[status] ?? "Record reviewed elsewhere";
  return place ? `${said}: ${place}` : said;
}

// auditlib/widgets/js/review_desk/review_state.js
var storedCode = (text) => text.replaceAll(".", "").toUpperCase();
var referenceToAdded = ({ code_system, code, code_role, modifiers }) => ({
  code_system,
  code,
  code_role,
  modifiers
});
var ReviewState = class {
  constructor() {
    this.chart = null;
    this.status = null;
    this.choices = null;
    this.canFindCodes = false;
    this.focusKey = null;
  }
  /** Take over what Python answered; return whether the chart is another one than before. */
  take({ choices, can_find: canFindCodes, status, chart }) {
    if (choices) {
      this.choices = choices;
      this.canFindCodes = canFindCodes;
    }
    if (status) this.status = status;
    const isOther = Boolean(chart) && chart.encounter_id !== this.chart?.encounter_id;
    if (chart) this.chart = chart;
    if (this.chart && this.status && this.chart.encounter_id !== this.status.encounter_id) this.chart = null;
    return isOther;
  }
  get documents() {
    return this.chart?.documents ?? [];
  }
  /**
   * The coder's codes, then those the reviewer added.
   *
   * @returns {Row[]}
   */
  get rows() {
    if (!this.chart || !this.status) return [];
    const assigned = this.chart.codes.map((code) => ({
      key: String(code.code_number),
      code,
      verdict: this.status.verdicts[String(code.code_number)] ?? null,
      added: false
    }));
    const added = this.status.added.map((verdict) => ({
      key: verdict.row_key,
      code: verdict.corrected,
      verdict,
      added: true
    }));
    return [...assigned, ...added];
  }
  /** @returns {Row | null} */
  get focusedRow() {
    return this.rows.find((row) => row.key === this.focusKey) ?? null;
  }
  /** The sentences that bear on the code in focus, in the order of the documents. */
  get evidence() {
    return this.evidenceOf(this.focusedRow);
  }
  /** @param {Row | null} row */
  evidenceOf(row) {
    const order = new Map(this.documents.map((entry, index) => [entry.document_number, index]));
    return [...row?.code.highlights ?? []].filter((highlight) => order.has(highlight.document_number)).map((highlight) => ({ ...highlight, index: order.get(highlight.document_number) })).sort((one, other) => one.index - other.index || one.start - other.start);
  }
  /** Put the focus on the first code without a verdict, else on the first one. */
  focusFirst() {
    const first = this.status?.first_undecided ?? this.chart?.codes[0]?.code_number ?? null;
    this.focusKey = first === null ? null : String(first);
  }
  /** Put the focus on a code that the reviewer has just added, as it was typed. */
  focusAdded(typed) {
    const inWords = ({ code_system, code, code_role, modifiers }) => [code_system, storedCode(code), code_role, ...modifiers.map(storedCode)].join(" ");
    const added = this.status.added.find(({ corrected }) => inWords(corrected) === inWords(typed));
    this.focusKey = added?.row_key ?? null;
  }
  /** Put the focus on the first code where the one that had it is gone. */
  keepFocusOnARow() {
    if (!this.focusedRow) this.focusKey = this.rows[0]?.key ?? null;
  }
  /** Return the key of the next of the coder's codes without a verdict, from the focus on and round again. */
  nextUndecidedKey() {
    const rows = this.rows.filter((row) => !row.added);
    const start = rows.findIndex((row) => row.key === this.focusKey) + 1;
    const next = [...rows.slice(start), ...rows.slice(0, start)].find((row) => row.verdict === null);
    return next?.key ?? null;
  }
  /** Return how a message names a row to Python. */
  referenceTo(row) {
    if (!row.added) return { code_number: row.code.code_number };
    return { corrected: referenceToAdded(row.code) };
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

// auditlib/widgets/js/review_desk/code_matches.js
var SEARCH_PAUSE_MILLISECONDS = 150;
var CodeMatches = class {
  /**
   * @param {(request: {sequence: number, code_system: string, text: string}) => void} ask
   * @param {(code: object) => void} onTake
   */
  constructor(ask, onTake) {
    this.ask = ask;
    this.onTake = onTake;
    this.element = make("div", { class: "found", role: "listbox", "aria-label": "Matching codes" });
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.sequence = 0;
    this.codes = [];
    this.chosen = -1;
  }
  close() {
    this.pause.cancel();
  }
  /** Ask for codes when typing pauses. */
  search(codeSystem, text) {
    this.pause.cancel();
    if (!text) {
      this.element.replaceChildren();
      return;
    }
    this.pause.run(() => {
      this.sequence += 1;
      this.ask({ sequence: this.sequence, code_system: codeSystem, text });
    });
  }
  /** Show the codes of an answer, unless more has been typed since. */
  show(content, typed) {
    if (content.sequence !== this.sequence) return;
    this.codes = content.codes ?? [];
    this.chosen = -1;
    const note = content.error?.message || content.note;
    const none = note || "Not in the code sets that are loaded for this date.";
    const options = this.codes.map((code, index) => this.#option(code, index, storedCode(typed)));
    const isNoteShown = this.codes.length === 0 || note;
    this.element.replaceChildren(...options, ...isNoteShown ? [make("div", { class: "none" }, none)] : []);
  }
  #option(code, index, typed) {
    return make(
      "div",
      {
        role: "option",
        class: code.code === typed ? "whole" : null,
        onmousedown: (event) => {
          event.preventDefault();
          this.#take(index);
        }
      },
      make("b", {}, code.shown),
      " ",
      code.description ?? "",
      code.is_billable ? "" : " (not billable: needs more characters)"
    );
  }
  /** Move through the codes or take one; return whether the key was meant for them. */
  onKey(event) {
    const count = this.codes.length;
    if (count === 0 || !this.element.firstChild) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const isFirstPress = this.chosen < 0;
      const step = event.key === "ArrowDown" ? 1 : isFirstPress ? count : count - 1;
      this.chosen = (this.chosen + step) % count;
      [...this.element.children].forEach(
        (option, index) => option.setAttribute("aria-selected", String(index === this.chosen))
      );
      scrollToRow(this.element, this.element.children[this.chosen]);
      return true;
    }
    if (event.key === "Enter" && this.chosen >= 0) {
      this.#take(this.chosen);
      return true;
    }
    return false;
  }
  #take(index) {
    const code = this.codes[index];
    this.codes = [];
    this.element.replaceChildren(
      make("div", { class: "whole" }, make("b", {}, code.shown), " ", code.description ?? "")
    );
    this.onTake(code);
  }
};

// auditlib/widgets/js/review_desk/evidence_choice.js
var SHOWN_LENGTH = 90;
var NONE = "";
function passageWords(documents, passage) {
  const entry = documents.find(({ document_number: number }) => number === passage.document_number);
  const words = (entry?.text ?? "").slice(passage.start, passage.end).split(/\s+/).filter(Boolean).join(" ");
  return words.length > SHOWN_LENGTH ? `${words.slice(0, SHOWN_LENGTH - 1)}…` : words;
}
var isSame = (one, other) => one.document_number === other.document_number && one.start === other.start && one.end === other.end;
var EvidenceChoice = class {
  /**
   * @param {object[]} documents
   * @param {Passage[]} sentences Those that bear on the code.
   * @param {Passage | null} current What is attached already.
   */
  constructor(documents, sentences, current) {
    this.documents = documents;
    this.passages = sentences.map(({ document_number, start, end }) => ({ document_number, start, end }));
    this.element = make("select", { name: "evidence", "aria-label": "Evidence" });
    this.#show(NONE);
    if (current) this.attach(current);
  }
  /** Attach a passage; one that is not offered yet joins the others. */
  attach({ document_number, start, end }) {
    const passage = { document_number, start, end };
    if (!passageWords(this.documents, passage)) return false;
    let index = this.passages.findIndex((other) => isSame(other, passage));
    if (index < 0) index = this.passages.push(passage) - 1;
    this.#show(String(index));
    return true;
  }
  /** @returns {Passage | null} */
  get chosen() {
    const { value } = this.element;
    return value === NONE ? null : this.passages[Number(value)];
  }
  #show(chosen) {
    const option = (value, words) => make("option", { value, selected: value === chosen }, words);
    this.element.replaceChildren(
      option(NONE, this.passages.length ? "none" : "none: select text in the document to attach it"),
      ...this.passages.map(
        (passage, index) => option(String(index), passageWords(this.documents, passage))
      )
    );
    this.element.value = chosen;
  }
};

// auditlib/widgets/js/review_desk/verdict_form.js
var DIAGNOSES = "ICD-10-CM";
var PROCEDURES_WITH_MODIFIERS = /* @__PURE__ */ new Set(["CPT", "HCPCS"]);
var DIRECTIONS = ["overpaid", "underpaid"];
var NEW_CODE = {
  code_system: DIAGNOSES,
  code: "",
  shown: "",
  code_role: "secondary",
  poa_indicator: null,
  modifiers: [],
  unit_count: null
};
var VerdictForm = class {
  /**
   * @param {"change" | "delete" | "add"} action
   * @param {import("./review_state.js").Row | null} row The code that it is about; null for a new one.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(form: VerdictForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   * @param {(request: object) => void} screen.findCodes
   */
  constructor(action, row, state, screen) {
    this.action = action;
    this.row = row;
    this.screen = screen;
    this.sequence = null;
    this.fields = {};
    this.canFindCodes = state.canFindCodes;
    this.matches = new CodeMatches(screen.findCodes, (code) => {
      this.fields.code.value = code.shown;
      this.#proposeKind();
    });
    const current = row?.verdict?.action === action ? row.verdict : null;
    this.isKindChosen = Boolean(current);
    this.evidence = new EvidenceChoice(
      state.documents,
      state.evidenceOf(row),
      current?.evidence?.passage ?? null
    );
    this.element = this.#make(state.choices, current);
    this.first = this.fields.code ?? this.fields.cause;
    if (row?.added) {
      this.fields.code.readOnly = true;
      this.fields.code_system.disabled = true;
      this.first = this.fields.code_role;
    }
    this.fields.error_kind.addEventListener("change", () => {
      this.isKindChosen = true;
    });
    this.element.addEventListener("input", (event) => this.#onInput(event.target));
    this.#fitFields();
  }
  close() {
    this.matches.close();
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select?.();
  }
  get isWaiting() {
    return this.sequence !== null;
  }
  /** Python refused what was saved: the form is open again. */
  release() {
    this.sequence = null;
    this.element.removeAttribute("aria-busy");
  }
  // Fields
  #make(choices, current) {
    const { action, row } = this;
    const title = {
      change: "Change",
      delete: "Delete",
      add: row?.added ? "Change the added code" : "Add a missed code"
    }[action];
    const kinds = choices.error_kinds[action];
    const usualKind = action === "delete" ? "unsupported code" : kinds[0];
    return make(
      "form",
      {
        class: "form",
        "aria-label": title,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.#onKey(event)
      },
      make("h4", {}, action === "add" ? title : `${title} ${row.code.shown}`),
      make(
        "div",
        { class: "fields" },
        action === "delete" ? [] : this.#codeFields(choices, current?.corrected ?? row?.code ?? NEW_CODE),
        this.#select("error_kind", "Error", plain(kinds), current?.error_kind ?? usualKind),
        this.#select("cause", "Cause", plain(choices.causes), current?.cause, "choose…"),
        this.#input("comment", "Comment", current?.comment ?? "", "why, in your words"),
        ...this.#dollarFields(current?.payment_difference ?? null),
        this.#field("evidence", "Evidence", this.evidence.element)
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  #codeFields(choices, code) {
    return [
      this.#select("code_system", "System", plain(choices.code_systems), code.code_system),
      this.#input("code", "Code", code.shown, this.canFindCodes ? "code or words" : "code"),
      this.matches.element,
      this.#select("code_role", "Role", plain(choices.code_roles), code.code_role),
      this.#select("poa_indicator", "POA", choices.poa_indicators, code.poa_indicator, "none"),
      this.#input("modifiers", "Modifiers", code.modifiers.join(" "), "25 LT"),
      this.#input("unit_count", "Units", code.unit_count ?? "", "1")
    ];
  }
  /** @param {string | null} difference What was paid too much, with a minus what was paid too little. */
  #dollarFields(difference) {
    const isUnder = difference === null ? this.action === "add" : difference.startsWith("-");
    return [
      this.#input("dollars", "Dollars", (difference ?? "").replace("-", ""), "not priced"),
      this.#select("direction", "Paid", plain(DIRECTIONS), DIRECTIONS[Number(isUnder)])
    ];
  }
  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    if (isAttached && !this.element.contains(document.activeElement))
      this.evidence.element.focus({ preventScroll: true });
    return isAttached;
  }
  /** @param {[string, string][]} options Values with their words. */
  #select(name, label, options, value, placeholder) {
    const elements = options.map(
      ([entry, words]) => make("option", { value: entry, selected: entry === value }, words)
    );
    if (placeholder !== void 0)
      elements.unshift(make("option", { value: "", selected: !value }, placeholder));
    return this.#field(name, label, make("select", { name, "aria-label": label }, elements));
  }
  #input(name, label, value, placeholder) {
    const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label };
    return this.#field(name, label, make("input", { name, value, placeholder, ...settings }));
  }
  #field(name, label, field2) {
    this.fields[name] = field2;
    return make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), field2);
  }
  /** Show the fields that the system of the code has; the others keep what they hold. */
  #fitFields() {
    const { fields } = this;
    if (!fields.code_system) return;
    const system = fields.code_system.value;
    fields.poa_indicator.parentElement.hidden = system !== DIAGNOSES;
    fields.modifiers.parentElement.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
    fields.unit_count.parentElement.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
  }
  #onInput(target) {
    const { fields } = this;
    if (target === fields.code_system) {
      fields.code_role.value = target.value === DIAGNOSES ? "secondary" : "procedure";
      this.#fitFields();
    }
    if (this.canFindCodes && (target === fields.code_system || target === fields.code))
      this.matches.search(fields.code_system.value, fields.code.value.trim());
    this.#proposeKind();
  }
  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.target === this.fields.code && this.matches.onKey(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }
  showMatches(content) {
    this.matches.show(content, this.fields.code.value.trim());
  }
  // What the form says
  /** Propose the kind of error that the difference to the coder's code shows, until one is chosen. */
  #proposeKind() {
    if (this.isKindChosen || this.action !== "change") return;
    this.fields.error_kind.value = likelyKind(this.row.code, this.corrected);
  }
  get corrected() {
    const { fields } = this;
    return {
      code_system: fields.code_system.value,
      code: fields.code.value.trim(),
      code_role: fields.code_role.value,
      poa_indicator: fields.poa_indicator.value || null,
      modifiers: fields.modifiers.value.split(/[\s,]+/).filter(Boolean),
      unit_count: fields.unit_count.value.trim() || null
    };
  }
  save() {
    if (this.isWaiting) return;
    const { fields, action, row } = this;
    const difference = signedDollars(fields.dollars.value, fields.direction.value);
    if (difference === void 0) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      fields.dollars.focus();
      return;
    }
    if (!fields.cause.value) {
      this.screen.say("Choose the cause of the error.");
      fields.cause.focus();
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, {
      kind: "decide",
      action,
      ...row && !row.added ? { code_number: row.code.code_number } : {},
      ...row?.added ? { replaces: referenceToAdded(row.code) } : {},
      ...action === "delete" ? {} : { corrected: this.corrected },
      error_kind: fields.error_kind.value,
      cause: fields.cause.value,
      comment: fields.comment.value.trim() || null,
      payment_difference: difference,
      evidence: this.evidence.chosen
    });
  }
};
function signedDollars(typed, direction) {
  const amount = typed.trim();
  if (!amount) return null;
  if (!/^\$?\s*[\d,]+(\.\d*)?$|^\$?\s*\.\d+$/.test(amount)) return void 0;
  return direction === DIRECTIONS[1] ? `-${amount}` : amount;
}
var plain = (values) => values.map((value) => [value, value]);
function likelyKind(code, corrected) {
  const typed = storedCode(corrected.code);
  const isFiner = typed.slice(0, 3) === code.code.slice(0, 3) && typed.length > code.code.length;
  if (typed !== code.code) return isFiner ? "not specific" : "wrong code";
  if (corrected.code_role !== code.code_role) return "sequencing";
  if (corrected.modifiers.join(" ").toUpperCase() !== code.modifiers.join(" ")) return "modifier";
  if ((corrected.unit_count ?? "") !== (code.unit_count ?? "")) return "units";
  return (corrected.poa_indicator ?? null) === code.poa_indicator ? "wrong code" : "POA";
}

// auditlib/widgets/js/review_desk/review_card.js
var FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";
var ReviewScreen = class {
  constructor(model, host) {
    this.state = new ReviewState();
    this.pending = new PendingDecisions(() => this.showMessage());
    this.form = null;
    this.problem = null;
    this.notice = "";
    this.isHelpShown = false;
    this.isCut = false;
    this.act = this.act.bind(this);
    this.fill = this.fill.bind(this);
    this.documents = new DocumentsPane(this.state, {
      act: this.act,
      say: (words) => this.say(words),
      takeFocus: () => this.takeFocus(),
      fill: this.fill,
      requestPage: (request) => this.transport.send({ kind: "page", ...request }),
      attach: (passage) => this.attach(passage)
    });
    this.codes = new CodeList(this.state, this.fill, (key) => this.chooseCode(key));
    this.parts = {
      header: make("header", {}),
      record: make("div", { class: "record-line bar", role: "group", "aria-label": "Record" }),
      form: make("div", { class: "form-place" }),
      codeBar: make("div", { class: "code-bar", role: "group", "aria-label": "Verdict" }),
      chartBar: make("div", { class: "bar chart-bar", role: "group", "aria-label": "Chart" }),
      message: makeMessageLine(),
      help: make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: true })
    };
    const { header, record, form, codeBar, chartBar, message, help } = this.parts;
    this.root = makeScreen(
      "auditlib-review",
      "Review of charts",
      { tabindex: "0" },
      header,
      make(
        "div",
        { class: "panes" },
        this.documents.element,
        make(
          "section",
          { class: "decisions", "aria-label": "Codes and verdicts" },
          record,
          this.codes.element,
          form,
          codeBar
        )
      ),
      chartBar,
      message,
      help
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.reconnect(),
      onCut: () => this.showCut()
    });
    host.append(this.root);
    this.showAll();
    this.transport.send({ kind: "ready" });
    requestAnimationFrame(() => {
      const active = document.activeElement;
      if (!active || !(active.isContentEditable || isField(active))) this.takeFocus();
    });
  }
  destroy() {
    this.pending.stop();
    this.form?.close();
    this.codes.close();
    this.transport.close();
    this.root.remove();
  }
  takeFocus() {
    this.root.focus({ preventScroll: true });
  }
  /** Put new children into a part; focus lost with the old ones stays on the screen, off the notebook. */
  fill(part, ...children) {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...children);
    if (hadFocus) this.takeFocus();
  }
  // Messages out and in
  showCut() {
    this.isCut = true;
    this.showMessage();
  }
  reconnect() {
    this.showCut();
    this.transport.send({ kind: "ready" });
  }
  /** Send a decision under the next number, and return the number. */
  decide(message) {
    this.problem = null;
    this.notice = "";
    const sequence = this.transport.nextSequence();
    const decision = { sequence, encounter_id: this.state.status.encounter_id, ...message };
    this.pending.add(sequence, this.state.focusKey, decision);
    this.transport.send(decision);
    this.showHeader();
    this.showCodes();
    this.showMessage();
    return sequence;
  }
  receive(content) {
    if (content.kind === "matches") {
      if (this.transport.isMine(content)) this.form?.showMatches?.(content);
      return;
    }
    if (content.kind === "page") {
      if (this.transport.isMine(content)) this.documents.receivePage(content);
      return;
    }
    if (content.kind !== "screen") return;
    this.isCut = false;
    const answered = this.transport.isMine(content) ? this.pending.take(content.sequence) : null;
    if (content.error) this.problem = content.error;
    const isOtherChart = this.state.take(content);
    if (isOtherChart) this.enterChart();
    if (answered && !content.error) this.afterSuccess(content.sequence, answered, isOtherChart);
    if (answered && content.error) this.afterRefusal(content.sequence, answered);
    this.pending.watch();
    this.showAll();
  }
  enterChart() {
    if (this.form) this.closeForm();
    this.documents.reset();
    this.state.focusFirst();
    this.showAll();
    this.documents.scrollToTop();
    this.documents.showEvidenceHere();
  }
  afterSuccess(sequence, answered, isOtherChart) {
    const { state } = this;
    const cameFromForm = this.form?.sequence === sequence;
    if (cameFromForm) this.closeForm();
    if (answered.kind === "decide" && answered.action === "add" && cameFromForm)
      state.focusAdded(answered.corrected);
    const isUntouched = state.focusKey === answered.focusKey && this.pending.count === 0 && !isOtherChart;
    if (answered.kind === "decide" && answered.action !== "add" && isUntouched) {
      const next = state.nextUndecidedKey();
      if (next) this.setFocus(next);
    }
    state.keepFocusOnARow();
    if (answered.kind === "complete" && !isOtherChart)
      this.notice = "Every chart of the worklist is completed.";
  }
  afterRefusal(sequence, answered) {
    if (this.form?.sequence === sequence) {
      this.form.release();
      if (this.root.contains(document.activeElement)) this.form.first.focus();
    }
    const undecided = this.state.status?.first_undecided;
    if (answered.kind === "complete" && undecided) this.setFocus(String(undecided));
  }
  // Focus
  get isFormOpen() {
    return this.form !== null && !this.form.isWaiting;
  }
  setFocus(key) {
    this.state.focusKey = key;
    this.showCodes();
    this.documents.showOtherCode();
  }
  chooseCode(key) {
    if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else this.setFocus(key);
  }
  // Keys
  onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.say("Nothing to save: every decision is kept the moment it is made.");
      return;
    }
    if (hasModifier(event)) return;
    event.stopPropagation();
    if (isField(event.target) || event.isComposing) return;
    if (isButton(event.target) && isPress(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (event.key === "Enter" && this.form) {
      event.preventDefault();
      this.form.first.focus();
      return;
    }
    if (this.isHelpShown && event.key !== ACTIONS.help.key) return;
    const move = moveOfKey(event);
    if (move) {
      event.preventDefault();
      this.move(...move);
      return;
    }
    const name = actionOfKey(ACTIONS, event.key);
    if (!name) return;
    event.preventDefault();
    if (!event.repeat) this.act(name);
  }
  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.form) this.closeForm();
    else leaveForNotebook(this.root);
    this.showMessage();
  }
  move(what, step) {
    if (what === "page") this.documents.scrollPage(step);
    else if (what === "document") this.documents.openNext(step);
    else if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else {
      const { rows, focusKey } = this.state;
      const row = rows[rows.findIndex(({ key }) => key === focusKey) + step];
      if (row) this.setFocus(row.key);
    }
  }
  act(name) {
    if (name === "help") {
      this.isHelpShown = !this.isHelpShown;
      this.showHelp();
      this.takeFocus();
      return;
    }
    if (!this.state.status) return;
    if (name === "search") {
      this.documents.focusSearch();
      return;
    }
    if (name === "page") {
      this.documents.togglePage();
      return;
    }
    if (name === "previousPage" || name === "nextPage") {
      this.documents.turnPage(name === "nextPage" ? 1 : -1);
      return;
    }
    if (name === "evidence") {
      this.documents.nextEvidence();
      return;
    }
    if (this.isFormOpen) {
      this.say(FORM_IS_OPEN);
      this.form.first.focus();
      return;
    }
    this.takeFocus();
    const { status } = this.state;
    if (name === "record") this.openRecordForm();
    else if (name === "withdrawRecord") this.decide({ kind: "withdraw record" });
    else if (status.needs_record_statement && JUDGING.has(name) && !status.is_completed) {
      this.openRecordForm();
      this.say(RECORD_NEEDED);
    } else if (status.record?.status === "missing" && JUDGING.has(name) && name !== "complete")
      this.say(RECORD_MISSING);
    else if (CHART_ACTIONS.has(name)) this.decide({ kind: name });
    else if (this.state.status.is_completed) this.say("This chart is completed: r reopens it.");
    else if (name === "add") this.openForm("add", null);
    else this.actOnCode(name);
  }
  actOnCode(name) {
    const row = this.state.focusedRow;
    if (!row) {
      this.say("There is no code: n adds one.");
      return;
    }
    const reference = this.state.referenceTo(row);
    if (name === "withdraw" || row.added && name === "delete") {
      if (row.verdict === null && !this.waitingKeys.has(row.key))
        this.say("There is no verdict on this code to take back.");
      else this.decide({ kind: "withdraw", ...reference });
    } else if (row.added && name === "agree") {
      this.say("You added this code: c changes its details, u takes it back.");
    } else if (name === "agree") {
      this.decide({ kind: "decide", action: "agree", ...reference });
    } else {
      this.openForm(row.added ? "add" : name, row);
    }
  }
  // The form
  openForm(action, row) {
    const selected = this.documents.selectedPassage;
    this.placeForm(
      new VerdictForm(action, row, this.state, {
        ...this.formScreen(),
        findCodes: (request) => this.transport.send({ kind: "find", ...request })
      })
    );
    if (selected) this.attach(selected);
  }
  /** A passage of the documents becomes the evidence of the verdict that is being made. */
  attach(passage) {
    if (!this.isFormOpen || !this.form.attach?.(passage)) return;
    document.getSelection()?.removeAllRanges();
    this.say("Attached as evidence.");
  }
  openRecordForm() {
    this.placeForm(new RecordForm(this.state, this.formScreen()));
  }
  /** What a form calls on this screen. */
  formScreen() {
    return {
      save: (form, decision) => this.saveForm(form, decision),
      cancel: () => {
        this.closeForm();
        this.showMessage();
      },
      say: (words) => this.say(words)
    };
  }
  placeForm(form) {
    this.form?.close();
    this.form = form;
    this.fill(this.parts.form, this.form.element);
    this.say("");
    this.showCodeBar();
    this.form.focusFirst();
  }
  saveForm(form, decision) {
    this.takeFocus();
    form.sequence = this.decide(decision);
    this.showCodeBar();
  }
  closeForm() {
    const hadFocus = this.form?.element.contains(document.activeElement);
    this.form?.close();
    this.form = null;
    this.parts.form.replaceChildren();
    if (hadFocus) this.takeFocus();
    this.showCodeBar();
  }
  // Showing
  /** The rows of this chart on which a decision is on its way. */
  get waitingKeys() {
    return this.pending.keysOf(this.state.status?.encounter_id);
  }
  showAll() {
    this.showHeader();
    this.documents.show();
    this.showRecordLine();
    this.showCodes();
    this.showChartBar();
    this.showMessage();
  }
  showHeader() {
    this.fill(this.parts.header, ...head(this.state, this.pending.count > 0, this.act));
  }
  showRecordLine() {
    const line = recordLine(this.state, this.act);
    this.parts.record.hidden = line.length === 0;
    this.fill(this.parts.record, ...line);
  }
  showCodes() {
    this.codes.show(this.waitingKeys);
    this.showCodeBar();
    this.codes.keepFocusedRowInView();
  }
  showCodeBar() {
    const { codeBar } = this.parts;
    codeBar.hidden = this.isFormOpen;
    if (!codeBar.hidden) this.fill(codeBar, ...codeButtons(this.state, this.act));
  }
  showChartBar() {
    const { status } = this.state;
    if (status) this.fill(this.parts.chartBar, ...chartButtons(status, this.act));
  }
  showHelp() {
    this.parts.help.hidden = !this.isHelpShown;
    this.fill(this.parts.help, ...keyList(() => this.act("help")));
  }
  say(words) {
    this.problem = null;
    this.notice = words;
    this.showMessage();
  }
  showMessage() {
    const { message } = this.parts;
    const { count } = this.pending;
    if (this.isCut) {
      const keys = `${count} ${count === 1 ? "key was" : "keys were"} not confirmed: look again.`;
      writeMessage(
        message,
        "bad",
        make("strong", {}, "The kernel is gone."),
        ` What is marked as decided is kept. Run the cell again to go on.${count ? ` ${keys}` : ""}`
      );
    } else if (this.problem) {
      const { message: words, hint } = this.problem;
      writeMessage(message, "bad", make("strong", {}, words), hint ? ` ${hint}` : "");
    } else if (this.pending.isSlow && count) {
      const words = `The kernel is busy: ${count} not saved yet. They are applied in order when it answers.`;
      writeMessage(message, "slow", words);
    } else {
      writeMessage(message, "", this.notice);
    }
  }
};
var review_card_default = {
  render({ model, el }) {
    const screen = new ReviewScreen(model, el);
    return () => screen.destroy();
  }
};
export {
  review_card_default as default
};
