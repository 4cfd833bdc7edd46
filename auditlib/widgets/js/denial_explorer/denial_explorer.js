// The denial explorer. It knows nothing of denials: Python sends the page; a gesture asks for the next one.

import { madeOf } from "../accuracy_screen/page_elements.js";
import { isButton, isField, leaveForNotebook, make } from "../dom.js";
import { actionButton, actionOfKey, hasModifier, shownKey } from "../keymap.js";
import { LineForm } from "../shared/line_form.js";
import { PageScreen } from "../shared/page_screen.js";
import { ACTIONS, FORMS, MOVES, WORK } from "./explorer_keys.js";

const STEPS = { j: 1, ArrowDown: 1, ArrowRight: 1, k: -1, ArrowUp: -1, ArrowLeft: -1 };
/** What is asked that no page answers. */
const BESIDE_PAGE = new Set(["claim", "letter", "worklist", "sample", "export", "payer"]);
const LOOK_MILLISECONDS = 400;
const ASKS = new Set(["worklist", "sample", "export", "payer", "basis", "order", "undo"]);

class DenialExplorer extends PageScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-denials drawn", label: "Denials", kept: "the pictures" });
    /** The numbers of the last question, and of the last one that a page answers. */
    this.asked = 0;
    this.askedPage = 0;
    this.hasFilters = false;
    this.today = "";
    this.claim = null;
    this.opener = null;
    this.form = null;
    /** The claims that are ticked, and the one that had the focus last. */
    this.ticked = new Set();
    this.inWork = null;
    this.keys = make(
      "dl",
      { class: "keys", hidden: true },
      [...MOVES, ...Object.values({ ...ACTIONS, ...WORK }).map((action) => [shownKey(action), action.help])].map(
        ([key, help]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, help)),
      ),
    );
    this.formPlace = make("div", { class: "form-place" });
    this.page.before(
      toolbar("What to do with the selected claims", ACTIONS, (name) => this.act(name)),
      this.keys,
    );
    this.page.after(
      make(
        "div",
        { class: "work" },
        this.formPlace,
        toolbar("What was done about the ticked claims", WORK, (name) => this.act(name)),
      ),
    );
    this.root.addEventListener("focusin", (event) => this.rove(event.target));
    this.root.addEventListener("change", (event) => this.tick(event.target));
    this.ask({ kind: "ready" });
  }

  ask(question) {
    this.asked = super.ask(question);
    if (!BESIDE_PAGE.has(question.kind)) this.askedPage = this.asked;
    return this.asked;
  }

  show(content) {
    if (content.kind === "page") this.showPage(content);
    if (content.kind === "claim") this.showClaim(content.claim);
    if (content.kind === "said") this.say("", content.words);
  }

  receive(content) {
    // Findings come when they are there, whatever was asked meanwhile.
    if (content.kind === "findings") {
      if (this.transport.isMine(content)) this.showFindings(content.section);
      return;
    }
    // A page is out of date when another one was asked for; what else is asked meanwhile leaves it.
    if (content.sequence !== (content.kind === "page" ? this.askedPage : this.asked)) return;
    if (content.error) this.form?.release();
    super.receive(content);
  }

  showPage({ page, today, words, more }) {
    const key = this.page.contains(document.activeElement) ? (document.activeElement.dataset.key ?? "") : null;
    const back = this.form ? `claim:${this.inWork}` : key;
    this.closeForm();
    this.claim = null;
    this.today = today;
    this.page.replaceChildren(madeOf(page, (asks, opener) => this.open(asks, opener)));
    this.hasFilters = this.page.querySelector(".chip") !== null;
    // What was done about claims is done: the next gesture is of others.
    if (words) this.ticked.clear();
    const boxes = [...this.page.querySelectorAll("[data-tick]")];
    for (const box of boxes) box.checked = this.ticked.has(Number(box.dataset.tick));
    this.ticked = new Set(boxes.filter((box) => box.checked).map((box) => Number(box.dataset.tick)));
    if (!boxes.some((box) => Number(box.dataset.tick) === this.inWork)) this.inWork = null;
    this.markInWork();
    // The bar that was pressed may be in another place now.
    if (back !== null) {
      const again = back && this.page.querySelector(`[data-key="${CSS.escape(back)}"]`);
      (again || this.root).focus({ preventScroll: true });
      if (words) again?.scrollIntoView({ block: "nearest" });
    }
    if (words || this.asked === this.askedPage) this.say("", words ?? "");
    this.lookAgain();
    if (more) {
      this.say("slow", "The chance of overturn is being learned from this workspace's history.");
      this.ask({ kind: "work" });
    }
  }

  showFindings(section) {
    const place = this.page.querySelector('[data-panel="s"]');
    if (!section || !place) return;
    place.replaceWith(madeOf(section, (asks, opener) => this.open(asks, opener)));
    this.lookAgain();
  }

  /** Ask for the findings while they are looked for. */
  lookAgain() {
    clearTimeout(this.looking);
    if (!this.page.querySelector("[data-looking]")) return;
    this.looking = setTimeout(() => this.transport.send({ kind: "findings" }), LOOK_MILLISECONDS);
  }

  destroy() {
    clearTimeout(this.looking);
    super.destroy();
  }

  open(asks, opener) {
    if (asks.claim !== undefined) {
      this.opener = opener;
      this.ask({ kind: "claim", claim: asks.claim });
    } else if (asks.finding !== undefined) this.ask({ kind: "finding", value: asks.finding });
    else if (asks.cell !== undefined) this.ask({ kind: "cell", payer: asks.cell, category: asks.kind });
    else if (asks.toggle) this.ask({ kind: "toggle", dimension: asks.toggle, value: asks.value });
    else if (asks.expand) this.ask({ kind: "expand", dimension: asks.expand });
    else if (asks.clear) this.ask({ kind: "clear", dimension: asks.clear });
  }

  showClaim(claim) {
    this.closeClaim({ keepsFocus: true });
    this.claim = make("section", { class: "claim", "aria-label": "The claim" }, madeOf(claim, () => {}));
    const above = this.opener?.closest("tr");
    const row = make("tr", { class: "opened" }, make("td", { colspan: above?.children.length }, this.claim));
    above?.after(row);
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
    else if (name in WORK) this.work(name);
    else if (this.form) this.cancelForm();
    else if (this.claim) this.closeClaim();
    else if (this.ticked.size) this.untick();
    else if (this.hasFilters) this.ask({ kind: "clear" });
    else leaveForNotebook(this.root);
  }

  /** Open the form of a gesture on the ticked claims, or on the one in work. */
  work(name) {
    const claims = name === "letter" || !this.ticked.size ? [this.inWork] : [...this.ticked];
    if (claims[0] === null) {
      this.say("bad", "No claim is in work. 0 goes to the claims, Space ticks one.");
      return;
    }
    if (name === "letter") {
      this.opener = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
      this.ask({ kind: "letter", claim: this.inWork });
      return;
    }
    const { label } = WORK[name];
    const several = claims.length > 1 ? `${claims.length} ticked claims` : `claim ${this.accountOf(claims[0])}`;
    this.closeForm();
    this.form = new LineForm(`${label}: ${several}`, "Enter", FORMS[name](this.today), {
      save: (form, said) => {
        form.sequence = this.ask({ kind: "enter", gesture: name, claims, said });
      },
      cancel: () => this.cancelForm(),
      say: (words) => this.say("bad", words),
    });
    this.formPlace.replaceChildren(this.form.element);
    this.form.focusFirst();
  }

  accountOf(claim) {
    return this.page.querySelector(`[data-key="claim:${claim}"]`)?.textContent ?? "";
  }

  closeForm() {
    this.form = null;
    this.formPlace.replaceChildren();
  }

  cancelForm() {
    this.closeForm();
    const row = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
    (row ?? this.root).focus({ preventScroll: true });
  }

  tick(box) {
    const claim = Number(box.dataset.tick);
    if (!claim) return;
    if (box.checked) this.ticked.add(claim);
    else this.ticked.delete(claim);
    this.say("", this.ticked.size ? `Ticked: ${this.ticked.size}` : "");
  }

  untick() {
    for (const box of this.page.querySelectorAll("[data-tick]:checked")) box.checked = false;
    this.ticked.clear();
    this.say("", "");
  }

  markInWork() {
    for (const row of this.page.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
    const button = this.page.querySelector(`[data-key="claim:${this.inWork}"]`);
    button?.closest("tr").setAttribute("aria-current", "true");
  }

  /** Let Tab go from picture to picture, and come back to the bar where it was. */
  rove(target) {
    const panel = target.closest?.(".panel");
    if (!panel || target.dataset.key === undefined) return;
    for (const other of panel.querySelectorAll("[data-key]")) other.tabIndex = other === target ? 0 : -1;
    if (target.dataset.key.startsWith("claim:")) {
      this.inWork = Number(target.dataset.key.slice("claim:".length));
      this.markInWork();
    }
  }

  step(key) {
    const panel = document.activeElement?.closest(".panel");
    if (panel?.dataset.panel === "h" && this.stepInTable(key)) return;
    const stops = [...((panel ?? this.page.querySelector(".panel"))?.querySelectorAll("[data-key]") ?? [])];
    const at = stops.indexOf(document.activeElement);
    this.go(stops[Math.max(0, Math.min(stops.length - 1, at + STEPS[key]))]);
  }

  /** In a table of cells up and down stay in the column. */
  stepInTable(key) {
    const cell = document.activeElement.closest("td");
    if (!cell) return false;
    const isAcross = key === "ArrowLeft" || key === "ArrowRight";
    const row = cell.parentElement;
    const nextRow = STEPS[key] > 0 ? row.nextElementSibling : row.previousElementSibling;
    const next = isAcross
      ? STEPS[key] > 0
        ? cell.nextElementSibling
        : cell.previousElementSibling
      : nextRow?.children[[...row.children].indexOf(cell)];
    this.go(next?.querySelector("[data-key]") ?? document.activeElement);
    return true;
  }

  go(stop) {
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (hasModifier(event) || event.isComposing || isTyping(event.target)) return;
    event.stopPropagation();
    const onAccount = event.target.dataset?.key?.startsWith("claim:");
    if (event.key === " " && onAccount) {
      event.target.closest("tr").querySelector("[data-tick]").click();
      event.preventDefault();
      return;
    }
    const isPressed = (event.key === "Enter" || event.key === " ") && (isButton(event.target) || isField(event.target));
    if (isPressed) return;
    const action = actionOfKey(ACTIONS, event.key) ?? actionOfKey(WORK, event.key);
    if (action) this.act(action);
    else if (event.key in STEPS) this.step(event.key);
    else if (/^[0-9hms]$/.test(event.key)) this.go(this.page.querySelector(`[data-panel="${event.key}"] [tabindex="0"]`));
    else return;
    event.preventDefault();
  }
}

/** Whether letters are text there: a box to tick is no such field. */
const isTyping = (element) => isField(element) && element.type !== "checkbox";

const toolbar = (label, actions, act) =>
  make(
    "div",
    { class: "bar actions", role: "toolbar", "aria-label": label },
    Object.keys(actions).map((name) => actionButton(actions, name, act, { emphasised: name === "worklist" })),
  );

export default {
  render({ model, el }) {
    const screen = new DenialExplorer(model, el);
    return () => screen.destroy();
  },
};
