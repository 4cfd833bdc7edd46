// The form in which the reviewer opens what is hidden of the chart: it goes on record with its reason.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

export class UnblindForm extends SmallForm {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(state, screen) {
    super(screen);
    const options = state.chart.hidden_levels.map((level) => make("option", { value: level }, level));
    this.first = make("select", { name: "level", "aria-label": "What is opened" }, options);
    this.reason = make("input", {
      name: "reason",
      type: "text",
      autocomplete: "off",
      "aria-label": "Reason",
      placeholder: "why it is opened: it goes on record",
    });
    this.element = this.makeForm(
      "Unblind",
      make("h3", {}, "Open what is hidden of this chart"),
      make(
        "div",
        { class: "fields" },
        field("level", "What", this.first),
        field("reason", "Reason", this.reason),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Open, on record", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  save() {
    if (this.isWaiting) return;
    const reason = this.reason.value.trim();
    if (!reason) {
      this.screen.say("Say why it is opened.");
      this.reason.focus();
      return;
    }
    this.send({ kind: "unblind", level: this.first.value, reason });
  }
}
