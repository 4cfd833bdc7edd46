// The accuracy screen. It knows nothing of accuracy: Python sends the page, and the rows behind a number.

import { isButton, isField, leaveForNotebook, make } from "../dom.js";
import { hasModifier, isPress } from "../keymap.js";
import { PageScreen } from "../shared/page_screen.js";
import { madeOf } from "./page_elements.js";

class AccuracyScreen extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-accuracy", label: "Accuracy of coding", kept: "the figures" });
    /** The element whose rows are asked for or open, and where they are shown. */
    this.opener = null;
    this.openSequence = 0;
    this.behind = null;
    /** What was chosen last, as text. */
    this.chosenValues = "";
    this.root.addEventListener("change", (event) => this.choose(event.target));
    this.root.addEventListener("submit", (event) => event.preventDefault());
    this.ask({ kind: "ready" });
  }

  show(content) {
    if (content.kind === "page") this.showPage(content.page);
    if (content.kind === "rows" && content.sequence === this.openSequence) this.showRows(content.rows);
  }

  showPage(page) {
    const field = this.page.contains(document.activeElement) ? document.activeElement.name : null;
    this.behind = null;
    this.page.replaceChildren(madeOf(page, (rows, opener) => this.open(rows, opener)));
    if (field) this.page.querySelector(`[name="${field}"]`)?.focus({ preventScroll: true });
    this.say("", "");
  }

  choose(field) {
    const form = field.closest(".choices");
    if (!form) return;
    const values = Object.fromEntries(new FormData(form));
    // Enter asks at once; the browser then says once more that the field changed.
    if (JSON.stringify(values) === this.chosenValues) return;
    this.chosenValues = JSON.stringify(values);
    this.say("", "Counting…");
    this.ask({ kind: "choose", values });
  }

  open(rows, opener) {
    if (this.behind && this.opener === opener) {
      this.close();
      return;
    }
    this.opener = opener;
    this.openSequence = this.ask({ kind: "open", rows });
  }

  showRows(rows) {
    this.close({ keepsOpener: true });
    const closing = make("button", { type: "button", class: "close", onclick: () => this.close() }, make("kbd", {}, "Esc"), " Close");
    this.behind = make(
      "section",
      { class: "behind", "aria-label": "Rows behind the number" },
      closing,
      madeOf(rows, () => {}),
    );
    this.opener?.setAttribute("aria-expanded", "true");
    const place = this.opener?.closest(".table, .charts, section");
    (place ?? this.page).after(this.behind);
    this.behind.querySelector("h4")?.focus({ preventScroll: true });
    this.behind.scrollIntoView({ block: "nearest" });
    this.say("", this.behind.querySelector("h4")?.textContent ?? "");
  }

  close({ keepsOpener = false } = {}) {
    if (!this.behind) return;
    this.behind.remove();
    this.behind = null;
    for (const open of this.page.querySelectorAll("[aria-expanded='true']")) open.removeAttribute("aria-expanded");
    if (!keepsOpener) this.opener?.focus({ preventScroll: true });
    this.say("", "");
  }

  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      if (this.behind) this.close();
      else leaveForNotebook(this.root);
    } else if (isPress(event) && event.target.getAttribute("role") === "button" && !isButton(event.target)) {
      event.preventDefault();
      event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else if (event.key === "Enter" && isField(event.target) && event.target.tagName === "INPUT") {
      event.preventDefault();
      this.choose(event.target);
    }
  }
}

export default {
  render({ model, el }) {
    const screen = new AccuracyScreen(model, el);
    return () => screen.destroy();
  },
};
