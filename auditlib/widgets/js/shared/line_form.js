// A form of one or several lines that a key opens, as for a reason or the name of a file.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "../review_desk/small_form.js";

/**
 * @typedef {Object} Line
 * @property {string} name
 * @property {string} label
 * @property {string} [value]
 * @property {string} [placeholder]
 * @property {[string, string][]} [options] Values with their words, to choose from.
 * @property {boolean} [isOptional]
 */

export class LineForm extends SmallForm {
  /**
   * @param {string} title
   * @param {string} button What Enter does.
   * @param {Line[]} lines
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(title, button, lines, screen) {
    super(screen);
    this.lines = lines.map((line) => ({ ...line, element: lineElement(line) }));
    this.first = this.lines[0].element;
    this.element = this.makeForm(
      title,
      make("h3", {}, title),
      make(
        "div",
        { class: "fields" },
        this.lines.map(({ name, label, element }) => field(name, label, element)),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", button, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
    this.element.classList.add("line-form");
  }

  focusFirst() {
    super.focusFirst();
    this.first.select?.();
  }

  save() {
    if (this.isWaiting) return;
    const empty = this.lines.find(({ element, isOptional }) => !isOptional && !element.value.trim());
    if (empty) {
      this.screen.say(`${empty.label} is empty.`);
      empty.element.focus();
      return;
    }
    this.send(Object.fromEntries(this.lines.map(({ name, element }) => [name, element.value.trim()])));
  }
}

/**
 * Make the field of a line: one to choose in where it has options, else one to type in.
 *
 * @param {Line} line
 */
export function lineElement({ name, label, value = "", placeholder, options }) {
  if (options)
    return make(
      "select",
      { name, "aria-label": label },
      options.map(([option, words]) => make("option", { value: option, selected: option === value }, words)),
    );
  const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label };
  return make("input", { name, value, placeholder, ...settings });
}
