// The form in which the reviewer ticks what a visit's level rests on: problems, data, risk, and minutes.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

const ELEMENTS = ["problems", "data", "risk"];

export class VisitLevelForm extends SmallForm {
  /**
   * @param {import("./review_state.js").Row} row The code of a visit.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(row, state, screen) {
    super(screen);
    this.reference = state.referenceTo(row);
    const known = row.verdict?.visit ?? {};
    this.selects = ELEMENTS.map((name) => levelSelect(name, state.choices.decision_levels, known[name]));
    this.first = this.selects[0];
    this.minutes = make("input", {
      name: "minutes",
      type: "text",
      inputmode: "numeric",
      value: known.minutes ?? "",
      autocomplete: "off",
      placeholder: "none stated",
      "aria-label": "Minutes",
    });
    // An input of type date has the day as 2026-01-31, in whatever way it is shown.
    this.day = make("input", {
      name: "day",
      type: "date",
      value: known.service_date ?? state.chart.service_day ?? "",
      "aria-label": "Day of the visit",
    });
    this.element = this.makeForm(
      "Level of the visit",
      make("h3", {}, "Level of the visit ", make("span", { class: "code" }, row.code.shown)),
      make(
        "div",
        { class: "fields" },
        ELEMENTS.map((name, place) => field(name, capital(name), this.selects[place])),
        field("minutes", "Minutes stated", this.minutes),
        field("day", "Day of the visit", this.day),
      ),
      make("p", { class: "faint" }, row.verdict?.visit_sentence ?? row.code.visit_rule ?? ""),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", row.verdict ? "Save with the verdict" : "Agree, with this", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  save() {
    if (this.isWaiting) return;
    const [problems, data, risk] = this.selects.map(({ value }) => value || null);
    const minutes = wholeMinutes(this.minutes.value);
    if (minutes === undefined) {
      this.screen.say("Minutes are a whole number, as 25, or nothing.");
      this.minutes.focus();
      return;
    }
    if (!problems && !data && !risk && minutes === null) {
      this.screen.say("Tick problems, data or risk, or give the minutes.");
      this.first.focus();
      return;
    }
    if (!this.day.value) {
      this.screen.say("Say on which day the visit was: its rules count.");
      this.day.focus();
      return;
    }
    const visit = { service_date: this.day.value, problems, data, risk, minutes };
    this.send({ kind: "visit", ...this.reference, visit });
  }
}

function levelSelect(name, levels, chosen) {
  return make(
    "select",
    { name, "aria-label": capital(name) },
    make("option", { value: "", selected: !chosen }, "not ticked"),
    levels.map((level) => make("option", { value: level, selected: level === chosen }, level)),
  );
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** Return the minutes that were typed: null if nothing was, undefined if it is no whole number. */
export function wholeMinutes(typed) {
  const text = typed.trim();
  if (!text) return null;
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
