// The forms by which a file is attached without dragging it, and by which an attached document is taken back.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

export class AttachForm extends SmallForm {
  /**
   * @param {Object} screen As of `SmallForm`.
   * @param {(files: File[]) => void} onFiles
   */
  constructor(screen, onFiles) {
    super(screen);
    this.input = make("input", {
      type: "file",
      hidden: true,
      "aria-label": "File to attach",
      onchange: () => {
        screen.cancel();
        onFiles([...this.input.files]);
      },
    });
    this.first = keyButton("Enter", "Choose a file", { class: "main", onclick: () => this.input.click() });
    this.element = this.makeForm(
      "Attach a file",
      make("h3", {}, "Attach a file to this chart"),
      make("p", { class: "faint" }, "Or drop it on the documents. It is kept in the workspace, on record, as the chart's next document."),
      this.input,
      make("div", { class: "bar" }, this.first, keyButton("Esc", "Cancel", { onclick: () => screen.cancel() })),
    );
  }

  save() {
    this.input.click();
  }
}

export class TakeBackForm extends SmallForm {
  /**
   * @param {Object} document The attached document.
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(document, screen) {
    super(screen);
    this.document = document;
    this.first = make("input", {
      name: "reason",
      type: "text",
      autocomplete: "off",
      "aria-label": "Reason",
      placeholder: "as: of another patient",
    });
    this.element = this.makeForm(
      "Take the attachment back",
      make("h3", {}, "Take back ", make("b", {}, document.title)),
      make("div", { class: "fields" }, field("reason", "Reason, which goes on record", this.first)),
      make("p", { class: "faint" }, "It is no document of the chart any more. The file is kept, and what quotes it keeps its sentence."),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Take back", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => screen.cancel() }),
      ),
    );
  }

  save() {
    if (this.isWaiting) return;
    const reason = this.first.value.trim();
    if (!reason) {
      this.screen.say("Say why it is taken back.");
      return;
    }
    this.send({ kind: "take back", document_number: this.document.document_number, reason });
  }
}
