// Codes and verdicts in words.

import { make } from "../dom.js";

/** A code as it stands on the claim, with its modifiers and units: 99214-25, J3301-JZ ×4. */
export function codeOnClaim({ shown, modifiers, unit_count: units }) {
  const whole = [shown, ...modifiers].join("-");
  return units && units !== "1" ? `${whole} ×${units}` : whole;
}

/** The coder's code struck out and the right one beside it; null where the verdict leaves the code as it is. */
export function changedCode({ verdict, code }) {
  if (verdict?.action === "delete") return make("s", {}, codeOnClaim(code));
  if (verdict?.action !== "change" || codeOnClaim(verdict.corrected) === codeOnClaim(code)) return null;
  const changed = make("span", {}, make("s", {}, codeOnClaim(code)), " ");
  changed.append(make("b", {}, codeOnClaim(verdict.corrected)));
  return changed;
}

/** Return role, POA indicator and units of a code; its modifiers stand with the code. */
export function codeDetails(code) {
  return [
    code.code_role,
    code.poa_indicator && `POA ${code.poa_indicator} (${code.poa_meaning})`,
    code.unit_count && `${code.unit_count} ${code.unit_count === "1" ? "unit" : "units"}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The verdict as a word; its sign stands before it by the style. */
export function verdictSign({ verdict }) {
  const word = verdict === null ? "open" : verdict.action;
  return make("span", { class: `badge sign ${word}` }, word);
}

/** Return what a verdict changes, then the kind of error, its cause and the comment. */
export function verdictWords({ verdict, code }) {
  const parts = verdict.action === "change" ? changes(code, verdict.corrected) : [];
  parts.push(kindWords(verdict), verdict.cause);
  if (verdict.severity) parts.push(verdict.severity);
  if (verdict.comment) parts.push(`“${verdict.comment}”`);
  parts.push(dollarWords(verdict.payment_difference ?? null));
  return parts.join(" · ");
}

const kindWords = ({ error_kind: kind, own_kind: own }) => (own ? `${own} (${kind})` : kind);

function dollarWords(difference) {
  if (difference === null) return "not priced";
  if (Number(difference) === 0) return "no effect on payment";
  const [whole, cents] = difference.replace("-", "").split(".");
  const amount = `$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
  return `${difference.startsWith("-") ? "underpaid" : "overpaid"} ${amount}`;
}

/** Return the sentence that a verdict rests on; nothing where none is attached. */
export function evidenceQuote({ verdict }) {
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
      corrected.poa_indicator ? `→ POA ${corrected.poa_indicator} (${corrected.poa_meaning})` : "→ POA none",
    );
  if (corrected.modifiers.join(" ") !== code.modifiers.join(" "))
    parts.push(`→ modifiers ${corrected.modifiers.join(" ") || "none"}`);
  if (corrected.unit_count !== code.unit_count) parts.push(`→ units ${corrected.unit_count ?? "none"}`);
  return parts;
}
