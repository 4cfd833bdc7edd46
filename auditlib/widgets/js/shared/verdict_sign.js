// A verdict in one line: its sign, its word, and the code that would be.

import { make } from "../dom.js";

const SIGNS = { agree: "✓", change: "→", delete: "−", add: "+", missing: "!", "no record": "!" };
const WORDS = {
  missing: "the record is missing",
  "not missing": "the record is here",
  "no record": "no record supports it",
};

/** @param {{action: string, after: string | null}} verdict */
export function verdictSign({ action, after }) {
  return make(
    "span",
    { class: `verdict-sign ${action.replaceAll(" ", "-")}` },
    make("span", { class: "verdict-mark", "aria-hidden": "true" }, SIGNS[action] ?? "○"),
    " ",
    WORDS[action] ?? action,
    after && " ",
    after && make("span", { class: "as-coded" }, after),
  );
}

/** Return a verdict as words without a sign. */
export const verdictWords = ({ action, after }) => [WORDS[action] ?? action, after].filter(Boolean).join(" ");

const STATUSES = { for: "supports", against: "negated", aside: "uncertain" };

const toneOf = (word) => ({ Supports: "for", Contradicts: "against", Corrected: "against", Negated: "against" })[word] ?? "aside";

/**
 * Return a sentence as the documents mark it.
 *
 * @param {{document_number: number, start: number, end: number}} passage
 * @param {string} word What it says of the code.
 * @param {string} whose Whose evidence it is.
 */
export function markedSentence(passage, word, whose) {
  const tone = toneOf(word);
  return { ...passage, negated: tone !== "for", status: STATUSES[tone], word, whose };
}

/** Return how a sentence of evidence bears on a code: the word, its mark, and where it is. */
export function sentenceOfEvidence(evidence) {
  const tone = toneOf(evidence.status);
  return make(
    "div",
    { class: "q" },
    make("span", { class: `ev ${tone}` }, evidence.status),
    " ",
    make("mark", { class: tone }, evidence.sentence),
    evidence.document && make("p", {}, evidence.document),
  );
}
