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
    { class: `v ${action.replaceAll(" ", "-")}` },
    make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[action] ?? "○"),
    " ",
    WORDS[action] ?? action,
    after && " ",
    after && make("span", { class: "as-coded" }, after),
  );
}

/** Return a verdict as words without a sign. */
export const verdictWords = ({ action, after }) => [WORDS[action] ?? action, after].filter(Boolean).join(" ");

/** Return how a sentence of evidence bears on a code: the word, its mark, and where it is. */
export function sentenceOfEvidence(evidence) {
  const tone = { Supports: "for", Negated: "against", Contradicts: "against" }[evidence.status] ?? "aside";
  return make(
    "div",
    { class: "q" },
    make("span", { class: `ev ${tone}` }, evidence.status),
    " ",
    make("mark", { class: tone }, evidence.sentence),
    evidence.document && make("p", {}, evidence.document),
  );
}
