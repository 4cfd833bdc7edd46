// Above and below the panes: which chart it is, how far the review is, and what is left to do on the chart.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { ACTIONS } from "./review_keys.js";

/**
 * Return what the head of the screen shows.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {boolean} isSaving
 * @param {(name: string) => void} act
 */
export function head({ status, chart }, isSaving, act) {
  if (!status) return [make("span", { class: "waiting" }, "Waiting for the kernel…")];
  const charts = `${status.completed_chart_count} of ${status.chart_count} charts`;
  const codes = `${status.decided_code_count} of ${status.code_count} codes decided`;
  return [
    make(
      "div",
      { class: "line" },
      make("strong", { class: "position" }, `Chart ${status.chart_number} of ${status.chart_count}`),
      make("strong", { class: "encounter" }, status.encounter_id),
      status.is_completed && make("span", { class: "badge done" }, "completed"),
      make("span", { class: "spring" }),
      make("span", { class: `saving${isSaving ? " on" : ""}` }, isSaving ? "saving…" : "all saved"),
      make("span", { class: "progress" }, `${charts} · ${codes}`),
      make("progress", {
        max: Math.max(1, status.code_count),
        value: status.decided_code_count,
        "aria-label": "Codes decided",
      }),
      actionButton(ACTIONS, "help", act),
    ),
    make(
      "div",
      { class: "line facts" },
      (chart?.header ?? []).map(([label, value]) =>
        make("span", {}, make("span", { class: "faint" }, `${label} `), value),
      ),
    ),
  ];
}

/** Return the buttons that move between charts, and what is left to do on this one. */
export function chartButtons(status, act) {
  const isReady = !status.is_completed && !status.needs_record_statement && status.to_decide_count === 0;
  return [
    actionButton(ACTIONS, "previous", act, { disabled: status.chart_number === 1 }),
    actionButton(ACTIONS, "next", act, { disabled: status.chart_number === status.chart_count }),
    actionButton(ACTIONS, "record", act, { disabled: status.is_completed && !status.needs_record_statement }),
    make("span", { class: "spring" }),
    make("span", { class: "left" }, leftToDo(status)),
    status.is_completed
      ? actionButton(ACTIONS, "reopen", act)
      : actionButton(ACTIONS, "complete", act, { emphasised: isReady }),
  ];
}

/**
 * Return the buttons that decide on the code in focus.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {(name: string) => void} act
 */
export function codeButtons({ status, focusedRow: row }, act) {
  const isClosed = !status || status.is_completed;
  const about = row ? `${row.added ? "Added" : `Code ${row.key}`}: ${row.code.shown}` : "No code";
  return [
    make(
      "div",
      { class: "bar" },
      make("span", { class: "about-code" }, about),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "add", act, { disabled: isClosed }),
    ),
    make(
      "div",
      { class: "bar" },
      ["agree", "change", "delete"].map((name) =>
        actionButton(ACTIONS, name, act, { disabled: isClosed || !row || (row.added && name === "agree") }),
      ),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "withdraw", act, { disabled: isClosed || !row?.verdict }),
    ),
  ];
}

function leftToDo(status) {
  if (status.is_completed) return "";
  if (status.needs_record_statement) return "the record comes first";
  if (status.record?.status === "missing") return "nothing to judge";
  const count = Object.values(status.verdicts).filter((verdict) => verdict === null).length;
  if (count && status.to_decide_count === 0) return `${count} without a verdict count as without support`;
  return count === 0 ? "every code is decided" : `${count} ${count === 1 ? "code" : "codes"} to decide`;
}
