// What the screens of decisions have alike. A choice shows before Enter decides; nothing is chosen beforehand; the
// screen moves when Python has answered that the decision is on the disk.

import { isButton, isField, leaveForNotebook, make, makeMessageLine, makeScreen, writeMessage } from "../dom.js";
import { actionButton, actionOfKey, hasModifier, isPress, keyButton, shownKey } from "../keymap.js";
import { DocumentsPane } from "../review_desk/documents.js";
import { PaneSize } from "../review_desk/pane_size.js";
import { PendingDecisions } from "../review_desk/pending_decisions.js";
import { StayForm } from "../review_desk/stay_form.js";
import { VerdictForm } from "../review_desk/verdict_form.js";
import { Transport } from "../transport.js";
import { moveOfKey } from "./decision_keys.js";
import { LineForm } from "./line_form.js";

/** What reads the chart, also while a form is open. */
const READING = new Set(["chart", "evidence", "search", "outline", "page", "previousPage", "nextPage"]);
const FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";
const MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous row"],
  ["1 to 9", "Take the choice with that number: it shows, and decides nothing yet"],
  ["Enter", "Decide as chosen; when nothing is open here, go to the next chart"],
  ["[ ]", "Previous or next document of the chart"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Escape", "Cancel the choice, or leave the screen for the notebook"],
];

/**
 * @typedef {Object} Choice
 * @property {string} key The digit that takes it.
 * @property {string} words
 * @property {object} [message] What the decision adds to its message.
 * @property {boolean} [isThird] Whether it opens the choice of another verdict.
 */

export class DecisionScreen {
  /**
   * @param {object} model
   * @param {HTMLElement} host
   * @param {Object} look
   * @param {string} look.name The class of the screen.
   * @param {string} look.label
   * @param {Object<string, import("../keymap.js").Action>} look.actions
   */
  constructor(model, host, { name, label, actions }) {
    this.actions = actions;
    this.status = null;
    this.chart = null;
    this.choices = null;
    this.canFindCodes = false;
    this.focusKey = null;
    /** @type {Choice | null} */
    this.choice = null;
    this.isThirdOpen = false;
    this.reasons = new Map();
    this.form = null;
    /** The cause that was chosen last, by action: it is proposed for the next one. */
    this.lastCauses = {};
    this.isChartShown = false;
    this.isHelpShown = false;
    this.isCut = false;
    this.problem = null;
    this.notice = "";
    this.act = this.act.bind(this);
    this.pending = new PendingDecisions(() => this.showMessage());
    this.documents = new DocumentsPane(this.shownChart(), {
      act: this.act,
      say: (words) => this.say(words),
      takeFocus: () => this.takeFocus(),
      fill: (part, ...children) => this.fill(part, ...children),
      requestPage: (request) => this.transport.send({ kind: "page", ...request }),
      attach: (passage) => this.form?.attach?.(passage),
      showEvidence: () => {},
    });
    // Beside the decision there is room for one document.
    this.documents.setWidth(true, false);
    this.reasonInput = make("input", {
      type: "text",
      name: "reason",
      autocomplete: "off",
      "aria-label": "Reason of the decision",
      oninput: () => this.reasons.set(this.reasonKey, this.reasonInput.value),
      onkeydown: (event) => this.onReasonKey(event),
    });
    this.parts = {
      header: make("header", { class: "decision-head bar" }),
      band: make("div", { class: "band" }),
      body: make("div", { class: "body" }),
      list: make("div", { class: "list", tabindex: "0", role: "group", "aria-label": "What is to be decided" }),
      panels: make("div", { class: "panels" }),
      chart: make("div", { class: "chart-view" }, this.documents.element),
      form: make("div", { class: "form-place" }),
      foot: make("footer", { class: "decision-foot bar" }),
      message: makeMessageLine(),
      help: make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: true }),
    };
    const { header, band, body, list, panels, chart, form, foot, message, help } = this.parts;
    body.append(chart, list, panels);
    this.root = makeScreen(
      `drawn auditlib-review auditlib-decisions ${name}`,
      label,
      { role: "region", tabindex: "0" },
      header,
      band,
      body,
      form,
      foot,
      message,
      help,
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => {
        this.showCut();
        this.transport.send({ kind: "ready" });
      },
      onCut: () => this.showCut(),
    });
    host.append(this.root);
    this.paneSize = new PaneSize(this.root, { onWidth: () => {}, onView: () => {} });
    this.showAll();
    this.transport.send({ kind: "ready" });
    requestAnimationFrame(() => {
      // Letters typed into another cell while this one was starting must not become decisions.
      const active = document.activeElement;
      if (!active || !(active.isContentEditable || isField(active))) this.takeFocus();
    });
  }

  destroy() {
    this.paneSize.close();
    this.pending.stop();
    this.form?.close();
    this.transport.close();
    this.root.remove();
  }

  // What a screen of its own says

  /** @returns {object[]} The rows of the list, each with a key. */
  get rows() {
    return this.status?.rows ?? [];
  }

  /** Whether a row waits for a decision. */
  isOpen(_row) {
    return false;
  }

  /** @returns {Choice[]} What can be decided on a row. */
  choicesOf(_row) {
    return [];
  }

  /** The sentences of evidence of a row: document, characters, and whose they are. */
  sentencesOf(_row) {
    return [];
  }

  /** How a message names a row. */
  referenceTo(_row) {
    return {};
  }

  // What the documents and the form ask for

  /** The chart as the pane of documents reads it. */
  shownChart() {
    const screen = this;
    return {
      get chart() {
        return screen.chart;
      },
      get documents() {
        return screen.documentsOfChart;
      },
      get evidence() {
        return screen.evidence;
      },
    };
  }

  get documentsOfChart() {
    return this.chart?.documents ?? [];
  }

  get focusedRow() {
    return this.rows.find((row) => row.key === this.focusKey) ?? null;
  }

  get reasonKey() {
    return `${this.status?.encounter_id} ${this.focusKey}`;
  }

  /** The sentences of the row in focus, in the order of the documents. */
  get evidence() {
    const order = new Map(this.documentsOfChart.map((entry, index) => [entry.document_number, index]));
    return this.sentencesOf(this.focusedRow)
      .filter(({ document_number: number }) => order.has(number))
      .map((sentence) => ({ ...sentence, index: order.get(sentence.document_number) }))
      .sort((one, other) => one.index - other.index || one.start - other.start);
  }

  takeFocus() {
    this.root.focus({ preventScroll: true });
  }

  /** Put new children into a part; focus lost with the old ones stays on the screen, off the notebook. */
  fill(part, ...children) {
    const hadFocus = part.contains(document.activeElement);
    part.replaceChildren(...children.flat(Infinity).filter(Boolean));
    if (hadFocus) this.takeFocus();
  }

  // Messages

  showCut() {
    this.isCut = true;
    this.showMessage();
  }

  /** Send a gesture under the next number, and return the number. */
  send(message) {
    this.problem = null;
    this.notice = "";
    const sequence = this.transport.nextSequence();
    const gesture = { sequence, encounter_id: this.status?.encounter_id ?? null, ...message };
    this.pending.add(sequence, this.focusKey, gesture);
    this.transport.send(gesture);
    this.showHeader();
    this.showMessage();
    return sequence;
  }

  receive(content) {
    const isMine = this.transport.isMine(content);
    if (content.kind === "matches") {
      if (isMine) this.form?.showMatches?.(content);
      return;
    }
    if (content.kind === "page") {
      if (isMine) this.documents.receivePage(content);
      return;
    }
    if (content.kind !== "screen" || !isMine) return;
    this.isCut = false;
    const answered = this.pending.take(content.sequence);
    if (content.choices) {
      this.choices = content.choices;
      this.canFindCodes = content.can_find;
    }
    if (content.error) this.problem = content.error;
    const before = this.status?.encounter_id;
    const isSeen = this.status !== null;
    if (content.status) this.status = content.status;
    if ("chart" in content) this.chart = content.chart;
    const isOtherChart = !isSeen || this.status?.encounter_id !== before;
    if (isOtherChart) this.enterChart();
    if (answered) this.afterAnswer(content, answered, isOtherChart);
    if (!this.focusedRow) this.focusFirst();
    this.pending.watch();
    this.showAll();
  }

  enterChart() {
    this.closeForm();
    this.clearChoice();
    this.documents.reset();
    this.focusFirst();
  }

  focusFirst() {
    const row = this.rows.find((one) => this.isOpen(one)) ?? this.rows[0];
    this.focusKey = row?.key ?? null;
  }

  afterAnswer(content, answered, isOtherChart) {
    const { form } = this;
    const isOfForm = form !== null && form.sequence === content.sequence;
    if (content.error) {
      if (isOfForm) {
        form.release();
        form.focusFirst();
      }
      return;
    }
    if (isOfForm) this.closeForm();
    if (content.notice) this.notice = content.notice;
    if (answered.kind !== "decide") return;
    this.reasons.delete(`${answered.encounter_id} ${answered.focusKey}`);
    if (isOtherChart || this.focusKey !== answered.focusKey) return;
    this.clearChoice();
    const place = this.rows.findIndex(({ key }) => key === this.focusKey);
    const next = [...this.rows.slice(place + 1), ...this.rows.slice(0, place)].find((row) => this.isOpen(row));
    if (next) this.focusKey = next.key;
    this.takeFocus();
  }

  // Choosing and deciding

  clearChoice() {
    this.choice = null;
    this.isThirdOpen = false;
  }

  setFocus(key) {
    if (this.isFormOpen) {
      this.say(FORM_IS_OPEN);
      return;
    }
    this.focusKey = key;
    this.clearChoice();
    this.notice = "";
    this.showAll();
    if (this.isChartShown) this.documents.showOtherCode();
  }

  /** A pressed choice shows; only Enter decides. */
  choose(choice) {
    const row = this.focusedRow;
    if (!row || this.isFormOpen) return;
    if (!this.isOpen(row)) {
      this.say("This is decided: u opens it again.");
      return;
    }
    if (choice.isThird) {
      this.openThird(row);
      return;
    }
    this.isThirdOpen = false;
    this.choice = choice;
    this.say("");
    this.showPanels();
    this.takeFocus();
  }

  openThird(row) {
    this.choice = null;
    if (row.stay) this.openStayForm(row);
    else if (this.thirdActions(row).length > 1) {
      this.isThirdOpen = true;
      this.showPanels();
      this.takeFocus();
    } else this.openVerdictForm(row, this.thirdActions(row)[0]);
  }

  /** What another verdict can be on a row. */
  thirdActions(row) {
    return row.code_number === null ? ["add"] : ["agree", "change", "delete"];
  }

  chooseThird(action) {
    const row = this.focusedRow;
    if (action === "agree") {
      const verdict = { action, code_number: row.code_number };
      this.takeThird(row, verdict, "agree");
    } else this.openVerdictForm(row, action);
  }

  takeThird(row, verdict, words) {
    const choice = this.choicesOf(row).find(({ isThird }) => isThird);
    this.isThirdOpen = false;
    this.choice = { ...choice, isThird: false, words: `Another verdict: ${words}`, message: this.thirdMessage(verdict) };
    this.showAll();
    this.takeFocus();
  }

  thirdMessage(verdict) {
    return { verdict };
  }

  decide() {
    const row = this.focusedRow;
    if (!row || !this.isOpen(row)) {
      this.send({ kind: "next open" });
      return;
    }
    if (!this.choice) {
      const keys = this.choicesOf(row).map(({ key }) => key);
      this.say(`Choose first, by ${keys.join(" or ")}: nothing is chosen for you.`);
      return;
    }
    const reason = this.reasonInput.value.trim();
    if (!reason) {
      this.say("Say why; then Enter decides.");
      this.reasonInput.focus({ preventScroll: true });
      return;
    }
    if (this.pending.keysOf(this.status.encounter_id).has(row.key)) return;
    this.send({ kind: "decide", ...this.referenceTo(row), reason, ...this.choice.message });
    this.showList();
  }

  onReasonKey(event) {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.decide();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.takeFocus();
    }
  }

  // Forms

  get isFormOpen() {
    return this.form !== null && !this.form.isWaiting;
  }

  /** What the form of a verdict needs of a code: its own row, as the review desk has it. */
  formRow(row, action) {
    const code = this.chart?.codes.find(({ code_number: number }) => number === row.code_number) ?? null;
    if (action === "add" || !code) return null;
    return { key: row.key, code, verdict: null, added: false };
  }

  /** What the forms of the review desk need to know. */
  formState() {
    return {
      choices: this.choices,
      canFindCodes: this.canFindCodes,
      chart: this.chart,
      documents: this.documentsOfChart,
      evidenceOf: () => this.evidence,
      lastCauses: this.lastCauses,
    };
  }

  openVerdictForm(row, action) {
    this.placeForm(
      new VerdictForm(action, this.formRow(row, action), this.formState(), {
        ...this.formScreen((form, verdict) => {
          this.closeForm();
          this.lastCauses[action] = verdict.cause;
          const code = verdict.corrected?.code;
          this.takeThird(row, verdict, [verdict.action, code, verdict.error_kind].filter(Boolean).join(" "));
        }),
        findCodes: (request) => this.transport.send({ kind: "find", ...request }),
      }),
    );
  }

  openStayForm(row) {
    const screen = this.formScreen((form, verdict) => {
      this.closeForm();
      this.takeThird(row, verdict, `${verdict.fact} ${verdict.corrected}`);
    });
    const findCodes = (request) => this.transport.send({ kind: "find", ...request });
    this.placeForm(new StayForm([row.stay], this.formState(), { ...screen, findCodes }));
  }

  openLineForm(title, button, fields, message) {
    this.placeForm(
      new LineForm(
        title,
        button,
        fields,
        this.formScreen((form, values) => {
          form.sequence = this.send({ ...message, ...values });
        }),
      ),
    );
  }

  formScreen(save) {
    return {
      save,
      cancel: () => {
        this.closeForm();
        this.showAll();
      },
      say: (words) => this.say(words),
    };
  }

  placeForm(form) {
    this.closeForm();
    this.form = form;
    this.parts.form.replaceChildren(form.element);
    this.root.classList.add("with-form");
    this.say("");
    form.focusFirst();
  }

  closeForm() {
    const hadFocus = this.form?.element.contains(document.activeElement);
    this.form?.close();
    this.form = null;
    this.parts.form.replaceChildren();
    this.root.classList.remove("with-form");
    if (hadFocus) this.takeFocus();
  }

  // Keys

  onKey(event) {
    if (hasModifier(event)) return;
    event.stopPropagation();
    if (isField(event.target) || event.isComposing) return;
    if (isButton(event.target) && isPress(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (this.isHelpShown && event.key !== this.actions.help.key) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.form) this.form.first.focus();
      else if (!event.repeat && this.status) this.decide();
      return;
    }
    if (this.isThirdOpen && this.onThirdKey(event)) return;
    const choice = this.focusedRow && this.choicesOf(this.focusedRow).find(({ key }) => key === event.key);
    if (choice) {
      event.preventDefault();
      this.choose(choice);
      return;
    }
    const move = moveOfKey(event);
    if (move) {
      event.preventDefault();
      this.move(...move);
      return;
    }
    const name = actionOfKey(this.actions, event.key);
    if (!name) return;
    event.preventDefault();
    if (!event.repeat) this.act(name);
  }

  onThirdKey(event) {
    const action = { a: "agree", c: "change", d: "delete" }[event.key];
    if (!action || !this.thirdActions(this.focusedRow).includes(action)) return false;
    event.preventDefault();
    this.chooseThird(action);
    return true;
  }

  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.form) this.closeForm();
    else if (this.choice || this.isThirdOpen) this.clearChoice();
    else if (this.isChartShown) this.showChart(false);
    else leaveForNotebook(this.root);
    this.showAll();
  }

  move(what, step) {
    if (what === "row") {
      const { rows, focusKey } = this;
      const row = rows[rows.findIndex(({ key }) => key === focusKey) + step];
      if (row) this.setFocus(row.key);
    } else if (!this.isChartShown) this.say("v shows the chart.");
    else if (what === "page") this.documents.scrollPage(step);
    else this.documents.openNext(step);
  }

  act(name) {
    if (name === "help") {
      this.isHelpShown = !this.isHelpShown;
      this.showHelp();
      this.takeFocus();
      return;
    }
    if (!this.status) return;
    if (this.isFormOpen && !READING.has(name)) {
      this.say(FORM_IS_OPEN);
      this.form.first.focus();
      return;
    }
    if (name === "chart") this.showChart(!this.isChartShown);
    else if (name === "search") {
      this.showChart(true);
      this.documents.focusSearch();
    } else if (name === "evidence") {
      this.showChart(true);
      this.documents.nextEvidence();
      this.sayWhoseSentence();
    } else if (name === "outline") {
      this.showChart(true);
      this.documents.toggleOutline();
    } else if (name === "page") {
      this.showChart(true);
      this.documents.nextView();
    } else if (name === "previousPage" || name === "nextPage") this.documents.turnPage(name === "nextPage" ? 1 : -1);
    else if (name === "previous" || name === "next") this.send({ kind: name });
    else if (name === "goto")
      this.openLineForm("Go to a chart", "Go", [{ name: "chart", label: "Account or number" }], { kind: "open" });
    else if (name === "withdraw") this.withdraw();
    else this.actOfScreen(name);
  }

  /** Do what only this screen has a key for. */
  actOfScreen(_name) {}

  withdraw() {
    const row = this.focusedRow;
    if (!row) return;
    if (this.choice) {
      this.clearChoice();
      this.showAll();
    } else this.send({ kind: "withdraw", ...this.referenceTo(row) });
  }

  /** Say of a sentence that is gone to whose evidence it is. */
  sayWhoseSentence() {
    const { evidence } = this;
    const sentence = evidence[this.documents.evidenceIndex];
    if (sentence) {
      const place = `${this.documents.evidenceIndex + 1} of ${evidence.length}`;
      this.say(`Sentence ${place}, ${sentence.whose}: ${sentence.word}.`);
    }
  }

  showChart(isShown) {
    this.isChartShown = isShown && this.chart !== null;
    this.root.classList.toggle("with-chart", this.isChartShown);
    if (this.isChartShown) this.documents.show();
    this.showHeader();
  }

  // Showing

  showAll() {
    this.showHeader();
    this.showBand();
    this.showList();
    this.showPanels();
    if (this.isChartShown) this.documents.show();
    this.fill(this.parts.foot, ...this.footParts());
    this.showMessage();
  }

  showHeader() {
    if (!this.status) {
      this.fill(this.parts.header, make("span", { class: "waiting" }, "Waiting for the kernel…"));
      return;
    }
    const saved = this.pending.count ? "Saving…" : this.status.saved_at ? `Saved ${this.status.saved_at}` : "";
    this.fill(
      this.parts.header,
      ...this.headParts(),
      make("span", { class: "spring" }),
      make("span", { class: `saving${this.pending.count ? " on" : ""}`, role: "status" }, saved),
      actionButton(
        { chart: { ...this.actions.chart, label: this.isChartShown ? "Hide chart" : "View chart" } },
        "chart",
        this.act,
        { disabled: this.chart === null },
      ),
      actionButton(this.actions, "help", this.act),
    );
  }

  showBand() {
    const { band } = this.parts;
    this.fill(band, ...this.bandParts());
    band.hidden = !band.hasChildNodes();
  }

  headParts() {
    return [];
  }

  bandParts() {
    return [];
  }

  listParts() {
    return [];
  }

  panelParts() {
    return [];
  }

  footParts() {
    return [];
  }

  showList() {
    const { list } = this.parts;
    this.fill(list, ...this.listParts());
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  showPanels() {
    const { reasonInput } = this;
    // The new parts take the field out of the old ones, and it loses the focus before they are put in their place.
    const isTyping = document.activeElement === reasonInput;
    const { selectionStart, selectionEnd } = reasonInput;
    const reason = this.reasons.get(this.reasonKey) ?? "";
    if (reasonInput.value !== reason) reasonInput.value = reason;
    this.fill(this.parts.panels, ...this.panelParts());
    if (!isTyping) return;
    if (!this.parts.panels.contains(reasonInput)) this.takeFocus();
    else {
      reasonInput.focus({ preventScroll: true });
      reasonInput.setSelectionRange(selectionStart, selectionEnd);
    }
  }

  /** The buttons of what can be decided on the row in focus, its reason, and the button that decides. */
  decisionParts(row, title, reasonLabel) {
    const isWaiting = this.pending.keysOf(this.status.encounter_id).has(row.key);
    const third = { agree: ["a", "Agree"], change: ["c", "Change…"], delete: ["d", "Delete…"] };
    return [
      make("h2", {}, title),
      this.choicesOf(row).map((choice) => {
        const isChosen = this.choice?.key === choice.key;
        const isPressed = isChosen || (choice.isThird && this.isThirdOpen);
        return make(
          "button",
          {
            type: "button",
            class: isPressed ? "choice pressed" : "choice",
            "aria-pressed": String(isPressed),
            "aria-keyshortcuts": choice.key,
            "data-choice": choice.key,
            disabled: isWaiting,
            onclick: () => this.choose(choice),
          },
          make("kbd", {}, choice.key),
          " ",
          isChosen ? this.choice.words : choice.words,
        );
      }),
      this.isThirdOpen &&
        make(
          "div",
          { class: "bar third" },
          this.thirdActions(row).map((action) =>
            keyButton(third[action][0], third[action][1], { onclick: () => this.chooseThird(action) }),
          ),
        ),
      make("label", { class: "field" }, make("span", { class: "faint" }, reasonLabel), this.reasonInput),
      keyButton("Enter", isWaiting ? "Saving…" : "Decide", {
        class: this.choice ? "main" : null,
        "data-action": "decide",
        disabled: isWaiting,
        onclick: () => this.decide(),
      }),
    ];
  }

  showHelp() {
    const { help } = this.parts;
    help.hidden = !this.isHelpShown;
    const keys = [
      ...MOVE_HELP,
      ...Object.values(this.actions).map((action) => [shownKey(action), action.help]),
    ];
    this.fill(
      help,
      make("h2", {}, "Keys"),
      make(
        "div",
        { class: "key-list" },
        keys.map(([names, words]) =>
          make(
            "div",
            {},
            make("span", { class: "key-names" }, names.split("  ").map((key) => make("kbd", {}, key))),
            make("span", {}, words),
          ),
        ),
      ),
      keyButton("Esc", "Close", { onclick: () => this.act("help") }),
    );
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
      const lost = count ? ` ${count} not confirmed: look again.` : "";
      const words = ` What is shown as decided is kept. Run the cell again to go on.${lost}`;
      writeMessage(message, "bad", make("strong", {}, "The kernel is gone."), words);
    } else if (this.problem) {
      const { message: words, hint } = this.problem;
      writeMessage(message, "bad", make("strong", {}, `Not saved: ${words}`), hint ? ` ${hint}` : "");
    } else if (this.pending.isSlow && count)
      writeMessage(message, "slow", `The kernel is busy: ${count} not saved yet. They are applied in order.`);
    else writeMessage(message, "", this.notice);
  }
}
