// The keys of the overview, in one table.

import { make } from "../dom.js";
import { shownKey } from "../keymap.js";

export const OVERVIEW_ACTIONS = {
  next: { key: "Enter", label: "", help: "do the next thing of the chosen audit" },
  down: { key: "j", label: "", help: "next audit (or the arrow down)" },
  up: { key: "k", label: "", help: "audit before (or the arrow up)" },
  audits: { key: "1", label: "Audits", help: "choose among the audits" },
  review: { key: "r", label: "Review", help: "chosen audit: open its review desk" },
  adjudicate: { key: "d", label: "Disagreements", help: "chosen audit: decide where reviewers differ" },
  rebut: { key: "b", label: "Rebuttals and actions", help: "chosen audit: findings to coders, their answers, corrective actions" },
  estimate: { key: "v", label: "Estimate", help: "chosen audit: what its sample says of the universe" },
  report: { key: "e", label: "Write the report", help: "chosen audit: write its report" },
  assign: { key: "t", label: "Name reviewers", help: "chosen audit: say who reviews it" },
  plan: { key: "2", label: "Plan an audit", help: "plan an audit" },
  designs: { key: "p", label: "All designs", help: "draw a sample by any design: strata, clusters, dollars" },
  denials: { key: "3", label: "Denials", help: "what changed, where, and which claims to work" },
  accuracy: { key: "4", label: "Accuracy", help: "where coding stands, who needs help" },
  practice: { key: "5", label: "Practice", help: "practise on cases with a key" },
  demo: { key: "6", label: "Try it with invented data", help: "make the demo, in a folder of its own" },
  load: { key: "i", label: "Load files", help: "load files or code sets" },
  person: { key: "w", label: "", help: "say who you are" },
  keys: { key: "?", label: "Keys", help: "show or hide these keys" },
};

/** What can be opened of an audit at any time. */
export const DOORS = ["review", "adjudicate", "rebut", "assign", "estimate", "report"];
/** What can be opened whatever audits there are, and what it holds. */
export const ROOMS = {
  denials: "what changed, where, and which claims to work first",
  accuracy: "where coding stands, what changes, who needs help",
  practice: "cases with a key: learn, test, calibrate",
};

/** Make the list of the keys of this screen. */
export function makeKeyList() {
  const rows = Object.values(OVERVIEW_ACTIONS).map((action) =>
    make("li", {}, make("kbd", {}, shownKey(action)), ` ${action.help}`),
  );
  return make(
    "section",
    { class: "keys", "aria-label": "Keys of this screen" },
    make("h4", {}, "Keys of this screen"),
    make("ul", {}, rows, make("li", {}, make("kbd", {}, "Esc"), " close this list, or back to the notebook")),
  );
}
