// The form in which the reviewer says what is known of a record that is not here, or not whole.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

const ELSEWHERE = "reviewed elsewhere";

export class RecordForm extends SmallForm {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(state, screen) {
    super(screen);
    const current = state.status.record;
    const hasPages = state.documents.some(({ pages }) => pages.length > 0);
    const options = state.choices.record_statuses.map((status) =>
      make("option", { value: status, selected: status === current?.status }, status),
    );
    this.first = make(
      "select",
      { name: "status", "aria-label": "Record", onchange: () => this.#fitFields() },
      make("option", { value: "", selected: !current }, "choose…"),
      options,
    );
    this.place = make("input", {
      name: "place",
      type: "text",
      value: current?.place ?? (hasPages ? "the pages of the scans here" : ""),
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Where",
    });
    this.since = make("input", { name: "since", type: "date", "aria-label": "Missing since" });
    this.sinceField = field("since", "Missing since", this.since);
    this.element = this.makeForm(
      "Record of this visit",
      make("h3", {}, "Record of this visit"),
      make(
        "div",
        { class: "fields" },
        field("record", "Record", this.first),
        this.sinceField,
        field("place", "Where it was reviewed, or what was done to find it", this.place),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
    this.#fitFields();
  }

  #fitFields() {
    const isElsewhere = this.first.value === ELSEWHERE;
    this.sinceField.hidden = isElsewhere || !this.first.value;
    this.place.placeholder = isElsewhere ? "where it was reviewed" : "as archive asked twice";
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
    const since = this.sinceField.hidden ? "" : this.since.value;
    this.send({ kind: "record", status, place: withDay(place, since) || null });
  }
}

/** Return what was done with the day since when the record is missing. */
export function withDay(place, since) {
  return [place, since && `missing since ${since}`].filter(Boolean).join("; ");
}
