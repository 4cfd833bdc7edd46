// One document: its head, and its text or a page of it, with what bears on the code in focus.

import { make } from "../dom.js";
import { cutText, markedPiece } from "./marked_text.js";
import { PageView, pageIndexAt, pagesWords } from "./page_view.js";
import { isInColumns, sectionsOf } from "./sections.js";

export const IMAGE_ONLY = "Image only: search and evidence do not see it";

/** Whether no page of a document has text: it begins with its page. */
export const isImageOnly = (entry) =>
  Boolean(entry?.pages?.length) && entry.pages.every((page) => page.text_origin === "none");

export class DocumentPane {
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
      this.pageView.element,
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
    const isSame = this.shown === this.#nameOf(index) && this.isOnPage === isOnPage;
    const top = isSame ? this.text.scrollTop : 0;
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
    const actions = hasActions && this.state.chart ? (this.screen.documentActions?.(entry) ?? []) : [];
    const about = [
      entry && make("strong", {}, entry.title),
      actions.length > 0 && make("span", { class: "about-actions" }, actions),
      entry?.about && make("span", {}, entry.about),
    ].filter(Boolean);
    const origin = entry ? (isImageOnly(entry) ? IMAGE_ONLY : pagesWords(entry.pages ?? [])) : "";
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
      classes: `evidence${sentence.negated ? " negated" : ""}${this.#isWalkedTo(sentence) ? " current" : ""}`,
    }));
    const matches = search.matchesIn(this.index).map((match) => ({
      start: match.start,
      end: match.start + search.text.length,
      classes: match === search.current ? "hit current" : "hit",
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
    return scrollTop === 0 ? 0 : Math.floor((scrollTop / scrollHeight) * this.entry.text.length);
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
}
