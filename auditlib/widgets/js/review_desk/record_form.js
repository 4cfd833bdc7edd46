// The form in which the reviewer says what is known of a record that is not here, or not whole.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";

const ELSEWHERE = "reviewed elsewhere";

export class RecordForm {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(form: RecordForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(state, screen) {
    this.screen = screen;
    /** The number of the message that saves it, while its answer is awaited. */
    this.sequence = null;
    const current = state.status.record;
    const hasPages = state.documents.some(({ pages }) => pages.length > 0);
    const options = state.choices.record_statuses.map((status) =>
      make("option", { value: status, selected: status === current?.status }, status),
    );
    this.first = make(
      "select",
      { name: "status", "aria-label": "Record" },
      make("option", { value: "", selected: !current }, "choose…"),
      options,
    );
    this.place = make("input", {
      name: "place",
      type: "text",
      value: current?.place ?? (hasPages ? "the pages of the scans here" : ""),
      placeholder: "where it was reviewed, or looked for",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Where",
    });
    this.element = make(
      "form",
      {
        class: "form",
        "aria-label": "Record of this visit",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.#onKey(event),
      },
      make("h4", {}, "Record of this visit"),
      make(
        "div",
        { class: "fields" },
        field("record", "Record", this.first),
        field("place", "Where", this.place),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  close() {}

  focusFirst() {
    this.first.focus({ preventScroll: true });
  }

  get isWaiting() {
    return this.sequence !== null;
  }

  /** Python refused what was saved: the form is open again. */
  release() {
    this.sequence = null;
    this.element.removeAttribute("aria-busy");
  }

  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }

  save() {
    if (this.isWaiting) return;
    const status = this.first.value;
    const place = this.place.value.trim();
    if (!status) {
      this.screen.say("Choose what is known of the record.");
      this.first.focus();
      return;
    }
    if (status === ELSEWHERE && !place) {
      this.screen.say("Say where the record was reviewed.");
      this.place.focus();
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, { kind: "record", status, place: place || null });
  }
}

function field(name, label, element) {
  return make(
    "label",
    { class: `field field-${name}` },
    make("span", { class: "faint" }, label),
    element,
  );
}
