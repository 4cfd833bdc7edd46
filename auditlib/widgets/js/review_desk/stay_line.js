// Above the codes of an inpatient stay: its discharge status and DRG as billed, and what was judged of them.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { ACTIONS } from "./review_keys.js";
import { DRG, capital } from "./stay_form.js";

/**
 * Return what the line on the stay shows; nothing where there is no such fact.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {(name: string) => void} act
 */
export function stayLine({ status, chart }, act) {
  const facts = status?.stay ?? [];
  if (!facts.length || !chart) return [];
  const isClosed = status.is_completed;
  return [
    make(
      "div",
      { class: "stay-facts" },
      facts.map((fact) => factWords(fact, fact.fact === DRG ? chart.paid_drg : null)),
    ),
    make(
      "div",
      { class: "stay-keys" },
      actionButton(ACTIONS, "stay", act, { disabled: isClosed }),
      facts.some(({ verdict }) => verdict) && actionButton(ACTIONS, "withdrawStay", act, { disabled: isClosed }),
    ),
  ];
}

function factWords({ fact, billed, verdict }, paid) {
  return make(
    "span",
    { class: "stay-fact", title: verdict?.comment ?? null },
    `${capital(fact)} `,
    make("b", {}, billed),
    paid && `, paid ${paid}`,
    " ",
    make("span", { class: `badge sign ${verdict?.action ?? "open"}` }, verdict ? verdictWords(verdict) : "to judge"),
  );
}

const verdictWords = ({ action, corrected }) => (action === "agree" ? "agree" : `change to ${corrected}`);
