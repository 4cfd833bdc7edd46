// The review screen. It decides nothing: a key or button sends a numbered message, and the screen moves when
// Python has answered that the decision is on the disk. All text reaches the page through text nodes.

const ROOT_CLASS = "auditlib-review";
const SLOW_MILLISECONDS = 8000;
const SEARCH_PAUSE_MILLISECONDS = 150;

// Every action: its key, the words on its button, and the words in the list of keys.
const KEYS = {
  agree: ["a", "Agree", "Agree with the code"],
  change: ["c", "Change", "Change the code: opens the form"],
  delete: ["d", "Delete", "Delete the code: opens the form"],
  add: ["n", "Add code", "Add a code that was missed: opens the form"],
  withdraw: ["u", "Undo", "Take the verdict on the code back; an added code goes"],
  complete: ["m", "Complete chart", "Complete the chart and go to the next one"],
  reopen: ["r", "Reopen chart", "Reopen a completed chart"],
  previous: ["h", "Previous chart", "Previous chart, whether completed or not"],
  next: ["l", "Next chart", "Next chart, whether this one is completed or not"],
  evidence: ["s", "Next evidence", "Next sentence that bears on the code, in any document"],
  search: ["/", "Search", "Search in the documents: Enter next, Shift+Enter previous, Escape back"],
  help: ["?", "Keys", "Show or hide this list"],
};
const MOVES = {
  ArrowDown: "code",
  j: "code",
  ArrowUp: "code-",
  k: "code-",
  ArrowRight: "document",
  "]": "document",
  ArrowLeft: "document-",
  "[": "document-",
  " ": "page",
  PageDown: "page",
  PageUp: "page-",
};
const MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous code"],
  ["[ ] ← →", "Previous or next document"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Enter  Escape", "In the form: save or cancel"],
  ["Escape", "Leave the screen, back to the notebook"],
];

/** Make an element; strings among the children become text nodes, never markup. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function keyButton(name, act, { disabled = false, emphasised = false } = {}) {
  const [key, label] = KEYS[name];
  return make(
    "button",
    {
      type: "button",
      class: emphasised ? "main" : null,
      disabled,
      "aria-keyshortcuts": key,
      "data-action": name,
      onclick: () => act(name),
    },
    make("kbd", {}, key),
    " ",
    label,
  );
}

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const isProcedure = (codeSystem) => codeSystem === "CPT" || codeSystem === "HCPCS";

class ReviewScreen {
  constructor(model, host) {
    this.model = model;
    this.view = `view-${Math.random().toString(36).slice(2)}`;
    this.sequence = 0;
    this.pending = new Map();
    this.chart = null;
    this.status = null;
    this.choices = null;
    this.focusKey = null;
    this.documentIndex = 0;
    this.scrollTops = new Map();
    this.evidenceIndex = -1;
    this.search = { text: "", hits: [], index: -1 };
    this.form = null;
    this.problem = null;
    this.notice = "";
    this.isHelpShown = false;
    this.isCut = false;

    this.parts = {
      header: make("header", {}),
      tabs: make("div", { class: "tabs", role: "tablist", "aria-label": "Documents" }),
      tools: make("div", { class: "tools" }),
      about: make("div", { class: "about" }),
      text: make("div", { class: "text", tabindex: "-1" }),
      codes: make("div", { class: "codes", role: "list", "aria-label": "Codes" }),
      form: make("div", { class: "form-place" }),
      codeBar: make("div", { class: "code-bar", role: "group", "aria-label": "Verdict" }),
      chartBar: make("div", { class: "bar chart-bar", role: "group", "aria-label": "Chart" }),
      message: make("div", { class: "message", role: "status", "aria-live": "polite" }),
      help: make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: true }),
    };
    const p = this.parts;
    this.root = make(
      "div",
      // Without this attribute JupyterLab takes the keys: d d would delete the cell.
      {
        class: ROOT_CLASS,
        tabindex: "0",
        "data-lm-suppress-shortcuts": "true",
        "aria-label": "Review of charts",
      },
      p.header,
      make(
        "div",
        { class: "panes" },
        make("section", { class: "documents", "aria-label": "Documents" }, p.tabs, p.tools, p.about, p.text),
        make(
          "section",
          { class: "decisions", "aria-label": "Codes and verdicts" },
          p.codes,
          p.form,
          p.codeBar,
        ),
      ),
      p.chartBar,
      p.message,
      p.help,
    );
    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.findText(0),
      onkeydown: (event) => this.onSearchKey(event),
    });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.resizing = new ResizeObserver(() => this.keepFocusedRowInView());
    this.resizing.observe(this.parts.codes);
    this.onMessage = (content) => this.receive(content);
    this.onConnection = () => this.reconnect();
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.onConnection);
    host.append(this.root);
    this.showAll();
    this.post({ kind: "ready" });
    requestAnimationFrame(() => {
      // Letters typed into another cell while this one was starting must not become verdicts.
      const active = document.activeElement;
      const isTyping =
        active && (active.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName));
      if (!isTyping) this.takeFocus();
    });
  }

  destroy() {
    clearTimeout(this.slowTimer);
    this.resizing.disconnect();
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.onConnection);
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

  post(message) {
    try {
      this.model.send({ view: this.view, ...message });
    } catch {
      this.isCut = true;
      this.showMessage();
    }
  }

  reconnect() {
    this.isCut = true;
    this.showMessage();
    this.post({ kind: "ready" });
  }

  decide(message) {
    this.sequence += 1;
    this.problem = null;
    this.notice = "";
    const sent = { sequence: this.sequence, encounter_id: this.status.encounter_id, ...message };
    this.pending.set(this.sequence, { focusKey: this.focusKey, ...sent });
    this.post(sent);
    this.watchForSilence();
    this.showHeader();
    this.showCodes();
    this.showMessage();
    return this.sequence;
  }

  watchForSilence() {
    clearTimeout(this.slowTimer);
    this.isSlow = false;
    if (this.pending.size === 0) return;
    this.slowTimer = setTimeout(() => {
      this.isSlow = true;
      this.showMessage();
    }, SLOW_MILLISECONDS);
  }

  receive(content) {
    if (content.kind === "found") return this.showFound(content);
    if (content.kind !== "screen") return undefined;
    this.isCut = false;
    const isAnswer = content.view === this.view && this.pending.has(content.sequence);
    const answered = isAnswer ? this.pending.get(content.sequence) : null;
    if (isAnswer) this.pending.delete(content.sequence);
    if (content.choices) this.choices = content.choices;
    if (content.choices) this.canFind = content.can_find;
    if (content.error) this.problem = content.error;
    if (content.status) this.status = content.status;
    const isOther = content.chart && content.chart.encounter_id !== this.chart?.encounter_id;
    if (content.chart) this.chart = content.chart;
    if (this.chart && this.status && this.chart.encounter_id !== this.status.encounter_id) this.chart = null;
    if (isOther) this.enterChart();
    if (answered && !content.error) this.afterSuccess(content.sequence, answered, isOther);
    if (answered && content.error) this.afterRefusal(content.sequence, answered);
    this.watchForSilence();
    this.showAll();
    return undefined;
  }

  enterChart() {
    this.documentIndex = 0;
    this.scrollTops.clear();
    this.form = null;
    this.search = { text: "", hits: [], index: -1 };
    this.searchInput.value = "";
    const first = this.status?.first_undecided ?? this.chart.codes[0]?.code_number;
    this.focusKey = first === undefined || first === null ? null : String(first);
    this.evidenceIndex = -1;
    this.showAll();
    this.parts.text.scrollTop = 0;
    this.showEvidenceHere();
  }

  afterSuccess(sequence, answered, isOther) {
    const hadForm = this.form?.sequence === sequence;
    if (hadForm) this.closeForm();
    if (answered.kind === "decide" && answered.action === "add" && hadForm)
      this.focusKey = addedKey(answered.corrected, this.status);
    // The focus moves on only if the reviewer has not moved it, or asked for more, since.
    const isUntouched = this.focusKey === answered.focusKey && this.pending.size === 0 && !isOther;
    if (answered.kind === "decide" && answered.action !== "add" && isUntouched) this.focusNextUndecided();
    if (!this.rows().some((row) => row.key === this.focusKey)) this.focusKey = this.rows()[0]?.key ?? null;
    if (answered.kind === "complete" && !isOther) this.notice = "Every chart of the worklist is completed.";
  }

  afterRefusal(sequence, answered) {
    if (this.form?.sequence === sequence) {
      this.form.sequence = null;
      this.form.element.removeAttribute("aria-busy");
      if (this.root.contains(document.activeElement)) this.form.first?.focus();
    }
    if (answered.kind === "complete" && this.status?.first_undecided)
      this.setFocus(String(this.status.first_undecided));
  }

  // Rows: the coder's codes, then those the reviewer added

  rows() {
    if (!this.chart || !this.status) return [];
    const assigned = this.chart.codes.map((code) => ({
      key: String(code.code_number),
      code,
      verdict: this.status.verdicts[String(code.code_number)] ?? null,
      added: false,
    }));
    const added = this.status.added.map((verdict) => ({
      key: `+${verdict.corrected.code_system}/${verdict.corrected.code}`,
      code: verdict.corrected,
      verdict,
      added: true,
    }));
    return [...assigned, ...added];
  }

  focused() {
    return this.rows().find((row) => row.key === this.focusKey) ?? null;
  }

  /** The rows of this chart on which a decision is on its way. */
  awaited() {
    const sent = [...this.pending.values()].filter((one) => one.encounter_id === this.status?.encounter_id);
    return new Set(
      sent.filter((one) => one.kind === "decide" || one.kind === "withdraw").map((one) => one.focusKey),
    );
  }

  setFocus(key) {
    this.focusKey = key;
    this.evidenceIndex = -1;
    this.showCodes();
    this.showDocument();
    this.showEvidenceHere();
  }

  focusNextUndecided() {
    const rows = this.rows().filter((row) => !row.added);
    const start = rows.findIndex((row) => row.key === this.focusKey) + 1;
    const next = [...rows.slice(start), ...rows.slice(0, start)].find((row) => row.verdict === null);
    if (next) this.setFocus(next.key);
  }

  // Keys

  onKey(event) {
    const inField = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      this.tell("Nothing to save: every decision is kept the moment it is made.");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (inField || event.isComposing) return;
    if (event.key === "Enter" && event.target.tagName === "BUTTON") return;
    if (event.key === " " && event.target.tagName === "BUTTON") return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.onEscape();
      return;
    }
    if (event.key === "Enter" && this.form) {
      event.preventDefault();
      this.form.first?.focus();
      return;
    }
    if (this.isHelpShown && event.key !== "?") return;
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      this.move(move === "page" && event.shiftKey ? "page-" : move);
      return;
    }
    const name = Object.keys(KEYS).find((candidate) => KEYS[candidate][0] === event.key);
    if (!name) return;
    event.preventDefault();
    if (!event.repeat) this.act(name);
  }

  onEscape() {
    if (this.isHelpShown) this.act("help");
    else if (this.form) this.closeForm();
    else this.root.closest(".jp-Notebook")?.focus();
    this.showMessage();
  }

  move(where) {
    const step = where.endsWith("-") ? -1 : 1;
    const what = where.replace("-", "");
    if (what === "page") {
      this.parts.text.scrollTop += step * 0.85 * this.parts.text.clientHeight;
    } else if (what === "document") {
      this.openDocument(this.documentIndex + step);
    } else if (this.form && !this.form.sequence) {
      this.tell("The form is open: Enter saves, Escape cancels.");
    } else {
      const rows = this.rows();
      const index = rows.findIndex((row) => row.key === this.focusKey) + step;
      if (rows[index]) this.setFocus(rows[index].key);
    }
  }

  act(name) {
    if (name === "help") {
      this.isHelpShown = !this.isHelpShown;
      this.showHelp();
      this.takeFocus();
      return;
    }
    if (!this.status) return;
    if (name === "search") return void this.searchInput.select();
    if (name === "evidence") return void this.nextEvidence();
    if (this.form && !this.form.sequence) {
      this.tell("The form is open: Enter saves, Escape cancels.");
      this.form.first?.focus();
      return;
    }
    this.takeFocus();
    if (name === "complete" || name === "reopen" || name === "previous" || name === "next") {
      this.decide({ kind: name });
    } else if (this.status.is_completed) {
      this.tell("This chart is completed: r reopens it.");
    } else if (name === "add") {
      this.openForm("add", null);
    } else {
      this.actOnCode(name);
    }
  }

  actOnCode(name) {
    const row = this.focused();
    if (!row) return this.tell("There is no code: n adds one.");
    const about = row.added
      ? {
          corrected: {
            code_system: row.code.code_system,
            code: row.code.code,
            code_role: row.code.code_role,
          },
        }
      : { code_number: row.code.code_number };
    if (name === "withdraw" || (row.added && name === "delete")) {
      if (row.verdict === null && !this.awaited().has(row.key))
        return this.tell("There is no verdict on this code to take back.");
      this.decide({ kind: "withdraw", ...about });
    } else if (row.added && name === "agree") {
      this.tell("You added this code: c changes its details, u takes it back.");
    } else if (name === "agree") {
      this.decide({ kind: "decide", action: "agree", ...about });
    } else {
      this.openForm(row.added ? "add" : name, row);
    }
    return undefined;
  }

  tell(text) {
    this.problem = null;
    this.notice = text;
    this.showMessage();
  }

  // The form

  openForm(action, row) {
    const held = row?.verdict;
    const keep = held && held.action === action ? held : null;
    const start = keep?.corrected ??
      row?.code ?? {
        code_system: "ICD-10-CM",
        code: "",
        shown: "",
        code_role: "secondary",
        poa_indicator: null,
        modifiers: [],
        unit_count: null,
      };
    const isEditOfAdded = Boolean(row?.added);
    const fields = {};
    const choose = (name, label, values, value, placeholder) => {
      const options = values.map((entry) =>
        make("option", { value: entry, selected: entry === value }, entry),
      );
      if (placeholder !== undefined)
        options.unshift(make("option", { value: "", selected: !value }, placeholder));
      fields[name] = make("select", { name, "aria-label": label }, options);
      return make(
        "label",
        { class: `field field-${name}` },
        make("span", { class: "faint" }, label),
        fields[name],
      );
    };
    const type = (name, label, value, hint) => {
      fields[name] = make("input", {
        name,
        type: "text",
        value,
        placeholder: hint,
        autocomplete: "off",
        spellcheck: "false",
        "aria-label": label,
      });
      return make(
        "label",
        { class: `field field-${name}` },
        make("span", { class: "faint" }, label),
        fields[name],
      );
    };
    const found = make("div", { class: "found", role: "listbox", "aria-label": "Matching codes" });
    const codeFields =
      action === "delete"
        ? []
        : [
            choose("code_system", "System", this.choices.code_systems, start.code_system),
            type("code", "Code", start.shown, this.canFind ? "code or words" : "code"),
            found,
            choose("code_role", "Role", this.choices.code_roles, start.code_role),
            choose("poa_indicator", "POA", this.choices.poa_indicators, start.poa_indicator, "none"),
            type("modifiers", "Modifiers", start.modifiers.join(" "), "25 LT"),
            type("unit_count", "Units", start.unit_count ?? "", "1"),
          ];
    const kinds = this.choices.error_kinds[action];
    const title = {
      change: "Change",
      delete: "Delete",
      add: isEditOfAdded ? "Change the added code" : "Add a missed code",
    }[action];
    const element = make(
      "form",
      {
        class: "form",
        "aria-label": title,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.saveForm();
        },
        onkeydown: (event) => this.onFormKey(event),
      },
      make("h4", {}, action === "add" ? title : `${title} ${row.code.shown}`),
      make(
        "div",
        { class: "fields" },
        codeFields,
        choose(
          "error_kind",
          "Error",
          kinds,
          keep?.error_kind ?? kinds[action === "delete" ? kinds.indexOf("unsupported code") : 0],
        ),
        choose("cause", "Cause", this.choices.causes, keep?.cause, "choose…"),
        type("comment", "Comment", keep?.comment ?? "", "why, in your words"),
      ),
      make(
        "div",
        { class: "bar" },
        make("button", { type: "submit", class: "main" }, make("kbd", {}, "Enter"), " Save"),
        make(
          "button",
          {
            type: "button",
            onclick: () => {
              this.closeForm();
              this.showMessage();
            },
          },
          make("kbd", {}, "Esc"),
          " Cancel",
        ),
      ),
    );
    const first = fields.code ?? fields.cause;
    this.form = {
      action,
      row,
      fields,
      element,
      first,
      found,
      sequence: null,
      request: 0,
      isKindChosen: Boolean(keep),
    };
    if (isEditOfAdded) {
      fields.code.readOnly = true;
      fields.code_system.disabled = true;
      this.form.first = fields.code_role;
    }
    fields.error_kind.addEventListener("change", () => {
      this.form.isKindChosen = true;
    });
    element.addEventListener("input", (event) => this.onFormInput(event.target));
    this.fitFields();
    this.fill(this.parts.form, element);
    this.problem = null;
    this.notice = "";
    this.showMessage();
    this.showCodeBar();
    this.form.first.focus({ preventScroll: true });
    this.form.first.select?.();
  }

  closeForm() {
    const hadFocus = this.form?.element.contains(document.activeElement);
    this.form = null;
    this.parts.form.replaceChildren();
    if (hadFocus) this.takeFocus();
    this.showCodeBar();
  }

  /** Show the fields that the system of the code has; the others keep what they hold. */
  fitFields() {
    const { fields } = this.form;
    if (!fields.code_system) return;
    const system = fields.code_system.value;
    fields.poa_indicator.parentElement.hidden = system !== "ICD-10-CM";
    fields.modifiers.parentElement.hidden = !isProcedure(system);
    fields.unit_count.parentElement.hidden = !isProcedure(system);
  }

  onFormInput(target) {
    const { form } = this;
    if (target === form.fields.code_system) {
      form.fields.code_role.value = target.value === "ICD-10-CM" ? "secondary" : "procedure";
      this.fitFields();
    }
    if (target === form.fields.code_system || target === form.fields.code) this.askForCodes();
    if (!form.isKindChosen && form.action === "change") form.fields.error_kind.value = this.likelyKind();
  }

  /** Propose the kind of error that the difference to the coder's code shows, until one is chosen. */
  likelyKind() {
    const { fields, row } = this.form;
    const corrected = this.corrected();
    const code = corrected.code.replaceAll(".", "").toUpperCase();
    const isFiner = code.slice(0, 3) === row.code.code.slice(0, 3) && code.length > row.code.code.length;
    if (code !== row.code.code) return isFiner ? "not specific" : "wrong code";
    if (corrected.code_role !== row.code.code_role) return "sequencing";
    if (fields.modifiers.value.trim().toUpperCase() !== row.code.modifiers.join(" ")) return "modifier";
    if (fields.unit_count.value.trim() !== (row.code.unit_count ?? "")) return "units";
    return (corrected.poa_indicator ?? null) === row.code.poa_indicator ? "wrong code" : "POA";
  }

  corrected() {
    const { fields } = this.form;
    return {
      code_system: fields.code_system.value,
      code: fields.code.value.trim(),
      code_role: fields.code_role.value,
      poa_indicator: fields.poa_indicator.value || null,
      modifiers: fields.modifiers.value.split(/[\s,]+/).filter(Boolean),
      unit_count: fields.unit_count.value.trim() || null,
    };
  }

  onFormKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.closeForm();
      this.showMessage();
    } else if (event.target === this.form.fields.code && this.onFoundKey(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.saveForm();
    }
  }

  saveForm() {
    const { form } = this;
    if (form.sequence) return;
    const { fields, action, row } = form;
    if (!fields.cause.value) {
      this.tell("Choose the cause of the error.");
      fields.cause.focus();
      return;
    }
    const about = row && !row.added ? { code_number: row.code.code_number } : {};
    const corrected = action === "delete" ? {} : { corrected: this.corrected() };
    form.element.setAttribute("aria-busy", "true");
    this.takeFocus();
    form.sequence = this.decide({
      kind: "decide",
      action,
      ...about,
      ...corrected,
      error_kind: fields.error_kind.value,
      cause: fields.cause.value,
      comment: fields.comment.value.trim() || null,
    });
    this.showCodeBar();
  }

  // Codes that match what is typed

  askForCodes() {
    const { form } = this;
    if (!this.canFind) return;
    clearTimeout(form.timer);
    const text = form.fields.code.value.trim();
    if (!text) {
      form.found.replaceChildren();
      return;
    }
    form.timer = setTimeout(() => {
      form.request += 1;
      this.post({ kind: "find", sequence: form.request, code_system: form.fields.code_system.value, text });
    }, SEARCH_PAUSE_MILLISECONDS);
  }

  showFound(content) {
    const { form } = this;
    if (!form || content.view !== this.view || content.sequence !== form.request) return;
    const typed = form.fields.code.value.trim();
    form.codes = content.codes ?? [];
    form.chosen = -1;
    const isWhole = (code) => code.code === typed.replaceAll(".", "").toUpperCase();
    const none = content.error
      ? content.error.message
      : "Not in the code sets that are loaded for this date.";
    form.found.replaceChildren(
      ...(form.codes.length === 0
        ? [make("div", { class: "none" }, none)]
        : form.codes.map((code, index) =>
            make(
              "div",
              {
                role: "option",
                class: isWhole(code) ? "whole" : null,
                onmousedown: (event) => {
                  event.preventDefault();
                  this.takeFound(index);
                },
              },
              make("b", {}, code.shown),
              " ",
              code.description ?? "",
              code.is_billable ? "" : " (not billable: needs more characters)",
            ),
          )),
    );
  }

  onFoundKey(event) {
    const { form } = this;
    const count = form.codes?.length ?? 0;
    if (count === 0 || !form.found.firstChild) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      form.chosen =
        (form.chosen + (event.key === "ArrowDown" ? 1 : count + (form.chosen < 0 ? 0 : -1))) % count;
      [...form.found.children].forEach((option, index) =>
        option.setAttribute("aria-selected", String(index === form.chosen)),
      );
      return true;
    }
    if (event.key === "Enter" && form.chosen >= 0) {
      this.takeFound(form.chosen);
      return true;
    }
    return false;
  }

  takeFound(index) {
    const { form } = this;
    const code = form.codes[index];
    form.fields.code.value = code.shown;
    form.codes = [];
    form.found.replaceChildren(
      make("div", { class: "whole" }, make("b", {}, code.shown), " ", code.description ?? ""),
    );
    this.onFormInput(form.fields.error_kind);
  }

  // Documents

  document() {
    return this.chart?.documents[this.documentIndex] ?? null;
  }

  openDocument(index) {
    if (!this.chart?.documents[index]) return;
    this.turnTo(index);
    this.takeFocus();
  }

  /** Show a document where it was left when it was shown last. */
  turnTo(index) {
    this.scrollTops.set(this.documentIndex, this.parts.text.scrollTop);
    this.documentIndex = index;
    this.showDocument();
    this.parts.text.scrollTop = this.scrollTops.get(index) ?? 0;
  }

  evidence() {
    const row = this.focused();
    const order = new Map(
      (this.chart?.documents ?? []).map((entry, index) => [entry.document_number, index]),
    );
    return [...(row?.code.highlights ?? [])]
      .filter((highlight) => order.has(highlight.document_number))
      .map((highlight) => ({ ...highlight, index: order.get(highlight.document_number) }))
      .sort((one, other) => one.index - other.index || one.start - other.start);
  }

  showEvidenceHere() {
    const here = this.evidence().findIndex((highlight) => highlight.index === this.documentIndex);
    if (here >= 0) this.scrollToMark(".evidence");
  }

  nextEvidence() {
    const all = this.evidence();
    if (all.length === 0) return this.tell("No sentence was found that bears on this code.");
    this.evidenceIndex = (this.evidenceIndex + 1) % all.length;
    const { index, start } = all[this.evidenceIndex];
    if (index !== this.documentIndex) this.openDocument(index);
    this.scrollToMark(`.evidence[data-start="${start}"]`);
    this.tell(
      `Evidence ${this.evidenceIndex + 1} of ${all.length}${all[this.evidenceIndex].negated ? ", negated" : ""}.`,
    );
    return this.takeFocus();
  }

  scrollToMark(selector) {
    const { text } = this.parts;
    const mark = text.querySelector(selector);
    if (!mark) return;
    const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
    const isInView = top >= text.scrollTop && top + mark.offsetHeight <= text.scrollTop + text.clientHeight;
    if (!isInView) text.scrollTop = Math.max(0, top - text.clientHeight / 3);
  }

  findText(step) {
    const wanted = this.searchInput.value.toLowerCase();
    const hits = [];
    (wanted ? (this.chart?.documents ?? []) : []).forEach((entry, index) => {
      const text = entry.text.toLowerCase();
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
        hits.push({ index, start: at });
    });
    const here = hits.findIndex((hit) => hit.index === this.documentIndex);
    const index =
      step === 0
        ? here >= 0
          ? here
          : hits.length
            ? 0
            : -1
        : (this.search.index + step + hits.length) % (hits.length || 1);
    this.search = { text: wanted, hits, index };
    const hit = hits[index];
    this.turnTo(hit?.index ?? this.documentIndex);
    if (hit) this.scrollToMark(`.hit[data-start="${hit.start}"]`);
    this.tell(wanted ? (hit ? `Match ${index + 1} of ${hits.length}.` : "No match in any document.") : "");
  }

  onSearchKey(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.findText(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.searchInput.value = "";
      this.findText(0);
      this.takeFocus();
    }
  }

  /** Cut a text at every border of a highlight or match, and mark each piece with what covers it. */
  markedText(entry) {
    const evidence = this.evidence().filter((highlight) => highlight.index === this.documentIndex);
    const width = this.search.text.length;
    const hits = this.search.hits.filter((hit) => hit.index === this.documentIndex);
    const borders = new Set([0, entry.text.length]);
    evidence.forEach(({ start, end }) => borders.add(start).add(end));
    hits.forEach(({ start }) => borders.add(start).add(start + width));
    const cuts = [...borders].sort((one, other) => one - other);
    const current = this.search.hits[this.search.index];
    return cuts.slice(0, -1).map((from, position) => {
      const piece = entry.text.slice(from, cuts[position + 1]);
      const covering = evidence.filter(({ start, end }) => start <= from && from < end);
      const hit = hits.find(({ start }) => start <= from && from < start + width);
      if (covering.length === 0 && !hit) return piece;
      const isNegated = covering.some((highlight) => highlight.negated);
      const classes = [
        covering.length && "evidence",
        isNegated && "negated",
        hit && "hit",
        hit && hit === current && "current",
      ];
      return make(
        "mark",
        { class: classes.filter(Boolean).join(" "), "data-start": from, title: isNegated ? "negated" : null },
        piece,
      );
    });
  }

  // Showing

  showAll() {
    this.showHeader();
    this.showDocument();
    this.showCodes();
    this.showChartBar();
    this.showMessage();
  }

  showHeader() {
    const { status, chart } = this;
    if (!status) {
      this.fill(this.parts.header, make("span", { class: "waiting" }, "Waiting for the kernel…"));
      return;
    }
    const saving = this.pending.size > 0;
    this.fill(
      this.parts.header,
      make(
        "div",
        { class: "line" },
        make("strong", { class: "position" }, `Chart ${status.chart_number} of ${status.chart_count}`),
        make("strong", { class: "encounter" }, status.encounter_id),
        status.is_completed && make("span", { class: "badge done" }, "completed"),
        make("span", { class: "spring" }),
        make("span", { class: `saving${saving ? " on" : ""}` }, saving ? "saving…" : "all saved"),
        make(
          "span",
          { class: "progress" },
          `${status.completed_chart_count} of ${status.chart_count} charts · ${status.decided_code_count} of ${status.code_count} codes decided`,
        ),
        make("progress", {
          max: Math.max(1, status.code_count),
          value: status.decided_code_count,
          "aria-label": "Codes decided",
        }),
        keyButton("help", (name) => this.act(name)),
      ),
      make(
        "div",
        { class: "line facts" },
        (chart?.header ?? []).map(([label, value]) =>
          make("span", {}, make("span", { class: "faint" }, `${label} `), value),
        ),
      ),
    );
  }

  showDocument() {
    const { tabs, tools, about, text } = this.parts;
    const documents = this.chart?.documents ?? [];
    const evidence = this.evidence();
    this.fill(
      tabs,
      ...documents.map((entry, index) => {
        const count = evidence.filter((highlight) => highlight.index === index).length;
        const hitCount = this.search.hits.filter((hit) => hit.index === index).length;
        return make(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(index === this.documentIndex),
            title: entry.title,
            onclick: () => this.openDocument(index),
          },
          tabName(documents, entry),
          count > 0 &&
            make("span", { class: "count", title: "sentences that bear on the code" }, String(count)),
          hitCount > 0 && make("span", { class: "count hits", title: "matches" }, String(hitCount)),
        );
      }),
    );
    if (!this.searchInput.isConnected) {
      this.evidenceButton = keyButton("evidence", (name) => this.act(name));
      tools.replaceChildren(
        make("label", { class: "search" }, make("kbd", {}, KEYS.search[0]), this.searchInput),
        this.evidenceButton,
        make(
          "span",
          { class: "legend" },
          make("mark", { class: "evidence" }, "supports"),
          " ",
          make("mark", { class: "evidence negated" }, "negated"),
        ),
      );
    }
    this.evidenceButton.disabled = evidence.length === 0;
    const entry = this.document();
    this.fill(about, ...(entry ? [make("strong", {}, entry.title), make("span", {}, entry.about)] : []));
    const top = text.scrollTop;
    if (entry) text.replaceChildren(...this.markedText(entry));
    else text.replaceChildren(this.chart ? "This chart has no documents." : "");
    text.scrollTop = top;
  }

  showCodes() {
    const { codes } = this.parts;
    const rows = this.rows();
    const waiting = this.awaited();
    const general = (this.chart?.findings ?? []).map((finding) => findingLine(finding));
    this.fill(
      codes,
      ...(general.length ? [make("div", { class: "general" }, general)] : []),
      ...rows.map((row) => this.codeRow(row, waiting.has(row.key))),
      ...(this.chart && rows.length === 0 ? [make("p", {}, "The coder assigned no codes: n adds one.")] : []),
    );
    this.showCodeBar();
    this.keepFocusedRowInView();
  }

  keepFocusedRowInView() {
    const { codes } = this.parts;
    const row = codes.querySelector(".row.focused");
    if (!row) return;
    const below = row.offsetTop + row.offsetHeight - codes.clientHeight;
    if (row.offsetTop < codes.scrollTop) codes.scrollTop = row.offsetTop;
    else if (below > codes.scrollTop) codes.scrollTop = Math.min(below, row.offsetTop);
  }

  codeRow(row, isWaiting) {
    const { code } = row;
    const isFocused = row.key === this.focusKey;
    const details = [
      code.code_role,
      code.poa_indicator && `POA ${code.poa_indicator}`,
      code.modifiers.length > 0 && `mod ${code.modifiers.join(" ")}`,
      code.unit_count && `${code.unit_count} ${code.unit_count === "1" ? "unit" : "units"}`,
    ]
      .filter(Boolean)
      .join(" · ");
    return make(
      "div",
      {
        class: `row${isFocused ? " focused" : ""}`,
        role: "listitem",
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        onclick: () => {
          if (!this.form || this.form.sequence) this.setFocus(row.key);
          else this.tell("The form is open: Enter saves, Escape cancels.");
        },
      },
      make(
        "div",
        { class: "what" },
        make("span", { class: "number" }, row.added ? "+" : row.key),
        make("span", { class: "code" }, code.shown),
        make("span", { class: "system" }, code.code_system),
        make("span", { class: "details" }, details),
        make("span", { class: "spring" }),
        isWaiting ? make("span", { class: "badge saving" }, "saving…") : verdictBadge(row),
      ),
      (code.description || row.added) &&
        make("div", { class: "description" }, code.description ?? "added by you"),
      row.verdict && row.verdict.action !== "agree" && make("div", { class: "verdict" }, verdictWords(row)),
      (code.findings ?? []).map((finding) => findingLine(finding)),
    );
  }

  showCodeBar() {
    const { codeBar } = this.parts;
    const row = this.focused();
    const isIdle = !this.status || this.status.is_completed;
    const isHidden = this.form !== null && !this.form.sequence;
    codeBar.hidden = isHidden;
    if (isHidden) return;
    const act = (name) => this.act(name);
    this.fill(
      codeBar,
      make(
        "div",
        { class: "bar" },
        make(
          "span",
          { class: "about-code" },
          row ? `${row.added ? "Added" : `Code ${row.key}`}: ${row.code.shown}` : "No code",
        ),
        make("span", { class: "spring" }),
        keyButton("add", act, { disabled: isIdle }),
      ),
      make(
        "div",
        { class: "bar" },
        ["agree", "change", "delete"].map((name) =>
          keyButton(name, act, { disabled: isIdle || !row || (row.added && name === "agree") }),
        ),
        make("span", { class: "spring" }),
        keyButton("withdraw", act, { disabled: isIdle || !row?.verdict }),
      ),
    );
  }

  showChartBar() {
    const { status } = this;
    if (!status) return;
    const act = (name) => this.act(name);
    const isReady = !status.is_completed && status.first_undecided === null;
    this.fill(
      this.parts.chartBar,
      keyButton("previous", act, { disabled: status.chart_number === 1 }),
      keyButton("next", act, { disabled: status.chart_number === status.chart_count }),
      make("span", { class: "spring" }),
      make("span", { class: "left" }, leftToDo(status)),
      status.is_completed ? keyButton("reopen", act) : keyButton("complete", act, { emphasised: isReady }),
    );
  }

  showMessage() {
    const { message } = this.parts;
    const count = this.pending.size;
    message.className = "message";
    if (this.isCut) {
      message.classList.add("bad");
      const open = count
        ? ` ${count} ${count === 1 ? "key was" : "keys were"} not confirmed: look again.`
        : "";
      message.replaceChildren(
        make("strong", {}, "The kernel is gone."),
        ` What is marked as decided is kept. Run the cell again to go on.${open}`,
      );
    } else if (this.problem) {
      message.classList.add("bad");
      message.replaceChildren(
        make("strong", {}, this.problem.message),
        this.problem.hint ? ` ${this.problem.hint}` : "",
      );
    } else if (this.isSlow && count) {
      message.classList.add("slow");
      message.replaceChildren(
        `The kernel is busy: ${count} not saved yet. They are applied in order when it answers.`,
      );
    } else {
      message.replaceChildren(this.notice);
    }
  }

  showHelp() {
    const { help } = this.parts;
    help.hidden = !this.isHelpShown;
    const rows = [...MOVE_HELP, ...Object.values(KEYS).map(([key, , words]) => [key, words])];
    this.fill(
      help,
      make("h4", {}, "Keys"),
      make(
        "div",
        { class: "key-list" },
        rows.map(([key, words]) =>
          make(
            "div",
            {},
            make(
              "span",
              { class: "key-names" },
              key.split("  ").map((one) => make("kbd", {}, one)),
            ),
            make("span", {}, words),
          ),
        ),
      ),
      make("button", { type: "button", onclick: () => this.act("help") }, make("kbd", {}, "Esc"), " Close"),
    );
  }
}

/** Name a tab for the type of its document, numbered where there are several of the type. */
function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}

function addedKey(corrected, status) {
  const code = corrected.code.replaceAll(".", "").toUpperCase();
  const held = status.added.find(
    (verdict) => verdict.corrected.code_system === corrected.code_system && verdict.corrected.code === code,
  );
  return held ? `+${held.corrected.code_system}/${held.corrected.code}` : null;
}

function findingLine(finding) {
  return make(
    "div",
    { class: `finding severity-${finding.severity}` },
    make("span", { class: "badge" }, finding.severity_words),
    make("b", {}, finding.check_id),
    " ",
    finding.detail,
  );
}

function verdictBadge(row) {
  if (row.verdict === null) return make("span", { class: "badge open" }, "undecided");
  const words = { agree: "✓ agreed", change: "changed", delete: "deleted", add: "added" }[row.verdict.action];
  return make("span", { class: `badge ${row.verdict.action}` }, words);
}

function verdictWords(row) {
  const { verdict, code } = row;
  const to = verdict.corrected;
  const parts = [];
  if (verdict.action === "change") {
    if (to.code !== code.code || to.code_system !== code.code_system) parts.push(`→ ${to.shown}`);
    if (to.code_role !== code.code_role) parts.push(`→ ${to.code_role}`);
    if (to.poa_indicator !== code.poa_indicator) parts.push(`→ POA ${to.poa_indicator ?? "none"}`);
    if (to.modifiers.join(" ") !== code.modifiers.join(" "))
      parts.push(`→ mod ${to.modifiers.join(" ") || "none"}`);
    if (to.unit_count !== code.unit_count) parts.push(`→ units ${to.unit_count ?? "none"}`);
  }
  parts.push(verdict.error_kind, verdict.cause);
  if (verdict.comment) parts.push(`“${verdict.comment}”`);
  return parts.join(" · ");
}

function leftToDo(status) {
  if (status.is_completed) return "";
  const count = Object.values(status.verdicts).filter((verdict) => verdict === null).length;
  return count === 0 ? "every code is decided" : `${count} ${count === 1 ? "code" : "codes"} to decide`;
}

export default {
  render({ model, el }) {
    const screen = new ReviewScreen(model, el);
    return () => screen.destroy();
  },
};
