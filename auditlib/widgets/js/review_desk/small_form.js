// What the forms of the review desk do alike: Enter saves, Escape cancels, and they wait for the answer.

import { make } from "../dom.js";

export class SmallForm {
  /**
   * @param {Object} screen
   * @param {(form: SmallForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(screen) {
    this.screen = screen;
    /** The number of the message that saves it, while its answer is awaited. */
    this.sequence = null;
  }

  makeForm(label, ...children) {
    return make(
      "form",
      {
        class: "form",
        "aria-label": label,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.onKey(event),
      },
      ...children,
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

  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }

  send(decision) {
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, decision);
  }
}

/** Make a field with its label above. */
export function field(name, label, element) {
  return make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), element);
}
