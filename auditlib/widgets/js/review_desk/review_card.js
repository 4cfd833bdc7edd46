// The review desk. It decides nothing: a key or button sends a numbered message, and the screen moves when
// Python has answered that the decision is on the disk.

import {
  isButton,
  isField,
  leaveForNotebook,
  make,
  makeMessageLine,
  makeScreen,
  shownOf,
  writeMessage,
} from "../dom.js";
import { actionOfKey, hasModifier, isPress } from "../keymap.js";
import { Transport } from "../transport.js";
import { ChartTimer } from "./chart_timer.js";
import { codeDetail } from "./code_detail.js";
import { CodeList } from "./code_list.js";
import { AttachForm, TakeBackForm } from "./attachment_form.js";
import { sendFile, takeDroppedFiles } from "./attachments.js";
import { DocumentsPane } from "./documents.js";
import { EvidencePanel } from "./evidence_panel.js";
import { keyList } from "./key_list.js";
import { PaneSize } from "./pane_size.js";
import { PendingDecisions } from "./pending_decisions.js";
import {
  chartButtons,
  codeButtons,
  codesTitle,
  documentButtons,
  head,
  openQueries,
  openQueryWords,
} from "./progress.js";
import { queryForm } from "./query_form.js";
import { QueuePane } from "./queue_pane.js";
import { RecordForm } from "./record_form.js";
import { JUDGING, RECORD_MISSING, RECORD_NEEDED, recordLine } from "./record_line.js";
import { RequirementsForm } from "./requirements_form.js";
import { Resequence } from "./resequence.js";
import { ACTIONS, CHART_ACTIONS, isCharacter, moveOfKey } from "./review_keys.js";
import { openSuggestions, suggestionList } from "./suggestion_list.js";
import { ReviewState } from "./review_state.js";
import { StayForm } from "./stay_form.js";
import { stayLine } from "./stay_line.js";
import { UnblindForm } from "./unblind_form.js";
import { VisitLevelForm } from "./visit_level_form.js";
import { VerdictForm } from "./verdict_form.js";

const FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";
const MOVING = "j and k move the code, Enter sets it, Escape leaves it where it was.";
const USUAL_CAUSE = "coder oversight";
const TICK_MILLISECONDS = 1000;
const LETTERS_OFF = "auditlib-letters-off";
/** Decisions after which the time on the chart is another one's. */
const MOVES = new Set(["complete", "next", "previous", "go"]);

export class ReviewScreen {
  constructor(model, host) {
    this.state = new ReviewState();
    this.pending = new PendingDecisions(() => this.showMessage());
    /** @type {import("./small_form.js").SmallForm | null} */
    this.form = null;
    /** @type {Resequence | null} */
    this.moving = null;
    /** The decision that was refused last, to be sent again by Enter. */
    this.refused = null;
    /** The open queries with which the next m completes the chart. */
    this.confirmingQueries = null;
    this.savedAt = null;
    this.hasLetters = !remembered(LETTERS_OFF);
    this.timer = new ChartTimer(() => performance.now());
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
      showEvidence: () => this.showEvidence(),
      documentActions: (entry) => documentButtons(entry, this.state.mostAttachmentBytes > 0, this.act),
    });
    this.fileTaker = {
      mostBytes: () => this.state.mostAttachmentBytes,
      send: (part) => this.decide({ kind: "attach", ...part }),
      say: (words) => this.say(words),
    };
    takeDroppedFiles(this.documents.element, this.fileTaker);
    this.evidence = new EvidencePanel(this.state, (place) => this.documents.showSentence(place));
    this.queue = new QueuePane({
      go: (encounterId) => this.goTo(encounterId),
      say: (words) => this.say(words),
      leave: () => {
        this.showQueue(false);
        this.takeFocus();
      },
    });
    this.codes = new CodeList(this.state, this.fill, (key) => this.chooseCode(key));
    this.parts = {
      header: make("header", { class: "head" }),
      time: make("span", { class: "time", "aria-label": "Time on this chart" }),
      codesTitle: make("h2", {}),
      suggestions: make("div", { class: "suggestions", tabindex: "0", role: "region", "aria-label": "Suggested codes" }),
      detail: make("div", { class: "code-detail", tabindex: "0", role: "region", "aria-label": "Code in work" }),
      record: make("div", { class: "record-line bar", role: "group", "aria-label": "Record" }),
      stay: make("div", { class: "stay-line bar", role: "group", "aria-label": "Stay" }),
      form: make("div", { class: "form-place" }),
      codeBar: make("div", { class: "code-bar", role: "group", "aria-label": "Verdict" }),
      chartBar: make("div", { class: "bar chart-bar", role: "group", "aria-label": "Chart" }),
      message: makeMessageLine(),
      help: make("div", {
        class: "help",
        role: "dialog",
        "aria-label": "Keys",
        tabindex: "-1",
        hidden: true,
        onkeydown: (event) => this.onHelpKey(event),
      }),
    };
    const { header, codesTitle: title, suggestions, detail, record, stay, form, codeBar, chartBar, message, help } = this.parts;
    this.documents.element.append(this.evidence.element);
    this.desk = make(
      "div",
      { class: "desk" },
      header,
      this.queue.element,
      this.documents.element,
      make(
        "section",
        { class: "decisions", "aria-label": "Codes and verdicts" },
        title,
        record,
        stay,
        this.codes.element,
        suggestions,
        detail,
        form,
        codeBar,
      ),
      make("footer", { class: "foot" }, message, chartBar),
    );
    this.root = makeScreen("drawn auditlib-review", "Review of charts", { role: "group", tabindex: "0" }, this.desk, help);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"])
      this.root.addEventListener(kind, () => this.timer.touch(), { capture: true, passive: true });
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.reconnect(),
      onCut: () => this.showCut(),
    });
    host.append(this.root);
    this.paneSize = new PaneSize(this.root, {
      onWidth: (isNarrow, isWide) => this.documents.setWidth(isNarrow, isWide),
      onView: (isInView) => this.timer.setInView(isInView),
    });
    this.ticking = setInterval(() => this.showTime(), TICK_MILLISECONDS);
    this.showAll();
    this.transport.send({ kind: "ready" });
    this.transport.send({ kind: "queue" });
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
    this.queue.close();
    this.paneSize.close();
    clearInterval(this.ticking);
    this.transport.close();
    this.root.remove();
  }

  takeFocus() {
    this.root.focus({ preventScroll: true });
  }

  /** Put new children into a part; focus lost with the old ones stays on the screen, off the notebook. */
  fill(part, ...children) {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...shownOf(children));
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
    this.transport.send({ kind: "queue" });
  }

  /** Send a decision under the next number, and return the number. */
  decide(message) {
    this.problem = null;
    this.notice = "";
    this.refused = null;
    this.confirmingQueries = null;
    if (MOVES.has(message.kind)) message = { ...message, seconds: this.timer.seconds };
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
    if (content.kind === "group") {
      if (this.transport.isMine(content) && content.encounter_id === this.state.status?.encounter_id)
        this.form?.showGroup?.(content);
      return;
    }
    if (content.kind === "page") {
      if (this.transport.isMine(content)) this.documents.receivePage(content);
      return;
    }
    if (content.kind === "queue") {
      if (content.queue) this.queue.load(content.queue);
      this.showHeader();
      return;
    }
    if (content.kind !== "screen") return;
    this.isCut = false;
    if (content.queue_changes) this.queue.change(content.queue_changes);
    const answered = this.transport.isMine(content) ? this.pending.take(content.sequence) : null;
    if (content.error) this.problem = content.error;
    const isOtherChart = this.state.take(content);
    if (content.choices) this.takeIdleSeconds(content.choices.idle_seconds);
    if (isOtherChart) this.enterChart();
    if (answered && !content.error) this.savedAt = new Date();
    if (answered && !content.error) this.afterSuccess(content.sequence, answered, isOtherChart);
    if (answered && content.error) this.afterRefusal(content.sequence, answered);
    this.pending.watch();
    this.showAll();
  }

  /** Take over after how long without a key the time on a chart stops; it may come after the chart. */
  takeIdleSeconds(seconds) {
    this.timer.idleMilliseconds = 1000 * seconds;
    if (this.isHelpShown) this.showHelp();
  }

  enterChart() {
    if (this.form) this.closeForm();
    this.moving = null;
    this.showQueue(false);
    this.queue.showChart(this.state.status.encounter_id);
    this.timer.start(this.state.status.seconds);
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
    if (answered.kind === "attach" && answered.part + 1 === answered.part_count && !isOtherChart)
      this.showAttached(answered.name);
    if (answered.kind === "take back") this.notice = "The attachment is taken back; its file is kept.";
    const unjudged = state.status.stay.find(({ verdict }) => !verdict);
    if (answered.kind === "stay" && unjudged) this.notice = `p judges the ${unjudged.fact}.`;
    if (answered.kind === "unblind") this.transport.send({ kind: "queue" });
    if (answered.follower && isUntouched) this.openFollower(answered.follower);
    else if (answered.kind === "decide" && answered.action !== "add" && isUntouched) {
      const next = state.nextUndecidedKey();
      if (next) this.setFocus(next);
    }
    state.keepFocusOnARow();
    if (MOVES.has(answered.kind) && !isOtherChart) this.timer.start(state.status.seconds);
    if (answered.kind === "complete" && !isOtherChart)
      this.notice = "Every chart of the worklist is completed.";
  }

  /** The attached file is the last document. */
  showAttached(name) {
    const { documents } = this.state;
    this.documents.open(documents.length - 1);
    this.say(`${name} is attached as document ${documents.length}; t takes it back.`);
  }

  afterRefusal(sequence, answered) {
    if (this.form?.sequence === sequence) {
      this.form.release();
      if (this.root.contains(document.activeElement)) this.form.first.focus();
    }
    if (answered.kind === "decide" || answered.kind === "withdraw") this.refused = answered;
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
    this.showEvidence();
  }

  chooseCode(key) {
    if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else if (!this.moving) this.setFocus(key);
  }

  // The queue

  showQueue(isShown) {
    this.desk.classList.toggle("queue-open", isShown);
  }

  goTo(encounterId) {
    this.showQueue(false);
    this.takeFocus();
    if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else if (encounterId !== this.state.status?.encounter_id) this.decide({ kind: "go", to: encounterId });
  }

  // Keys

  onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.say("Nothing to save: every decision is kept the moment it is made.");
      return;
    }
    if (hasModifier(event) && !(event.altKey && event.key === ACTIONS.more.key)) return;
    event.stopPropagation();
    if (isField(event.target) || event.isComposing) return;
    if (isButton(event.target) && isPress(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      this.onEnter();
      return;
    }
    if (this.isHelpShown && event.key !== ACTIONS.help.key) return;
    if (!this.hasLetters && isCharacter(event)) return;
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

  /** In the list of keys the focus may be on its box, in which the desk takes no keys. */
  onHelpKey(event) {
    if (event.key !== "Escape" || !isField(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    this.act("help");
  }

  onEnter() {
    if (this.form) this.form.first.focus();
    else if (this.moving) this.setMoved();
    else if (this.refused) {
      const { sequence: _, focusKey: __, ...again } = this.refused;
      this.decide(again);
    }
  }

  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.moving) this.stopMoving();
    else if (this.desk.classList.contains("queue-open")) this.showQueue(false);
    else if (this.form) this.closeForm();
    else leaveForNotebook(this.root);
    this.showMessage();
  }

  move(what, step) {
    if (what === "page") this.documents.scrollPage(step);
    else if (what === "document") this.documents.openNext(step);
    else if (this.isFormOpen) this.say(FORM_IS_OPEN);
    else if (this.moving) {
      this.moving.move(step);
      this.showCodes();
    } else {
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
    if (name === "view") {
      this.documents.nextView();
      return;
    }
    if (name === "outline") {
      this.documents.toggleOutline();
      return;
    }
    if (name === "go") {
      this.showQueue(true);
      this.queue.focus();
      return;
    }
    if (name === "more") {
      this.form?.showMore?.();
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
    if (this.moving) {
      if (name === "resequence") this.stopMoving();
      else this.say(MOVING);
      return;
    }
    this.takeFocus();
    const { status } = this.state;
    if (name !== "complete") this.confirmingQueries = null;
    if (name === "unblind") this.openUnblindForm();
    else if (name === "query") this.placeForm(queryForm(this.state, this.formScreen()));
    else if (name === "record") this.openRecordForm();
    else if (name === "requirements") this.openRequirementsForm();
    else if (name === "attachment") this.openAttachmentForm();
    else if (name === "withdrawRecord") this.decide({ kind: "withdraw record" });
    else if (status.needs_record_statement && JUDGING.has(name) && !status.is_completed) {
      this.openRecordForm();
      this.say(RECORD_NEEDED);
    } else if (status.record?.status === "missing" && JUDGING.has(name) && name !== "complete")
      this.say(RECORD_MISSING);
    else if (name === "complete") this.complete();
    else if (CHART_ACTIONS.has(name)) this.decide({ kind: name });
    else if (this.state.status.is_completed) this.say("This chart is completed: r reopens it.");
    else if (name === "stay") this.openStayForm();
    else if (name === "withdrawStay") this.withdrawStay();
    else if (name === "add") this.openForm("add", null);
    else if (name === "suggested") this.addSuggested(openSuggestions(this.state)[0]);
    else this.actOnCode(name);
  }

  addSuggested(suggested) {
    if (suggested) this.openForm("add", null, { corrected: suggested });
    else this.say("No suggested code is missing from the list.");
  }

  /** Complete the chart; while a query is open, only when that was said and confirmed by the same key. */
  complete() {
    const waiting = openQueries(this.state.status);
    const names = waiting.map(({ query_id }) => query_id).join();
    if (waiting.length && this.confirmingQueries !== names) {
      this.say(`With ${openQueryWords(waiting)} open: m again completes the chart so, y takes the answer.`);
      this.confirmingQueries = names;
      return;
    }
    this.decide({ kind: "complete", ...(waiting.length && { with_open_query: true }) });
  }

  actOnCode(name) {
    const row = this.state.focusedRow;
    if (!row) {
      this.say("There is no code: n adds one.");
      return;
    }
    if (name === "visit") {
      if (row.code.visit_rule) this.placeForm(new VisitLevelForm(row, this.state, this.formScreen()));
      else this.say(row.added ? "The level is ticked for the coder's visit." : "This code is not of a visit with levels.");
      return;
    }
    const reference = this.state.referenceTo(row);
    if (name === "withdraw" || (row.added && name === "delete")) {
      if (row.verdict === null && !this.waitingKeys.has(row.key))
        this.say("There is no verdict on this code to take back.");
      else this.decide({ kind: "withdraw", ...reference });
    } else if (row.added && name === "agree") {
      this.say("You added this code: c changes its details, u takes it back.");
    } else if (name === "resequence") {
      this.startMoving(row);
    } else if (name === "agree") {
      this.decide({ kind: "decide", action: "agree", ...reference });
    } else {
      this.openForm(row.added ? "add" : name, row);
    }
  }

  // Resequence

  startMoving(row) {
    if (row.added) {
      this.say("You added this code: c gives it another role.");
      return;
    }
    this.moving = new Resequence(this.state.rows, row);
    this.showCodes();
    this.say(MOVING);
  }

  stopMoving() {
    this.moving = null;
    this.showCodes();
    this.say("");
  }

  setMoved() {
    const { moving } = this;
    this.stopMoving();
    if (!moving.isMoved) return;
    const { code } = moving.row;
    const { code_system, poa_indicator, modifiers, unit_count } = code;
    this.decide({
      kind: "decide",
      action: "change",
      ...this.state.referenceTo(moving.row),
      corrected: { code_system, code: code.code, code_role: moving.role, poa_indicator, modifiers, unit_count },
      error_kind: "sequencing",
      cause: this.state.lastCauses.change ?? USUAL_CAUSE,
      comment: moving.words,
      follower: moving.follower,
    });
  }

  /** The code whose role changes with that of the moved one: its form stands ready, and decides nothing itself. */
  openFollower({ key, role }) {
    this.setFocus(key);
    const row = this.state.focusedRow;
    if (!row) return;
    this.openForm("change", row, { corrected: { ...row.code, code_role: role }, error_kind: "sequencing" });
    this.say(`${row.code.shown} is then ${role}: Enter saves that, Escape leaves it.`);
  }

  // The form

  openForm(action, row, proposed = {}) {
    const selected = this.documents.selectedPassage;
    this.placeForm(
      new VerdictForm(action, row, this.state, {
        ...this.formScreen(),
        findCodes: (request) => this.transport.send({ kind: "find", ...request }),
      }, proposed),
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

  openStayForm() {
    const { stay } = this.state.status;
    if (stay.length === 0) {
      this.say("No discharge status or DRG of an inpatient stay is open to you here.");
      return;
    }
    const selected = this.documents.selectedPassage;
    this.placeForm(
      new StayForm(stay, this.state, {
        ...this.formScreen(),
        findCodes: (request) => this.transport.send({ kind: "find", ...request }),
        findGroup: () => this.transport.send({ kind: "group", encounter_id: this.state.status.encounter_id }),
      }),
    );
    if (selected) this.attach(selected);
  }

  withdrawStay() {
    const judged = this.state.status.stay.findLast(({ verdict }) => verdict);
    if (judged) this.decide({ kind: "withdraw stay", fact: judged.fact });
    else this.say("There is no verdict on the stay to take back.");
  }

  openRequirementsForm() {
    const document = this.documents.entry;
    if (document) this.placeForm(new RequirementsForm(document, this.state, this.formScreen()));
    else this.say("There is no document to say anything of.");
  }

  openAttachmentForm() {
    const { entry } = this.documents;
    if (entry?.is_attached) this.placeForm(new TakeBackForm(entry, this.formScreen()));
    else if (!this.state.mostAttachmentBytes) this.say("No file can be attached here.");
    else this.placeForm(new AttachForm(this.formScreen(), (files) => sendFile(files, this.fileTaker)));
  }

  openUnblindForm() {
    if (this.state.chart?.hidden_levels?.length) this.placeForm(new UnblindForm(this.state, this.formScreen()));
    else this.say("Nothing is hidden of this chart.");
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
    this.showTime();
    this.documents.show();
    this.showEvidence();
    this.showRecordLine();
    this.showCodes();
    this.showChartBar();
    this.showMessage();
  }

  showHeader() {
    const isSaving = this.pending.count > 0;
    const queueRow = this.queue.rowOf(this.state.status?.encounter_id);
    const now = { saved: isSaving ? "Saving…" : savedWords(this.savedAt), isSaving, time: this.parts.time, queueRow };
    this.fill(this.parts.header, ...head(this.state, now, this.act));
  }

  showTime() {
    const { time } = this.parts;
    const { isStopped, words } = this.timer;
    time.classList.toggle("stopped", isStopped);
    time.replaceChildren(isStopped ? "Time stopped " : "Time ", make("b", {}, words));
  }

  showEvidence() {
    this.evidence.show(this.documents.sentence);
  }

  showRecordLine() {
    const line = recordLine(this.state, this.act, this.isFormOpen);
    this.parts.record.hidden = line.length === 0;
    this.fill(this.parts.record, ...line);
    const stay = stayLine(this.state, this.act);
    this.parts.stay.hidden = stay.length === 0;
    this.fill(this.parts.stay, ...stay);
  }

  showCodes() {
    this.fill(this.parts.codesTitle, ...codesTitle(this.state));
    this.codes.show(this.waitingKeys, this.moving);
    this.showCodeBar();
    this.codes.keepFocusedRowInView();
  }

  showCodeBar() {
    const { codeBar } = this.parts;
    codeBar.hidden = this.isFormOpen;
    this.showRecordLine();
    this.showChartBar();
    this.parts.suggestions.hidden = this.isFormOpen;
    this.fill(this.parts.suggestions, ...suggestionList(this.state, (suggested) => this.addSuggested(suggested)));
    this.parts.detail.hidden = this.isFormOpen;
    this.parts.detail.replaceChildren(...codeDetail(this.state));
    if (!codeBar.hidden) this.fill(codeBar, ...codeButtons(this.state, this.act));
  }

  showChartBar() {
    const { status } = this.state;
    if (status) this.fill(this.parts.chartBar, ...chartButtons(status, this.act, this.isFormOpen));
  }

  showHelp() {
    this.parts.help.hidden = !this.isHelpShown;
    const seconds = this.state.choices?.idle_seconds;
    const list = {
      hasLetters: this.hasLetters,
      onLetters: (isOn) => {
        this.hasLetters = isOn;
        remember(LETTERS_OFF, !isOn);
      },
      close: () => this.act("help"),
      timeWords: `The time on a chart stops while the desk is not in view, and ${seconds} seconds after the last key, click or scroll.`,
    };
    this.fill(this.parts.help, ...keyList(list));
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
      const again = this.refused ? " Press Enter to try again." : "";
      const kept = this.refused ? "Not saved: " : "";
      writeMessage(message, "bad", make("strong", {}, `${kept}${words}`), hint ? ` ${hint}` : "", again);
    } else if (this.pending.isSlow && count) {
      const words = `The kernel is busy: ${count} not saved yet. They are applied in order when it answers.`;
      writeMessage(message, "slow", words);
    } else {
      writeMessage(message, "", this.notice);
    }
  }
}

function savedWords(moment) {
  return moment ? `Saved ${moment.toLocaleTimeString("en-GB")}` : "All saved";
}

/** Whether the browser remembers a choice of this person; one that keeps nothing remembers none. */
function remembered(name) {
  try {
    return localStorage.getItem(name) === "yes";
  } catch {
    return false;
  }
}

function remember(name, isSo) {
  try {
    localStorage.setItem(name, isSo ? "yes" : "no");
  } catch {
    // It holds until the screen is closed.
  }
}

export default {
  render({ model, el }) {
    const screen = new ReviewScreen(model, el);
    return () => screen.destroy();
  },
};
