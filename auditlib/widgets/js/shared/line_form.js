// A form of one or several lines that a key opens, as for a reason or the name of a file.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";

export class LineForm {
  /**
   * @param {string} title
   * @param {string} button What Enter does.
   * @param {{name: string, label: string, value?: string, placeholder?: string, type?: string,
   *   options?: [string, string][], isOptional?: boolean}[]} fields
   * @param {Object} screen
   * @param {(form: LineForm, values: Object<string, string>) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(title, button, fields, screen) {
    /** The number of the message that it sent, while its answer is awaited. */
    this.sequence = null;
    this.screen = screen;
    this.fields = fields.map((field) => ({ ...field, element: fieldElement(field) }));
    this.first = this.fields[0].element;
    this.element = make(
      "form",
      {
        class: "form line-form",
        "aria-label": title,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          this.screen.cancel();
        },
      },
      make("h4", {}, title),
      make(
        "div",
        { class: "fields" },
        this.fields.map(({ name, label, element }) =>
          make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), element),
        ),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", button, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  get isWaiting() {
    return this.sequence !== null;
  }

  close() {}

  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select?.();
  }

  release() {
    this.sequence = null;
  }

  save() {
    if (this.isWaiting) return;
    const empty = this.fields.find(({ element, isOptional }) => !isOptional && !element.value.trim());
    if (empty) {
      this.screen.say(`${empty.label} is empty.`);
      empty.element.focus();
      return;
    }
    this.screen.save(
      this,
      Object.fromEntries(this.fields.map(({ name, element }) => [name, element.value.trim()])),
    );
  }
}

function fieldElement({ name, label, value = "", placeholder, type = "text", options }) {
  if (options)
    return make(
      "select",
      { name, "aria-label": label },
      options.map(([option, words]) => make("option", { value: option, selected: option === value }, words)),
    );
  return make("input", {
    name,
    type,
    value,
    placeholder,
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
  });
}
