// The documents of a chart: tabs, search, and the text with what bears on the code in focus.

import { make } from "../dom.js";
import { actionButton, shownKey } from "../keymap.js";
import { DocumentSearch } from "./document_search.js";
import { cutText, markedPiece } from "./marked_text.js";
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
   */
  constructor(state, screen) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.scrollTops = new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();

    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.find(0),
      onkeydown: (event) => this.onSearchKey(event),
    });
    this.evidenceButton = actionButton(ACTIONS, "evidence", screen.act);
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Documents" });
    this.about = make("div", { class: "about" });
    this.text = make("div", { class: "text", tabindex: "-1" });
    this.element = make(
      "section",
      { class: "documents", "aria-label": "Documents" },
      this.tabs,
      make(
        "div",
        { class: "tools" },
        make("label", { class: "search" }, make("kbd", {}, shownKey(ACTIONS.search)), this.searchInput),
        this.evidenceButton,
        make(
          "span",
          { class: "legend" },
          make("mark", { class: "evidence" }, "supports"),
          " ",
          make("mark", { class: "evidence negated" }, "negated"),
        ),
      ),
      this.about,
      this.text,
    );
  }

  /** Start with the first document of another chart. */
  reset() {
    this.index = 0;
    this.scrollTops.clear();
    this.search.clear();
    this.searchInput.value = "";
    this.evidenceIndex = -1;
  }

  scrollToTop() {
    this.text.scrollTop = 0;
  }

  scrollPage(step) {
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

  // Evidence for the code in focus

  /** Another code has the focus: mark what bears on it. */
  showOtherCode() {
    this.evidenceIndex = -1;
    this.show();
    this.showEvidenceHere();
  }

  showEvidenceHere() {
    if (this.state.evidence.some((highlight) => highlight.index === this.index)) this.#scrollToMark(".evidence");
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
    this.#scrollToMark(`.evidence[data-start="${start}"]`);
    this.screen.say(`Evidence ${this.evidenceIndex + 1} of ${evidence.length}${negated ? ", negated" : ""}.`);
    this.screen.takeFocus();
  }

  #scrollToMark(selector) {
    const { text } = this;
    const mark = text.querySelector(selector);
    if (!mark) return;
    const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
    const isInView = top >= text.scrollTop && top + mark.offsetHeight <= text.scrollTop + text.clientHeight;
    if (!isInView) text.scrollTop = Math.max(0, top - text.clientHeight / 3);
  }

  // Search

  focusSearch() {
    this.searchInput.select();
  }

  find(step) {
    this.search.run(this.searchInput.value, this.state.documents, this.index, step);
    const { current } = this.search;
    this.#turnTo(current?.index ?? this.index);
    if (current) this.#scrollToMark(`.hit[data-start="${current.start}"]`);
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
    const entry = documents[this.index];
    const about = entry ? [make("strong", {}, entry.title), make("span", {}, entry.about)] : [];
    this.screen.fill(this.about, ...about);
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
