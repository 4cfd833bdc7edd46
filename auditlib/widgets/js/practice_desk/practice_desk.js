// The practice desk: the review desk, on which a learner enters codes and sees of the key what the mode opens.

import { isField, make } from "../dom.js";
import { hasModifier, keyButton } from "../keymap.js";
import { ReviewScreen } from "../review_desk/review_card.js";
import { CodeEntryForm } from "./code_entry_form.js";

const HAND_IN_KEY = "w";
const CALIBRATION = "calibration";
const PRACTICE = "practice";
/** Steps of an audit that a practice case does not have. */
const OF_AUDITS = new Set(["record", "withdrawRecord", "query", "requirements", "unblind", "visit", "attachment", "suggested"]);
/** Steps that need a coder's codes. */
const OF_CODERS = new Set(["agree", "delete", "resequence"]);

/** Steps that nothing is left of once an attempt is handed in. */
const OF_OPEN_ATTEMPTS = new Set([...OF_CODERS, "change", "add", "withdraw", "complete", "reopen"]);

class PracticeScreen extends ReviewScreen {
  constructor(model, host) {
    super(model, host);
    this.root.classList.add("auditlib-practice");
    this.root.setAttribute("aria-label", "Practice of coding");
    this.isHandingIn = false;
    this.endsAt = null;
  }

  get practice() {
    return this.state.status?.practice ?? null;
  }

  receive(content) {
    const left = content.status?.practice?.seconds_left;
    if (left !== undefined && left !== null) this.endsAt = performance.now() + 1000 * left;
    super.receive(content);
    if (this.practice) this.root.classList.toggle("calibrating", this.practice.mode === CALIBRATION);
  }

  afterSuccess(sequence, answered, isOtherChart) {
    super.afterSuccess(sequence, answered, isOtherChart);
    const result = this.practice?.result;
    if (answered.kind === "complete" && result) this.notice = `Case completed: ${result.score}, ${result.words}.`;
    if (answered.kind === "hand in") this.notice = "Handed in. Give your attempt's file to your teacher.";
  }

  onKey(event) {
    const isText = isField(event.target) || event.isComposing || hasModifier(event);
    if (event.key === HAND_IN_KEY && !isText && this.hasLetters && !this.isFormOpen && this.practice) {
      event.preventDefault();
      event.stopPropagation();
      this.handIn();
      return;
    }
    super.onKey(event);
  }

  act(name) {
    const mode = this.practice?.mode;
    if (mode && OF_AUDITS.has(name)) this.say("A practice case has no such step.");
    else if (mode && mode !== CALIBRATION && OF_CODERS.has(name))
      this.say("There is no coder's list here: n enters a code, c changes it, u takes it back.");
    else super.act(name);
  }

  /** End a test or calibration, when that was said twice. */
  handIn() {
    const { mode, is_handed_in: isDone } = this.practice;
    if (mode === PRACTICE) this.say("Practice is not handed in: each case ends when it is completed.");
    else if (isDone) this.say("It is handed in already.");
    else if (this.isHandingIn) this.decide({ kind: "hand in" });
    else {
      const { chart_count: count, completed_chart_count: done } = this.state.status;
      this.say(`${done} of ${count} cases are completed. Nothing can be changed afterwards: w again hands in.`);
      this.isHandingIn = true;
      return;
    }
    this.isHandingIn = false;
  }

  openForm(action, row, proposed = {}) {
    if (action !== "add" || this.practice?.mode === CALIBRATION) {
      super.openForm(action, row, proposed);
      return;
    }
    const findCodes = (request) => this.transport.send({ kind: "find", ...request });
    this.placeForm(new CodeEntryForm(row, this.state, { ...this.formScreen(), findCodes }));
  }

  showTime() {
    if (this.endsAt === null || this.endsAt === undefined) {
      super.showTime();
      return;
    }
    const seconds = Math.max(0, Math.round((this.endsAt - performance.now()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const words = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    this.parts.time.classList.toggle("stopped", seconds === 0);
    this.parts.time.replaceChildren(seconds ? "Left " : "Time is over ", make("b", {}, words));
  }

  showRecordLine() {
    const { practice } = this;
    if (!practice) return;
    this.parts.record.hidden = false;
    this.fill(
      this.parts.record,
      make("span", { class: "badge" }, practice.mode),
      make("span", { class: "case-title" }, practice.title),
      practice.is_handed_in && make("span", { class: "badge done" }, "handed in"),
      make("span", { class: "spring" }),
      practice.mode !== PRACTICE &&
        keyButton(HAND_IN_KEY, "Hand in", { disabled: practice.is_handed_in, onclick: () => this.handIn() }),
    );
  }

  showChartBar() {
    super.showChartBar();
    if (this.practice?.is_handed_in) disableButtons(this.parts.chartBar, OF_OPEN_ATTEMPTS);
    // The key of a completed case was shown.
    else if (this.practice?.result) disableButtons(this.parts.chartBar, new Set(["reopen"]));
  }

  showCodeBar() {
    super.showCodeBar();
    const { practice } = this;
    if (!practice) return;
    if (practice.is_handed_in) disableButtons(this.parts.codeBar, OF_OPEN_ATTEMPTS);
    const feedback = practice.feedback?.[this.state.focusKey];
    this.parts.detail.append(
      ...(feedback ? [explained("practice-feedback", feedback)] : []),
      ...(practice.result ? [resultOf(practice.result)] : []),
      ...(practice.steps ? [stepsOf(practice.steps)] : []),
    );
  }
}

function disableButtons(bar, names) {
  for (const button of bar.querySelectorAll("button")) {
    if (!names.has(button.dataset.action)) continue;
    button.disabled = true;
    button.classList.remove("main");
  }
}

function explained(kind, { outcome, credit, reasons, rationale, authority, support, shown }) {
  return make(
    "div",
    { class: `${kind} outcome-${outcome.replaceAll(" ", "-")}` },
    make("div", {}, make("b", {}, shown ? `${shown}: ${outcome}` : `${outcome}, ${credit}`), reasons.length > 0 && `: ${reasons.join("; ")}`),
    rationale && make("div", { class: "rationale" }, rationale),
    authority && make("div", { class: "faint" }, authority),
    support && make("blockquote", { class: "evidence-quote" }, support),
  );
}

function resultOf({ score, words, missed }) {
  return make(
    "div",
    { class: "practice-result" },
    make("h3", {}, `Score ${score}`),
    make("div", {}, words),
    missed.map((line) => explained("practice-missed", line)),
  );
}

function stepsOf(steps) {
  const current = steps.findIndex((step) => !step.is_done);
  return make(
    "ol",
    { class: "practice-steps", "aria-label": "The eight steps" },
    steps.map(({ words, is_done: isDone }, index) =>
      make("li", { class: isDone ? "done" : null, "aria-current": index === current ? "step" : null }, words),
    ),
  );
}

export default {
  render({ model, el }) {
    const screen = new PracticeScreen(model, el);
    return () => screen.destroy();
  },
};
