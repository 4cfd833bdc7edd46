// The list of codes: what the coder assigned, what the reviewer decided, and what the checks say.

import { make, scrollToRow } from "../dom.js";
import { codeDetails, evidenceQuote, verdictBadge, verdictWords } from "./verdict_words.js";

export class CodeList {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {(part: HTMLElement, ...children: Node[]) => void} fill
   * @param {(key: string) => void} onChoose
   */
  constructor(state, fill, onChoose) {
    this.state = state;
    this.fill = fill;
    this.onChoose = onChoose;
    this.element = make("div", { class: "codes", role: "list", "aria-label": "Codes" });
    this.resizing = new ResizeObserver(() => this.keepFocusedRowInView());
    this.resizing.observe(this.element);
  }

  close() {
    this.resizing.disconnect();
  }

  /** @param {Set<string>} waitingKeys Rows on which a decision is on its way. */
  show(waitingKeys) {
    const { chart, rows } = this.state;
    const chartFindings = (chart?.findings ?? []).map((finding) => findingLine(finding));
    this.fill(
      this.element,
      ...(chartFindings.length ? [make("div", { class: "general" }, chartFindings)] : []),
      ...rows.map((row) => this.#row(row, waitingKeys.has(row.key))),
      ...(chart && rows.length === 0 ? [make("p", {}, "The coder assigned no codes: n adds one.")] : []),
    );
  }

  keepFocusedRowInView() {
    const row = this.element.querySelector(".row.focused");
    if (row) scrollToRow(this.element, row);
  }

  #badge(row, isWaiting) {
    if (isWaiting) return make("span", { class: "badge saving" }, "saving…");
    if (this.state.status?.record?.status === "missing")
      return make("span", { class: "badge" }, "no record");
    return verdictBadge(row);
  }

  #row(row, isWaiting) {
    const { code } = row;
    const isFocused = row.key === this.state.focusKey;
    return make(
      "div",
      {
        class: `row${isFocused ? " focused" : ""}`,
        role: "listitem",
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => this.onChoose(row.key),
      },
      make(
        "div",
        { class: "what" },
        make("span", { class: "number" }, row.added ? "+" : row.key),
        make(
          "span",
          { class: "about-row" },
          make("span", { class: "code" }, code.shown),
          make("span", { class: "system" }, code.code_system),
          make("span", { class: "details" }, codeDetails(code)),
        ),
        this.#badge(row, isWaiting),
      ),
      (code.description || row.added) &&
        make("div", { class: "description" }, code.description ?? "added by you"),
      row.verdict && row.verdict.action !== "agree" && make("div", { class: "verdict" }, verdictWords(row), evidenceQuote(row)),
      (code.findings ?? []).map((finding) => findingLine(finding)),
    );
  }
}

function findingLine(finding) {
  return make(
    "div",
    { class: `finding severity-${finding.severity}` },
    make("span", { class: "badge", title: finding.severity_meaning }, finding.severity_words),
    make("b", {}, finding.check_id),
    " ",
    finding.detail,
  );
}
