// The adjudication screen: each code with both verdicts, and below it why each reviewer said so.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { CHART_KEYS } from "../shared/decision_keys.js";
import { DecisionScreen } from "../shared/decision_screen.js";
import { markedSentence, sentenceOfEvidence, verdictSign, verdictWords } from "../shared/verdict_sign.js";

/** @type {Object<string, import("../keymap.js").Action>} */
const ACTIONS = {
  ...CHART_KEYS,
  unblind: { key: "b", label: "Unblind, with reason…", help: "Open what is hidden from you; it goes on record" },
};
const LEVELS = {
  reviewers: "reviewers’ names",
  coder: "coder",
  payer: "payer, charge, outcome",
  findings: "findings of checks",
  "machine suggestion": "suggested sentences and codes",
  "suggested codes": "suggested codes",
};

class AdjudicationScreen extends DecisionScreen {
  constructor(model, host) {
    super(model, host, { name: "auditlib-adjudication", label: "Adjudication", actions: ACTIONS });
  }

  receive(content) {
    if (content.kind === "agreement") {
      if (!this.transport.isMine(content)) return;
      this.agreement = content.agreement ?? content.error?.message;
      this.showBand();
      return;
    }
    super.receive(content);
    // Asked for when the first chart is on the screen: nothing waits for it.
    if (content.choices && this.transport.isMine(content)) this.transport.send({ kind: "agreement" });
  }

  isOpen(row) {
    return row.state === "open";
  }

  choicesOf(row) {
    if (row.state === "agreed") return [];
    const following = row.judgements.map((one, place) => ({
      key: String(place + 1),
      words: `As ${one.label}: ${verdictWords(one)}`,
      message: { follow: one.label },
    }));
    if (row.is_record) return following;
    const key = String(following.length + 1);
    return [...following, { key, words: "Another verdict…", isThird: true }];
  }

  sentencesOf(row) {
    return (row?.judgements ?? [])
      .filter(({ evidence }) => evidence?.passage)
      .map(({ evidence, ...one }) => markedSentence(evidence.passage, evidence.status, this.nameOf(one)));
  }

  referenceTo(row) {
    return { item: row.key };
  }

  nameOf({ label, reviewer }) {
    return reviewer ? `Reviewer ${label}, ${reviewer}` : `Reviewer ${label}`;
  }

  actOfScreen(name) {
    if (name !== "unblind") return;
    const { hidden } = this.status;
    if (hidden.length === 0) {
      this.say("Nothing is hidden from you.");
      return;
    }
    const options = hidden.map((level) => [level, LEVELS[level]]);
    this.openLineForm(
      "Unblind: it goes on record with your name and the reason",
      "Open it",
      [
        { name: "level", label: "What", options, value: hidden[0] },
        { name: "reason", label: "Reason" },
      ],
      { kind: "unblind" },
    );
  }

  headParts() {
    const { status } = this;
    if (!status.encounter_id) return [make("h1", {}, "Adjudication")];
    const charts = `chart ${status.chart_number} of ${status.chart_count} with disagreements`;
    return [
      make("h1", {}, "Adjudication ", make("span", { class: "as-coded" }, status.encounter_id)),
      make("span", { class: "faint" }, `${status.about} · ${charts}`),
    ];
  }

  bandParts() {
    const { status } = this;
    if (!status) return [];
    const hidden = status.hidden.map((level) => LEVELS[level]).join(", ");
    const pair = (name, head, words) => make("span", { class: name }, make("b", {}, head), " ", words);
    return [
      pair("blind", "Hidden from reviewers", status.reviewers_without.join(", ") || "nothing"),
      pair("blind", "Hidden from you", hidden || "nothing"),
      actionButton(ACTIONS, "unblind", this.act, { disabled: !hidden }),
      pair("agreement", "They agree", this.agreement ?? "…"),
    ];
  }

  listParts() {
    const { status } = this;
    if (!status) return [];
    if (this.rows.length === 0)
      return [make("p", { class: "nothing" }, status.nothing), this.ownCharts()];
    const heads = ["No.", "Billed", "Title", ...status.letters.map((letter) => `Reviewer ${letter}`), "Final"];
    return [
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, this.rows.map((row) => this.listRow(row))),
      ),
      this.ownCharts(),
    ];
  }

  ownCharts() {
    const words = this.status.own_chart_words;
    return words && make("p", { class: "faint" }, words);
  }

  listRow(row) {
    const isFocused = row.key === this.focusKey;
    const byLetter = new Map(row.judgements.map((one) => [one.label, one]));
    return make(
      "tr",
      {
        class: isFocused ? "on" : null,
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => this.setFocus(row.key),
      },
      make("td", { class: "num" }, row.code_number ? String(row.code_number) : row.stay ? "" : "+"),
      make("td", { class: "as-coded" }, row.billed),
      make("td", { class: row.title ? null : "faint" }, row.title ?? (row.code_number ? "no title loaded" : "")),
      this.status.letters.map((letter) =>
        make("td", {}, byLetter.has(letter) ? verdictSign(byLetter.get(letter)) : ""),
      ),
      make("td", {}, this.finalParts(row)),
    );
  }

  finalParts(row) {
    if (this.pending.keysOf(this.status.encounter_id).has(row.key)) return make("span", { class: "faint" }, "Saving…");
    if (row.state === "open") return make("span", { class: "tag" }, "to decide");
    if (row.state === "agreed")
      return make("span", { class: "faint" }, `${row.judgements.length > 2 ? "all" : "both"} the same: closed`);
    const whose = row.follows ? `as ${row.follows}` : "own verdict";
    return [verdictSign(row.final), " ", make("span", { class: "faint" }, whose)];
  }

  panelParts() {
    const row = this.focusedRow;
    if (!row) return [];
    this.parts.panels.style.setProperty("--reviewer-count", row.judgements.length);
    return [
      ...row.judgements.map((one) => this.reviewerPanel(row, one)),
      make("section", { class: "decide", "aria-label": "Decision" }, this.decision(row)),
    ];
  }

  reviewerPanel(row, one) {
    return make(
      "section",
      { class: "reviewer", "aria-label": this.nameOf(one) },
      make("h2", {}, this.nameOf(one), " ", verdictSign(one)),
      one.why && make("p", { class: "faint" }, one.why),
      one.comment ? make("p", { class: "comment" }, `“${one.comment}”`) : make("p", { class: "faint" }, "no comment"),
      one.evidence
        ? sentenceOfEvidence(one.evidence)
        : make("p", { class: "faint" }, "No sentence is attached. That is no proof."),
    );
  }

  decision(row) {
    const code = make("span", { class: "as-coded" }, row.billed);
    if (row.state === "open")
      return this.decisionParts(row, ["Decision on ", code], "Reason for both and the coder");
    if (row.state === "agreed") {
      const who = row.judgements.length > 2 ? "All" : "Both";
      return [make("h2", {}, code), make("p", {}, `${who} judged it the same: it closed itself.`)];
    }
    const whose = row.follows ? `as reviewer ${row.follows}` : "a verdict of their own";
    return [
      make("h2", {}, "Decided on ", code),
      make("p", {}, verdictSign(row.final)),
      make("p", { class: "faint" }, `${row.adjudicator}, ${whose}`),
      make("p", { class: "comment" }, `“${row.reason}”`),
      actionButton(ACTIONS, "withdraw", this.act),
    ];
  }

  footParts() {
    const { status } = this;
    if (!status) return [];
    const keys = (names, words) =>
      make("span", { class: "hint" }, names.map((name) => [make("kbd", {}, name), " "]), words);
    const left = status.chart_open_count
      ? `${status.chart_open_count} of ${status.differing_count} to decide in this chart, ${status.open_count} in all. ` +
        "Until then accuracy and estimate say “not adjudicated”."
      : status.open_count
        ? `This chart is decided. ${status.open_count} to decide in others: Enter goes there.`
        : status.encounter_id
          ? "Every disagreement is decided."
          : "";
    return [
      keys(["j", "k"], "next or previous"),
      keys(["h", "l"], "chart"),
      keys(["s"], "next sentence"),
      keys(["u"], "undo"),
      make("span", { class: "spring" }),
      make("span", { class: "left" }, left),
    ];
  }
}

export default {
  render({ model, el }) {
    const screen = new AdjudicationScreen(model, el);
    return () => screen.destroy();
  },
};
