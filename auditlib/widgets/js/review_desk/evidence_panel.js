// Below the documents: the sentences that bear on the code in work, each with a word for what it says of it.

import { make, scrollToRow } from "../dom.js";
import { shownKey } from "../keymap.js";
import { tabName } from "./documents.js";
import { passageWords } from "./evidence_choice.js";
import { pageIndexAt } from "./page_view.js";
import { HIDDEN } from "./queue_rows.js";
import { ACTIONS } from "./review_keys.js";

/** What a sentence says of the code: its word, and the kind that gives its colour and line. */
const STATUSES = {
  supports: ["Supports", "for"],
  support: ["Supports", "for"],
  contradicts: ["Contradicts", "against"],
  corrected: ["Corrected", "against"],
  negated: ["Negated", "against"],
  "family history": ["Family", "aside"],
  past: ["Earlier", "aside"],
  uncertain: ["Possibility", "aside"],
};

export const statusOf = (sentence) => STATUSES[sentence.status] ?? STATUSES[sentence.negated ? "negated" : "supports"];

/** How many sentences say what, in words. */
export function countWords(evidence) {
  const counts = new Map([["supports", 0]]);
  for (const sentence of evidence) {
    const word = statusOf(sentence)[0].toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${word} ${count}`).join(", ");
}

export class EvidencePanel {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {(place: number) => void} onChoose
   */
  constructor(state, onChoose) {
    this.state = state;
    this.onChoose = onChoose;
    this.title = make("h2", {});
    this.rows = make("ol", { class: "evidence-rows" });
    this.element = make("section", { class: "evidence-panel", "aria-label": "Evidence" }, this.title, this.rows);
  }

  /** @param {object | null} walkedTo The sentence that is walked to. */
  show(walkedTo) {
    const { state } = this;
    const { evidence, focusedRow: row, chart } = state;
    const isHidden = chart?.hidden_levels?.includes("machine suggestion");
    const counts = isHidden ? HIDDEN : row && evidence.length ? countWords(evidence) : "";
    this.title.replaceChildren(
      row ? `Evidence on ${row.code.shown}` : "Evidence",
      make("span", { class: "counts" }, counts),
      make("span", { class: "spring" }),
      make("span", { class: "hint" }, make("kbd", {}, shownKey(ACTIONS.evidence)), " next sentence"),
    );
    this.rows.replaceChildren(
      ...evidence.map((sentence, place) => this.#row(sentence, place, sentence.start === walkedTo?.start && sentence.index === walkedTo?.index)),
      ...(row && evidence.length === 0 && !isHidden
        ? [make("li", { class: "none" }, "No sentence bears on this code. That is no proof.")]
        : []),
    );
    const now = this.rows.querySelector(".now");
    if (now) scrollToRow(this.rows, now);
  }

  #row(sentence, place, isNow) {
    const { documents } = this.state;
    const entry = documents[sentence.index];
    const [word, kind] = statusOf(sentence);
    const page = entry.pages?.length ? `, page ${entry.pages[pageIndexAt(entry.pages, sentence.start)].page_number}` : "";
    return make(
      "li",
      { class: isNow ? "now" : null },
      make(
        "button",
        { type: "button", tabindex: "-1", "aria-current": isNow ? "true" : null, onclick: () => this.onChoose(place) },
        make("span", { class: `status ${kind}` }, word),
        make(
          "span",
          { class: "sentence" },
          `“${passageWords(documents, sentence)}” `,
          sentence.reason && make("span", { class: "why" }, `It ${sentence.reason}. `),
          make("span", { class: "where" }, `${tabName(documents, entry)}${page}`),
        ),
      ),
    );
  }
}
