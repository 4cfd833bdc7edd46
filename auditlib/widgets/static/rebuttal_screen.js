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

// auditlib/widgets/js/shared/decision_keys.js
var CHART_KEYS = {
  chart: { key: "v", label: "View chart", help: "Show or hide the chart beside the decision" },
  evidence: { key: "s", label: "Next sentence", help: "Next sentence of evidence, in its document" },
  search: { key: "/", label: "Search", help: "Search in the chart: Enter next, Shift+Enter previous, Escape back" },
  outline: { key: "o", label: "Outline", help: "Outline of the document: its headings" },
  page: { key: "p", label: "Page", help: "Show the page of a PDF or scan itself, or its text again" },
  previousPage: { key: "{", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: "}", label: "Next", help: "Next page of a PDF or scan" },
  previous: { key: "h", label: "Previous chart", help: "Previous chart" },
  next: { key: "l", label: "Next chart", help: "Next chart" },
  goto: { key: "g", label: "Go to", help: "Go to a chart by its account or number" },
  withdraw: { key: "u", label: "Undo", help: "Take the decision back: it stays on record, and the row is open again" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" }
};
var MOVES = {
  ArrowDown: ["row", 1],
  j: ["row", 1],
  ArrowUp: ["row", -1],
  k: ["row", -1],
  "]": ["document", 1],
  "[": ["document", -1],
  " ": ["page", 1],
  PageDown: ["page", 1],
  PageUp: ["page", -1]
};
function moveOfKey(event) {
  const move = MOVES[event.key];
  if (!move) return null;
  return move[0] === "page" && event.shiftKey ? ["page", -1] : move;
}

// auditlib/widgets/js/review_desk/marked_text.js
var AGAINST = /* @__PURE__ */ new Set(["contradicts", "corrected", "negated"]);
function cutText(text, highlights, matches, matchLength, headings = []) {
  const borders = /* @__PURE__ */ new Set([0, text.length]);
  headings.forEach(({ start, end }) => borders.add(start).add(end));
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
      isAside: covering.some((highlight) => highlight.negated && !AGAINST.has(highlight.status)),
      isWalkedTo: covering.some((highlight) => highlight.isWalkedTo),
      isHeading: headings.some(({ start, end }) => start <= from && from < end),
      match: matches.find(({ start }) => start <= from && from < start + matchLength) ?? null
    };
  });
}
function markedPiece(piece, currentMatch) {
  if (!piece.isEvidence && !piece.match)
    return piece.isHeading ? make("b", { class: "heading", "data-start": piece.start }, piece.text) : piece.text;
  const classes = [
    piece.isEvidence && "evidence",
    piece.isNegated && "negated",
    piece.isAside && "aside",
    piece.isWalkedTo && "walked-to",
    piece.isHeading && "heading",
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
  agree: { key: "a", label: "Agree", help: "Agree with the code, and go to the next open one" },
  change: { key: "c", label: "Change", help: "Change the code: opens the form" },
  delete: { key: "d", label: "Delete", help: "Delete the code: opens the form" },
  add: { key: "n", label: "Add code", help: "Add a code that was missed: opens the form" },
  suggested: { key: "i", label: "Add suggested", help: "Add the next suggested code that is not on the list: opens the form" },
  resequence: { key: "q", label: "Resequence", help: "Resequence: j and k move the code, Enter sets it" },
  withdraw: { key: "u", label: "Undo", help: "Take the verdict on the code back; an added code goes" },
  more: { key: ".", label: "more fields", help: "In the form: system, role, POA, dollars, evidence" },
  evidence: { key: "s", label: "Next sentence", help: "Next sentence that bears on the code, in any document" },
  search: {
    key: "/",
    label: "Search",
    help: "Search in all documents: Enter next, Shift+Enter previous, Escape back"
  },
  view: { key: "v", label: "One", help: "View one document, two side by side, or the page beside its text" },
  outline: { key: "o", label: "Outline", help: "Outline of the document: its headings" },
  previousPage: { key: "{", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: "}", label: "Next", help: "Next page of a PDF or scan" },
  go: { key: "g", label: "Queue", help: "Go to a chart by number, chart or account; sort and filter the queue" },
  previous: { key: "h", label: "Previous", help: "Previous chart, whether completed or not" },
  next: { key: "l", label: "Next", help: "Next chart, whether this one is completed or not" },
  record: { key: "x", label: "Record statement", help: "Say that the record is missing, in part, or reviewed elsewhere" },
  requirements: {
    key: "f",
    label: "Requirements",
    help: "Facts of the document: signature, author, date of service, legible pages"
  },
  attachment: {
    key: "t",
    label: "Attach",
    help: "Attach a file to the chart; on an attached document: take it back, with the reason"
  },
  withdrawRecord: {
    key: "X",
    shown: "Shift+X",
    label: "Undo record",
    help: "Take back what was said of the record"
  },
  stay: { key: "p", label: "Stay", help: "Discharge status and DRG of the stay: agree or change" },
  withdrawStay: {
    key: "P",
    shown: "Shift+P",
    label: "Undo stay",
    help: "Take the verdict on the DRG back, then that on the discharge status"
  },
  query: { key: "y", label: "Query", help: "Query to the provider, or the answer to the one that is open" },
  visit: { key: "e", label: "Visit level", help: "Level of the visit: problems, data, risk, minutes" },
  complete: { key: "m", label: "Complete chart", help: "Complete the chart and go to the next one" },
  reopen: { key: "r", label: "Reopen chart", help: "Reopen a completed chart" },
  unblind: { key: "b", label: "Unblind", help: "Open what is hidden of the chart, with the reason, on record" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" }
};

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

// auditlib/widgets/js/review_desk/sections.js
var LONGEST_TITLE = 48;
var CAPITALS = /^[ \t]*([A-Z][A-Z0-9 /&,().'-]{2,60}?):?[ \t]*$/;
var BEFORE_COLON = /^[ \t]*([A-Z][A-Za-z0-9/&,()' -]{1,47}?):(?=\s|$)/;
var MOST_WORDS = 5;
function sectionsOf(text) {
  const sections = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const found = headingOf(line);
    if (found) {
      const at = start + line.indexOf(found);
      sections.push({ title: found, start: at, end: at + found.length });
    }
    start += line.length + 1;
  }
  return sections;
}
function headingOf(line) {
  const capitals = CAPITALS.exec(line)?.[1].trim();
  if (capitals && /[A-Z]{2}/.test(capitals) && !/\d/.test(capitals)) return capitals.replace(/:$/, "");
  const title = BEFORE_COLON.exec(line)?.[1];
  if (!title || title.length > LONGEST_TITLE || title.split(/\s+/).length > MOST_WORDS) return null;
  return title;
}
function isInColumns(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const spaced = lines.filter((line) => /\S(?: {3,}|\t)\S/.test(line)).length;
  return lines.length > 0 && spaced >= 2 && spaced / lines.length > 0.25;
}

// auditlib/widgets/js/review_desk/document_pane.js
var IMAGE_ONLY = "Image only: search and evidence do not see it";
var isImageOnly = (entry) => Boolean(entry?.pages?.length) && entry.pages.every((page) => page.text_origin === "none");
var DocumentPane = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `DocumentsPane`.
   * @param {(event: MouseEvent, pane: DocumentPane) => void} onMouseUp
   */
  constructor(state, screen, onMouseUp) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.isOnPage = false;
    this.about = make("header", { class: "about" });
    this.text = make("div", { class: "text", tabindex: "0", role: "region", onmouseup: (event) => onMouseUp(event, this) });
    this.pageView = new PageView(screen);
    this.element = make(
      "article",
      { class: "document" },
      this.about,
      this.pageView.bar,
      this.text,
      this.pageView.element
    );
  }
  get entry() {
    return this.state.documents[this.index];
  }
  /**
   * Show a document.
   *
   * @param {Object} view
   * @param {number} view.index
   * @param {boolean} view.isOnPage
   * @param {number} view.pageIndex
   * @param {import("./document_search.js").DocumentSearch} view.search
   * @param {object | null} view.sentence The sentence of evidence that is walked to.
   * @param {boolean} view.hasActions Whether the keys that are about a document are about this one.
   */
  show({ index, isOnPage, pageIndex, search, sentence, hasActions }) {
    const isSame2 = this.shown === this.#nameOf(index) && this.isOnPage === isOnPage;
    const top = isSame2 ? this.text.scrollTop : 0;
    Object.assign(this, { index, isOnPage, search, sentence });
    this.shown = this.#nameOf(index);
    const { entry } = this;
    this.#showAbout(entry, hasActions);
    this.text.hidden = isOnPage;
    this.pageView.element.hidden = this.pageView.bar.hidden = !isOnPage;
    if (isOnPage) {
      this.pageView.show(this.state.chart.encounter_id, entry, pageIndex, this.#pageMarks());
      return;
    }
    this.text.setAttribute("aria-label", entry ? entry.title : "Documents");
    if (entry) {
      this.text.classList.toggle("columns", isInColumns(entry.text));
      this.text.replaceChildren(...this.#markedText(entry));
    } else this.text.replaceChildren(this.state.chart ? "This chart has no documents." : "");
    this.text.scrollTop = top;
  }
  #nameOf(index) {
    return `${this.state.chart?.encounter_id}/${index}`;
  }
  #showAbout(entry, hasActions) {
    const actions = hasActions && this.state.chart ? this.screen.documentActions?.(entry) ?? [] : [];
    const about = [
      entry && make("strong", {}, entry.title),
      actions.length > 0 && make("span", { class: "about-actions" }, actions),
      entry?.about && make("span", {}, entry.about)
    ].filter(Boolean);
    const origin = entry ? isImageOnly(entry) ? IMAGE_ONLY : pagesWords(entry.pages ?? []) : "";
    if (origin) about.push(make("span", { class: "origin" }, origin));
    this.screen.fill(this.about, ...about);
  }
  get evidenceHere() {
    return this.state.evidence.filter((highlight) => highlight.index === this.index);
  }
  /** What is marked on a page: the sentences that bear on the code, and what the search matches. */
  #pageMarks() {
    const { search } = this;
    const sentences = this.evidenceHere.map((sentence) => ({
      start: sentence.start,
      end: sentence.end,
      classes: `evidence${sentence.negated ? " negated" : ""}${this.#isWalkedTo(sentence) ? " current" : ""}`
    }));
    const matches = search.matchesIn(this.index).map((match) => ({
      start: match.start,
      end: match.start + search.text.length,
      classes: match === search.current ? "hit current" : "hit"
    }));
    return [...sentences, ...matches];
  }
  #isWalkedTo({ index, start, end }) {
    const { sentence } = this;
    return Boolean(sentence) && sentence.index === index && sentence.start === start && sentence.end === end;
  }
  #markedText(entry) {
    const { search } = this;
    const highlights = this.evidenceHere.map((sentence) => ({ ...sentence, isWalkedTo: this.#isWalkedTo(sentence) }));
    const matches = search.matchesIn(this.index);
    const pieces = cutText(entry.text, highlights, matches, search.text.length, sectionsOf(entry.text));
    return pieces.map((piece) => markedPiece(piece, search.current));
  }
  // Scrolling
  scrollToMark(selector) {
    const mark = this.text.querySelector(selector);
    if (mark) this.#scrollTo(mark);
  }
  /** Scroll to a heading, of which there is one element. */
  scrollToSection(start) {
    const heading = this.text.querySelector(`.heading[data-start="${start}"]`);
    if (heading) this.text.scrollTop += heading.getBoundingClientRect().top - this.text.getBoundingClientRect().top - 4;
  }
  #scrollTo(mark) {
    const { text } = this;
    const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
    const isInView = top >= text.scrollTop && top + mark.offsetHeight <= text.scrollTop + text.clientHeight;
    if (!isInView) text.scrollTop = Math.max(0, top - text.clientHeight / 3);
  }
  /** The character of the text that is at about the top of what is shown of it. */
  get firstCharacterInView() {
    const { scrollTop, scrollHeight } = this.text;
    return scrollTop === 0 ? 0 : Math.floor(scrollTop / scrollHeight * this.entry.text.length);
  }
  /** The passage that is selected in the text, or null. */
  get selectedPassage() {
    const selection = document.getSelection();
    const { text, entry } = this;
    if (!entry || this.isOnPage || !selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    return { document_number: entry.document_number, start, end: start + range.toString().length };
  }
  /** The sentence of evidence at a marked place, or undefined. */
  sentenceAt(mark) {
    const start = Number(mark.dataset.start);
    return this.evidenceHere.find((highlight) => highlight.start <= start && start < highlight.end);
  }
  pageIndexOf(start) {
    return pageIndexAt(this.entry.pages, start);
  }
};

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

// auditlib/widgets/js/review_desk/outline.js
var Outline = class {
  /**
   * @param {(section: import("./sections.js").Section) => void} onChoose
   * @param {() => void} onLeave
   */
  constructor(onChoose, onLeave) {
    this.onChoose = onChoose;
    this.onLeave = onLeave;
    this.element = make("div", {
      class: "outline",
      role: "group",
      "aria-label": "Outline",
      hidden: true,
      onkeydown: (event) => this.#onKey(event)
    });
  }
  get isShown() {
    return !this.element.hidden;
  }
  /** Show the headings of a document; return false where it has none. */
  show(entry) {
    const sections = sectionsOf(entry.text);
    if (sections.length === 0) return false;
    this.element.replaceChildren(
      ...sections.map(
        (section) => make("button", { type: "button", onclick: () => this.onChoose(section) }, section.title)
      )
    );
    this.element.hidden = false;
    this.element.firstChild.focus({ preventScroll: true });
    return true;
  }
  hide() {
    this.element.hidden = true;
  }
  #onKey(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const buttons = [...this.element.children];
    const at = buttons.indexOf(document.activeElement);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    } else if (event.key === "Escape" || event.key === "o") {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
      this.onLeave();
    }
  }
};

// auditlib/widgets/js/review_desk/documents.js
var PAGE_SHARE = 0.85;
var VIEW_WORDS = { one: "One", two: "Two", page: "Page" };
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
   * @param {(entry: object | undefined) => Node[]} [screen.documentActions] Buttons about the document in view.
   * @param {() => void} screen.showEvidence Another sentence of evidence is walked to.
   */
  constructor(state, screen) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.otherIndex = 1;
    this.isNarrow = false;
    this.isWide = false;
    this.chosenView = null;
    this.scrollTops = /* @__PURE__ */ new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();
    this.pageIndexes = /* @__PURE__ */ new Map();
    const onMouseUp = (event, pane) => this.#offerPassage(event, pane);
    this.panes = [0, 1].map(() => new DocumentPane(state, screen, onMouseUp));
    this.activePane = this.panes[0];
    for (const pane of this.panes)
      pane.element.addEventListener("mousedown", () => {
        this.activePane = pane;
      });
    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.find(0),
      onkeydown: (event) => this.onSearchKey(event)
    });
    this.viewButton = actionButton(ACTIONS, "view", screen.act);
    this.outlineButton = actionButton(ACTIONS, "outline", screen.act);
    this.outline = new Outline((section) => this.#goToSection(section), () => this.screen.takeFocus());
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Documents" });
    this.panesElement = make("div", { class: "document-panes" });
    this.element = make(
      "section",
      { class: "documents", "aria-label": "Documents" },
      make(
        "div",
        { class: "tools" },
        this.tabs,
        make("label", { class: "keyed-field search" }, make("kbd", {}, shownKey(ACTIONS.search)), this.searchInput),
        this.viewButton,
        this.outlineButton
      ),
      this.panesElement,
      this.outline.element
    );
  }
  /** Start with the first document of another chart. */
  reset() {
    this.index = 0;
    this.otherIndex = 1;
    this.scrollTops.clear();
    this.search.clear();
    this.searchInput.value = "";
    this.evidenceIndex = -1;
    this.panes.forEach((pane) => pane.pageView.reset());
    this.pageIndexes.clear();
    this.outline.hide();
  }
  scrollToTop() {
    for (const pane of this.panes) pane.text.scrollTop = 0;
  }
  scrollPage(step) {
    const pane = this.shownPanes.includes(this.activePane) ? this.activePane : this.panes[0];
    if (pane.isOnPage) {
      if (!pane.pageView.scroll(step * PAGE_SHARE * pane.pageView.element.clientHeight)) this.turnPage(step);
      return;
    }
    pane.text.scrollTop += step * PAGE_SHARE * pane.text.clientHeight;
  }
  open(index) {
    if (!this.state.documents[index]) return;
    this.#turnTo(index);
    this.screen.takeFocus();
  }
  openNext(step) {
    this.open(this.index + step);
  }
  /** Show a document where it was left when it was shown last; one that stood beside it changes sides. */
  #turnTo(index) {
    this.#keepPlaces();
    if (index !== this.index && index === this.otherIndex) this.otherIndex = this.index;
    this.index = index;
    this.show();
    for (const pane of this.shownPanes) pane.text.scrollTop = this.scrollTops.get(pane.index) ?? 0;
  }
  #keepPlaces() {
    for (const pane of this.shownPanes) if (!pane.isOnPage) this.scrollTops.set(pane.index, pane.text.scrollTop);
  }
  // One or two, and pages
  get entry() {
    return this.state.documents[this.index];
  }
  get hasPages() {
    return Boolean(this.entry?.pages?.length) && !isImageOnly(this.entry);
  }
  /** The views that the open document and the width allow. */
  get views() {
    const hasTwo = this.state.documents.length > 1 && !this.isNarrow;
    return ["one", ...hasTwo ? ["two"] : [], ...this.hasPages ? ["page"] : []];
  }
  get view() {
    const { views } = this;
    if (this.chosenView && views.includes(this.chosenView)) return this.chosenView;
    return views.includes("two") && this.isWide ? "two" : "one";
  }
  nextView() {
    const { views, view } = this;
    if (views.length === 1) {
      this.screen.say("There is no other view: the chart has one document, without pages.");
      return;
    }
    this.#keepPlaces();
    const start = this.panes[0].isOnPage ? 0 : this.panes[0].firstCharacterInView;
    const before = view;
    this.chosenView = views[(views.indexOf(view) + 1) % views.length];
    if (this.chosenView === "page") this.#showPageOf(this.index, start);
    this.show();
    if (before === "page" && !this.panes[0].isOnPage) this.#scrollToPage();
    this.screen.takeFocus();
  }
  /** What each pane shows. */
  get #plan() {
    const on = (index2, isOnPage) => ({
      index: index2,
      isOnPage: isOnPage || isImageOnly(this.state.documents[index2]),
      pageIndex: this.pageIndexes.get(index2) ?? 0
    });
    const { view, index } = this;
    if (view === "page" && this.isNarrow) return [on(index, true)];
    if (view === "page") return [on(index, false), on(index, true)];
    if (view === "two") return [on(index, false), on(this.#besideIndex, false)];
    return [on(index, false)];
  }
  get #besideIndex() {
    const count = this.state.documents.length;
    if (this.otherIndex === this.index || this.otherIndex >= count) this.otherIndex = (this.index + 1) % count;
    return this.otherIndex;
  }
  get shownPanes() {
    return this.panes.filter((pane) => pane.element.parentElement === this.panesElement);
  }
  get #pageNow() {
    return this.shownPanes.find((pane) => pane.isOnPage);
  }
  turnPage(step) {
    const pane = this.#pageNow;
    const count = pane?.entry?.pages?.length ?? 0;
    const index = (this.pageIndexes.get(pane?.index) ?? 0) + step;
    if (!pane || index < 0 || index >= count) return;
    this.pageIndexes.set(pane.index, index);
    this.show();
    pane.pageView.element.scrollTop = 0;
    this.screen.takeFocus();
  }
  receivePage(content) {
    if (content.error || content.encounter_id === this.state.chart?.encounter_id)
      for (const pane of this.shownPanes) pane.pageView.receive(content);
  }
  /** Turn to the page on which a character of the text stands. */
  #showPageOf(index, start) {
    this.pageIndexes.set(index, pageIndexAt(this.state.documents[index].pages, start));
  }
  /** Scroll the text to where the text of its page begins. */
  #scrollToPage() {
    const page = this.entry.pages[this.pageIndexes.get(this.index) ?? 0];
    const { length } = this.entry.text;
    const { text } = this.panes[0];
    text.scrollTop = length > 0 ? page.start / length * text.scrollHeight : 0;
  }
  setWidth(isNarrow, isWide) {
    if (isNarrow === this.isNarrow && isWide === this.isWide) return;
    this.#keepPlaces();
    Object.assign(this, { isNarrow, isWide });
    this.show();
  }
  // Evidence for the code in focus
  /** Another code has the focus: mark what bears on it. */
  showOtherCode() {
    this.evidenceIndex = -1;
    this.show();
    this.showEvidenceHere();
  }
  showEvidenceHere() {
    const shown = this.shownPanes.map((pane) => pane.index);
    for (const index of new Set(shown)) {
      const here = this.state.evidence.find((highlight) => highlight.index === index);
      if (here) this.#goTo(index, here.start, ".evidence");
    }
  }
  /** The sentence that is walked to, or null. */
  get sentence() {
    return this.state.evidence[this.evidenceIndex] ?? null;
  }
  nextEvidence() {
    const { evidence } = this.state;
    if (evidence.length === 0) {
      this.screen.say("No sentence bears on this code. That is no proof.");
      return;
    }
    this.showSentence((this.evidenceIndex + 1) % evidence.length);
  }
  showSentence(place) {
    const { evidence } = this.state;
    this.evidenceIndex = place;
    const { index, start, negated, status } = evidence[place];
    if (!this.shownPanes.some((pane) => pane.index === index)) this.#turnTo(index);
    this.show();
    this.#goTo(index, start, `.evidence[data-start="${start}"]`);
    const { pages } = this.state.documents[index];
    const page = pages?.length ? `, page ${pages[pageIndexAt(pages, start)].page_number}` : "";
    const words = negated ? `, ${status}` : "";
    this.screen.say(`Evidence ${place + 1} of ${evidence.length}${page}${words}.`);
    this.screen.showEvidence();
    this.screen.takeFocus();
  }
  /** Go to what is marked at a character: on the page, and in the text. */
  #goTo(index, start, selector) {
    const isOnPage = this.shownPanes.some((pane) => pane.index === index && pane.isOnPage);
    if (isOnPage) {
      this.#showPageOf(index, start);
      this.show();
    }
    for (const pane of this.shownPanes) if (pane.index === index && !pane.isOnPage) pane.scrollToMark(selector);
  }
  /** The passage that is selected in a text, or null. */
  get selectedPassage() {
    return this.shownPanes.map((pane) => pane.selectedPassage).find(Boolean) ?? null;
  }
  /** The text was selected, or a marked sentence clicked: an open form takes it as evidence. */
  #offerPassage(event, pane) {
    const selected = pane.selectedPassage;
    if (selected) {
      this.screen.attach(selected);
      return;
    }
    const mark = event.target.closest?.("mark.evidence");
    const sentence = mark && pane.sentenceAt(mark);
    if (sentence) this.screen.attach(sentence);
  }
  // Search and outline
  focusSearch() {
    this.searchInput.select();
    this.searchInput.focus({ preventScroll: true });
  }
  find(step) {
    this.search.run(this.searchInput.value, this.state.documents, this.index, step);
    const { current } = this.search;
    const isShown = current && this.shownPanes.some((pane) => pane.index === current.index);
    if (!current || isShown) this.show();
    else this.#turnTo(current.index);
    if (current) this.#goTo(current.index, current.start, `.hit[data-start="${current.start}"]`);
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
  toggleOutline() {
    if (this.outline.isShown) {
      this.outline.hide();
      this.screen.takeFocus();
      return;
    }
    const pane = this.shownPanes.find(({ isOnPage }) => !isOnPage);
    if (pane?.entry && this.outline.show(pane.entry)) return;
    this.screen.say("No headings were found in this document.");
  }
  #goToSection(section) {
    this.outline.hide();
    this.panes[0].scrollToSection(section.start);
    this.screen.takeFocus();
  }
  // Showing
  show() {
    const { documents, evidence } = this.state;
    this.index = Math.min(this.index, Math.max(0, documents.length - 1));
    this.screen.fill(this.tabs, ...documents.map((entry, index) => this.#tab(entry, index, evidence)));
    const { search, sentence } = this;
    const tab = this.tabs.querySelector("[aria-selected=true]");
    if (tab) this.tabs.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - this.tabs.offsetLeft - this.tabs.clientWidth);
    this.searchInput.placeholder = documents.length > 1 ? `Search all ${documents.length}` : "Search";
    this.viewButton.disabled = this.views.length === 1;
    this.viewButton.lastChild.textContent = VIEW_WORDS[this.view];
    const plan = this.state.chart ? this.#plan : [{ index: 0, isOnPage: false, pageIndex: 0 }];
    const elements = plan.map((_, place) => this.panes[place].element);
    const shown = [...this.panesElement.children];
    if (elements.length !== shown.length || elements.some((element, place) => element !== shown[place]))
      this.panesElement.replaceChildren(...elements);
    this.panesElement.classList.toggle("two", plan.length > 1);
    plan.forEach((view, place) => this.panes[place].show({ ...view, search, sentence, hasActions: place === 0 }));
  }
  #tab(entry, index, evidence) {
    const evidenceCount = evidence.filter((highlight) => highlight.index === index).length;
    const matchCount = this.search.matchesIn(index).length;
    const isBeside = this.view === "two" && index === this.otherIndex;
    return make(
      "button",
      {
        type: "button",
        role: "tab",
        class: isBeside ? "beside" : null,
        "aria-selected": String(index === this.index),
        title: entry.title,
        onclick: () => this.open(index)
      },
      `${index + 1} ${tabName(this.state.documents, entry)}`,
      evidenceCount > 0 && make("span", { class: "count", title: "sentences that bear on the code" }, `(${evidenceCount})`),
      matchCount > 0 && make("span", { class: "count hits", title: "matches" }, String(matchCount))
    );
  }
};
var capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}

// auditlib/widgets/js/review_desk/pane_size.js
var NARROW_PIXELS = 1080;
var WIDE_PIXELS = 1200;
var LEAST_PIXELS = 320;
var MOST_PIXELS = 1e3;
var MARGIN_PIXELS = 16;
var PANES = ".jp-WindowedPanel-outer, .jp-Notebook, .jp-LinkedOutputView";
var PaneSize = class {
  /**
   * @param {HTMLElement} root
   * @param {Object} listeners
   * @param {(isNarrow: boolean, isWide: boolean) => void} listeners.onWidth
   * @param {(isInView: boolean) => void} listeners.onView
   */
  constructor(root, { onWidth, onView }) {
    this.root = root;
    this.pane = null;
    this.isOnScreen = true;
    this.onView = onView;
    this.fit = this.fit.bind(this);
    this.look = this.look.bind(this);
    this.widths = new ResizeObserver(
      () => this.fitWidth(onWidth)
    );
    this.widths.observe(root);
    this.heights = new ResizeObserver(this.fit);
    this.crossings = new IntersectionObserver(([entry]) => {
      this.isOnScreen = entry.isIntersecting;
      this.look();
    });
    this.crossings.observe(root);
    window.addEventListener("resize", this.fit);
    document.addEventListener("visibilitychange", this.look);
    this.fit();
  }
  close() {
    this.widths.disconnect();
    this.heights.disconnect();
    this.crossings.disconnect();
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.look);
  }
  fitWidth(onWidth) {
    this.findPane();
    onWidth(this.root.clientWidth < NARROW_PIXELS, this.root.clientWidth >= WIDE_PIXELS);
  }
  /** The desk is made before it is put into the notebook: its pane is known when it first has a size. */
  findPane() {
    const pane = this.root.closest(PANES);
    if (!pane || pane === this.pane) return;
    if (this.pane) this.heights.unobserve(this.pane);
    this.pane = pane;
    this.heights.observe(pane);
    this.fit();
    if (this.root.contains(document.activeElement)) this.root.scrollIntoView({ block: "center" });
  }
  fit() {
    const height = (this.pane?.clientHeight || window.innerHeight) - MARGIN_PIXELS;
    this.root.style.height = `${Math.min(Math.max(LEAST_PIXELS, height), MOST_PIXELS)}px`;
  }
  look() {
    this.onView(this.isOnScreen && document.visibilityState === "visible");
  }
};

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

// auditlib/widgets/js/review_desk/review_state.js
var storedCode = (text) => text.replaceAll(".", "").toUpperCase();
var referenceToAdded = ({ code_system, code, code_role, modifiers }) => ({
  code_system,
  code,
  code_role,
  modifiers
});

// auditlib/widgets/js/review_desk/code_matches.js
var SEARCH_PAUSE_MILLISECONDS = 60;
var listCount = 0;
var CodeMatches = class {
  /**
   * @param {Object} form
   * @param {(request: {sequence: number, code_system: string, text: string}) => void} form.ask
   * @param {(code: object) => void} form.onTake
   * @param {() => void} form.onChoose Another code is chosen, or none; nothing is taken yet.
   * @param {() => void} form.onSave A second Enter came before the codes did.
   * @param {string | null} form.billed The coder's code.
   */
  constructor({ ask, onTake, onChoose, onSave, billed }) {
    this.ask = ask;
    this.onChoose = onChoose;
    this.onTake = onTake;
    this.onSave = onSave;
    this.billed = billed;
    listCount += 1;
    this.id = `auditlib-codes-${listCount}`;
    const list = { class: "found", role: "listbox", id: this.id, "aria-label": "Matching codes", tabindex: "-1" };
    this.element = make("div", list);
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.sequence = 0;
    this.isAwaited = false;
    this.waitingKeys = [];
    this.codes = [];
    this.chosen = -1;
  }
  close() {
    this.pause.cancel();
  }
  /** The field in which one types says which code is chosen. */
  setField(field2) {
    this.field = field2;
    field2.setAttribute("role", "combobox");
    field2.setAttribute("aria-autocomplete", "list");
    field2.setAttribute("aria-controls", this.id);
    field2.setAttribute("aria-expanded", "false");
  }
  /** Show codes near the coder's before anything is typed; none of them is chosen. */
  offer(codeSystem, text) {
    this.isOffer = true;
    this.#ask(codeSystem, text);
  }
  /** Ask for codes when typing pauses. */
  search(codeSystem, text) {
    this.pause.cancel();
    this.waitingKeys = [];
    this.isOffer = false;
    if (!text) {
      this.#clear();
      return;
    }
    this.sequence += 1;
    this.isAwaited = true;
    this.pause.run(() => this.#ask(codeSystem, text));
  }
  #ask(codeSystem, text) {
    this.sequence += 1;
    this.isAwaited = true;
    this.ask({ sequence: this.sequence, code_system: codeSystem, text });
  }
  #clear() {
    this.pause.cancel();
    this.codes = [];
    this.isAwaited = false;
    this.sequence += 1;
    this.element.replaceChildren();
    this.#choose(-1);
  }
  /** Show the codes of an answer, unless more has been typed since. */
  show(content, typed) {
    if (content.sequence !== this.sequence) return;
    this.isAwaited = false;
    this.codes = content.codes ?? [];
    const note = content.error?.message || content.note;
    const none = note || "Not in the code sets that are loaded for this date.";
    const options = this.codes.map((code, index) => this.#option(code, index, storedCode(typed)));
    const isNoteShown = this.codes.length === 0 && !this.isOffer || note;
    this.element.setAttribute("role", options.length ? "listbox" : "group");
    this.element.replaceChildren(...options, ...isNoteShown ? [make("div", { class: "none" }, none)] : []);
    this.#choose(this.codes.length > 0 && !this.isOffer ? 0 : -1);
    const { waitingKeys } = this;
    this.waitingKeys = [];
    for (const key of waitingKeys) if (!this.#press(key) && key === "Enter") this.onSave();
  }
  #option(code, index, typed) {
    const notes = [
      code.in_record,
      !code.is_billable && "needs more characters",
      code.code === this.billed && "billed",
      code.code === typed && code.code !== this.billed && "as typed"
    ].filter(Boolean);
    return make(
      "div",
      {
        role: "option",
        id: `${this.id}-${index}`,
        class: code.code === typed ? "whole" : null,
        onmousedown: (event) => {
          event.preventDefault();
          this.#take(index);
        }
      },
      make("b", {}, code.shown),
      make("span", { class: "title" }, code.description ?? ""),
      make("span", { class: "note" }, notes.join(", "))
    );
  }
  /** The code that Enter would take, or null. */
  get chosenCode() {
    return this.codes[this.chosen] ?? null;
  }
  #choose(index) {
    this.chosen = index;
    this.onChoose();
    [...this.element.children].forEach((option, place) => {
      if (option.getAttribute("role") === "option") option.setAttribute("aria-selected", String(place === index));
    });
    this.field?.setAttribute("aria-expanded", String(this.codes.length > 0));
    if (index < 0) this.field?.removeAttribute("aria-activedescendant");
    else {
      this.field?.setAttribute("aria-activedescendant", `${this.id}-${index}`);
      scrollToRow(this.element, this.element.children[index]);
    }
  }
  /** Move through the codes or take one; return whether the key was meant for them. */
  onKey(event) {
    if (this.isAwaited && !this.isOffer && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) {
      this.waitingKeys.push(event.key);
      return true;
    }
    return this.#press(event.key);
  }
  #press(key) {
    const count = this.codes.length;
    if (count === 0) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const isFirstPress = this.chosen < 0;
      const step = key === "ArrowDown" ? 1 : isFirstPress ? count : count - 1;
      this.#choose((this.chosen + step) % count);
      return true;
    }
    if (key === "Enter" && this.chosen >= 0) {
      this.#take(this.chosen);
      return true;
    }
    return false;
  }
  #take(index) {
    const code = this.codes[index];
    this.#clear();
    this.element.replaceChildren(
      make(
        "div",
        { class: "whole", role: "option", "aria-selected": "true" },
        make("b", {}, code.shown),
        make("span", { class: "title" }, code.description ?? "")
      )
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

// auditlib/widgets/js/review_desk/error_kind.js
var DIAGNOSES = "ICD-10-CM";
var CATEGORY_LENGTH = 3;
var NOT_SAID = /\bunspecified\b|\bnot otherwise specified\b|\bNOS\b/i;
var RESIDUAL = /^[09]$/;
function likelyKind(code, corrected) {
  const typed = storedCode(corrected.code);
  if (typed !== code.code) return isMoreSpecific(code, typed) ? "not specific" : "wrong code";
  if (corrected.code_role !== code.code_role) return "sequencing";
  if (corrected.modifiers.join(" ").toUpperCase() !== code.modifiers.join(" ")) return "modifier";
  if ((corrected.unit_count ?? "") !== (code.unit_count ?? "")) return "units";
  return (corrected.poa_indicator ?? null) === code.poa_indicator ? "wrong code" : "POA";
}
function isMoreSpecific(code, typed) {
  if (code.code_system !== DIAGNOSES || typed.slice(0, CATEGORY_LENGTH) !== code.code.slice(0, CATEGORY_LENGTH))
    return false;
  if (typed.length > code.code.length) return true;
  if (typed.length < code.code.length) return false;
  if (code.description) return NOT_SAID.test(code.description);
  const isSubdivided = code.code.length > CATEGORY_LENGTH + 1 && typed.slice(0, -1) === code.code.slice(0, -1);
  return isSubdivided && RESIDUAL.test(code.code.at(-1)) && !RESIDUAL.test(typed.at(-1));
}

// auditlib/widgets/js/review_desk/verdict_form.js
var DIAGNOSES2 = "ICD-10-CM";
var PROCEDURES_WITH_MODIFIERS = /* @__PURE__ */ new Set(["CPT", "HCPCS"]);
var DIRECTIONS = ["overpaid", "underpaid"];
var USUAL_CAUSE = "coder oversight";
var CATEGORY_LENGTH2 = 3;
var NEW_CODE = {
  code_system: DIAGNOSES2,
  code: "",
  shown: "",
  code_role: "secondary",
  poa_indicator: null,
  modifiers: [],
  unit_count: null
};
var VerdictForm = class extends SmallForm {
  /**
   * @param {"change" | "delete" | "add"} action
   * @param {import("./review_state.js").Row | null} row The code that it is about; null for a new one.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   * @param {Object} [proposed] What the form begins with, where no verdict is there yet.
   * @param {object} [proposed.corrected]
   * @param {string} [proposed.error_kind]
   */
  constructor(action, row, state, screen, proposed = {}) {
    super(screen);
    this.action = action;
    this.row = row;
    this.state = state;
    this.fields = {};
    this.canFindCodes = state.canFindCodes;
    this.matches = new CodeMatches({
      ask: screen.findCodes,
      onTake: (code) => {
        this.fields.code.value = code.shown;
        this.#proposeKind();
      },
      onChoose: () => this.#proposeKind(),
      onSave: () => this.save(),
      billed: row && !row.added ? row.code.code : null
    });
    const current = row?.verdict?.action === action ? row.verdict : null;
    const known = current ?? proposed;
    this.isKindChosen = Boolean(known.error_kind);
    this.evidence = new EvidenceChoice(
      state.documents,
      state.evidenceOf(row),
      current?.evidence?.passage ?? null
    );
    this.element = this.#make(state.choices, known);
    this.first = this.fields.code ?? this.fields.cause;
    if (row?.added) {
      this.fields.code.readOnly = true;
      this.fields.code_system.disabled = true;
      this.first = this.fields.code_role;
      this.showMore(true);
    }
    if (this.fields.code) this.matches.setField(this.fields.code);
    this.fields.error_kind.addEventListener("change", () => {
      this.isKindChosen = true;
    });
    this.element.addEventListener("input", (event) => this.#onInput(event.target));
    this.#fitFields();
    if (current?.payment_difference || current?.evidence || current?.severity) this.showMore(true);
  }
  close() {
    this.matches.close();
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select?.();
    if (this.action === "change" && this.canFindCodes && !this.row.added) this.#offerNearCodes();
  }
  /** Before anything is typed, the codes beside the coder's stand ready. */
  #offerNearCodes() {
    const { code } = this.row;
    const near = code.code_system === DIAGNOSES2 && code.code.length > CATEGORY_LENGTH2 ? code.shown.slice(0, -1) : code.shown;
    this.matches.offer(code.code_system, near.replace(/\.$/, ""));
  }
  // Fields
  #make(choices, known) {
    const { action, row } = this;
    const title = {
      change: "Change",
      delete: "Delete",
      add: row?.added ? "Change the added code" : "Add a missed code"
    }[action];
    const finding = row?.code.findings?.[0];
    this.more = make("div", { class: "fields more", hidden: true }, ...this.#moreFields(choices, known));
    this.moreButton = make(
      "button",
      { type: "button", class: "plain", "aria-expanded": "false", "aria-keyshortcuts": "Alt+.", onclick: () => this.showMore() },
      make("kbd", {}, shownKey(ACTIONS.more)),
      " more fields"
    );
    return this.makeForm(
      title,
      make(
        "h3",
        {},
        action === "add" ? title : `${title} `,
        action !== "add" && make("span", { class: "code" }, row.code.shown),
        finding && make("span", { class: "about-finding", title: finding.detail }, `${finding.check_id} ${finding.detail}`)
      ),
      ...action === "delete" ? [] : this.#codeField(known),
      make("div", { class: "two" }, ...this.#reasonFields(choices, known)),
      this.#input("comment", "Comment for the coder", known.comment ?? "", "why, in your words"),
      this.more,
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", `Save ${action === "add" ? "code" : action}`, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
        make("span", { class: "spring" }),
        this.moreButton
      )
    );
  }
  #codeField(known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const day = this.state.chart?.service_date;
    const valid = day ? ` valid on ${day}` : "";
    const label = this.action === "add" ? `Missed code${valid}` : `Right code, ${code.code_system}${valid}`;
    const how = this.canFindCodes ? " (number or words)" : "";
    const input = this.#input("code", `${label}${how}`, code.shown, this.canFindCodes ? "code or words" : "code", "Code");
    this.billed = make(
      "div",
      { class: "two" },
      this.#input("modifiers", "Modifiers", code.modifiers.join(" "), "25 LT"),
      this.#input("unit_count", "Units", code.unit_count ?? "", "1")
    );
    return [make("div", { class: "code-entry" }, input, this.matches.element), this.billed];
  }
  #reasonFields(choices, known) {
    const { action } = this;
    const kinds = choices.error_kinds[action];
    const usualKind = action === "delete" ? "unsupported code" : kinds[0];
    const usualCause = this.state.lastCauses[action] ?? (choices.causes.includes(USUAL_CAUSE) ? USUAL_CAUSE : choices.causes[0]);
    const kind = action === "change" ? "Error kind (proposed)" : "Error kind";
    return [
      this.#select("error_kind", kind, kindOptions(kinds, withOwn(choices.own_kinds, known)), kindValue(known) ?? usualKind, void 0, "Error"),
      this.#select("cause", "Cause", plain(choices.causes), known.cause ?? usualCause)
    ];
  }
  /** The fields behind the key of more fields; further ones join here. */
  #moreFields(choices, known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const ofCode = this.action === "delete" ? [] : [
      this.#select("code_system", "System", plain(choices.code_systems), code.code_system),
      this.#select("code_role", "Role", plain(choices.code_roles), code.code_role),
      this.#select("poa_indicator", "POA", choices.poa_indicators, code.poa_indicator, "none")
    ];
    return [
      ...ofCode,
      ...this.#dollarFields(known.payment_difference ?? null),
      this.#field("evidence", "Evidence", this.evidence.element),
      this.#select("severity", "Severity", plain(choices.severities), known.severity, "not graded")
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
  /** Show the fields that are not always needed, or hide them. */
  showMore(isShown = this.more.hidden) {
    this.more.hidden = !isShown;
    this.moreButton.setAttribute("aria-expanded", String(isShown));
    this.moreButton.lastChild.textContent = isShown ? " fewer fields" : " more fields";
  }
  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    if (!isAttached) return false;
    this.showMore(true);
    if (!this.element.contains(document.activeElement)) this.evidence.element.focus({ preventScroll: true });
    return true;
  }
  /** @param {[string, string][]} options Values with their words. */
  #select(name, label, options, value, placeholder, accessibleName = label) {
    const elements = options.map(
      ([entry, words]) => make("option", { value: entry, selected: entry === value }, words)
    );
    if (placeholder !== void 0)
      elements.unshift(make("option", { value: "", selected: !value }, placeholder));
    return this.#field(name, label, make("select", { name, "aria-label": accessibleName }, elements));
  }
  #input(name, label, value, placeholder, accessibleName = label) {
    const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": accessibleName };
    return this.#field(name, label, make("input", { name, value, placeholder, ...settings }));
  }
  #field(name, label, element) {
    this.fields[name] = element;
    return field(name, label, element);
  }
  /** Show the fields that the system of the code has; the others keep what they hold. */
  #fitFields() {
    const { fields } = this;
    if (!fields.code_system) return;
    const system = fields.code_system.value;
    fields.poa_indicator.parentElement.hidden = system !== DIAGNOSES2;
    this.billed.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
  }
  #onInput(target) {
    const { fields } = this;
    if (target === fields.code_system) this.#fitFields();
    if ((target === fields.code || target === fields.code_system) && this.canFindCodes)
      this.matches.search(fields.code_system.value, fields.code.value.trim());
    if (target !== fields.error_kind) this.#proposeKind();
  }
  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === ACTIONS.more.key && (event.altKey || event.target.tagName !== "INPUT")) {
      event.preventDefault();
      this.showMore();
    } else if (event.target === this.fields.code && this.matches.onKey(event)) {
      event.preventDefault();
    } else super.onKey(event);
  }
  showMatches(content) {
    this.matches.show(content, this.fields.code.value.trim());
  }
  // What the form says
  /** Propose the kind of error that the difference to the coder's code shows, until one is chosen. */
  #proposeKind() {
    if (this.isKindChosen || this.action !== "change" || !this.fields.error_kind) return;
    const { chosenCode } = this.matches;
    const { corrected } = this;
    this.fields.error_kind.value = likelyKind(this.row.code, { ...corrected, code: chosenCode?.code ?? corrected.code });
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
      this.showMore(true);
      fields.dollars.focus();
      return;
    }
    this.state.lastCauses[action] = fields.cause.value;
    this.send({
      kind: "decide",
      action,
      ...row && !row.added ? { code_number: row.code.code_number } : {},
      ...row?.added ? { replaces: referenceToAdded(row.code) } : {},
      ...action === "delete" ? {} : { corrected: this.corrected },
      ...chosenKind(fields.error_kind.value),
      severity: fields.severity.value || null,
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
var OWN_KIND = "\n";
var kindValue = ({ error_kind: kind, own_kind: own }) => own ? `${kind}${OWN_KIND}${own}` : kind;
function withOwn(ownKinds, { error_kind: kind, own_kind: own }) {
  const isKnown = !own || ownKinds.some(([name, within]) => name === own && within === kind);
  return isKnown ? ownKinds : [...ownKinds, [own, kind]];
}
function kindOptions(kinds, ownKinds = []) {
  return kinds.flatMap((kind) => [
    [kind, kind],
    ...ownKinds.filter(([, within]) => within === kind).map(([own]) => [kindValue({ error_kind: kind, own_kind: own }), `${own} (${kind})`])
  ]);
}
function chosenKind(value) {
  const [kind, own] = value.split(OWN_KIND);
  return { error_kind: kind, own_kind: own ?? null };
}
var plain = (values) => values.map((value) => [value, value]);

// auditlib/widgets/js/review_desk/stay_form.js
var DRG = "DRG";
var DIRECTIONS2 = ["overpaid", "underpaid"];
var USUAL_CAUSE2 = "coder oversight";
var StayForm = class extends SmallForm {
  /**
   * @param {object[]} facts The facts of the stay that may be judged, each with its verdict or null.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   * @param {() => void} [screen.findGroup] Asks for the DRG of the codes as audited.
   */
  constructor(facts, state, screen) {
    super(screen);
    this.facts = facts;
    this.state = state;
    this.canFindCodes = state.canFindCodes;
    this.element = this.makeForm("Stay");
    this.element.addEventListener("input", (event) => {
      if (event.target === this.first && this.canFindCodes)
        this.matches.search(this.fact.code_system, padded(this.fact, this.first.value.trim()));
    });
    this.show(facts.find(({ verdict }) => !verdict) ?? facts[0]);
  }
  close() {
    this.matches?.close();
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select();
  }
  /** Show the fields of a fact, as it was judged or as it was billed. */
  show(fact) {
    this.close();
    this.fact = fact;
    const known = fact.verdict ?? {};
    const difference = known.payment_difference ?? null;
    this.matches = new CodeMatches({
      ask: (request) => this.screen.findCodes(request),
      onTake: (code) => {
        this.first.value = code.code;
      },
      onChoose: () => {
      },
      onSave: () => this.save(),
      billed: fact.billed
    });
    const value = known.corrected ?? fact.billed;
    this.first = lineElement({ name: "value", label: `Right ${fact.fact}`, value });
    this.matches.setField(this.first);
    const causes = this.state.choices.causes.map(same);
    this.cause = lineElement({ name: "cause", label: "Cause", value: known.cause ?? USUAL_CAUSE2, options: causes });
    this.comment = lineElement({ name: "comment", label: "Comment", value: known.comment ?? "", placeholder: "why, in your words" });
    this.dollars = lineElement({ name: "dollars", label: "Dollars", value: (difference ?? "").replace("-", ""), placeholder: "not priced" });
    const paid = DIRECTIONS2[Number(difference?.startsWith("-") ?? false)];
    this.direction = lineElement({ name: "direction", label: "Paid", value: paid, options: DIRECTIONS2.map(same) });
    this.evidence = new EvidenceChoice(this.state.documents, [], known.evidence?.passage ?? null);
    this.proposal = make("div", { class: "proposal" });
    const ofStay = fact.fact === DRG ? "Dollars of the whole stay" : "Dollars";
    this.element.replaceChildren(
      make("h3", {}, `${capital2(fact.fact)}, billed `, make("span", { class: "code" }, fact.billed), this.#others()),
      make(
        "div",
        { class: "code-entry" },
        field("value", `Right ${fact.fact}: the billed one agrees`, this.first),
        this.matches.element
      ),
      this.proposal,
      make("div", { class: "two" }, field("cause", "Cause of a change", this.cause), field("comment", "Comment for the coder", this.comment)),
      make("div", { class: "two" }, field("dollars", ofStay, this.dollars), field("direction", "Paid", this.direction)),
      field("evidence", "Evidence", this.evidence.element),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
    if (this.canFindCodes) this.matches.offer(fact.code_system, fact.billed);
    if (fact.fact === DRG) this.screen.findGroup?.();
  }
  /** The way to the other fact of the stay. */
  #others() {
    return this.facts.filter((other) => other !== this.fact).map(
      (other) => make(
        "button",
        {
          type: "button",
          class: "plain",
          onclick: () => {
            this.show(other);
            this.focusFirst();
          }
        },
        `${capital2(other.fact)}…`
      )
    );
  }
  showMatches(content) {
    this.matches.show(content, this.first.value.trim());
  }
  /** Show the DRG that the codes give as audited; nothing where none can be said. */
  showGroup({ drg, grouper }) {
    if (this.fact.fact !== DRG || !drg) return;
    const take = () => {
      this.first.value = drg;
      this.focusFirst();
    };
    this.proposal.replaceChildren(
      make("span", {}, "The codes as audited give ", make("b", {}, drg), make("span", { class: "faint" }, `, by ${grouper} `)),
      drg === this.first.value ? "" : make("button", { type: "button", class: "plain", onclick: take }, `Take ${drg}`)
    );
  }
  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    if (isAttached && !this.element.contains(document.activeElement))
      this.evidence.element.focus({ preventScroll: true });
    return isAttached;
  }
  onKey(event) {
    if (event.target === this.first && event.key !== "Escape" && this.matches.onKey(event)) event.preventDefault();
    else super.onKey(event);
  }
  save() {
    if (this.isWaiting) return;
    const difference = signedDollars(this.dollars.value, this.direction.value);
    if (difference === void 0) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      this.dollars.focus();
      return;
    }
    if (!this.first.value.trim()) {
      this.screen.say(`Type the right ${this.fact.fact}.`);
      this.first.focus();
      return;
    }
    this.send({
      kind: "stay",
      fact: this.fact.fact,
      corrected: this.first.value.trim(),
      cause: this.cause.value,
      comment: this.comment.value.trim() || null,
      payment_difference: difference,
      evidence: this.evidence.chosen
    });
  }
};
var same = (value) => [value, value];
var padded = (fact, typed) => /^\d+$/.test(typed) ? typed.padStart(fact.fact === DRG ? 3 : 2, "0") : typed;
var capital2 = (word) => word[0].toUpperCase() + word.slice(1);

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

// auditlib/widgets/js/shared/decision_screen.js
var READING = /* @__PURE__ */ new Set(["chart", "evidence", "search", "outline", "page", "previousPage", "nextPage"]);
var FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";
var MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous row"],
  ["1 to 9", "Take the choice with that number: it shows, and decides nothing yet"],
  ["Enter", "Decide as chosen; when nothing is open here, go to the next chart"],
  ["[ ]", "Previous or next document of the chart"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Escape", "Cancel the choice, or leave the screen for the notebook"]
];
var DecisionScreen = class {
  /**
   * @param {object} model
   * @param {HTMLElement} host
   * @param {Object} look
   * @param {string} look.name The class of the screen.
   * @param {string} look.label
   * @param {Object<string, import("../keymap.js").Action>} look.actions
   */
  constructor(model, host, { name, label, actions }) {
    this.actions = actions;
    this.status = null;
    this.chart = null;
    this.choices = null;
    this.canFindCodes = false;
    this.focusKey = null;
    this.choice = null;
    this.isThirdOpen = false;
    this.reasons = /* @__PURE__ */ new Map();
    this.form = null;
    this.lastCauses = {};
    this.isChartShown = false;
    this.isHelpShown = false;
    this.isCut = false;
    this.problem = null;
    this.notice = "";
    this.act = this.act.bind(this);
    this.pending = new PendingDecisions(() => this.showMessage());
    this.documents = new DocumentsPane(this.shownChart(), {
      act: this.act,
      say: (words) => this.say(words),
      takeFocus: () => this.takeFocus(),
      fill: (part, ...children) => this.fill(part, ...children),
      requestPage: (request) => this.transport.send({ kind: "page", ...request }),
      attach: (passage) => this.form?.attach?.(passage),
      showEvidence: () => {
      }
    });
    this.documents.setWidth(true, false);
    this.reasonInput = make("input", {
      type: "text",
      name: "reason",
      autocomplete: "off",
      "aria-label": "Reason of the decision",
      oninput: () => this.reasons.set(this.reasonKey, this.reasonInput.value),
      onkeydown: (event) => this.onReasonKey(event)
    });
    this.parts = {
      header: make("header", { class: "decision-head bar" }),
      band: make("div", { class: "band" }),
      body: make("div", { class: "body" }),
      list: make("div", { class: "list", tabindex: "0", role: "group", "aria-label": "What is to be decided" }),
      panels: make("div", { class: "panels" }),
      chart: make("div", { class: "chart-view" }, this.documents.element),
      form: make("div", { class: "form-place" }),
      foot: make("footer", { class: "decision-foot bar" }),
      message: makeMessageLine(),
      help: make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: true })
    };
    const { header, band, body, list, panels, chart, form, foot, message, help } = this.parts;
    body.append(chart, list, panels);
    this.root = makeScreen(
      `drawn auditlib-review auditlib-decisions ${name}`,
      label,
      { role: "region", tabindex: "0" },
      header,
      band,
      body,
      form,
      foot,
      message,
      help
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => {
        this.showCut();
        this.transport.send({ kind: "ready" });
      },
      onCut: () => this.showCut()
    });
    host.append(this.root);
    this.paneSize = new PaneSize(this.root, { onWidth: () => {
    }, onView: () => {
    } });
    this.showAll();
    this.transport.send({ kind: "ready" });
    requestAnimationFrame(() => {
      const active = document.activeElement;
      if (!active || !(active.isContentEditable || isField(active))) this.takeFocus();
    });
  }
  destroy() {
    this.paneSize.close();
    this.pending.stop();
    this.form?.close();
    this.transport.close();
    this.root.remove();
  }
  // What a screen of its own says
  /** @returns {object[]} The rows of the list, each with a key. */
  get rows() {
    return this.status?.rows ?? [];
  }
  /** Whether a row waits for a decision. */
  isOpen(_row) {
    return false;
  }
  /** @returns {Choice[]} What can be decided on a row. */
  choicesOf(_row) {
    return [];
  }
  /** The sentences of evidence of a row: document, characters, and whose they are. */
  sentencesOf(_row) {
    return [];
  }
  /** How a message names a row. */
  referenceTo(_row) {
    return {};
  }
  // What the documents and the form ask for
  /** The chart as the pane of documents reads it. */
  shownChart() {
    const screen = this;
    return {
      get chart() {
        return screen.chart;
      },
      get documents() {
        return screen.documentsOfChart;
      },
      get evidence() {
        return screen.evidence;
      }
    };
  }
  get documentsOfChart() {
    return this.chart?.documents ?? [];
  }
  get focusedRow() {
    return this.rows.find((row) => row.key === this.focusKey) ?? null;
  }
  get reasonKey() {
    return `${this.status?.encounter_id} ${this.focusKey}`;
  }
  /** The sentences of the row in focus, in the order of the documents. */
  get evidence() {
    const order = new Map(this.documentsOfChart.map((entry, index) => [entry.document_number, index]));
    return this.sentencesOf(this.focusedRow).filter(({ document_number: number }) => order.has(number)).map((sentence) => ({ ...sentence, index: order.get(sentence.document_number) })).sort((one, other) => one.index - other.index || one.start - other.start);
  }
  takeFocus() {
    this.root.focus({ preventScroll: true });
  }
  /** Put new children into a part; focus lost with the old ones stays on the screen, off the notebook. */
  fill(part, ...children) {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...children.flat(Infinity).filter(Boolean));
    if (hadFocus) this.takeFocus();
  }
  // Messages
  showCut() {
    this.isCut = true;
    this.showMessage();
  }
  /** Send a gesture under the next number, and return the number. */
  send(message) {
    this.problem = null;
    this.notice = "";
    const sequence = this.transport.nextSequence();
    const gesture = { sequence, encounter_id: this.status?.encounter_id ?? null, ...message };
    this.pending.add(sequence, this.focusKey, gesture);
    this.transport.send(gesture);
    this.showHeader();
    this.showMessage();
    return sequence;
  }
  receive(content) {
    const isMine = this.transport.isMine(content);
    if (content.kind === "matches") {
      if (isMine) this.form?.showMatches?.(content);
      return;
    }
    if (content.kind === "page") {
      if (isMine) this.documents.receivePage(content);
      return;
    }
    if (content.kind !== "screen" || !isMine) return;
    this.isCut = false;
    const answered = this.pending.take(content.sequence);
    if (content.choices) {
      this.choices = content.choices;
      this.canFindCodes = content.can_find;
    }
    if (content.error) this.problem = content.error;
    const before = this.status?.encounter_id;
    const isSeen = this.status !== null;
    if (content.status) this.status = content.status;
    if ("chart" in content) this.chart = content.chart;
    const isOtherChart = !isSeen || this.status?.encounter_id !== before;
    if (isOtherChart) this.enterChart();
    if (answered) this.afterAnswer(content, answered, isOtherChart);
    if (!this.focusedRow) this.focusFirst();
    this.pending.watch();
    this.showAll();
  }
  enterChart() {
    this.closeForm();
    this.clearChoice();
    this.documents.reset();
    this.focusFirst();
  }
  focusFirst() {
    const row = this.rows.find((one) => this.isOpen(one)) ?? this.rows[0];
    this.focusKey = row?.key ?? null;
  }
  afterAnswer(content, answered, isOtherChart) {
    const { form } = this;
    const isOfForm = form !== null && form.sequence === content.sequence;
    if (content.error) {
      if (isOfForm) {
        form.release();
        form.focusFirst();
      }
      return;
    }
    if (isOfForm) this.closeForm();
    if (content.notice) this.notice = content.notice;
    if (answered.kind !== "decide") return;
    this.reasons.delete(`${answered.encounter_id} ${answered.focusKey}`);
    if (isOtherChart || this.focusKey !== answered.focusKey) return;
    this.clearChoice();
    const place = this.rows.findIndex(({ key }) => key === this.focusKey);
    const next = [...this.rows.slice(place + 1), ...this.rows.slice(0, place)].find((row) => this.isOpen(row));
    if (next) this.focusKey = next.key;
    this.takeFocus();
  }
  // Choosing and deciding
  clearChoice() {
    this.choice = null;
    this.isThirdOpen = false;
  }
  setFocus(key) {
    if (this.isFormOpen) {
      this.say(FORM_IS_OPEN);
      return;
    }
    this.focusKey = key;
    this.clearChoice();
    this.notice = "";
    this.showAll();
    if (this.isChartShown) this.documents.showOtherCode();
  }
  /** A pressed choice shows; only Enter decides. */
  choose(choice) {
    const row = this.focusedRow;
    if (!row || this.isFormOpen) return;
    if (!this.isOpen(row)) {
      this.say("This is decided: u opens it again.");
      return;
    }
    if (choice.isThird) {
      this.openThird(row);
      return;
    }
    this.isThirdOpen = false;
    this.choice = choice;
    this.say("");
    this.showPanels();
    this.takeFocus();
  }
  openThird(row) {
    this.choice = null;
    if (row.stay) this.openStayForm(row);
    else if (this.thirdActions(row).length > 1) {
      this.isThirdOpen = true;
      this.showPanels();
      this.takeFocus();
    } else this.openVerdictForm(row, this.thirdActions(row)[0]);
  }
  /** What another verdict can be on a row. */
  thirdActions(row) {
    return row.code_number === null ? ["add"] : ["agree", "change", "delete"];
  }
  chooseThird(action) {
    const row = this.focusedRow;
    if (action === "agree") {
      const verdict = { action, code_number: row.code_number };
      this.takeThird(row, verdict, "agree");
    } else this.openVerdictForm(row, action);
  }
  takeThird(row, verdict, words) {
    const choice = this.choicesOf(row).find(({ isThird }) => isThird);
    this.isThirdOpen = false;
    this.choice = { ...choice, isThird: false, words: `Another verdict: ${words}`, message: this.thirdMessage(verdict) };
    this.showAll();
    this.takeFocus();
  }
  thirdMessage(verdict) {
    return { verdict };
  }
  decide() {
    const row = this.focusedRow;
    if (!row || !this.isOpen(row)) {
      this.send({ kind: "next open" });
      return;
    }
    if (!this.choice) {
      const keys = this.choicesOf(row).map(({ key }) => key);
      this.say(`Choose first, by ${keys.join(" or ")}: nothing is chosen for you.`);
      return;
    }
    const reason = this.reasonInput.value.trim();
    if (!reason) {
      this.say("Say why; then Enter decides.");
      this.reasonInput.focus({ preventScroll: true });
      return;
    }
    if (this.pending.keysOf(this.status.encounter_id).has(row.key)) return;
    this.send({ kind: "decide", ...this.referenceTo(row), reason, ...this.choice.message });
    this.showList();
  }
  onReasonKey(event) {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.decide();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.takeFocus();
    }
  }
  // Forms
  get isFormOpen() {
    return this.form !== null && !this.form.isWaiting;
  }
  /** What the form of a verdict needs of a code: its own row, as the review desk has it. */
  formRow(row, action) {
    const code = this.chart?.codes.find(({ code_number: number }) => number === row.code_number) ?? null;
    if (action === "add" || !code) return null;
    return { key: row.key, code, verdict: null, added: false };
  }
  /** What the forms of the review desk need to know. */
  formState() {
    return {
      choices: this.choices,
      canFindCodes: this.canFindCodes,
      chart: this.chart,
      documents: this.documentsOfChart,
      evidenceOf: () => this.evidence,
      lastCauses: this.lastCauses
    };
  }
  openVerdictForm(row, action) {
    this.placeForm(
      new VerdictForm(action, this.formRow(row, action), this.formState(), {
        ...this.formScreen((form, verdict) => {
          this.closeForm();
          this.lastCauses[action] = verdict.cause;
          const code = verdict.corrected?.code;
          this.takeThird(row, verdict, [verdict.action, code, verdict.error_kind].filter(Boolean).join(" "));
        }),
        findCodes: (request) => this.transport.send({ kind: "find", ...request })
      })
    );
  }
  openStayForm(row) {
    const screen = this.formScreen((form, verdict) => {
      this.closeForm();
      this.takeThird(row, verdict, `${verdict.fact} ${verdict.corrected}`);
    });
    const findCodes = (request) => this.transport.send({ kind: "find", ...request });
    this.placeForm(new StayForm([row.stay], this.formState(), { ...screen, findCodes }));
  }
  openLineForm(title, button, fields, message) {
    this.placeForm(
      new LineForm(
        title,
        button,
        fields,
        this.formScreen((form, values) => {
          form.sequence = this.send({ ...message, ...values });
        })
      )
    );
  }
  formScreen(save) {
    return {
      save,
      cancel: () => {
        this.closeForm();
        this.showAll();
      },
      say: (words) => this.say(words)
    };
  }
  placeForm(form) {
    this.closeForm();
    this.form = form;
    this.parts.form.replaceChildren(form.element);
    this.root.classList.add("with-form");
    this.say("");
    form.focusFirst();
  }
  closeForm() {
    const hadFocus = this.form?.element.contains(document.activeElement);
    this.form?.close();
    this.form = null;
    this.parts.form.replaceChildren();
    this.root.classList.remove("with-form");
    if (hadFocus) this.takeFocus();
  }
  // Keys
  onKey(event) {
    if (hasModifier(event)) return;
    event.stopPropagation();
    if (isField(event.target) || event.isComposing) return;
    if (isButton(event.target) && isPress(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (this.isHelpShown && event.key !== this.actions.help.key) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.form) this.form.first.focus();
      else if (!event.repeat && this.status) this.decide();
      return;
    }
    if (this.isThirdOpen && this.onThirdKey(event)) return;
    const choice = this.focusedRow && this.choicesOf(this.focusedRow).find(({ key }) => key === event.key);
    if (choice) {
      event.preventDefault();
      this.choose(choice);
      return;
    }
    const move = moveOfKey(event);
    if (move) {
      event.preventDefault();
      this.move(...move);
      return;
    }
    const name = actionOfKey(this.actions, event.key);
    if (!name) return;
    event.preventDefault();
    if (!event.repeat) this.act(name);
  }
  onThirdKey(event) {
    const action = { a: "agree", c: "change", d: "delete" }[event.key];
    if (!action || !this.thirdActions(this.focusedRow).includes(action)) return false;
    event.preventDefault();
    this.chooseThird(action);
    return true;
  }
  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.form) this.closeForm();
    else if (this.choice || this.isThirdOpen) this.clearChoice();
    else if (this.isChartShown) this.showChart(false);
    else leaveForNotebook(this.root);
    this.showAll();
  }
  move(what, step) {
    if (what === "row") {
      const { rows, focusKey } = this;
      const row = rows[rows.findIndex(({ key }) => key === focusKey) + step];
      if (row) this.setFocus(row.key);
    } else if (!this.isChartShown) this.say("v shows the chart.");
    else if (what === "page") this.documents.scrollPage(step);
    else this.documents.openNext(step);
  }
  act(name) {
    if (name === "help") {
      this.isHelpShown = !this.isHelpShown;
      this.showHelp();
      this.takeFocus();
      return;
    }
    if (!this.status) return;
    if (this.isFormOpen && !READING.has(name)) {
      this.say(FORM_IS_OPEN);
      this.form.first.focus();
      return;
    }
    if (name === "chart") this.showChart(!this.isChartShown);
    else if (name === "search") {
      this.showChart(true);
      this.documents.focusSearch();
    } else if (name === "evidence") {
      this.showChart(true);
      this.documents.nextEvidence();
      this.sayWhoseSentence();
    } else if (name === "outline") {
      this.showChart(true);
      this.documents.toggleOutline();
    } else if (name === "page") {
      this.showChart(true);
      this.documents.nextView();
    } else if (name === "previousPage" || name === "nextPage") this.documents.turnPage(name === "nextPage" ? 1 : -1);
    else if (name === "previous" || name === "next") this.send({ kind: name });
    else if (name === "goto")
      this.openLineForm("Go to a chart", "Go", [{ name: "chart", label: "Account or number" }], { kind: "open" });
    else if (name === "withdraw") this.withdraw();
    else this.actOfScreen(name);
  }
  /** Do what only this screen has a key for. */
  actOfScreen(_name) {
  }
  withdraw() {
    const row = this.focusedRow;
    if (!row) return;
    if (this.choice) {
      this.clearChoice();
      this.showAll();
    } else this.send({ kind: "withdraw", ...this.referenceTo(row) });
  }
  /** Say of a sentence that is gone to whose evidence it is. */
  sayWhoseSentence() {
    const { evidence } = this;
    const sentence = evidence[this.documents.evidenceIndex];
    if (sentence) {
      const place = `${this.documents.evidenceIndex + 1} of ${evidence.length}`;
      this.say(`Sentence ${place}, ${sentence.whose}: ${sentence.word}.`);
    }
  }
  showChart(isShown) {
    this.isChartShown = isShown && this.chart !== null;
    this.root.classList.toggle("with-chart", this.isChartShown);
    if (this.isChartShown) this.documents.show();
    this.showHeader();
  }
  // Showing
  showAll() {
    this.showHeader();
    this.showBand();
    this.showList();
    this.showPanels();
    if (this.isChartShown) this.documents.show();
    this.fill(this.parts.foot, ...this.footParts());
    this.showMessage();
  }
  showHeader() {
    if (!this.status) {
      this.fill(this.parts.header, make("span", { class: "waiting" }, "Waiting for the kernel…"));
      return;
    }
    const saved = this.pending.count ? "Saving…" : this.status.saved_at ? `Saved ${this.status.saved_at}` : "";
    this.fill(
      this.parts.header,
      ...this.headParts(),
      make("span", { class: "spring" }),
      make("span", { class: `saving${this.pending.count ? " on" : ""}`, role: "status" }, saved),
      actionButton(
        { chart: { ...this.actions.chart, label: this.isChartShown ? "Hide chart" : "View chart" } },
        "chart",
        this.act,
        { disabled: this.chart === null }
      ),
      actionButton(this.actions, "help", this.act)
    );
  }
  showBand() {
    const { band } = this.parts;
    this.fill(band, ...this.bandParts());
    band.hidden = !band.hasChildNodes();
  }
  headParts() {
    return [];
  }
  bandParts() {
    return [];
  }
  listParts() {
    return [];
  }
  panelParts() {
    return [];
  }
  footParts() {
    return [];
  }
  showList() {
    const { list } = this.parts;
    this.fill(list, ...this.listParts());
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
  showPanels() {
    const { reasonInput } = this;
    const isTyping = document.activeElement === reasonInput;
    const { selectionStart, selectionEnd } = reasonInput;
    const reason = this.reasons.get(this.reasonKey) ?? "";
    if (reasonInput.value !== reason) reasonInput.value = reason;
    this.fill(this.parts.panels, ...this.panelParts());
    if (!isTyping) return;
    if (!this.parts.panels.contains(reasonInput)) this.takeFocus();
    else {
      reasonInput.focus({ preventScroll: true });
      reasonInput.setSelectionRange(selectionStart, selectionEnd);
    }
  }
  /** The buttons of what can be decided on the row in focus, its reason, and the button that decides. */
  decisionParts(row, title, reasonLabel) {
    const isWaiting = this.pending.keysOf(this.status.encounter_id).has(row.key);
    const third = { agree: ["a", "Agree"], change: ["c", "Change…"], delete: ["d", "Delete…"] };
    return [
      make("h2", {}, title),
      this.choicesOf(row).map((choice) => {
        const isChosen = this.choice?.key === choice.key;
        const isPressed = isChosen || choice.isThird && this.isThirdOpen;
        return make(
          "button",
          {
            type: "button",
            class: isPressed ? "choice pressed" : "choice",
            "aria-pressed": String(isPressed),
            "aria-keyshortcuts": choice.key,
            "data-choice": choice.key,
            disabled: isWaiting,
            onclick: () => this.choose(choice)
          },
          make("kbd", {}, choice.key),
          " ",
          isChosen ? this.choice.words : choice.words
        );
      }),
      this.isThirdOpen && make(
        "div",
        { class: "bar third" },
        this.thirdActions(row).map(
          (action) => keyButton(third[action][0], third[action][1], { onclick: () => this.chooseThird(action) })
        )
      ),
      make("label", { class: "field" }, make("span", { class: "faint" }, reasonLabel), this.reasonInput),
      keyButton("Enter", isWaiting ? "Saving…" : "Decide", {
        class: this.choice ? "main" : null,
        "data-action": "decide",
        disabled: isWaiting,
        onclick: () => this.decide()
      })
    ];
  }
  showHelp() {
    const { help } = this.parts;
    help.hidden = !this.isHelpShown;
    const keys = [
      ...MOVE_HELP,
      ...Object.values(this.actions).map((action) => [shownKey(action), action.help])
    ];
    this.fill(
      help,
      make("h2", {}, "Keys"),
      make(
        "div",
        { class: "key-list" },
        keys.map(
          ([names, words]) => make(
            "div",
            {},
            make("span", { class: "key-names" }, names.split("  ").map((key) => make("kbd", {}, key))),
            make("span", {}, words)
          )
        )
      ),
      keyButton("Esc", "Close", { onclick: () => this.act("help") })
    );
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
      const lost = count ? ` ${count} not confirmed: look again.` : "";
      const words = ` What is shown as decided is kept. Run the cell again to go on.${lost}`;
      writeMessage(message, "bad", make("strong", {}, "The kernel is gone."), words);
    } else if (this.problem) {
      const { message: words, hint } = this.problem;
      writeMessage(message, "bad", make("strong", {}, `Not saved: ${words}`), hint ? ` ${hint}` : "");
    } else if (this.pending.isSlow && count)
      writeMessage(message, "slow", `The kernel is busy: ${count} not saved yet. They are applied in order.`);
    else writeMessage(message, "", this.notice);
  }
};

// auditlib/widgets/js/shared/verdict_sign.js
var STATUSES = { for: "supports", against: "negated", aside: "uncertain" };
var toneOf = (word) => ({ Supports: "for", Contradicts: "against", Corrected: "against", Negated: "against" })[word] ?? "aside";
function markedSentence(passage, word, whose) {
  const tone = toneOf(word);
  return { ...passage, negated: tone !== "for", status: STATUSES[tone], word, whose };
}
function sentenceOfEvidence(evidence) {
  const tone = toneOf(evidence.status);
  return make(
    "div",
    { class: "q" },
    make("span", { class: `ev ${tone}` }, evidence.status),
    " ",
    make("mark", { class: tone }, evidence.sentence),
    evidence.document && make("p", {}, evidence.document)
  );
}

// auditlib/widgets/js/rebuttal_screen/corrective_actions.js
var HEADS = ["No.", "Finding, cause or coder", "Action", "Owner", "Due", "Done", "Re-audit", "Before → after", "State"];
function actionTable(actions, focusKey, choose) {
  if (actions.length === 0)
    return make("p", { class: "nothing" }, "No corrective action is planned in this audit. n plans one.");
  return make(
    "table",
    {},
    make("thead", {}, make("tr", {}, HEADS.map((head) => make("th", { scope: "col" }, head)))),
    make(
      "tbody",
      {},
      actions.map((action) => {
        const isFocused = action.action_id === focusKey;
        return make(
          "tr",
          {
            class: isFocused ? "on" : null,
            "aria-current": isFocused ? "true" : null,
            "data-key": action.action_id,
            onclick: () => choose(action.action_id)
          },
          make("td", {}, action.action_id),
          make("td", {}, action.about),
          make("td", {}, action.action),
          make("td", {}, action.owner),
          make("td", {}, action.due),
          make("td", {}, action.done),
          make("td", {}, action.reaudit),
          make(
            "td",
            {},
            action.before && `${action.before} → ${action.after || "not reviewed yet"}`,
            action.conclusion && make("small", {}, action.conclusion)
          ),
          make("td", {}, action.state)
        );
      })
    )
  );
}

// auditlib/widgets/js/rebuttal_screen/rebuttal_screen.js
var ACTIONS2 = {
  ...CHART_KEYS,
  write: { key: "e", label: "Write workbook", help: "Write the workbook of this coder's findings, answers and decisions" },
  load: { key: "i", label: "Load answers", help: "Load a workbook of answers that came back" },
  answer: { key: "a", label: "Enter an answer", help: "Enter what the coder answers to this finding" },
  actions: { key: "w", label: "Corrective actions", help: "Show or hide the corrective actions" },
  plan: { key: "n", label: "Plan an action", help: "Plan a corrective action" },
  finish: { key: "m", label: "Done", help: "Corrective actions: say that the action is done" },
  reaudit: { key: "t", label: "Re-audit", help: "Corrective actions: name the audit that looks again" }
};
var isAdded = (row) => row.code_number === null && !row.stay;
var RebuttalScreen = class extends DecisionScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-rebuttal", label: "Rebuttal", actions: ACTIONS2 });
  }
  // Findings
  get rows() {
    if (this.areActionsShown)
      return (this.status?.actions ?? []).map((action) => ({ ...action, key: action.action_id }));
    return this.status?.rows ?? [];
  }
  isOpen(row) {
    return Boolean(row.is_open);
  }
  choicesOf(row) {
    if (!row.finding_id) return [];
    const asBilled = {
      words: isAdded(row) ? "Uphold: the code is not added" : `Uphold: the ${row.stay?.fact ?? "code"} counts as billed`,
      message: { decision: "upheld" }
    };
    const stands = { key: "1", words: "Finding stands", message: { decision: "stands" } };
    if (row.is_about_cause)
      return [
        stands,
        { key: "2", words: "Uphold with another cause…", isThird: true },
        { key: "3", ...asBilled }
      ];
    return [stands, { key: "2", ...asBilled }, { key: "3", words: "Uphold with another verdict…", isThird: true }];
  }
  thirdActions(row) {
    if (row.is_about_cause) return [row.found.action];
    return row.code_number === null ? ["add"] : ["change", "delete"];
  }
  thirdMessage(verdict) {
    return { decision: "upheld", verdict };
  }
  takeThird(row, verdict, words) {
    super.takeThird(row, verdict, row.is_about_cause ? `cause is now ${verdict.cause}` : words);
  }
  /** The form starts from what was found. */
  formRow(row, action) {
    const { found } = row;
    if (action === "add") return { key: row.key, code: found.corrected, verdict: found, added: true };
    const own = super.formRow(row, action);
    return own && { ...own, verdict: found.action === action ? found : null };
  }
  sentencesOf(row) {
    const own = row?.evidence?.passage ? [markedSentence(row.evidence.passage, row.evidence.status, "the auditor’s")] : [];
    const quoted = (row?.quoted ?? []).filter(({ passage }) => passage).map(({ passage }) => markedSentence(passage, "Quoted", "the coder’s"));
    return [...own, ...quoted];
  }
  referenceTo(row) {
    return { finding_id: row.finding_id ?? "" };
  }
  decide() {
    if (this.areActionsShown) {
      this.act("actions");
      return;
    }
    super.decide();
  }
  withdraw() {
    const row = this.focusedRow;
    if (this.areActionsShown) {
      if (row)
        this.openLineForm(
          `Withdraw action ${row.key}`,
          "Withdraw",
          [{ name: "reason", label: "Why it is not to be done" }],
          { kind: "withdraw action", action_id: row.key }
        );
    } else if (row && !this.choice && !row.decision) this.say("There is no decision on this row to take back.");
    else super.withdraw();
  }
  // Files and corrective actions
  actOfScreen(name) {
    const { status } = this;
    const row = this.focusedRow;
    if (name === "actions") {
      this.areActionsShown = !this.areActionsShown;
      this.clearChoice();
      this.focusFirst();
      this.root.classList.toggle("with-actions", this.areActionsShown);
      if (this.areActionsShown) this.showChart(false);
      this.notice = "";
      this.showAll();
      this.takeFocus();
    } else if (name === "plan") this.openPlan();
    else if (name === "finish" || name === "reaudit") {
      if (!this.areActionsShown || !row) this.say("w shows the corrective actions; choose one first.");
      else if (name === "finish")
        this.openLineForm(`Action ${row.key} is done`, "Record", [{ name: "result", label: "What came of it" }], {
          kind: "finish",
          action_id: row.key
        });
      else if (status.audits.length === 0) this.say("There is no other audit yet: draw a new sample of later charts.");
      else
        this.openLineForm(
          `Re-audit of action ${row.key}`,
          "Record",
          [{ name: "audit", label: "Audit that looks again", options: status.audits.map((one) => [one, one]) }],
          { kind: "reaudit", action_id: row.key }
        );
    } else if (!status.coder) this.say("No file says who coded this chart.");
    else if (name === "answer") this.openAnswer(row);
    else if (name === "write") this.openWrite();
    else this.openLoad();
  }
  openWrite() {
    const { coder, workbook } = this.status;
    this.openLineForm(
      `Workbook of coder ${coder}: findings, answers and decisions. It records that the findings are sent.`,
      "Write",
      [
        { name: "path", label: "New file; one that is there is never replaced", value: workbook },
        { name: "working_days", label: "Working days for the answer", value: "5" }
      ],
      { kind: "write", coder }
    );
  }
  openAnswer(row) {
    if (this.areActionsShown || !row?.finding_id) {
      this.say("Choose a finding first.");
      return;
    }
    this.openLineForm(
      `Answer of coder ${this.status.coder} to ${row.before} ${row.change}`,
      "Record",
      [
        { name: "answer", label: "Answer", options: this.status.possible_answers.map((one) => [one, one]), value: row.answer ?? void 0 },
        { name: "evidence", label: "Evidence of the coder, for a dispute", isOptional: true, value: row.coder_evidence ?? "" },
        { name: "late_reason", label: "If it is late: why it is taken", isOptional: true }
      ],
      { kind: "answer", finding_id: row.finding_id, coder: this.status.coder }
    );
  }
  openLoad() {
    const { coder } = this.status;
    this.openLineForm(
      `Load the answers of coder ${coder}: all of the file, or nothing where a row is refused`,
      "Load",
      [
        { name: "path", label: "File that came back" },
        { name: "late_reason", label: "If it is late: why it is taken", isOptional: true }
      ],
      { kind: "load", coder }
    );
  }
  openPlan() {
    const { subjects } = this.status;
    if (subjects.length === 0) {
      this.say("There is no finding that an action could be about.");
      return;
    }
    const row = this.areActionsShown ? null : this.focusedRow;
    const chosen = subjects.find(([value]) => row?.finding_id && value === `finding ${row.finding_id}`) ?? subjects[0];
    this.openLineForm(
      "Plan a corrective action",
      "Plan",
      [
        { name: "subject", label: "About", options: subjects, value: chosen[0] },
        { name: "action", label: "Action" },
        { name: "owner", label: "Owner" },
        { name: "due", label: "Due", placeholder: "2026-12-31" }
      ],
      { kind: "plan" }
    );
  }
  afterAnswer(content, answered, isOtherChart) {
    if (answered.kind === "load" && !content.error) this.fates = content.fates ?? [];
    else if (answered.kind !== "page") this.fates = [];
    super.afterAnswer(content, answered, isOtherChart);
  }
  // Showing
  headParts() {
    const { status } = this;
    if (this.areActionsShown)
      return [make("h1", {}, "Corrective actions"), make("span", { class: "faint" }, `audit ${status.audit}`)];
    if (!status.encounter_id) return [make("h1", {}, "Rebuttal")];
    return [
      make("h1", {}, "Rebuttal ", make("span", { class: "as-coded" }, status.encounter_id)),
      make("span", { class: "faint" }, `${status.about} · chart ${status.chart_number} of ${status.chart_count} with findings`)
    ];
  }
  bandParts() {
    const { status } = this;
    if (!status?.encounter_id || this.areActionsShown) return [];
    return [make("b", {}, status.counts), make("span", {}, status.changes), make("span", {}, status.answers), make("b", { class: "deadline" }, status.deadline)];
  }
  listParts() {
    const { status } = this;
    if (!status) return [];
    if (this.areActionsShown) return [actionTable(status.actions, this.focusKey, (key) => this.setFocus(key))];
    if (this.rows.length === 0) return [make("p", { class: "nothing" }, status.nothing)];
    const heads = ["Billed", "Audited", "What was found", "Coder’s answer", "Decision"];
    return [
      this.fates?.length ? this.fateList() : null,
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, this.rows.map((row) => this.listRow(row)))
      ),
      make("section", { class: "scores", "aria-label": "Scores" }, this.scoreParts(this.focusedRow))
    ];
  }
  /** The rows of a loaded file that were not simply entered. */
  fateList() {
    return make(
      "ul",
      { class: "fates" },
      this.fates.map((parts) => make("li", {}, parts.filter(Boolean).join(" · ")))
    );
  }
  listRow(row) {
    const isFocused = row.key === this.focusKey;
    return make(
      "tr",
      {
        class: isFocused ? "on" : null,
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => this.setFocus(row.key)
      },
      make("td", { class: "as-coded" }, row.before),
      row.change === "deleted" ? make("td", { class: "faint" }, "deleted") : make("td", { class: "as-coded" }, row.after),
      make(
        "td",
        {},
        row.finding_id ? [row.change, row.why && `: ${row.why}`] : make("span", { class: "faint" }, row.change),
        row.comment && make("small", {}, row.comment)
      ),
      make("td", {}, this.answerParts(row)),
      make("td", {}, this.decisionState(row))
    );
  }
  answerParts(row) {
    if (!row.finding_id) return [];
    const words = row.answer ?? (row.state === "none recorded" ? "not sent" : row.state);
    const isDispute = row.answer?.startsWith("disputes");
    return [
      make("span", { class: isDispute ? "dispute" : row.answer ? null : "faint" }, words),
      row.coder_evidence && make("small", {}, row.coder_evidence)
    ];
  }
  decisionState(row) {
    if (!row.finding_id) return [];
    if (this.pending.keysOf(this.status.encounter_id).has(row.key)) return make("span", { class: "faint" }, "Saving…");
    if (row.is_open) return make("span", { class: "tag" }, "to decide");
    if (row.decision) return [row.decision, row.counts_as && make("small", {}, `now ${row.counts_as}`)];
    return make("span", { class: "faint" }, row.answer || row.state === "no answer" ? "stands" : "");
  }
  panelParts() {
    const row = this.focusedRow;
    if (!row || this.areActionsShown) return [];
    return [
      row.finding_id ? make("section", { class: "finding-panel", "aria-label": "Finding" }, this.findingParts(row)) : make("section", {}, make("h2", {}, row.before), make("p", { class: "faint" }, `${row.change}: no finding`)),
      row.finding_id && make("section", { class: "decide", "aria-label": "Decision" }, this.decision(row))
    ];
  }
  findingParts(row) {
    const billed = make("span", { class: "as-coded" }, isAdded(row) ? row.after : row.before);
    return [
      make("h2", {}, row.answer?.startsWith("disputes") ? "Disputed: " : "Finding: ", billed, ` ${row.change}`),
      make("h3", {}, "Auditor"),
      row.comment && make("p", { class: "comment" }, `“${row.comment}”`),
      row.evidence ? sentenceOfEvidence(row.evidence) : make("p", { class: "faint" }, "No sentence is attached. That is no proof."),
      make("h3", {}, "Coder"),
      row.coder_evidence ? make("p", { class: "comment" }, `“${row.coder_evidence}”`) : make("p", { class: "faint" }, row.answer ? "agrees, without words" : "no answer yet")
    ];
  }
  decision(row) {
    if (row.is_open && row.is_own)
      return [
        make("h2", {}, "Decision"),
        make("p", {}, "You judged this chart: another person decides on its rebuttals.")
      ];
    if (row.is_open) return this.decisionParts(row, ["Decision"], "Reason for the coder");
    if (!row.decision)
      return [make("p", { class: "faint" }, row.answer === "agrees" ? "The coder agrees: nothing to decide." : "Nothing is disputed.")];
    return [
      make("h2", {}, `Decided: ${row.decision}`),
      row.counts_as && make("p", {}, `Now counts: ${row.counts_as}`),
      make("p", { class: "comment" }, `“${row.reason}”`),
      make("p", { class: "faint" }, row.decided_by),
      actionButton(ACTIONS2, "withdraw", this.act)
    ];
  }
  scoreParts(row) {
    const { scores } = this.status;
    const lines = [...scores];
    if (row?.score_if_upheld) {
      const [right, listed] = row.score_if_upheld;
      const share = listed ? `${(100 * right / listed).toFixed(1)} %` : "undefined";
      const what = row.stay ? `${capital2(row.stay.fact)}, if this dispute is upheld` : "If this dispute is upheld";
      const place = row.stay ? lines.findIndex(([words]) => words.startsWith(capital2(row.stay.fact))) + 1 : 1;
      lines.splice(place, 0, [what, `${right} of ${listed}`, share]);
    }
    return [
      make(
        "table",
        { class: "score" },
        make(
          "thead",
          {},
          make("tr", {}, ["Score, code over code", "right", "share"].map((head) => make("th", { scope: "col" }, head)))
        ),
        make("tbody", {}, lines.map((line) => make("tr", {}, line.map((cell) => make("td", {}, cell)))))
      )
    ];
  }
  footParts() {
    const { status } = this;
    if (!status) return [];
    const button = (name) => actionButton(ACTIONS2, name, this.act);
    if (this.areActionsShown)
      return [
        ...["plan", "finish", "reaudit"].map(button),
        make("span", { class: "spring" }),
        actionButton({ actions: { ...ACTIONS2.actions, label: "Back to the rebuttals" } }, "actions", this.act)
      ];
    const left = status.open_count ? status.chart_open_count ? `${status.chart_open_count} to decide in this chart, ${status.open_count} in all.` : `${status.open_count} to decide in other charts: Enter goes there.` : status.summary;
    return [
      make("span", { class: "left" }, left),
      make("span", { class: "spring" }),
      ...["answer", "write", "load", "actions"].map(button)
    ];
  }
};
var rebuttal_screen_default = {
  render({ model, el }) {
    const screen = new RebuttalScreen(model, el);
    return () => screen.destroy();
  }
};
export {
  rebuttal_screen_default as default
};
