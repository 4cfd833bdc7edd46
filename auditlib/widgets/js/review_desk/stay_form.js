// The form in which the discharge status or the DRG of a stay is judged: the value as billed agrees.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { lineElement } from "../shared/line_form.js";
import { CodeMatches } from "./code_matches.js";
import { EvidenceChoice } from "./evidence_choice.js";
import { SmallForm, field } from "./small_form.js";
import { signedDollars } from "./verdict_form.js";

export const DRG = "DRG";
const DIRECTIONS = ["overpaid", "underpaid"];
const USUAL_CAUSE = "coder oversight";

export class StayForm extends SmallForm {
  /**
   * @param {object[]} facts The facts of the stay that may be judged, each with its verdict or null.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   * @param {() => void} [screen.findGroup] Asks for the DRG of the codes as audited.
   */
  constructor(facts, state, screen) {
    super(screen);
    this.facts = facts;
    this.state = state;
    this.canFindCodes = state.canFindCodes;
    this.element = this.makeForm("Stay");
    this.element.addEventListener("input", (event) => {
      if (event.target === this.first && this.canFindCodes)
        this.matches.search(this.fact.code_system, padded(this.fact, this.first.value.trim()));
    });
    this.show(facts.find(({ verdict }) => !verdict) ?? facts[0]);
  }

  close() {
    this.matches?.close();
  }

  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select();
  }

  /** Show the fields of a fact, as it was judged or as it was billed. */
  show(fact) {
    this.close();
    this.fact = fact;
    const known = fact.verdict ?? {};
    const difference = known.payment_difference ?? null;
    this.matches = new CodeMatches({
      ask: (request) => this.screen.findCodes(request),
      onTake: (code) => {
        this.first.value = code.code;
      },
      onChoose: () => {},
      onSave: () => this.save(),
      billed: fact.billed,
    });
    const value = known.corrected ?? fact.billed;
    this.first = lineElement({ name: "value", label: `Right ${fact.fact}`, value });
    this.matches.setField(this.first);
    const causes = this.state.choices.causes.map(same);
    this.cause = lineElement({ name: "cause", label: "Cause", value: known.cause ?? USUAL_CAUSE, options: causes });
    this.comment = lineElement({ name: "comment", label: "Comment", value: known.comment ?? "", placeholder: "why, in your words" });
    this.dollars = lineElement({ name: "dollars", label: "Dollars", value: (difference ?? "").replace("-", ""), placeholder: "not priced" });
    const paid = DIRECTIONS[Number(difference?.startsWith("-") ?? false)];
    this.direction = lineElement({ name: "direction", label: "Paid", value: paid, options: DIRECTIONS.map(same) });
    this.evidence = new EvidenceChoice(this.state.documents, [], known.evidence?.passage ?? null);
    this.proposal = make("div", { class: "proposal" });
    const ofStay = fact.fact === DRG ? "Dollars of the whole stay" : "Dollars";
    this.element.replaceChildren(
      make("h3", {}, `${capital(fact.fact)}, billed `, make("span", { class: "code" }, fact.billed), this.#others()),
      make(
        "div",
        { class: "code-entry" },
        field("value", `Right ${fact.fact}: the billed one agrees`, this.first),
        this.matches.element,
      ),
      this.proposal,
      make("div", { class: "two" }, field("cause", "Cause of a change", this.cause), field("comment", "Comment for the coder", this.comment)),
      make("div", { class: "two" }, field("dollars", ofStay, this.dollars), field("direction", "Paid", this.direction)),
      field("evidence", "Evidence", this.evidence.element),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
    if (this.canFindCodes) this.matches.offer(fact.code_system, fact.billed);
    if (fact.fact === DRG) this.screen.findGroup?.();
  }

  /** The way to the other fact of the stay. */
  #others() {
    return this.facts
      .filter((other) => other !== this.fact)
      .map((other) =>
        make(
          "button",
          {
            type: "button",
            class: "plain",
            onclick: () => {
              this.show(other);
              this.focusFirst();
            },
          },
          `${capital(other.fact)}…`,
        ),
      );
  }

  showMatches(content) {
    this.matches.show(content, this.first.value.trim());
  }

  /** Show the DRG that the codes give as audited; nothing where none can be said. */
  showGroup({ drg, grouper }) {
    if (this.fact.fact !== DRG || !drg) return;
    const take = () => {
      this.first.value = drg;
      this.focusFirst();
    };
    this.proposal.replaceChildren(
      make("span", {}, "The codes as audited give ", make("b", {}, drg), make("span", { class: "faint" }, `, by ${grouper} `)),
      drg === this.first.value ? "" : make("button", { type: "button", class: "plain", onclick: take }, `Take ${drg}`),
    );
  }

  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    if (isAttached && !this.element.contains(document.activeElement))
      this.evidence.element.focus({ preventScroll: true });
    return isAttached;
  }

  onKey(event) {
    if (event.target === this.first && event.key !== "Escape" && this.matches.onKey(event)) event.preventDefault();
    else super.onKey(event);
  }

  save() {
    if (this.isWaiting) return;
    const difference = signedDollars(this.dollars.value, this.direction.value);
    if (difference === undefined) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      this.dollars.focus();
      return;
    }
    if (!this.first.value.trim()) {
      this.screen.say(`Type the right ${this.fact.fact}.`);
      this.first.focus();
      return;
    }
    this.send({
      kind: "stay",
      fact: this.fact.fact,
      corrected: this.first.value.trim(),
      cause: this.cause.value,
      comment: this.comment.value.trim() || null,
      payment_difference: difference,
      evidence: this.evidence.chosen,
    });
  }
}

const same = (value) => [value, value];

/** A number of few digits is meant with its zeros: 3 is 03, and not the start of 30. */
const padded = (fact, typed) => (/^\d+$/.test(typed) ? typed.padStart(fact.fact === DRG ? 3 : 2, "0") : typed);

export const capital = (word) => word[0].toUpperCase() + word.slice(1);
