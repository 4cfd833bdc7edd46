// The documents of a chart: tabs, search, and the text with what bears on the code in focus.

import { make } from "../dom.js";
import { actionButton, shownKey } from "../keymap.js";
import { DocumentSearch } from "./document_search.js";
import { cutText, markedPiece } from "./marked_text.js";
import { PageView, pageIndexAt, pagesWords } from "./page_view.js";
import { ACTIONS } from "./review_keys.js";

const PAGE_SHARE = 0.85;

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
   */
  constructor(state, screen) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.scrollTops = new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();
    this.pageView = new PageView(screen);
    /** By document, whether its page is shown and not its text, and which page. */
    this.isPageShown = new Map();
    this.pageIndexes = new Map();

    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.find(0),
      onkeydown: (event) => this.onSearchKey(event),
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
      onmouseup: (event) => this.#offerPassage(event),
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
          make("mark", { class: "evidence negated" }, "negated"),
        ),
      ),
      this.about,
      this.pageView.bar,
      this.text,
      this.pageView.element,
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
      // At the end of a page the next one follows, as in a book.
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
    this.text.scrollTop = length > 0 ? (page.start / length) * this.text.scrollHeight : 0;
  }

  /** The character of the text that is at about the top of what is shown of it. */
  #firstCharacterInView() {
    const { scrollTop, scrollHeight } = this.text;
    return scrollTop === 0 ? 0 : Math.floor((scrollTop / scrollHeight) * this.entry.text.length);
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
      (highlight) => highlight.index === this.index && highlight.start <= start && start < highlight.end,
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
    this.screen.fill(this.tabs, ...documents.map((entry, index) => this.#tab(entry, index, evidence)));
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
        onclick: () => this.open(index),
      },
      tabName(this.state.documents, entry),
      evidenceCount > 0 &&
        make("span", { class: "count", title: "sentences that bear on the code" }, String(evidenceCount)),
      matchCount > 0 && make("span", { class: "count hits", title: "matches" }, String(matchCount)),
    );
  }

  /** What is marked on a page: the sentences that bear on the code, and what the search matches. */
  #pageMarks(evidence) {
    const { search } = this;
    const sentences = evidence
      .filter((highlight) => highlight.index === this.index)
      .map(({ start, end, negated }) => ({ start, end, classes: negated ? "evidence negated" : "evidence" }));
    const matches = search.matchesIn(this.index).map((match) => ({
      start: match.start,
      end: match.start + search.text.length,
      classes: match === search.current ? "hit current" : "hit",
    }));
    return [...sentences, ...matches];
  }

  #markedText(entry, evidence) {
    const { search } = this;
    const highlights = evidence.filter((highlight) => highlight.index === this.index);
    const pieces = cutText(entry.text, highlights, search.matchesIn(this.index), search.text.length);
    return pieces.map((piece) => markedPiece(piece, search.current));
  }
}

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Name a tab for the type of its document, numbered where there are several of the type. */
export function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}
