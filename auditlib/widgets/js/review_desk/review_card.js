// The review screen. It decides nothing: a key or button sends a numbered message, and the screen moves when
// Python has answered that the decision is on the disk.

import { isButton, isField, leaveForNotebook, make, makeMessageLine, makeScreen, writeMessage } from "../dom.js";
import { actionOfKey, hasModifier, isPress } from "../keymap.js";
import { Transport } from "../transport.js";
import { CodeList } from "./code_list.js";
import { DocumentsPane } from "./documents.js";
import { keyList } from "./key_list.js";
import { PendingDecisions } from "./pending_decisions.js";
import { chartButtons, codeButtons, head } from "./progress.js";
import { RecordForm } from "./record_form.js";
import { JUDGING, RECORD_MISSING, RECORD_NEEDED, recordLine } from "./record_line.js";
import { ACTIONS, CHART_ACTIONS, moveOfKey } from "./review_keys.js";
import { ReviewState } from "./review_state.js";
import { VerdictForm } from "./verdict_form.js";

const FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";

class ReviewScreen {
  constructor(model, host) {
    this.state = new ReviewState();
    this.pending = new PendingDecisions(() => this.showMessage());
    /** @type {VerdictForm | RecordForm | null} */
    this.form = null;
    this.problem = null;
    this.notice = "";
    this.isHelpShown = false;
    this.isCut = false;
    this.act = this.act.bind(this);
    this.fill = this.fill.bind(this);

    this.documents = new DocumentsPane(this.state, {
      act: this.act,
      say: (words) => this.say(words),
      takeFocus: () => this.takeFocus(),
      fill: this.fill,
      requestPage: (request) => this.transport.send({ kind: "page", ...request }),
      attach: (passage) => this.attach(passage),
    });
    this.codes = new CodeList(this.state, this.fill, (key) => this.chooseCode(key));
    this.parts = {
      header: make("header", {}),
      record: make("div", { class: "record-line bar", role: "group", "aria-label": "Record" }),
      form: make("div", { class: "form-place" }),
      codeBar: make("div", { class: "code-bar", role: "group", "aria-label": "Verdict" }),
      chartBar: make("div", { class: "bar chart-bar", role: "group", "aria-label": "Chart" }),
      message: makeMessageLine(),
      help: make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: true }),
    };
    const { header, record, form, codeBar, chartBar, message, help } = this.parts;
    this.root = makeScreen(
      "auditlib-review",
      "Review of charts",
      { tabindex: "0" },
      header,
      make(
        "div",
        { class: "panes" },
        this.documents.element,
        make(
          "section",
          { class: "decisions", "aria-label": "Codes and verdicts" },
          record,
          this.codes.element,
          form,
          codeBar,
        ),
      ),
      chartBar,
      message,
      help,
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.reconnect(),
      onCut: () => this.showCut(),
    });
    host.append(this.root);
    this.showAll();
    this.transport.send({ kind: "ready" });
    requestAnimationFrame(() => {
      // Letters typed into another cell while this one was starting must not become verdicts.
      const active = document.activeElement;
      if (!active || !(active.isContentEditable || isField(active))) this.takeFocus();
    });
  }

  destroy() {
    this.pending.stop();
    this.form?.close();
    this.codes.close();
    this.transport.close();
    this.root.remove();
  }

  takeFocus() {
    this.root.focus({ preventScroll: true });
  }

  /** Put new children into a part; focus lost with the old ones stays on the screen, off the notebook. */
  fill(part, ...children) {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...children);
    if (hadFocus) this.takeFocus();
  }

  // Messages out and in

  showCut() {
    this.isCut = true;
    this.showMessage();
  }

  reconnect() {
    this.showCut();
    this.transport.send({ kind: "ready" });
  }

  /** Send a decision under the next number, and return the number. */
  decide(message) {
    this.problem = null;
    this.notice = "";
    const sequence = this.transport.nextSequence();
    const decision = { sequence, encounter_id: this.state.status.encounter_id, ...message };
    this.pending.add(sequence, this.state.focusKey, decision);
    this.transport.send(decision);
    this.showHeader();
    this.showCodes();
    this.showMessage();
    return sequence;
  }

  receive(content) {
    if (content.kind === "matches") {
      if (this.transport.isMine(content)) this.form?.showMatches?.(content);
      return;
    }
    if (content.kind === "page") {
      if (this.transport.isMine(content)) this.documents.receivePage(content);
      return;
    }
    if (content.kind !== "screen") return;
    this.isCut = false;
    const answered = this.transport.isMine(content) ? this.pending.take(content.sequence) : null;
    if (content.error) this.problem = content.error;
    const isOtherChart = this.state.take(content);
    if (isOtherChart) this.enterChart();
    if (answered && !content.error) this.afterSuccess(content.sequence, answered, isOtherChart);
    if (answered && content.error) this.afterRefusal(content.sequence, answered);
    this.pending.watch();
    this.showAll();
  }

  enterChart() {
    if (this.form) this.closeForm();
    this.documents.reset();
    this.state.focusFirst();
    this.showAll();
    this.documents.scrollToTop();
    this.documents.showEvidenceHere();
  }

  afterSuccess(sequence, answered, isOtherChart) {
    const { state } = this;
    const cameFromForm = this.form?.sequence === sequence;
    if (cameFromForm) this.closeForm();
    if (answered.kind === "decide" && answered.action === "add" && cameFromForm)
      state.focusAdded(answered.corrected);
    // The focus moves on only if the reviewer has not moved it, or asked for more, since.
    const isUntouched =
      state.focusKey === answered.focusKey && this.pending.count === 0 && !isOtherChart;
    if (answered.kind === "decide" && answered.action !== "add" && isUntouched) {
      const next = state.nextUndecidedKey();
      if (next) this.setFocus(next);
    }
    state.keepFocusOnARow();
    if (answered.kind === "complete" && !isOtherChart)
      this.notice = "Every chart of the worklist is completed.";
  }

  afterRefusal(sequence, answered) {
    if (this.form?.sequence === sequence) {
      this.form.release();
      if (this.root.contains(document.activeElement)) this.form.first.focus();
    }
    const undecided = this.state.status?.first_undecided;
    if (answered.kind === "complete" && undecided) this.setFocus(String(undecided));
  }

  // Focus

  get isFormOpen() {
    return this.form !== null && !this.form.isWaiting;
  }

  setFocus(key) {
    this.state.focusKey = key;
    this.showCodes();
    this.documents.showOtherCode();
  }

  chooseCode(key) {
    if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else this.setFocus(key);
  }

  // Keys

  onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.say("Nothing to save: every decision is kept the moment it is made.");
      return;
    }
    if (hasModifier(event)) return;
    event.stopPropagation();
    if (isField(event.target) || event.isComposing) return;
    if (isButton(event.target) && isPress(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (event.key === "Enter" && this.form) {
      event.preventDefault();
      this.form.first.focus();
      return;
    }
    if (this.isHelpShown && event.key !== ACTIONS.help.key) return;
    const move = moveOfKey(event);
    if (move) {
      event.preventDefault();
      this.move(...move);
      return;
    }
    const name = actionOfKey(ACTIONS, event.key);
    if (!name) return;
    event.preventDefault();
    if (!event.repeat) this.act(name);
  }

  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.form) this.closeForm();
    else leaveForNotebook(this.root);
    this.showMessage();
  }

  move(what, step) {
    if (what === "page") this.documents.scrollPage(step);
    else if (what === "document") this.documents.openNext(step);
    else if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else {
      const { rows, focusKey } = this.state;
      const row = rows[rows.findIndex(({ key }) => key === focusKey) + step];
      if (row) this.setFocus(row.key);
    }
  }

  act(name) {
    if (name === "help") {
      this.isHelpShown = !this.isHelpShown;
      this.showHelp();
      this.takeFocus();
      return;
    }
    if (!this.state.status) return;
    if (name === "search") {
      this.documents.focusSearch();
      return;
    }
    if (name === "page") {
      this.documents.togglePage();
      return;
    }
    if (name === "previousPage" || name === "nextPage") {
      this.documents.turnPage(name === "nextPage" ? 1 : -1);
      return;
    }
    if (name === "evidence") {
      this.documents.nextEvidence();
      return;
    }
    if (this.isFormOpen) {
      this.say(FORM_IS_OPEN);
      this.form.first.focus();
      return;
    }
    this.takeFocus();
    const { status } = this.state;
    if (name === "record") this.openRecordForm();
    else if (name === "withdrawRecord") this.decide({ kind: "withdraw record" });
    else if (status.needs_record_statement && JUDGING.has(name) && !status.is_completed) {
      this.openRecordForm();
      this.say(RECORD_NEEDED);
    } else if (status.record?.status === "missing" && JUDGING.has(name) && name !== "complete")
      this.say(RECORD_MISSING);
    else if (CHART_ACTIONS.has(name)) this.decide({ kind: name });
    else if (this.state.status.is_completed) this.say("This chart is completed: r reopens it.");
    else if (name === "add") this.openForm("add", null);
    else this.actOnCode(name);
  }

  actOnCode(name) {
    const row = this.state.focusedRow;
    if (!row) {
      this.say("There is no code: n adds one.");
      return;
    }
    const reference = this.state.referenceTo(row);
    if (name === "withdraw" || (row.added && name === "delete")) {
      if (row.verdict === null && !this.waitingKeys.has(row.key))
        this.say("There is no verdict on this code to take back.");
      else this.decide({ kind: "withdraw", ...reference });
    } else if (row.added && name === "agree") {
      this.say("You added this code: c changes its details, u takes it back.");
    } else if (name === "agree") {
      this.decide({ kind: "decide", action: "agree", ...reference });
    } else {
      this.openForm(row.added ? "add" : name, row);
    }
  }

  // The form

  openForm(action, row) {
    const selected = this.documents.selectedPassage;
    this.placeForm(
      new VerdictForm(action, row, this.state, {
        ...this.formScreen(),
        findCodes: (request) => this.transport.send({ kind: "find", ...request }),
      }),
    );
    // What was selected before the form was opened was selected for it.
    if (selected) this.attach(selected);
  }

  /** A passage of the documents becomes the evidence of the verdict that is being made. */
  attach(passage) {
    if (!this.isFormOpen || !this.form.attach?.(passage)) return;
    // What was attached is not offered again to the next verdict.
    document.getSelection()?.removeAllRanges();
    this.say("Attached as evidence.");
  }

  openRecordForm() {
    this.placeForm(new RecordForm(this.state, this.formScreen()));
  }

  /** What a form calls on this screen. */
  formScreen() {
    return {
      save: (form, decision) => this.saveForm(form, decision),
      cancel: () => {
        this.closeForm();
        this.showMessage();
      },
      say: (words) => this.say(words),
    };
  }

  placeForm(form) {
    this.form?.close();
    this.form = form;
    this.fill(this.parts.form, this.form.element);
    this.say("");
    this.showCodeBar();
    this.form.focusFirst();
  }

  saveForm(form, decision) {
    this.takeFocus();
    form.sequence = this.decide(decision);
    this.showCodeBar();
  }

  closeForm() {
    const hadFocus = this.form?.element.contains(document.activeElement);
    this.form?.close();
    this.form = null;
    this.parts.form.replaceChildren();
    if (hadFocus) this.takeFocus();
    this.showCodeBar();
  }

  // Showing

  /** The rows of this chart on which a decision is on its way. */
  get waitingKeys() {
    return this.pending.keysOf(this.state.status?.encounter_id);
  }

  showAll() {
    this.showHeader();
    this.documents.show();
    this.showRecordLine();
    this.showCodes();
    this.showChartBar();
    this.showMessage();
  }

  showHeader() {
    this.fill(this.parts.header, ...head(this.state, this.pending.count > 0, this.act));
  }

  showRecordLine() {
    const line = recordLine(this.state, this.act);
    this.parts.record.hidden = line.length === 0;
    this.fill(this.parts.record, ...line);
  }

  showCodes() {
    this.codes.show(this.waitingKeys);
    this.showCodeBar();
    this.codes.keepFocusedRowInView();
  }

  showCodeBar() {
    const { codeBar } = this.parts;
    codeBar.hidden = this.isFormOpen;
    if (!codeBar.hidden) this.fill(codeBar, ...codeButtons(this.state, this.act));
  }

  showChartBar() {
    const { status } = this.state;
    if (status) this.fill(this.parts.chartBar, ...chartButtons(status, this.act));
  }

  showHelp() {
    this.parts.help.hidden = !this.isHelpShown;
    this.fill(this.parts.help, ...keyList(() => this.act("help")));
  }

  say(words) {
    this.problem = null;
    this.notice = words;
    this.showMessage();
  }

  showMessage() {
    const { message } = this.parts;
    const { count } = this.pending;
    if (this.isCut) {
      const keys = `${count} ${count === 1 ? "key was" : "keys were"} not confirmed: look again.`;
      writeMessage(
        message,
        "bad",
        make("strong", {}, "The kernel is gone."),
        ` What is marked as decided is kept. Run the cell again to go on.${count ? ` ${keys}` : ""}`,
      );
    } else if (this.problem) {
      const { message: words, hint } = this.problem;
      writeMessage(message, "bad", make("strong", {}, words), hint ? ` ${hint}` : "");
    } else if (this.pending.isSlow && count) {
      const words = `The kernel is busy: ${count} not saved yet. They are applied in order when it answers.`;
      writeMessage(message, "slow", words);
    } else {
      writeMessage(message, "", this.notice);
    }
  }
}

export default {
  render({ model, el }) {
    const screen = new ReviewScreen(model, el);
    return () => screen.destroy();
  },
};
