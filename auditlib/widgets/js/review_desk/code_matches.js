// The codes that match what is typed into the form. The first one is chosen: Enter takes it, the next Enter saves.

import { make, scrollToRow } from "../dom.js";
import { TypingPause } from "../typing_pause.js";
import { storedCode } from "./review_state.js";

const SEARCH_PAUSE_MILLISECONDS = 60;
let listCount = 0;

export class CodeMatches {
  /**
   * @param {Object} form
   * @param {(request: {sequence: number, code_system: string, text: string}) => void} form.ask
   * @param {(code: object) => void} form.onTake
   * @param {() => void} form.onChoose Another code is chosen, or none; nothing is taken yet.
   * @param {() => void} form.onSave A second Enter came before the codes did.
   * @param {string | null} form.billed The coder's code.
   */
  constructor({ ask, onTake, onChoose, onSave, billed }) {
    this.ask = ask;
    this.onChoose = onChoose;
    this.onTake = onTake;
    this.onSave = onSave;
    this.billed = billed;
    listCount += 1;
    this.id = `auditlib-codes-${listCount}`;
    // A list that can be scrolled would be a stop of Tab, between the code and the field after it.
    const list = { class: "found", role: "listbox", id: this.id, "aria-label": "Matching codes", tabindex: "-1" };
    this.element = make("div", list);
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.sequence = 0;
    this.isAwaited = false;
    /** Arrows and Enter that came before the codes did: they are meant for what was typed, not for the list before. */
    this.waitingKeys = [];
    this.codes = [];
    this.chosen = -1;
  }

  close() {
    this.pause.cancel();
  }

  /** The field in which one types says which code is chosen. */
  setField(field) {
    this.field = field;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.id);
    field.setAttribute("aria-expanded", "false");
  }

  /** Show codes near the coder's before anything is typed; none of them is chosen. */
  offer(codeSystem, text) {
    this.isOffer = true;
    this.#ask(codeSystem, text);
  }

  /** Ask for codes when typing pauses. */
  search(codeSystem, text) {
    this.pause.cancel();
    this.waitingKeys = [];
    this.isOffer = false;
    if (!text) {
      this.#clear();
      return;
    }
    // What was asked before more was typed is not shown: Enter would take from it, and the search to come would reopen.
    this.sequence += 1;
    this.isAwaited = true;
    this.pause.run(() => this.#ask(codeSystem, text));
  }

  #ask(codeSystem, text) {
    this.sequence += 1;
    this.isAwaited = true;
    this.ask({ sequence: this.sequence, code_system: codeSystem, text });
  }

  #clear() {
    this.pause.cancel();
    this.codes = [];
    this.isAwaited = false;
    this.sequence += 1;
    this.element.replaceChildren();
    this.#choose(-1);
  }

  /** Show the codes of an answer, unless more has been typed since. */
  show(content, typed) {
    if (content.sequence !== this.sequence) return;
    this.isAwaited = false;
    this.codes = content.codes ?? [];
    const note = content.error?.message || content.note;
    const none = note || "Not in the code sets that are loaded for this date.";
    const options = this.codes.map((code, index) => this.#option(code, index, storedCode(typed)));
    const isNoteShown = (this.codes.length === 0 && !this.isOffer) || note;
    // A list without an entry is no list: only the note is there.
    this.element.setAttribute("role", options.length ? "listbox" : "group");
    this.element.replaceChildren(...options, ...(isNoteShown ? [make("div", { class: "none" }, none)] : []));
    this.#choose(this.codes.length > 0 && !this.isOffer ? 0 : -1);
    const { waitingKeys } = this;
    this.waitingKeys = [];
    for (const key of waitingKeys) if (!this.#press(key) && key === "Enter") this.onSave();
  }

  #option(code, index, typed) {
    const notes = [
      code.in_record,
      !code.is_billable && "needs more characters",
      code.code === this.billed && "billed",
      code.code === typed && code.code !== this.billed && "as typed",
    ].filter(Boolean);
    return make(
      "div",
      {
        role: "option",
        id: `${this.id}-${index}`,
        class: code.code === typed ? "whole" : null,
        onmousedown: (event) => {
          event.preventDefault();
          this.#take(index);
        },
      },
      make("b", {}, code.shown),
      make("span", { class: "title" }, code.description ?? ""),
      make("span", { class: "note" }, notes.join(", ")),
    );
  }

  /** The code that Enter would take, or null. */
  get chosenCode() {
    return this.codes[this.chosen] ?? null;
  }

  #choose(index) {
    this.chosen = index;
    this.onChoose();
    [...this.element.children].forEach((option, place) => {
      if (option.getAttribute("role") === "option") option.setAttribute("aria-selected", String(place === index));
    });
    this.field?.setAttribute("aria-expanded", String(this.codes.length > 0));
    if (index < 0) this.field?.removeAttribute("aria-activedescendant");
    else {
      this.field?.setAttribute("aria-activedescendant", `${this.id}-${index}`);
      scrollToRow(this.element, this.element.children[index]);
    }
  }

  /** Move through the codes or take one; return whether the key was meant for them. */
  onKey(event) {
    if (this.isAwaited && !this.isOffer && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) {
      this.waitingKeys.push(event.key);
      return true;
    }
    return this.#press(event.key);
  }

  #press(key) {
    const count = this.codes.length;
    if (count === 0) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const isFirstPress = this.chosen < 0;
      const step = key === "ArrowDown" ? 1 : isFirstPress ? count : count - 1;
      this.#choose((this.chosen + step) % count);
      return true;
    }
    if (key === "Enter" && this.chosen >= 0) {
      this.#take(this.chosen);
      return true;
    }
    return false;
  }

  #take(index) {
    const code = this.codes[index];
    this.#clear();
    this.element.replaceChildren(
      make(
        "div",
        { class: "whole", role: "option", "aria-selected": "true" },
        make("b", {}, code.shown),
        make("span", { class: "title" }, code.description ?? ""),
      ),
    );
    this.onTake(code);
  }
}
