// Above the codes: whether something must be said of the record, or what was said.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { ACTIONS } from "./review_keys.js";

export const RECORD_NEEDED =
  "No document here holds text. Say first whether the record is missing, partly missing or was reviewed elsewhere.";
export const RECORD_MISSING =
  "The record is missing, so no code can be judged: m completes the chart, Shift+X takes that back.";

/** Actions that judge codes, for which a record is needed. */
export const JUDGING = new Set(["agree", "change", "delete", "add", "resequence", "visit", "stay", "complete"]);

/**
 * Return what the line on the record shows; nothing where there are documents and nothing was said.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {(name: string) => void} act
 * @param {boolean} isFormOpen Then the form's own button is the filled one.
 */
export function recordLine({ status, documents }, act, isFormOpen) {
  if (!status) return [];
  if (status.needs_record_statement)
    return [
      make(
        "span",
        { class: "needed" },
        documents.length ? "No text in the documents: was the record seen?" : "No documents: was the record seen?",
      ),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "record", act, { emphasised: !isFormOpen }),
    ];
  const open = (status.queries ?? []).filter((query) => query.is_open);
  if (!status.record && open.length)
    return [
      make("span", {}, queryWords(open)),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "query", act),
    ];
  if (!status.record) return [];
  return [
    make("span", {}, recordWords(status.record)),
    make("span", { class: "spring" }),
    actionButton(ACTIONS, "withdrawRecord", act, { disabled: status.is_completed }),
  ];
}

/** Return which queries wait for an answer, and since when. */
export function queryWords(open) {
  const [first] = open;
  const others = open.length > 1 ? `, and ${open.length - 1} more` : "";
  return `Query ${first.query_id} to ${first.provider}, open for ${first.day_words}${others}`;
}

/** Return what was said of a record. */
export function recordWords({ status, place }) {
  const words = { missing: "Record missing", "partly missing": "Record partly missing" };
  const said = words[status] ?? "Record reviewed elsewhere";
  return place ? `${said}: ${place}` : said;
}
