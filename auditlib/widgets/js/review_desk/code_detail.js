// Below the list: all that is known of the code in work. What the checks found, what the payer did, what was decided.

import { make } from "../dom.js";
import { HIDDEN } from "./queue_rows.js";
import { codeDetails, evidenceQuote, verdictWords } from "./verdict_words.js";

/**
 * Return what is known of the code in work, a line each; further lines join here.
 *
 * @param {import("./review_state.js").ReviewState} state
 */
export function codeDetail({ focusedRow: row, chart }) {
  if (!row) return [];
  const { code } = row;
  const details = [code.code_system, codeDetails(code)].filter(Boolean).join(" · ");
  return [
    make("div", { class: "details" }, details),
    ...(code.findings ?? []).map((finding) => findingLine(finding)),
    ...payerLine(code, row.added, chart),
    ...(row.verdict && row.verdict.action !== "agree"
      ? [make("div", { class: "verdict" }, verdictWords(row), evidenceQuote(row))]
      : []),
  ];
}

function payerLine(code, isAdded, chart) {
  if (isAdded) return [];
  const words = chart.is_answer_hidden ? HIDDEN : code.payer_answer;
  return words ? [make("div", { class: "payer" }, make("b", {}, "Payer "), words)] : [];
}

export function findingLine(finding) {
  return make(
    "div",
    { class: `finding severity-${finding.severity}` },
    make("span", { class: "badge", title: finding.severity_meaning }, finding.severity_words),
    finding.is_accepted && make("span", { class: "badge accepted" }, "accepted"),
    make("b", {}, finding.check_id),
    " ",
    finding.detail,
    ...(finding.facts ?? []).map((fact) => make("div", { class: "finding-fact" }, fact)),
  );
}
