// The keys of the overview, in one table.

import { make } from "../dom.js";
import { shownKey } from "../keymap.js";

export const OVERVIEW_ACTIONS = {
  next: { key: "Enter", label: "", help: "do the next thing of the chosen audit" },
  down: { key: "j", label: "", help: "next audit (or the arrow down)" },
  up: { key: "k", label: "", help: "audit before (or the arrow up)" },
  audits: { key: "1", label: "Audits", help: "choose among the audits" },
  plan: { key: "2", label: "Plan an audit", help: "plan an audit" },
  designs: { key: "p", label: "All designs", help: "draw a sample by any design: strata, clusters, dollars" },
  load: { key: "i", label: "Load files", help: "load files or code sets" },
  person: { key: "w", label: "", help: "say again who you are" },
  keys: { key: "?", label: "Keys", help: "show or hide these keys" },
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
