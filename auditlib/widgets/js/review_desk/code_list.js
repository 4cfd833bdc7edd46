// The list of codes, a line each: the verdict, the code as it is billed, and its title; the code in work whole.

import { make, scrollToRow } from "../dom.js";
import { changedCode, codeOnClaim, verdictSign } from "./verdict_words.js";
import { findingLine } from "./code_detail.js";

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
    this.element = make("div", { class: "codes", role: "list", tabindex: "0", "aria-label": "Codes" });
    this.resizing = new ResizeObserver(() => this.keepFocusedRowInView());
    this.resizing.observe(this.element);
  }

  close() {
    this.resizing.disconnect();
  }

  /**
   * @param {Set<string>} waitingKeys Rows on which a decision is on its way.
   * @param {import("./resequence.js").Resequence | null} moving
   */
  show(waitingKeys, moving) {
    const { chart } = this.state;
    const rows = moving ? moving.rows : this.state.rows;
    const chartFindings = (chart?.findings ?? []).map((finding) => findingLine(finding));
    this.fill(
      this.element,
      ...(chartFindings.length ? [make("div", { class: "general", role: "listitem" }, chartFindings)] : []),
      ...rows.map((row) => this.#row(row, waitingKeys.has(row.key), moving?.row.key === row.key)),
      ...(chart && rows.length === 0
        ? [make("p", { role: "listitem" }, "The coder assigned no codes: n adds one.")]
        : []),
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
    return verdictSign(row);
  }

  #row(row, isWaiting, isMoving) {
    const { code } = row;
    const isFocused = row.key === this.state.focusKey;
    const title = code.description ?? (row.added ? "added by you" : `${code.code_system}, no titles loaded`);
    const hasTitle = Boolean(code.description);
    return make(
      "div",
      {
        class: `row${isFocused ? " focused" : ""}${isMoving ? " moving" : ""}`,
        role: "listitem",
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        title: isFocused ? null : title,
        onclick: () => this.onChoose(row.key),
      },
      make("span", { class: "number" }, row.added ? "+" : row.key),
      this.#badge(row, isWaiting),
      make("span", { class: "code" }, changedCode(row) ?? codeOnClaim(code)),
      make("span", { class: hasTitle ? "description" : "description faint" }, title),
      (code.findings ?? []).length > 0 && findingCount(code.findings),
    );
  }
}

/** How many findings a code has; faint where each of them is accepted. */
function findingCount(findings) {
  const accepted = findings.filter((finding) => finding.is_accepted).length;
  const words = accepted ? `findings of checks, ${accepted} accepted` : "findings of checks";
  const classes = accepted === findings.length ? "finding-count accepted" : "finding-count";
  return make("span", { class: classes, title: words }, String(findings.length));
}
