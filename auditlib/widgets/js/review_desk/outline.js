// The outline of a document, laid over it: its headings, to choose from by arrows and Enter or by a click.

import { make } from "../dom.js";
import { sectionsOf } from "./sections.js";

export class Outline {
  /**
   * @param {(section: import("./sections.js").Section) => void} onChoose
   * @param {() => void} onLeave
   */
  constructor(onChoose, onLeave) {
    this.onChoose = onChoose;
    this.onLeave = onLeave;
    this.element = make("div", {
      class: "outline",
      role: "group",
      "aria-label": "Outline",
      hidden: true,
      onkeydown: (event) => this.#onKey(event),
    });
  }

  get isShown() {
    return !this.element.hidden;
  }

  /** Show the headings of a document; return false where it has none. */
  show(entry) {
    const sections = sectionsOf(entry.text);
    if (sections.length === 0) return false;
    this.element.replaceChildren(
      ...sections.map((section) =>
        make("button", { type: "button", onclick: () => this.onChoose(section) }, section.title),
      ),
    );
    this.element.hidden = false;
    this.element.firstChild.focus({ preventScroll: true });
    return true;
  }

  hide() {
    this.element.hidden = true;
  }

  #onKey(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const buttons = [...this.element.children];
    const at = buttons.indexOf(document.activeElement);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    } else if (event.key === "Escape" || event.key === "o") {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
      this.onLeave();
    }
  }
}
