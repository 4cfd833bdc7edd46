// Corrective actions: what each is about, who does it until when, and before and after with limits.

import { make } from "../dom.js";

const HEADS = ["No.", "Finding, cause or coder", "Action", "Owner", "Due", "Done", "Re-audit", "Before → after", "State"];

/**
 * @param {object[]} actions
 * @param {string | null} focusKey
 * @param {(key: string) => void} choose
 */
export function actionTable(actions, focusKey, choose) {
  if (actions.length === 0)
    return make("p", { class: "nothing" }, "No corrective action is planned in this audit. n plans one.");
  return make(
    "table",
    {},
    make("thead", {}, make("tr", {}, HEADS.map((head) => make("th", { scope: "col" }, head)))),
    make(
      "tbody",
      {},
      actions.map((action) => {
        const isFocused = action.action_id === focusKey;
        return make(
          "tr",
          {
            class: isFocused ? "on" : null,
            "aria-current": isFocused ? "true" : null,
            "data-key": action.action_id,
            onclick: () => choose(action.action_id),
          },
          make("td", {}, action.action_id),
          make("td", {}, action.about),
          make("td", {}, action.action),
          make("td", {}, action.owner),
          make("td", {}, action.due),
          make("td", {}, action.done),
          make("td", {}, action.reaudit),
          make(
            "td",
            {},
            action.before && `${action.before} → ${action.after || "not reviewed yet"}`,
            action.conclusion && make("small", {}, action.conclusion),
          ),
          make("td", {}, action.state),
        );
      }),
    ),
  );
}
