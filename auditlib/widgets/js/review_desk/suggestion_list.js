// The codes that a machine coder suggests for the chart, each with its confidence, its passage, and whether it is on the list.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { ACTIONS } from "./review_keys.js";

const isSame = (one, other) => one.code_system === other.code_system && one.code === other.code;

/** A row's code as the reviewer leaves it: the corrected one after a change, none after a deletion. */
const codeLeft = ({ code, verdict }) => (verdict?.action === "delete" ? null : (verdict?.corrected ?? code));

const isOnList = (state, suggested) => state.rows.some((row) => codeLeft(row) && isSame(codeLeft(row), suggested));

/** The suggested codes that are not on the list, in the machine's order. */
export const openSuggestions = (state) => (state.chart?.suggestions ?? []).filter((one) => !isOnList(state, one));

/**
 * Return a heading and a line for each suggested code, nothing where there is none; the first that is not on the
 * list has the key on its button.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {(suggested: object) => void} onAdd
 */
export function suggestionList(state, onAdd) {
  const suggestions = state.chart?.suggestions ?? [];
  const [first] = openSuggestions(state);
  if (suggestions.length === 0) return [];
  const lines = suggestions.map((suggested) =>
    make(
      "div",
      { class: "suggested", role: "listitem" },
      make("span", { class: "code" }, suggested.shown),
      make("span", { class: "confidence" }, suggested.confidence ?? ""),
      make("span", { class: "description" }, suggested.description ?? suggested.code_system),
      isOnList(state, suggested)
        ? make("span", { class: "badge" }, "on the list")
        : suggested === first
          ? keyButton("i", ACTIONS.suggested.label, { onclick: () => onAdd(suggested) })
          : make("button", { type: "button", onclick: () => onAdd(suggested) }, ACTIONS.suggested.label),
      suggested.passage && make("span", { class: "passage" }, `“${suggested.passage}”`),
    ),
  );
  return [make("h3", {}, "A machine coder suggests"), make("div", { role: "list" }, lines)];
}
