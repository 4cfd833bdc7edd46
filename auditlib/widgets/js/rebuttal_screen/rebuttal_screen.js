// The rebuttal screen: the codes of a chart billed and audited, the coder's answers, and the decision on disputes.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { CHART_KEYS } from "../shared/decision_keys.js";
import { DecisionScreen } from "../shared/decision_screen.js";
import { markedSentence, sentenceOfEvidence } from "../shared/verdict_sign.js";
import { capital } from "../review_desk/stay_form.js";
import { actionTable } from "./corrective_actions.js";

/** @type {Object<string, import("../keymap.js").Action>} */
const ACTIONS = {
  ...CHART_KEYS,
  write: { key: "e", label: "Write workbook", help: "Write the workbook of this coder's findings, answers and decisions" },
  load: { key: "i", label: "Load answers", help: "Load a workbook of answers that came back" },
  answer: { key: "a", label: "Enter an answer", help: "Enter what the coder answers to this finding" },
  actions: { key: "w", label: "Corrective actions", help: "Show or hide the corrective actions" },
  plan: { key: "n", label: "Plan an action", help: "Plan a corrective action" },
  finish: { key: "m", label: "Done", help: "Corrective actions: say that the action is done" },
  reaudit: { key: "t", label: "Re-audit", help: "Corrective actions: name the audit that looks again" },
};

/** Whether what was found is a code that was not billed; a fact of a stay has no number either. */
const isAdded = (row) => row.code_number === null && !row.stay;

class RebuttalScreen extends DecisionScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-rebuttal", label: "Rebuttal", actions: ACTIONS });
  }

  // Findings

  get rows() {
    if (this.areActionsShown)
      return (this.status?.actions ?? []).map((action) => ({ ...action, key: action.action_id }));
    return this.status?.rows ?? [];
  }

  isOpen(row) {
    return Boolean(row.is_open);
  }

  choicesOf(row) {
    if (!row.finding_id) return [];
    const asBilled = {
      words: isAdded(row) ? "Uphold: the code is not added" : `Uphold: the ${row.stay?.fact ?? "code"} counts as billed`,
      message: { decision: "upheld" },
    };
    const stands = { key: "1", words: "Finding stands", message: { decision: "stands" } };
    if (row.is_about_cause)
      return [
        stands,
        { key: "2", words: "Uphold with another cause…", isThird: true },
        { key: "3", ...asBilled },
      ];
    return [stands, { key: "2", ...asBilled }, { key: "3", words: "Uphold with another verdict…", isThird: true }];
  }

  thirdActions(row) {
    if (row.is_about_cause) return [row.found.action];
    return row.code_number === null ? ["add"] : ["change", "delete"];
  }

  thirdMessage(verdict) {
    return { decision: "upheld", verdict };
  }

  takeThird(row, verdict, words) {
    super.takeThird(row, verdict, row.is_about_cause ? `cause is now ${verdict.cause}` : words);
  }

  /** The form starts from what was found. */
  formRow(row, action) {
    const { found } = row;
    if (action === "add") return { key: row.key, code: found.corrected, verdict: found, added: true };
    const own = super.formRow(row, action);
    return own && { ...own, verdict: found.action === action ? found : null };
  }

  sentencesOf(row) {
    const own = row?.evidence?.passage
      ? [markedSentence(row.evidence.passage, row.evidence.status, "the auditor’s")]
      : [];
    const quoted = (row?.quoted ?? [])
      .filter(({ passage }) => passage)
      .map(({ passage }) => markedSentence(passage, "Quoted", "the coder’s"));
    return [...own, ...quoted];
  }

  referenceTo(row) {
    return { finding_id: row.finding_id ?? "" };
  }

  decide() {
    if (this.areActionsShown) {
      this.act("actions");
      return;
    }
    super.decide();
  }

  withdraw() {
    const row = this.focusedRow;
    if (this.areActionsShown) {
      if (row)
        this.openLineForm(
          `Withdraw action ${row.key}`,
          "Withdraw",
          [{ name: "reason", label: "Why it is not to be done" }],
          { kind: "withdraw action", action_id: row.key },
        );
    } else if (row && !this.choice && !row.decision) this.say("There is no decision on this row to take back.");
    else super.withdraw();
  }

  // Files and corrective actions

  actOfScreen(name) {
    const { status } = this;
    const row = this.focusedRow;
    if (name === "actions") {
      this.areActionsShown = !this.areActionsShown;
      this.clearChoice();
      this.focusFirst();
      this.root.classList.toggle("with-actions", this.areActionsShown);
      if (this.areActionsShown) this.showChart(false);
      this.notice = "";
      this.showAll();
      this.takeFocus();
    } else if (name === "plan") this.openPlan();
    else if (name === "finish" || name === "reaudit") {
      if (!this.areActionsShown || !row) this.say("w shows the corrective actions; choose one first.");
      else if (name === "finish")
        this.openLineForm(`Action ${row.key} is done`, "Record", [{ name: "result", label: "What came of it" }], {
          kind: "finish",
          action_id: row.key,
        });
      else if (status.audits.length === 0) this.say("There is no other audit yet: draw a new sample of later charts.");
      else
        this.openLineForm(
          `Re-audit of action ${row.key}`,
          "Record",
          [{ name: "audit", label: "Audit that looks again", options: status.audits.map((one) => [one, one]) }],
          { kind: "reaudit", action_id: row.key },
        );
    } else if (!status.coder) this.say("No file says who coded this chart.");
    else if (name === "answer") this.openAnswer(row);
    else if (name === "write") this.openWrite();
    else this.openLoad();
  }

  openWrite() {
    const { coder, workbook } = this.status;
    this.openLineForm(
      `Workbook of coder ${coder}: findings, answers and decisions. It records that the findings are sent.`,
      "Write",
      [
        { name: "path", label: "New file; one that is there is never replaced", value: workbook },
        { name: "working_days", label: "Working days for the answer", value: "5" },
      ],
      { kind: "write", coder },
    );
  }

  openAnswer(row) {
    if (this.areActionsShown || !row?.finding_id) {
      this.say("Choose a finding first.");
      return;
    }
    this.openLineForm(
      `Answer of coder ${this.status.coder} to ${row.before} ${row.change}`,
      "Record",
      [
        { name: "answer", label: "Answer", options: this.status.possible_answers.map((one) => [one, one]), value: row.answer ?? undefined },
        { name: "evidence", label: "Evidence of the coder, for a dispute", isOptional: true, value: row.coder_evidence ?? "" },
        { name: "late_reason", label: "If it is late: why it is taken", isOptional: true },
      ],
      { kind: "answer", finding_id: row.finding_id, coder: this.status.coder },
    );
  }

  openLoad() {
    const { coder } = this.status;
    this.openLineForm(
      `Load the answers of coder ${coder}: all of the file, or nothing where a row is refused`,
      "Load",
      [
        { name: "path", label: "File that came back" },
        { name: "late_reason", label: "If it is late: why it is taken", isOptional: true },
      ],
      { kind: "load", coder },
    );
  }

  openPlan() {
    const { subjects } = this.status;
    if (subjects.length === 0) {
      this.say("There is no finding that an action could be about.");
      return;
    }
    const row = this.areActionsShown ? null : this.focusedRow;
    const chosen = subjects.find(([value]) => row?.finding_id && value === `finding ${row.finding_id}`) ?? subjects[0];
    this.openLineForm(
      "Plan a corrective action",
      "Plan",
      [
        { name: "subject", label: "About", options: subjects, value: chosen[0] },
        { name: "action", label: "Action" },
        { name: "owner", label: "Owner" },
        { name: "due", label: "Due", placeholder: "2026-12-31" },
      ],
      { kind: "plan" },
    );
  }

  afterAnswer(content, answered, isOtherChart) {
    if (answered.kind === "load" && !content.error) this.fates = content.fates ?? [];
    else if (answered.kind !== "page") this.fates = [];
    super.afterAnswer(content, answered, isOtherChart);
  }

  // Showing

  headParts() {
    const { status } = this;
    if (this.areActionsShown)
      return [make("h1", {}, "Corrective actions"), make("span", { class: "faint" }, `audit ${status.audit}`)];
    if (!status.encounter_id) return [make("h1", {}, "Rebuttal")];
    return [
      make("h1", {}, "Rebuttal ", make("span", { class: "as-coded" }, status.encounter_id)),
      make("span", { class: "faint" }, `${status.about} · chart ${status.chart_number} of ${status.chart_count} with findings`),
    ];
  }

  bandParts() {
    const { status } = this;
    if (!status?.encounter_id || this.areActionsShown) return [];
    return [make("b", {}, status.counts), make("span", {}, status.changes), make("span", {}, status.answers), make("b", { class: "deadline" }, status.deadline)];
  }

  listParts() {
    const { status } = this;
    if (!status) return [];
    if (this.areActionsShown) return [actionTable(status.actions, this.focusKey, (key) => this.setFocus(key))];
    if (this.rows.length === 0) return [make("p", { class: "nothing" }, status.nothing)];
    const heads = ["Billed", "Audited", "What was found", "Coder’s answer", "Decision"];
    return [
      this.fates?.length ? this.fateList() : null,
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, this.rows.map((row) => this.listRow(row))),
      ),
      make("section", { class: "scores", "aria-label": "Scores" }, this.scoreParts(this.focusedRow)),
    ];
  }

  /** The rows of a loaded file that were not simply entered. */
  fateList() {
    return make(
      "ul",
      { class: "fates" },
      this.fates.map((parts) => make("li", {}, parts.filter(Boolean).join(" · "))),
    );
  }

  listRow(row) {
    const isFocused = row.key === this.focusKey;
    return make(
      "tr",
      {
        class: isFocused ? "on" : null,
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => this.setFocus(row.key),
      },
      make("td", { class: "as-coded" }, row.before),
      row.change === "deleted"
        ? make("td", { class: "faint" }, "deleted")
        : make("td", { class: "as-coded" }, row.after),
      make(
        "td",
        {},
        row.finding_id ? [row.change, row.why && `: ${row.why}`] : make("span", { class: "faint" }, row.change),
        row.comment && make("small", {}, row.comment),
      ),
      make("td", {}, this.answerParts(row)),
      make("td", {}, this.decisionState(row)),
    );
  }

  answerParts(row) {
    if (!row.finding_id) return [];
    const words = row.answer ?? (row.state === "none recorded" ? "not sent" : row.state);
    const isDispute = row.answer?.startsWith("disputes");
    return [
      make("span", { class: isDispute ? "dispute" : row.answer ? null : "faint" }, words),
      row.coder_evidence && make("small", {}, row.coder_evidence),
    ];
  }

  decisionState(row) {
    if (!row.finding_id) return [];
    if (this.pending.keysOf(this.status.encounter_id).has(row.key)) return make("span", { class: "faint" }, "Saving…");
    if (row.is_open) return make("span", { class: "tag" }, "to decide");
    if (row.decision) return [row.decision, row.counts_as && make("small", {}, `now ${row.counts_as}`)];
    return make("span", { class: "faint" }, row.answer || row.state === "no answer" ? "stands" : "");
  }

  panelParts() {
    const row = this.focusedRow;
    if (!row || this.areActionsShown) return [];
    return [
      row.finding_id
        ? make("section", { class: "finding-panel", "aria-label": "Finding" }, this.findingParts(row))
        : make("section", {}, make("h2", {}, row.before), make("p", { class: "faint" }, `${row.change}: no finding`)),
      row.finding_id && make("section", { class: "decide", "aria-label": "Decision" }, this.decision(row)),
    ];
  }

  findingParts(row) {
    const billed = make("span", { class: "as-coded" }, isAdded(row) ? row.after : row.before);
    return [
      make("h2", {}, row.answer?.startsWith("disputes") ? "Disputed: " : "Finding: ", billed, ` ${row.change}`),
      make("h3", {}, "Auditor"),
      row.comment && make("p", { class: "comment" }, `“${row.comment}”`),
      row.evidence
        ? sentenceOfEvidence(row.evidence)
        : make("p", { class: "faint" }, "No sentence is attached. That is no proof."),
      make("h3", {}, "Coder"),
      row.coder_evidence
        ? make("p", { class: "comment" }, `“${row.coder_evidence}”`)
        : make("p", { class: "faint" }, row.answer ? "agrees, without words" : "no answer yet"),
    ];
  }

  decision(row) {
    if (row.is_open && row.is_own)
      return [
        make("h2", {}, "Decision"),
        make("p", {}, "You judged this chart: another person decides on its rebuttals."),
      ];
    if (row.is_open) return this.decisionParts(row, ["Decision"], "Reason for the coder");
    if (!row.decision)
      return [make("p", { class: "faint" }, row.answer === "agrees" ? "The coder agrees: nothing to decide." : "Nothing is disputed.")];
    return [
      make("h2", {}, `Decided: ${row.decision}`),
      row.counts_as && make("p", {}, `Now counts: ${row.counts_as}`),
      make("p", { class: "comment" }, `“${row.reason}”`),
      make("p", { class: "faint" }, row.decided_by),
      actionButton(ACTIONS, "withdraw", this.act),
    ];
  }

  scoreParts(row) {
    const { scores } = this.status;
    const lines = [...scores];
    if (row?.score_if_upheld) {
      const [right, listed] = row.score_if_upheld;
      const share = listed ? `${((100 * right) / listed).toFixed(1)} %` : "undefined";
      const what = row.stay ? `${capital(row.stay.fact)}, if this dispute is upheld` : "If this dispute is upheld";
      const place = row.stay ? lines.findIndex(([words]) => words.startsWith(capital(row.stay.fact))) + 1 : 1;
      lines.splice(place, 0, [what, `${right} of ${listed}`, share]);
    }
    return [
      make(
        "table",
        { class: "score" },
        make(
          "thead",
          {},
          make("tr", {}, ["Score, code over code", "right", "share"].map((head) => make("th", { scope: "col" }, head))),
        ),
        make("tbody", {}, lines.map((line) => make("tr", {}, line.map((cell) => make("td", {}, cell))))),
      ),
    ];
  }

  footParts() {
    const { status } = this;
    if (!status) return [];
    const button = (name) => actionButton(ACTIONS, name, this.act);
    if (this.areActionsShown)
      return [
        ...["plan", "finish", "reaudit"].map(button),
        make("span", { class: "spring" }),
        actionButton({ actions: { ...ACTIONS.actions, label: "Back to the rebuttals" } }, "actions", this.act),
      ];
    const left = status.open_count
      ? status.chart_open_count
        ? `${status.chart_open_count} to decide in this chart, ${status.open_count} in all.`
        : `${status.open_count} to decide in other charts: Enter goes there.`
      : status.summary;
    return [
      make("span", { class: "left" }, left),
      make("span", { class: "spring" }),
      ...["answer", "write", "load", "actions"].map(button),
    ];
  }
}

export default {
  render({ model, el }) {
    const screen = new RebuttalScreen(model, el);
    return () => screen.destroy();
  },
};
