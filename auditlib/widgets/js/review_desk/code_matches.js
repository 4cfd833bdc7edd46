// The codes that match what is typed into the form, to choose from by arrows and Enter or by a click.

import { make, scrollToRow } from "../dom.js";
import { TypingPause } from "../typing_pause.js";
import { storedCode } from "./review_state.js";

const SEARCH_PAUSE_MILLISECONDS = 150;

export class CodeMatches {
  /**
   * @param {(request: {sequence: number, code_system: string, text: string}) => void} ask
   * @param {(code: object) => void} onTake
   */
  constructor(ask, onTake) {
    this.ask = ask;
    this.onTake = onTake;
    this.element = make("div", { class: "found", role: "listbox", "aria-label": "Matching codes" });
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.sequence = 0;
    this.codes = [];
    this.chosen = -1;
  }

  close() {
    this.pause.cancel();
  }

  /** Ask for codes when typing pauses. */
  search(codeSystem, text) {
    this.pause.cancel();
    if (!text) {
      this.element.replaceChildren();
      return;
    }
    this.pause.run(() => {
      this.sequence += 1;
      this.ask({ sequence: this.sequence, code_system: codeSystem, text });
    });
  }

  /** Show the codes of an answer, unless more has been typed since. */
  show(content, typed) {
    if (content.sequence !== this.sequence) return;
    this.codes = content.codes ?? [];
    this.chosen = -1;
    const note = content.error?.message || content.note;
    const none = note || "Not in the code sets that are loaded for this date.";
    const options = this.codes.map((code, index) => this.#option(code, index, storedCode(typed)));
    const isNoteShown = this.codes.length === 0 || note;
    this.element.replaceChildren(...options, ...(isNoteShown ? [make("div", { class: "none" }, none)] : []));
  }

  #option(code, index, typed) {
    return make(
      "div",
      {
        role: "option",
        class: code.code === typed ? "whole" : null,
        onmousedown: (event) => {
          event.preventDefault();
          this.#take(index);
        },
      },
      make("b", {}, code.shown),
      " ",
      code.description ?? "",
      code.is_billable ? "" : " (not billable: needs more characters)",
    );
  }

  /** Move through the codes or take one; return whether the key was meant for them. */
  onKey(event) {
    const count = this.codes.length;
    if (count === 0 || !this.element.firstChild) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const isFirstPress = this.chosen < 0;
      const step = event.key === "ArrowDown" ? 1 : isFirstPress ? count : count - 1;
      this.chosen = (this.chosen + step) % count;
      [...this.element.children].forEach((option, index) =>
        option.setAttribute("aria-selected", String(index === this.chosen)),
      );
      scrollToRow(this.element, this.element.children[this.chosen]);
      return true;
    }
    if (event.key === "Enter" && this.chosen >= 0) {
      this.#take(this.chosen);
      return true;
    }
    return false;
  }

  #take(index) {
    const code = this.codes[index];
    this.codes = [];
    this.element.replaceChildren(
      make("div", { class: "whole" }, make("b", {}, code.shown), " ", code.description ?? ""),
    );
    this.onTake(code);
  }
}
