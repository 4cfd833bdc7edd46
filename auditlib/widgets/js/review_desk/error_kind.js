// The kind of error that tells a corrected code from the coder's.

import { storedCode } from "./review_state.js";

const DIAGNOSES = "ICD-10-CM";
const CATEGORY_LENGTH = 3;
const NOT_SAID = /\bunspecified\b|\bnot otherwise specified\b|\bNOS\b/i;
// The last character of a subdivided code by which a category names what it does not say.
const RESIDUAL = /^[09]$/;

/**
 * Return the kind of error that the difference to the coder's code shows.
 *
 * @param {object} code As the coder assigned it, with its title where that is loaded.
 * @param {object} corrected As the reviewer typed it.
 */
export function likelyKind(code, corrected) {
  const typed = storedCode(corrected.code);
  if (typed !== code.code) return isMoreSpecific(code, typed) ? "not specific" : "wrong code";
  if (corrected.code_role !== code.code_role) return "sequencing";
  if (corrected.modifiers.join(" ").toUpperCase() !== code.modifiers.join(" ")) return "modifier";
  if ((corrected.unit_count ?? "") !== (code.unit_count ?? "")) return "units";
  return (corrected.poa_indicator ?? null) === code.poa_indicator ? "wrong code" : "POA";
}

/** Whether a code of the same category says more: it is longer, or the coder's title leaves open what it says. */
function isMoreSpecific(code, typed) {
  if (code.code_system !== DIAGNOSES || typed.slice(0, CATEGORY_LENGTH) !== code.code.slice(0, CATEGORY_LENGTH))
    return false;
  if (typed.length > code.code.length) return true;
  if (typed.length < code.code.length) return false;
  if (code.description) return NOT_SAID.test(code.description);
  const isSubdivided = code.code.length > CATEGORY_LENGTH + 1 && typed.slice(0, -1) === code.code.slice(0, -1);
  return isSubdivided && RESIDUAL.test(code.code.at(-1)) && !RESIDUAL.test(typed.at(-1));
}
