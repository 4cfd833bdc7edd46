// The documents of a chart: tabs, one or two side by side, search in all of them, and the outline of one.

import { make } from "../dom.js";
import { actionButton, shownKey } from "../keymap.js";
import { DocumentPane, isImageOnly } from "./document_pane.js";
import { DocumentSearch } from "./document_search.js";
import { Outline } from "./outline.js";
import { pageIndexAt } from "./page_view.js";
import { ACTIONS } from "./review_keys.js";

const PAGE_SHARE = 0.85;
const VIEW_WORDS = { one: "One", two: "Two", page: "Page" };

export class DocumentsPane {
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
    /** The document beside it, where two are shown. */
    this.otherIndex = 1;
    this.isNarrow = false;
    this.isWide = false;
    /** What the reviewer chose by key; null until then: two where there are two. */
    this.chosenView = null;
    this.scrollTops = new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();
    this.pageIndexes = new Map();
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
      onkeydown: (event) => this.onSearchKey(event),
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
        this.outlineButton,
      ),
      this.panesElement,
      this.outline.element,
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
      // At the end of a page the next one follows, as in a book.
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
    return ["one", ...(hasTwo ? ["two"] : []), ...(this.hasPages ? ["page"] : [])];
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
    const on = (index, isOnPage) => ({
      index,
      isOnPage: isOnPage || isImageOnly(this.state.documents[index]),
      pageIndex: this.pageIndexes.get(index) ?? 0,
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
    text.scrollTop = length > 0 ? (page.start / length) * text.scrollHeight : 0;
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
    // The last one may have been taken back.
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
        onclick: () => this.open(index),
      },
      `${index + 1} ${tabName(this.state.documents, entry)}`,
      evidenceCount > 0 &&
        make("span", { class: "count", title: "sentences that bear on the code" }, `(${evidenceCount})`),
      matchCount > 0 && make("span", { class: "count hits", title: "matches" }, String(matchCount)),
    );
  }
}

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Name a tab for the type of its document, numbered where there are several of the type. */
export function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}
