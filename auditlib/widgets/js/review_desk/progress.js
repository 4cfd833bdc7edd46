// Above and below the panes: which chart it is, how far the review is, and what is left to do on the chart.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { HIDDEN, roundWords } from "./queue_rows.js";
import { ACTIONS } from "./review_keys.js";

/**
 * Return what the head of the desk shows: the chart, what is saved, the time, and what concerns the whole chart.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {Object} now
 * @param {string} now.saved Whether all is saved, in words.
 * @param {boolean} now.isSaving
 * @param {HTMLElement} now.time
 * @param {import("./queue_rows.js").QueueRow | null} now.queueRow
 * @param {(name: string) => void} act
 */
export function head({ status, chart, audit }, { saved, isSaving, time, queueRow }, act) {
  if (!status) return [make("span", { class: "waiting" }, "Waiting for the kernel…")];
  const isClosed = status.is_completed && !status.needs_record_statement;
  return [
    make(
      "h1",
      {},
      make("span", { class: "position" }, `Chart ${status.chart_number} of ${status.chart_count}`),
      " ",
      make("span", { class: "encounter" }, status.encounter_id),
      status.is_completed && make("span", { class: "badge done" }, "completed"),
    ),
    make(
      "div",
      { class: "chart-actions" },
      make("span", { class: `saving${isSaving ? " on" : ""}`, role: "status" }, saved),
      time,
      actionButton(ACTIONS, "go", act),
      actionButton(ACTIONS, "record", act, { disabled: isClosed }),
      chart?.hidden_levels?.length > 0 && actionButton(ACTIONS, "unblind", act),
      actionButton(ACTIONS, "help", act),
    ),
    make(
      "div",
      { class: "facts", tabindex: "0", role: "region", "aria-label": "Facts of the chart" },
      facts(chart, queueRow),
    ),
    make(
      "div",
      { class: "facts where" },
      make("span", {}, "Audit ", make("b", {}, audit), reviewWords(queueRow)),
      make(
        "span",
        { class: "charts-done" },
        "Charts done ",
        make("b", {}, `${status.completed_chart_count} of ${status.chart_count}`),
        status.completed_with_open_query_count > 0 && `, ${status.completed_with_open_query_count} with an open query`,
      ),
    ),
  ];
}

/** Class, dates and patient come first. */
const CHIEF_FACTS = 3;

const reviewWords = (row) => (row?.round ? `, ${roundWords(row.round)}` : "");

/** The facts of a chart; what is hidden of it stands together. */
function facts(chart, queueRow) {
  const stratum = queueRow?.hidden.includes("stratum") ? HIDDEN : queueRow?.stratum;
  const all = [...(chart?.header ?? []), ...(stratum ? [["Stratum", stratum]] : [])];
  const hidden = all.filter(([, value]) => value === HIDDEN).map(([label]) => label);
  const shown = all.filter(([, value]) => value !== HIDDEN);
  const fact = ([label, value]) => make("span", {}, `${label} `, make("b", {}, value));
  // The head has room for two lines: what is hidden is said before the facts that matter least.
  return [
    ...shown.slice(0, CHIEF_FACTS).map(fact),
    hidden.length > 0 &&
      make("span", {}, `${[hidden[0], ...hidden.slice(1).map((label) => label.toLowerCase())].join(", ")}: `, make("b", {}, HIDDEN)),
    ...shown.slice(CHIEF_FACTS).map(fact),
  ];
}

/** Return the buttons that move between charts, and what is left to do on this one; a form has its own main button. */
export function chartButtons(status, act, isFormOpen) {
  return [
    make("span", { class: "left" }, leftToDo(status)),
    actionButton(ACTIONS, "query", act),
    actionButton(ACTIONS, "previous", act, { disabled: status.chart_number === 1 }),
    actionButton(ACTIONS, "next", act, { disabled: status.chart_number === status.chart_count }),
    status.is_completed
      ? actionButton(ACTIONS, "reopen", act)
      : actionButton(ACTIONS, "complete", act, { emphasised: isReady(status) && !isFormOpen }),
  ];
}

const isReady = (status) =>
  !status.is_completed && !status.needs_record_statement && status.to_decide_count === 0;

/**
 * Return the buttons that are about the document in view.
 *
 * @param {object | undefined} entry The document; none in a chart without documents.
 * @param {boolean} canAttach
 * @param {(name: string) => void} act
 */
export function documentButtons(entry, canAttach, act) {
  const { attachment } = ACTIONS;
  const named = entry?.is_attached ? { ...attachment, label: "Take back" } : attachment;
  return [
    entry && actionButton(ACTIONS, "requirements", act),
    canAttach && actionButton({ attachment: named }, "attachment", act),
  ].filter(Boolean);
}

/** Return the head of the list of codes. */
export function codesTitle({ status }) {
  if (!status) return ["Codes"];
  const count = Object.keys(status.verdicts).length;
  const decided = Object.values(status.verdicts).filter(Boolean).length;
  return [
    "Codes",
    make("span", { class: "counts" }, `${decided} of ${count} decided`),
    make("span", { class: "spring" }),
    make("span", { class: "hint" }, make("kbd", {}, "j"), " ", make("kbd", {}, "k"), " move"),
  ];
}

/**
 * Return the buttons that decide on the code in focus. One button of the desk is filled: what comes next.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {(name: string) => void} act
 */
export function codeButtons({ status, focusedRow: row }, act) {
  const isClosed = !status || status.is_completed;
  const isNext = Boolean(status && row) && row.verdict === null && !isReady(status) && !status.needs_record_statement;
  const none = isClosed || !row;
  return [
    make(
      "div",
      { class: "bar" },
      actionButton(ACTIONS, "agree", act, { disabled: none || row.added, emphasised: isNext && !isClosed }),
      actionButton(ACTIONS, "change", act, { disabled: none }),
      actionButton(ACTIONS, "delete", act, { disabled: none }),
      actionButton(ACTIONS, "resequence", act, { disabled: none || row.added }),
      actionButton(ACTIONS, "add", act, { disabled: isClosed }),
      actionButton(ACTIONS, "withdraw", act, { disabled: none || !row.verdict }),
      !none && row.code.visit_rule && actionButton(ACTIONS, "visit", act),
    ),
  ];
}

function leftToDo(status) {
  const waiting = openQueries(status);
  return [codesLeft(status), waiting.length > 0 && `${openQueryWords(waiting)} open`].filter(Boolean).join(", ");
}

/** The queries of this reviewer that wait for an answer. */
export const openQueries = (status) => status.queries.filter((query) => query.is_open);

/** Queries in words: query Q1, or queries Q1, Q2. */
export const openQueryWords = (queries) =>
  `${queries.length === 1 ? "query" : "queries"} ${queries.map(({ query_id }) => query_id).join(", ")}`;

function codesLeft(status) {
  if (status.is_completed) return "";
  if (status.needs_record_statement) return "the record comes first";
  if (status.record?.status === "missing") return "nothing to judge";
  const count = Object.values(status.verdicts).filter((verdict) => verdict === null).length;
  if (count && status.to_decide_count === 0) return `${count} without a verdict count as without support`;
  return count === 0 ? "every code is decided" : `${count} ${count === 1 ? "code" : "codes"} to decide`;
}
