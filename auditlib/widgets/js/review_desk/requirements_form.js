// The form in which the reviewer says whether a document shows what a record must show.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

export class RequirementsForm extends SmallForm {
  /**
   * @param {Object} document The document in view.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(document, state, screen) {
    super(screen);
    this.document = document;
    const { requirements, requirement_states: states } = state.choices;
    const known = state.status.documents[document.document_number] ?? {};
    this.selects = requirements.map((name) =>
      make(
        "select",
        { name, "aria-label": capital(name) },
        make("option", { value: "", selected: !known[name] }, "not stated"),
        states.map((value) => make("option", { value, selected: value === known[name] }, value)),
      ),
    );
    this.first = this.selects[0];
    this.element = this.makeForm(
      "Requirements of the document",
      make("h3", {}, "Requirements of ", make("b", {}, document.title)),
      make(
        "div",
        { class: "fields" },
        requirements.map((name, place) => field("requirement", capital(name), this.selects[place])),
      ),
      make("p", { class: "faint" }, "What is not stated is not checked. It is kept with the chart and changes no verdict."),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  save() {
    if (this.isWaiting) return;
    const stated = this.selects.filter(({ value }) => value).map(({ name, value }) => [name, value]);
    this.send({
      kind: "document",
      document_number: this.document.document_number,
      states: Object.fromEntries(stated),
    });
  }
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);
