// The denial explorer. It knows nothing of denials: Python sends the page; a gesture asks for the next one.

import { madeOf } from "../accuracy_screen/page_elements.js";
import { isButton, leaveForNotebook, make } from "../dom.js";
import { actionButton, actionOfKey, hasModifier, shownKey } from "../keymap.js";
import { PageScreen } from "../shared/page_screen.js";
import { ACTIONS, MOVES } from "./explorer_keys.js";

const STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };
const ASKS = new Set(["worklist", "sample", "export", "basis", "undo"]);

class DenialExplorer extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-denials drawn", label: "Denials", kept: "the pictures" });
    /** The number of the last question: an answer to an earlier one is out of date. */
    this.asked = 0;
    this.hasFilters = false;
    this.claim = null;
    this.opener = null;
    this.keys = make(
      "dl",
      { class: "keys", hidden: true },
      [...MOVES, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])].map(([key, help]) =>
        make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, help)),
      ),
    );
    const buttons = Object.keys(ACTIONS).map((name) =>
      actionButton(ACTIONS, name, (chosen) => this.act(chosen), { emphasised: name === "worklist" }),
    );
    this.page.before(
      make("div", { class: "bar actions", role: "toolbar", "aria-label": "What to do with the selected claims" }, buttons),
      this.keys,
    );
    this.root.addEventListener("focusin", (event) => this.rove(event.target));
    this.ask({ kind: "ready" });
  }

  ask(question) {
    this.asked = super.ask(question);
    return this.asked;
  }

  show(content) {
    if (content.kind === "page") this.showPage(content.page);
    if (content.kind === "claim") this.showClaim(content.claim);
    if (content.kind === "said") this.say("", content.words);
  }

  receive(content) {
    if (content.sequence === this.asked) super.receive(content);
  }

  showPage(page) {
    const key = this.page.contains(document.activeElement) ? (document.activeElement.dataset.key ?? "") : null;
    this.claim = null;
    this.page.replaceChildren(madeOf(page, (asks, opener) => this.open(asks, opener)));
    this.hasFilters = this.page.querySelector(".chip") !== null;
    // The bar that was pressed may be in another place now.
    if (key !== null) {
      const again = key && this.page.querySelector(`[data-key="${CSS.escape(key)}"]`);
      (again || this.root).focus({ preventScroll: true });
    }
    this.say("", "");
  }

  open(asks, opener) {
    if (asks.claim !== undefined) {
      this.opener = opener;
      this.ask({ kind: "claim", claim: asks.claim });
    } else if (asks.finding !== undefined) this.ask({ kind: "finding", value: asks.finding });
    else if (asks.toggle) this.ask({ kind: "toggle", dimension: asks.toggle, value: asks.value });
    else if (asks.expand) this.ask({ kind: "expand", dimension: asks.expand });
    else if (asks.clear) this.ask({ kind: "clear", dimension: asks.clear });
  }

  showClaim(claim) {
    this.closeClaim({ keepsFocus: true });
    this.claim = make("section", { class: "claim", "aria-label": "The claim" }, madeOf(claim, () => {}));
    const row = make("tr", { class: "opened" }, make("td", { colspan: "9" }, this.claim));
    this.opener?.closest("tr")?.after(row);
    this.opener?.setAttribute("aria-expanded", "true");
    this.claim.querySelector("h3")?.focus({ preventScroll: true });
    this.claim.scrollIntoView({ block: "nearest" });
  }

  closeClaim({ keepsFocus = false } = {}) {
    if (!this.claim) return;
    this.claim.closest("tr.opened")?.remove();
    this.claim = null;
    for (const open of this.page.querySelectorAll(".claims [aria-expanded]")) open.removeAttribute("aria-expanded");
    if (!keepsFocus) this.opener?.focus({ preventScroll: true });
  }

  act(name) {
    if (ASKS.has(name)) this.ask({ kind: name });
    else if (name === "keys") this.keys.hidden = !this.keys.hidden;
    else if (this.claim) this.closeClaim();
    else if (this.hasFilters) this.ask({ kind: "clear" });
    else leaveForNotebook(this.root);
  }

  /** Let Tab go from picture to picture, and come back to the bar where it was. */
  rove(target) {
    const panel = target.closest?.(".panel");
    if (!panel || target.dataset.key === undefined) return;
    for (const other of panel.querySelectorAll("[data-key]")) other.tabIndex = other === target ? 0 : -1;
  }

  step(by) {
    const panel = document.activeElement?.closest(".panel");
    const stops = [...(panel ?? this.page.querySelector(".panel"))?.querySelectorAll("[data-key]") ?? []];
    const at = stops.indexOf(document.activeElement);
    this.go(stops[Math.max(0, Math.min(stops.length - 1, at + by))]);
  }

  go(stop) {
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    event.stopPropagation();
    const isPressed = (event.key === "Enter" || event.key === " ") && isButton(event.target);
    if (isPressed) return;
    const action = actionOfKey(ACTIONS, event.key);
    if (action) this.act(action);
    else if (event.key in STEPS) this.step(STEPS[event.key]);
    else if (/^[0-9f]$/.test(event.key)) this.go(this.page.querySelector(`[data-panel="${event.key}"] [tabindex="0"]`));
    else return;
    event.preventDefault();
  }
}

export default {
  render({ model, el }) {
    const screen = new DenialExplorer(model, el);
    return () => screen.destroy();
  },
};
