/* Made by 'make bundle' from auditlib/widgets/js: change it there, not here. */

// auditlib/widgets/js/dom.js
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === void 0 || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...shownOf(children));
  return element;
}
var shownOf = (children) => children.flat(Infinity).filter((child) => child !== null && child !== void 0 && child !== false);
function makeScreen(name, label, properties, ...children) {
  return make(
    "div",
    {
      class: `auditlib-screen framed ${name}`,
      // Without this attribute JupyterLab takes the keys: d d would delete the cell.
      "data-lm-suppress-shortcuts": "true",
      "aria-label": label,
      ...properties
    },
    ...children
  );
}
function makeMessageLine() {
  return make("div", { class: "message", role: "status", "aria-live": "polite" });
}
function writeMessage(line, tone, ...words2) {
  line.className = tone ? `message ${tone}` : "message";
  line.replaceChildren(...words2);
}
function isField(element) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}
function isButton(element) {
  return element.tagName === "BUTTON";
}
function scrollToRow(list, row) {
  const below = row.offsetTop + row.offsetHeight - list.clientHeight;
  if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
  else if (below > list.scrollTop) list.scrollTop = Math.min(below, row.offsetTop);
}
function leaveForNotebook(root) {
  root.closest(".jp-Notebook")?.focus();
}

// auditlib/widgets/js/keymap.js
var shownKey = (action) => action.shown ?? action.key;
function actionOfKey(actions, key) {
  return Object.keys(actions).find((name) => actions[name].key === key);
}
function actionButton(actions, name, act, { disabled = false, emphasised = false } = {}) {
  const action = actions[name];
  return make(
    "button",
    {
      type: "button",
      class: emphasised ? "main" : null,
      disabled,
      "aria-keyshortcuts": action.key,
      "data-action": name,
      onclick: () => act(name)
    },
    make("kbd", {}, shownKey(action)),
    " ",
    action.label
  );
}
function keyButton(key, label, properties) {
  return make("button", { type: "button", ...properties }, make("kbd", {}, key), " ", label);
}
var hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;
var isPress = (event) => event.key === "Enter" || event.key === " ";

// auditlib/widgets/js/transport.js
var Transport = class {
  /**
   * @param {object} model The widget's model, as anywidget gives it.
   * @param {Object} listeners
   * @param {(content: object) => void} listeners.onMessage
   * @param {() => void} listeners.onReconnect The line to the kernel was opened anew.
   * @param {() => void} listeners.onCut A message could not be sent: the kernel is gone.
   */
  constructor(model, { onMessage, onReconnect, onCut }) {
    this.view = `view-${Math.random().toString(36).slice(2)}`;
    this.sequence = 0;
    this.model = model;
    this.onMessage = onMessage;
    this.onReconnect = onReconnect;
    this.onCut = onCut;
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.onReconnect);
  }
  close() {
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.onReconnect);
  }
  /** Whether a message answers this screen and not another one of the same widget. */
  isMine(content) {
    return content.view === this.view;
  }
  send(message) {
    try {
      this.model.send({ view: this.view, ...message });
    } catch {
      this.onCut();
    }
  }
  nextSequence() {
    this.sequence += 1;
    return this.sequence;
  }
};

// auditlib/widgets/js/review_desk/chart_timer.js
var ChartTimer = class {
  /** @param {() => number} now Milliseconds. */
  constructor(now) {
    this.now = now;
    this.idleMilliseconds = Infinity;
    this.isInView = true;
    this.start(0);
  }
  /**
   * Begin with a chart.
   *
   * @param {number} before Seconds that are on record for it.
   */
  start(before) {
    this.before = before;
    this.spent = 0;
    this.touchedAt = this.now();
    this.countedTo = this.touchedAt;
  }
  /** Something was done on the desk: the time goes on. */
  touch() {
    this.#count();
    this.touchedAt = this.now();
    this.countedTo = this.touchedAt;
  }
  /** The desk came into view, or went out of it. */
  setInView(isInView) {
    this.#count();
    if (isInView && !this.isInView) this.touchedAt = this.now();
    this.isInView = isInView;
    this.countedTo = this.now();
  }
  #count() {
    const until = Math.min(this.now(), this.touchedAt + this.idleMilliseconds);
    if (this.isInView && until > this.countedTo) {
      this.spent += until - this.countedTo;
      this.countedTo = until;
    }
  }
  /** Seconds spent since the chart was opened. */
  get seconds() {
    this.#count();
    return this.spent / 1e3;
  }
  get isStopped() {
    return !this.isInView || this.now() - this.touchedAt >= this.idleMilliseconds;
  }
  /** Minutes and seconds in all, with those on record. */
  get words() {
    const whole = Math.floor(this.before + this.seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }
};

// auditlib/widgets/js/review_desk/queue_rows.js
var HIDDEN = "hidden in this audit";
var ROUND_WORDS = ["first review", "second review", "third review"];
var GROUPS = [
  ["waiting", "Waiting for others"],
  ["to do", "To do"],
  ["done", "Done"]
];
var words = (value) => value === null || value === void 0 || value === "" ? "none" : String(value);
var byText = (name) => (one, other) => words(one[name]).localeCompare(words(other[name]));
var downBy = (name) => (one, other) => (other[name] ?? -1) - (one[name] ?? -1);
var SORTS = {
  draw: { label: "Order of draw" },
  stratum: { label: "By stratum", needs: "stratum", compare: byText("stratum") },
  coder: { label: "By coder", needs: "coder", compare: byText("coder") },
  findings: { label: "Most findings first", needs: "finding_count", compare: downBy("finding_count") },
  dollars: { label: "Most dollars first", needs: "dollars", compare: downBy("dollars") },
  state: { label: "By state", compare: byText("state") },
  assigned: { label: "By review", needs: "round", compare: byText("round") }
};
var DOLLAR_STEPS = [100, 500, 1e3, 5e3, 1e4, 5e4];
var roundWords = (round) => round === null || round === void 0 ? "not assigned" : ROUND_WORDS[round - 1] ?? `review ${round}`;
var QueueRows = class {
  constructor() {
    this.rows = [];
    this.byChart = /* @__PURE__ */ new Map();
    this.sort = "draw";
    this.state = "";
    this.filter = "";
    this.text = "";
  }
  get isLoaded() {
    return this.rows.length > 0;
  }
  /** Take the whole queue, as columns. */
  load(columns) {
    const names = Object.keys(columns);
    this.rows = columns.encounter_id.map((_, index) => {
      const row = { number: index + 1, hidden: [] };
      for (const name of names) row[name] = columns[name][index];
      return row;
    });
    this.byChart = new Map(this.rows.map((row) => [row.encounter_id, row]));
  }
  /** Take what became of some charts: encounter, group and state of each. */
  change(changes2) {
    for (const [chart, group, state] of changes2) {
      const row = this.byChart.get(chart);
      if (row) Object.assign(row, { group, state });
    }
  }
  /** Whether something is withheld of every chart, so that nothing can be sorted or filtered by it. */
  isHidden(name) {
    return this.rows.length > 0 && this.rows.every((row) => row.hidden.includes(name));
  }
  has(name) {
    return this.rows.some((row) => row[name] !== null && row[name] !== void 0);
  }
  /** The filters that the charts allow: by heading, each with its value and words. */
  get filters() {
    const values = (name, label = words) => [...new Set(this.rows.filter((row) => !row.hidden.includes(name)).map((row) => row[name]))].filter((value) => value !== void 0).sort((one, other) => words(one).localeCompare(words(other), void 0, { numeric: true })).map((value) => [`${name}=${words(value)}`, label(value)]);
    const checks = [...new Set(this.rows.flatMap((row) => row.check_ids ?? []))].sort();
    const most = Math.max(0, ...this.rows.map((row) => row.dollars ?? 0));
    const found = [
      ["Stratum", "stratum", values("stratum")],
      ["Coder", "coder", values("coder")],
      [
        "Finding",
        "check_ids",
        checks.length ? [["found=any", "any finding"], ["found=none", "no finding"], ...checks.map((id) => [`check=${id}`, id])] : []
      ],
      [
        "Dollars",
        "dollars",
        DOLLAR_STEPS.filter((step) => step < most).map((step) => [`over=${step}`, `over $${step.toLocaleString("en-US")}`])
      ],
      ["Assigned", "round", this.has("round") ? values("round", roundWords) : []]
    ];
    return found.map(([label, name, options]) => ({ label, isHidden: this.isHidden(name), options })).filter(({ isHidden, options }) => isHidden || options.length > 1);
  }
  /** The states that charts are in, and the three parts of the queue. */
  get states() {
    const states = new Set(this.rows.map((row) => plainState(row.state)));
    return [...GROUPS.map(([group, label]) => [`group=${group}`, label]), ...[...states].sort().map((state) => [state, state])];
  }
  #isShown(row) {
    if (this.state.startsWith("group=")) {
      if (row.group !== this.state.slice(6)) return false;
    } else if (this.state && plainState(row.state) !== this.state) return false;
    const [name, value] = splitOnce(this.filter);
    if (name === "found") return row.finding_count > 0 === (value === "any");
    if (name === "check") return row.check_ids?.includes(value) ?? false;
    if (name === "over") return (row.dollars ?? 0) > Number(value);
    return !name || !row.hidden.includes(name) && words(row[name]) === value;
  }
  /** The rows that are shown, in order, those that the typed text names first. */
  get shown() {
    const shown = this.rows.filter((row) => this.#isShown(row));
    const { compare } = SORTS[this.sort];
    const sorted = compare ? shown.sort((one, other) => compare(one, other) || one.number - other.number) : shown;
    if (!this.text) return sorted;
    const typed = this.text.toLowerCase();
    return sorted.map((row) => [rank(row, typed), row]).filter(([place]) => place < 4).sort(([one], [other]) => one - other).map(([, row]) => row);
  }
  /** What the list shows: rows under the heads of the parts of the queue; without heads while one types. */
  get entries() {
    const { shown } = this;
    if (this.text) return shown.map((row) => ({ row }));
    return GROUPS.flatMap(([group, label]) => {
      const rows = shown.filter((row) => row.group === group);
      return rows.length ? [{ head: `${label}: ${rows.length.toLocaleString("en-US")}` }, ...rows.map((row) => ({ row }))] : [];
    });
  }
};
function rank(row, typed) {
  if (String(row.number) === typed) return 0;
  const names = [row.encounter_id, row.account].filter(Boolean).map((name) => name.toLowerCase());
  if (names.includes(typed)) return 1;
  if (names.some((name) => name.startsWith(typed))) return 2;
  return names.some((name) => name.includes(typed)) ? 3 : 4;
}
function plainState(state) {
  if (/^\d+ of \d+ codes$/.test(state)) return "begun";
  return /^\d+ changed$/.test(state) ? "changed" : state;
}
function splitOnce(text2) {
  const at = text2.indexOf("=");
  return at < 0 ? ["", ""] : [text2.slice(0, at), text2.slice(at + 1)];
}
function rowWords(row) {
  if (row.state !== "to do") return row.state;
  if (!row.finding_count) return "";
  return `${row.finding_count} ${row.finding_count === 1 ? "finding" : "findings"}`;
}
function rowTitle(row) {
  const facts2 = [
    ["Account", "account", row.account],
    ["Stratum", "stratum", row.stratum],
    ["Coder", "coder", row.coder],
    ["Findings", "finding_count", row.finding_count],
    ["Dollars", "dollars", row.dollar_words],
    ["Assigned", "round", row.round && roundWords(row.round)]
  ];
  return [
    `${row.number}: ${row.encounter_id}, ${row.state}`,
    ...facts2.map(([label, name, value]) => row.hidden.includes(name) ? `${label}: ${HIDDEN}` : value && `${label}: ${value}`).filter(Boolean)
  ].join("\n");
}

// auditlib/widgets/js/review_desk/verdict_words.js
function codeOnClaim({ shown, modifiers, unit_count: units }) {
  const whole = [shown, ...modifiers].join("-");
  return units && units !== "1" ? `${whole} ×${units}` : whole;
}
function changedCode({ verdict, code }) {
  if (verdict?.action === "delete") return make("s", {}, codeOnClaim(code));
  if (verdict?.action !== "change" || codeOnClaim(verdict.corrected) === codeOnClaim(code)) return null;
  const changed = make("span", {}, make("s", {}, codeOnClaim(code)), " ");
  changed.append(make("b", {}, codeOnClaim(verdict.corrected)));
  return changed;
}
function codeDetails(code) {
  return [
    code.code_role,
    code.poa_indicator && `POA ${code.poa_indicator} (${code.poa_meaning})`,
    code.unit_count && `${code.unit_count} ${code.unit_count === "1" ? "unit" : "units"}`
  ].filter(Boolean).join(" · ");
}
function verdictSign({ verdict }) {
  const word = verdict === null ? "open" : verdict.action;
  return make("span", { class: `badge sign ${word}` }, word);
}
function verdictWords({ verdict, code }) {
  const parts = verdict.action === "change" ? changes(code, verdict.corrected) : [];
  parts.push(kindWords(verdict), verdict.cause);
  if (verdict.severity) parts.push(verdict.severity);
  if (verdict.comment) parts.push(`“${verdict.comment}”`);
  parts.push(dollarWords(verdict.payment_difference ?? null));
  return parts.join(" · ");
}
var kindWords = ({ error_kind: kind, own_kind: own }) => own ? `${own} (${kind})` : kind;
function dollarWords(difference) {
  if (difference === null) return "not priced";
  if (Number(difference) === 0) return "no effect on payment";
  const [whole, cents] = difference.replace("-", "").split(".");
  const amount = `$${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
  return `${difference.startsWith("-") ? "underpaid" : "overpaid"} ${amount}`;
}
function evidenceQuote({ verdict }) {
  if (!verdict.evidence) return null;
  return make("blockquote", { class: "evidence-quote", title: "Evidence" }, verdict.evidence.sentence);
}
function changes(code, corrected) {
  const parts = [];
  if (corrected.code !== code.code || corrected.code_system !== code.code_system)
    parts.push(`→ ${corrected.shown}`);
  if (corrected.code_role !== code.code_role) parts.push(`→ ${corrected.code_role}`);
  if (corrected.poa_indicator !== code.poa_indicator)
    parts.push(
      corrected.poa_indicator ? `→ POA ${corrected.poa_indicator} (${corrected.poa_meaning})` : "→ POA none"
    );
  if (corrected.modifiers.join(" ") !== code.modifiers.join(" "))
    parts.push(`→ modifiers ${corrected.modifiers.join(" ") || "none"}`);
  if (corrected.unit_count !== code.unit_count) parts.push(`→ units ${corrected.unit_count ?? "none"}`);
  return parts;
}

// auditlib/widgets/js/review_desk/code_detail.js
function codeDetail({ focusedRow: row, chart }) {
  if (!row) return [];
  const { code } = row;
  const details = [code.code_system, codeDetails(code)].filter(Boolean).join(" · ");
  return [
    make("div", { class: "details" }, details),
    ...(code.findings ?? []).map((finding) => findingLine(finding)),
    ...payerLine(code, row.added, chart),
    ...row.verdict && row.verdict.action !== "agree" ? [make("div", { class: "verdict" }, verdictWords(row), evidenceQuote(row))] : []
  ];
}
function payerLine(code, isAdded, chart) {
  if (isAdded) return [];
  const words2 = chart.is_answer_hidden ? HIDDEN : code.payer_answer;
  return words2 ? [make("div", { class: "payer" }, make("b", {}, "Payer "), words2)] : [];
}
function findingLine(finding) {
  return make(
    "div",
    { class: `finding severity-${finding.severity}` },
    make("span", { class: "badge", title: finding.severity_meaning }, finding.severity_words),
    finding.is_accepted && make("span", { class: "badge accepted" }, "accepted"),
    make("b", {}, finding.check_id),
    " ",
    finding.detail,
    ...(finding.facts ?? []).map((fact) => make("div", { class: "finding-fact" }, fact))
  );
}

// auditlib/widgets/js/review_desk/code_list.js
var CodeList = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {(part: HTMLElement, ...children: Node[]) => void} fill
   * @param {(key: string) => void} onChoose
   */
  constructor(state, fill, onChoose) {
    this.state = state;
    this.fill = fill;
    this.onChoose = onChoose;
    this.element = make("div", { class: "codes", role: "list", tabindex: "0", "aria-label": "Codes" });
    this.resizing = new ResizeObserver(() => this.keepFocusedRowInView());
    this.resizing.observe(this.element);
  }
  close() {
    this.resizing.disconnect();
  }
  /**
   * @param {Set<string>} waitingKeys Rows on which a decision is on its way.
   * @param {import("./resequence.js").Resequence | null} moving
   */
  show(waitingKeys, moving) {
    const { chart } = this.state;
    const rows = moving ? moving.rows : this.state.rows;
    const chartFindings = (chart?.findings ?? []).map((finding) => findingLine(finding));
    this.fill(
      this.element,
      ...chartFindings.length ? [make("div", { class: "general", role: "listitem" }, chartFindings)] : [],
      ...rows.map((row) => this.#row(row, waitingKeys.has(row.key), moving?.row.key === row.key)),
      ...chart && rows.length === 0 ? [make("p", { role: "listitem" }, "The coder assigned no codes: n adds one.")] : []
    );
  }
  keepFocusedRowInView() {
    const row = this.element.querySelector(".row.focused");
    if (row) scrollToRow(this.element, row);
  }
  #badge(row, isWaiting) {
    if (isWaiting) return make("span", { class: "badge saving" }, "saving…");
    if (this.state.status?.record?.status === "missing")
      return make("span", { class: "badge" }, "no record");
    return verdictSign(row);
  }
  #row(row, isWaiting, isMoving) {
    const { code } = row;
    const isFocused = row.key === this.state.focusKey;
    const title = code.description ?? (row.added ? "added by you" : `${code.code_system}, no titles loaded`);
    const hasTitle = Boolean(code.description);
    return make(
      "div",
      {
        class: `row${isFocused ? " focused" : ""}${isMoving ? " moving" : ""}`,
        role: "listitem",
        "aria-current": isFocused ? "true" : null,
        "data-key": row.key,
        title: isFocused ? null : title,
        onclick: () => this.onChoose(row.key)
      },
      make("span", { class: "number" }, row.added ? "+" : row.key),
      this.#badge(row, isWaiting),
      make("span", { class: "code" }, changedCode(row) ?? codeOnClaim(code)),
      make("span", { class: hasTitle ? "description" : "description faint" }, title),
      (code.findings ?? []).length > 0 && findingCount(code.findings)
    );
  }
};
function findingCount(findings) {
  const accepted = findings.filter((finding) => finding.is_accepted).length;
  const words2 = accepted ? `findings of checks, ${accepted} accepted` : "findings of checks";
  const classes = accepted === findings.length ? "finding-count accepted" : "finding-count";
  return make("span", { class: classes, title: words2 }, String(findings.length));
}

// auditlib/widgets/js/review_desk/small_form.js
var SmallForm = class {
  /**
   * @param {Object} screen
   * @param {(form: SmallForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   */
  constructor(screen) {
    this.screen = screen;
    this.sequence = null;
  }
  makeForm(label, ...children) {
    return make(
      "form",
      {
        class: "form",
        "aria-label": label,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.onKey(event)
      },
      ...children
    );
  }
  close() {
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
  }
  get isWaiting() {
    return this.sequence !== null;
  }
  /** Python refused what was saved: the form is open again. */
  release() {
    this.sequence = null;
    this.element.removeAttribute("aria-busy");
  }
  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }
  send(decision) {
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, decision);
  }
};
function field(name, label, element) {
  return make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), element);
}

// auditlib/widgets/js/review_desk/attachment_form.js
var AttachForm = class extends SmallForm {
  /**
   * @param {Object} screen As of `SmallForm`.
   * @param {(files: File[]) => void} onFiles
   */
  constructor(screen, onFiles) {
    super(screen);
    this.input = make("input", {
      type: "file",
      hidden: true,
      "aria-label": "File to attach",
      onchange: () => {
        screen.cancel();
        onFiles([...this.input.files]);
      }
    });
    this.first = keyButton("Enter", "Choose a file", { class: "main", onclick: () => this.input.click() });
    this.element = this.makeForm(
      "Attach a file",
      make("h3", {}, "Attach a file to this chart"),
      make("p", { class: "faint" }, "Or drop it on the documents. It is kept in the workspace, on record, as the chart's next document."),
      this.input,
      make("div", { class: "bar" }, this.first, keyButton("Esc", "Cancel", { onclick: () => screen.cancel() }))
    );
  }
  save() {
    this.input.click();
  }
};
var TakeBackForm = class extends SmallForm {
  /**
   * @param {Object} document The attached document.
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(document2, screen) {
    super(screen);
    this.document = document2;
    this.first = make("input", {
      name: "reason",
      type: "text",
      autocomplete: "off",
      "aria-label": "Reason",
      placeholder: "as: of another patient"
    });
    this.element = this.makeForm(
      "Take the attachment back",
      make("h3", {}, "Take back ", make("b", {}, document2.title)),
      make("div", { class: "fields" }, field("reason", "Reason, which goes on record", this.first)),
      make("p", { class: "faint" }, "It is no document of the chart any more. The file is kept, and what quotes it keeps its sentence."),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Take back", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => screen.cancel() })
      )
    );
  }
  save() {
    if (this.isWaiting) return;
    const reason = this.first.value.trim();
    if (!reason) {
      this.screen.say("Say why it is taken back.");
      return;
    }
    this.send({ kind: "take back", document_number: this.document.document_number, reason });
  }
};

// auditlib/widgets/js/review_desk/attachments.js
var PART_BYTES = 15e5;
function takeDroppedFiles(element, screen) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  element.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer?.files ?? []];
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    sendFile(files, screen);
  });
}
async function sendFile(files, { mostBytes, send, say }) {
  if (files.length > 1) {
    say("One file at a time: each has its own place in the chart.");
    return;
  }
  const [file] = files;
  if (file.size > mostBytes()) {
    say(`${file.name} has ${Math.ceil(file.size / 2 ** 20)} MB; at most ${mostBytes() / 2 ** 20} MB can be attached.`);
    return;
  }
  say(`Attaching ${file.name}…`);
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    say(`${file.name} cannot be read: a folder cannot be attached.`);
    return;
  }
  for (const part of partsOf(bytes)) send({ name: file.name, ...part });
}
function partsOf(bytes, size = PART_BYTES) {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, part) => ({
    part,
    part_count: count,
    data: base64(bytes.subarray(part * size, (part + 1) * size))
  }));
}
function base64(bytes) {
  const STEP = 32768;
  let binary = "";
  for (let start = 0; start < bytes.length; start += STEP)
    binary += String.fromCharCode(...bytes.subarray(start, start + STEP));
  return btoa(binary);
}

// auditlib/widgets/js/review_desk/marked_text.js
var AGAINST = /* @__PURE__ */ new Set(["contradicts", "corrected", "negated"]);
function cutText(text2, highlights, matches, matchLength, headings = []) {
  const borders = /* @__PURE__ */ new Set([0, text2.length]);
  headings.forEach(({ start, end }) => borders.add(start).add(end));
  highlights.forEach(({ start, end }) => borders.add(start).add(end));
  matches.forEach(({ start }) => borders.add(start).add(start + matchLength));
  const cuts = [...borders].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((from, position) => {
    const covering = highlights.filter(({ start, end }) => start <= from && from < end);
    return {
      start: from,
      text: text2.slice(from, cuts[position + 1]),
      isEvidence: covering.length > 0,
      isNegated: covering.some((highlight) => highlight.negated),
      isAside: covering.some((highlight) => highlight.negated && !AGAINST.has(highlight.status)),
      isWalkedTo: covering.some((highlight) => highlight.isWalkedTo),
      isHeading: headings.some(({ start, end }) => start <= from && from < end),
      match: matches.find(({ start }) => start <= from && from < start + matchLength) ?? null
    };
  });
}
function markedPiece(piece, currentMatch) {
  if (!piece.isEvidence && !piece.match)
    return piece.isHeading ? make("b", { class: "heading", "data-start": piece.start }, piece.text) : piece.text;
  const classes = [
    piece.isEvidence && "evidence",
    piece.isNegated && "negated",
    piece.isAside && "aside",
    piece.isWalkedTo && "walked-to",
    piece.isHeading && "heading",
    piece.match && "hit",
    piece.match && piece.match === currentMatch && "current"
  ];
  return make(
    "mark",
    {
      class: classes.filter(Boolean).join(" "),
      "data-start": piece.start,
      title: piece.isNegated ? "negated" : null
    },
    piece.text
  );
}

// auditlib/widgets/js/review_desk/review_keys.js
var ACTIONS = {
  agree: { key: "a", label: "Agree", help: "Agree with the code, and go to the next open one" },
  change: { key: "c", label: "Change", help: "Change the code: opens the form" },
  delete: { key: "d", label: "Delete", help: "Delete the code: opens the form" },
  add: { key: "n", label: "Add code", help: "Add a code that was missed: opens the form" },
  suggested: { key: "i", label: "Add suggested", help: "Add the next suggested code that is not on the list: opens the form" },
  resequence: { key: "q", label: "Resequence", help: "Resequence: j and k move the code, Enter sets it" },
  withdraw: { key: "u", label: "Undo", help: "Take the verdict on the code back; an added code goes" },
  more: { key: ".", label: "more fields", help: "In the form: system, role, POA, dollars, evidence" },
  evidence: { key: "s", label: "Next sentence", help: "Next sentence that bears on the code, in any document" },
  search: {
    key: "/",
    label: "Search",
    help: "Search in all documents: Enter next, Shift+Enter previous, Escape back"
  },
  view: { key: "v", label: "One", help: "View one document, two side by side, or the page beside its text" },
  outline: { key: "o", label: "Outline", help: "Outline of the document: its headings" },
  previousPage: { key: "{", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: "}", label: "Next", help: "Next page of a PDF or scan" },
  go: { key: "g", label: "Queue", help: "Go to a chart by number, chart or account; sort and filter the queue" },
  previous: { key: "h", label: "Previous", help: "Previous chart, whether completed or not" },
  next: { key: "l", label: "Next", help: "Next chart, whether this one is completed or not" },
  record: { key: "x", label: "Record statement", help: "Say that the record is missing, in part, or reviewed elsewhere" },
  requirements: {
    key: "f",
    label: "Requirements",
    help: "Facts of the document: signature, author, date of service, legible pages"
  },
  attachment: {
    key: "t",
    label: "Attach",
    help: "Attach a file to the chart; on an attached document: take it back, with the reason"
  },
  withdrawRecord: {
    key: "X",
    shown: "Shift+X",
    label: "Undo record",
    help: "Take back what was said of the record"
  },
  stay: { key: "p", label: "Stay", help: "Discharge status and DRG of the stay: agree or change" },
  withdrawStay: {
    key: "P",
    shown: "Shift+P",
    label: "Undo stay",
    help: "Take the verdict on the DRG back, then that on the discharge status"
  },
  query: { key: "y", label: "Query", help: "Query to the provider, or the answer to the one that is open" },
  visit: { key: "e", label: "Visit level", help: "Level of the visit: problems, data, risk, minutes" },
  complete: { key: "m", label: "Complete chart", help: "Complete the chart and go to the next one" },
  reopen: { key: "r", label: "Reopen chart", help: "Reopen a completed chart" },
  unblind: { key: "b", label: "Unblind", help: "Open what is hidden of the chart, with the reason, on record" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" }
};
var CHART_ACTIONS = /* @__PURE__ */ new Set(["complete", "reopen", "previous", "next"]);
var MOVES = {
  ArrowDown: ["code", 1],
  j: ["code", 1],
  ArrowUp: ["code", -1],
  k: ["code", -1],
  ArrowRight: ["document", 1],
  "]": ["document", 1],
  ArrowLeft: ["document", -1],
  "[": ["document", -1],
  " ": ["page", 1],
  PageDown: ["page", 1],
  PageUp: ["page", -1]
};
var MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous code"],
  ["[ ] ← →", "Previous or next document"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Drop a file", "On the documents: it is attached to the chart, as its next document"],
  ["Enter  Escape", "In the form: take the code, then save; or cancel"],
  ["Escape", "Leave the screen, back to the notebook"]
];
var isCharacter = ({ key }) => key.length === 1 && key !== " ";
function moveOfKey(event) {
  const move = MOVES[event.key];
  if (!move) return null;
  return move[0] === "page" && event.shiftKey ? ["page", -1] : move;
}

// auditlib/widgets/js/review_desk/page_view.js
var MOST_KEPT = 12;
var PageView = class {
  /**
   * @param {Object} screen
   * @param {(name: string) => void} screen.act
   * @param {(request: object) => void} screen.requestPage
   */
  constructor(screen) {
    this.screen = screen;
    this.pages = /* @__PURE__ */ new Map();
    this.wanted = null;
    this.title = make("span", { class: "page-title", "aria-live": "polite" });
    this.buttons = ["previousPage", "nextPage"].map((name) => actionButton(ACTIONS, name, screen.act));
    this.bar = make("div", { class: "page-bar" }, ...this.buttons, this.title);
    this.sheet = make("div", { class: "sheet" });
    this.element = make("div", { class: "page-view", tabindex: "-1" }, this.sheet);
  }
  /** Forget the pages of another chart. */
  reset() {
    this.pages.clear();
    this.wanted = null;
  }
  /**
   * Show a page; what is not here yet is asked for.
   *
   * @param {string} encounterId
   * @param {{document_number: number, title: string, pages: Page[]}} entry
   * @param {number} index The page's place among the document's pages.
   * @param {{start: number, end: number, classes: string}[]} marks
   */
  show(encounterId, entry, index, marks) {
    const page = entry.pages[index];
    const count = entry.pages.length;
    const words2 = `Page ${page.page_number} of ${count} · ${originWords(page)}`;
    this.title.textContent = words2;
    this.buttons[0].disabled = index === 0;
    this.buttons[1].disabled = index === count - 1;
    const key = keyOf(entry.document_number, page.page_number);
    this.wanted = { key, marks, label: `Page ${page.page_number} of ${count} of ${entry.title}` };
    if (this.pages.has(key)) this.#draw();
    else {
      this.sheet.replaceChildren(make("div", { class: "waiting", role: "status" }, "Drawing the page…"));
      this.screen.requestPage({
        encounter_id: encounterId,
        document_number: entry.document_number,
        page_number: page.page_number
      });
    }
  }
  /** Take a page that Python sent; return whether it is the one on the screen. */
  receive({ document_number: documentNumber, page_number: pageNumber, image, words: words2, error }) {
    const key = keyOf(documentNumber, pageNumber);
    if (error) {
      if (this.wanted?.key === key)
        this.sheet.replaceChildren(
          make("div", { class: "alert", role: "alert" }, [error.message, error.hint].filter(Boolean).join(" "))
        );
      return;
    }
    this.pages.delete(key);
    this.pages.set(key, { image, words: words2 });
    if (this.pages.size > MOST_KEPT) this.pages.delete(this.pages.keys().next().value);
    if (this.wanted?.key === key) this.#draw();
  }
  #draw() {
    const { key, marks, label } = this.wanted;
    const { image, words: words2 } = this.pages.get(key);
    const boxes = words2.flatMap(
      ([start, end, left, top, right, bottom]) => marks.filter((mark) => mark.start < end && start < mark.end).map(
        (mark) => make("span", {
          class: `box ${mark.classes}`,
          style: `left:${percent(left)};top:${percent(top)};width:${percent(right - left)};height:${percent(bottom - top)}`
        })
      )
    );
    this.sheet.replaceChildren(make("img", { src: `data:image/jpeg;base64,${image}`, alt: label }), ...boxes);
    const box = this.sheet.querySelector(".box");
    if (box) box.scrollIntoView({ block: "nearest" });
  }
  /** Scroll; return false at the end of the page, where there is nothing more to see. */
  scroll(pixels) {
    const before = this.element.scrollTop;
    this.element.scrollTop += pixels;
    return Math.abs(this.element.scrollTop - before) > 1;
  }
};
function pageIndexAt(pages, start) {
  return Math.max(
    0,
    pages.findIndex((page) => page.start <= start && start < page.end)
  );
}
function originWords(page) {
  if (page.text_origin === "none") return "no text was read";
  if (page.text_origin === "file") return "text of the file";
  return page.ocr_confidence === null ? "text by OCR" : `text by OCR, confidence ${Math.round(page.ocr_confidence)} %`;
}
function pagesWords(pages) {
  const without = pages.filter((page) => page.text_origin === "none").length;
  const byOcr = pages.filter((page) => page.text_origin === "OCR");
  if (without > 0 && without === pages.length) return "No text was read: look at the page";
  const parts = [];
  if (byOcr.length > 0) {
    const lowest = Math.min(...byOcr.map((page) => page.ocr_confidence ?? 0));
    parts.push(`Text by OCR on ${byOcr.length} of ${pages.length}, confidence from ${Math.round(lowest)} %`);
  }
  if (without > 0) parts.push(`no text was read on ${without} of ${pages.length}`);
  return parts.join("; ");
}
var keyOf = (documentNumber, pageNumber) => `${documentNumber}/${pageNumber}`;
var percent = (share) => `${(100 * share).toFixed(3)}%`;

// auditlib/widgets/js/review_desk/sections.js
var LONGEST_TITLE = 48;
var CAPITALS = /^[ \t]*([A-Z][A-Z0-9 /&,().'-]{2,60}?):?[ \t]*$/;
var BEFORE_COLON = /^[ \t]*([A-Z][A-Za-z0-9/&,()' -]{1,47}?):(?=\s|$)/;
var MOST_WORDS = 5;
function sectionsOf(text2) {
  const sections = [];
  let start = 0;
  for (const line of text2.split("\n")) {
    const found = headingOf(line);
    if (found) {
      const at = start + line.indexOf(found);
      sections.push({ title: found, start: at, end: at + found.length });
    }
    start += line.length + 1;
  }
  return sections;
}
function headingOf(line) {
  const capitals = CAPITALS.exec(line)?.[1].trim();
  if (capitals && /[A-Z]{2}/.test(capitals) && !/\d/.test(capitals)) return capitals.replace(/:$/, "");
  const title = BEFORE_COLON.exec(line)?.[1];
  if (!title || title.length > LONGEST_TITLE || title.split(/\s+/).length > MOST_WORDS) return null;
  return title;
}
function isInColumns(text2) {
  const lines = text2.split("\n").filter((line) => line.trim());
  const spaced = lines.filter((line) => /\S(?: {3,}|\t)\S/.test(line)).length;
  return lines.length > 0 && spaced >= 2 && spaced / lines.length > 0.25;
}

// auditlib/widgets/js/review_desk/document_pane.js
var IMAGE_ONLY = "Image only: search and evidence do not see it";
var isImageOnly = (entry) => Boolean(entry?.pages?.length) && entry.pages.every((page) => page.text_origin === "none");
var DocumentPane = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `DocumentsPane`.
   * @param {(event: MouseEvent, pane: DocumentPane) => void} onMouseUp
   */
  constructor(state, screen, onMouseUp) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.isOnPage = false;
    this.about = make("header", { class: "about" });
    this.text = make("div", { class: "text", tabindex: "0", role: "region", onmouseup: (event) => onMouseUp(event, this) });
    this.pageView = new PageView(screen);
    this.element = make(
      "article",
      { class: "document" },
      this.about,
      this.pageView.bar,
      this.text,
      this.pageView.element
    );
  }
  get entry() {
    return this.state.documents[this.index];
  }
  /**
   * Show a document.
   *
   * @param {Object} view
   * @param {number} view.index
   * @param {boolean} view.isOnPage
   * @param {number} view.pageIndex
   * @param {import("./document_search.js").DocumentSearch} view.search
   * @param {object | null} view.sentence The sentence of evidence that is walked to.
   * @param {boolean} view.hasActions Whether the keys that are about a document are about this one.
   */
  show({ index, isOnPage, pageIndex, search, sentence, hasActions }) {
    const isSame3 = this.shown === this.#nameOf(index) && this.isOnPage === isOnPage;
    const top = isSame3 ? this.text.scrollTop : 0;
    Object.assign(this, { index, isOnPage, search, sentence });
    this.shown = this.#nameOf(index);
    const { entry } = this;
    this.#showAbout(entry, hasActions);
    this.text.hidden = isOnPage;
    this.pageView.element.hidden = this.pageView.bar.hidden = !isOnPage;
    if (isOnPage) {
      this.pageView.show(this.state.chart.encounter_id, entry, pageIndex, this.#pageMarks());
      return;
    }
    this.text.setAttribute("aria-label", entry ? entry.title : "Documents");
    if (entry) {
      this.text.classList.toggle("columns", isInColumns(entry.text));
      this.text.replaceChildren(...this.#markedText(entry));
    } else this.text.replaceChildren(this.state.chart ? "This chart has no documents." : "");
    this.text.scrollTop = top;
  }
  #nameOf(index) {
    return `${this.state.chart?.encounter_id}/${index}`;
  }
  #showAbout(entry, hasActions) {
    const actions = hasActions && this.state.chart ? this.screen.documentActions?.(entry) ?? [] : [];
    const about = [
      entry && make("strong", {}, entry.title),
      actions.length > 0 && make("span", { class: "about-actions" }, actions),
      entry?.about && make("span", {}, entry.about)
    ].filter(Boolean);
    const origin = entry ? isImageOnly(entry) ? IMAGE_ONLY : pagesWords(entry.pages ?? []) : "";
    if (origin) about.push(make("span", { class: "origin" }, origin));
    this.screen.fill(this.about, ...about);
  }
  get evidenceHere() {
    return this.state.evidence.filter((highlight) => highlight.index === this.index);
  }
  /** What is marked on a page: the sentences that bear on the code, and what the search matches. */
  #pageMarks() {
    const { search } = this;
    const sentences = this.evidenceHere.map((sentence) => ({
      start: sentence.start,
      end: sentence.end,
      classes: `evidence${sentence.negated ? " negated" : ""}${this.#isWalkedTo(sentence) ? " current" : ""}`
    }));
    const matches = search.matchesIn(this.index).map((match) => ({
      start: match.start,
      end: match.start + search.text.length,
      classes: match === search.current ? "hit current" : "hit"
    }));
    return [...sentences, ...matches];
  }
  #isWalkedTo({ index, start, end }) {
    const { sentence } = this;
    return Boolean(sentence) && sentence.index === index && sentence.start === start && sentence.end === end;
  }
  #markedText(entry) {
    const { search } = this;
    const highlights = this.evidenceHere.map((sentence) => ({ ...sentence, isWalkedTo: this.#isWalkedTo(sentence) }));
    const matches = search.matchesIn(this.index);
    const pieces = cutText(entry.text, highlights, matches, search.text.length, sectionsOf(entry.text));
    return pieces.map((piece) => markedPiece(piece, search.current));
  }
  // Scrolling
  scrollToMark(selector) {
    const mark = this.text.querySelector(selector);
    if (mark) this.#scrollTo(mark);
  }
  /** Scroll to a heading, of which there is one element. */
  scrollToSection(start) {
    const heading = this.text.querySelector(`.heading[data-start="${start}"]`);
    if (heading) this.text.scrollTop += heading.getBoundingClientRect().top - this.text.getBoundingClientRect().top - 4;
  }
  #scrollTo(mark) {
    const { text: text2 } = this;
    const top = mark.getBoundingClientRect().top - text2.getBoundingClientRect().top + text2.scrollTop;
    const isInView = top >= text2.scrollTop && top + mark.offsetHeight <= text2.scrollTop + text2.clientHeight;
    if (!isInView) text2.scrollTop = Math.max(0, top - text2.clientHeight / 3);
  }
  /** The character of the text that is at about the top of what is shown of it. */
  get firstCharacterInView() {
    const { scrollTop, scrollHeight } = this.text;
    return scrollTop === 0 ? 0 : Math.floor(scrollTop / scrollHeight * this.entry.text.length);
  }
  /** The passage that is selected in the text, or null. */
  get selectedPassage() {
    const selection = document.getSelection();
    const { text: text2, entry } = this;
    if (!entry || this.isOnPage || !selection?.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text2.contains(range.startContainer) || !text2.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(text2, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    return { document_number: entry.document_number, start, end: start + range.toString().length };
  }
  /** The sentence of evidence at a marked place, or undefined. */
  sentenceAt(mark) {
    const start = Number(mark.dataset.start);
    return this.evidenceHere.find((highlight) => highlight.start <= start && start < highlight.end);
  }
  pageIndexOf(start) {
    return pageIndexAt(this.entry.pages, start);
  }
};

// auditlib/widgets/js/review_desk/document_search.js
var DocumentSearch = class {
  constructor() {
    this.clear();
  }
  clear() {
    this.text = "";
    this.matches = [];
    this.position = -1;
  }
  /** @returns {Match | undefined} */
  get current() {
    return this.matches[this.position];
  }
  matchesIn(index) {
    return this.matches.filter((match) => match.index === index);
  }
  /**
   * Search, and go to a match: with step 0 to the first one in the open document, else on from the current one.
   *
   * @param {string} wanted
   * @param {{text: string}[]} documents
   * @param {number} openIndex
   * @param {-1 | 0 | 1} step
   */
  run(wanted, documents, openIndex, step) {
    const before = this.position;
    this.text = wanted.toLowerCase();
    this.matches = this.text ? documents.flatMap((entry, index) => this.#matchesOf(entry, index)) : [];
    const count = this.matches.length;
    if (step !== 0) {
      this.position = (before + step + count) % (count || 1);
      return;
    }
    const here = this.matches.findIndex((match) => match.index === openIndex);
    this.position = here < 0 && count > 0 ? 0 : here;
  }
  #matchesOf(entry, index) {
    const text2 = entry.text.toLowerCase();
    const matches = [];
    for (let at = text2.indexOf(this.text); at >= 0; at = text2.indexOf(this.text, at + this.text.length))
      matches.push({ index, start: at });
    return matches;
  }
  /** What the search came to, in words. */
  get words() {
    if (!this.text) return "";
    if (!this.current) return "No match in any document.";
    return `Match ${this.position + 1} of ${this.matches.length}.`;
  }
};

// auditlib/widgets/js/review_desk/outline.js
var Outline = class {
  /**
   * @param {(section: import("./sections.js").Section) => void} onChoose
   * @param {() => void} onLeave
   */
  constructor(onChoose, onLeave) {
    this.onChoose = onChoose;
    this.onLeave = onLeave;
    this.element = make("div", {
      class: "outline",
      role: "group",
      "aria-label": "Outline",
      hidden: true,
      onkeydown: (event) => this.#onKey(event)
    });
  }
  get isShown() {
    return !this.element.hidden;
  }
  /** Show the headings of a document; return false where it has none. */
  show(entry) {
    const sections = sectionsOf(entry.text);
    if (sections.length === 0) return false;
    this.element.replaceChildren(
      ...sections.map(
        (section) => make("button", { type: "button", onclick: () => this.onChoose(section) }, section.title)
      )
    );
    this.element.hidden = false;
    this.element.firstChild.focus({ preventScroll: true });
    return true;
  }
  hide() {
    this.element.hidden = true;
  }
  #onKey(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const buttons = [...this.element.children];
    const at = buttons.indexOf(document.activeElement);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    } else if (event.key === "Escape" || event.key === "o") {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
      this.onLeave();
    }
  }
};

// auditlib/widgets/js/review_desk/documents.js
var PAGE_SHARE = 0.85;
var VIEW_WORDS = { one: "One", two: "Two", page: "Page" };
var DocumentsPane = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(name: string) => void} screen.act
   * @param {(words: string) => void} screen.say
   * @param {() => void} screen.takeFocus
   * @param {(part: HTMLElement, ...children: Node[]) => void} screen.fill
   * @param {(request: object) => void} screen.requestPage
   * @param {(passage: object) => boolean} screen.attach Takes a passage as evidence where a form is open.
   * @param {(entry: object | undefined) => Node[]} [screen.documentActions] Buttons about the document in view.
   * @param {() => void} screen.showEvidence Another sentence of evidence is walked to.
   */
  constructor(state, screen) {
    this.state = state;
    this.screen = screen;
    this.index = 0;
    this.otherIndex = 1;
    this.isNarrow = false;
    this.isWide = false;
    this.chosenView = null;
    this.scrollTops = /* @__PURE__ */ new Map();
    this.evidenceIndex = -1;
    this.search = new DocumentSearch();
    this.pageIndexes = /* @__PURE__ */ new Map();
    const onMouseUp = (event, pane) => this.#offerPassage(event, pane);
    this.panes = [0, 1].map(() => new DocumentPane(state, screen, onMouseUp));
    this.activePane = this.panes[0];
    for (const pane of this.panes)
      pane.element.addEventListener("mousedown", () => {
        this.activePane = pane;
      });
    this.searchInput = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the documents",
      oninput: () => this.find(0),
      onkeydown: (event) => this.onSearchKey(event)
    });
    this.viewButton = actionButton(ACTIONS, "view", screen.act);
    this.outlineButton = actionButton(ACTIONS, "outline", screen.act);
    this.outline = new Outline((section) => this.#goToSection(section), () => this.screen.takeFocus());
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": "Documents" });
    this.panesElement = make("div", { class: "document-panes" });
    this.element = make(
      "section",
      { class: "documents", "aria-label": "Documents" },
      make(
        "div",
        { class: "tools" },
        this.tabs,
        make("label", { class: "keyed-field search" }, make("kbd", {}, shownKey(ACTIONS.search)), this.searchInput),
        this.viewButton,
        this.outlineButton
      ),
      this.panesElement,
      this.outline.element
    );
  }
  /** Start with the first document of another chart. */
  reset() {
    this.index = 0;
    this.otherIndex = 1;
    this.scrollTops.clear();
    this.search.clear();
    this.searchInput.value = "";
    this.evidenceIndex = -1;
    this.panes.forEach((pane) => pane.pageView.reset());
    this.pageIndexes.clear();
    this.outline.hide();
  }
  scrollToTop() {
    for (const pane of this.panes) pane.text.scrollTop = 0;
  }
  scrollPage(step) {
    const pane = this.shownPanes.includes(this.activePane) ? this.activePane : this.panes[0];
    if (pane.isOnPage) {
      if (!pane.pageView.scroll(step * PAGE_SHARE * pane.pageView.element.clientHeight)) this.turnPage(step);
      return;
    }
    pane.text.scrollTop += step * PAGE_SHARE * pane.text.clientHeight;
  }
  open(index) {
    if (!this.state.documents[index]) return;
    this.#turnTo(index);
    this.screen.takeFocus();
  }
  openNext(step) {
    this.open(this.index + step);
  }
  /** Show a document where it was left when it was shown last; one that stood beside it changes sides. */
  #turnTo(index) {
    this.#keepPlaces();
    if (index !== this.index && index === this.otherIndex) this.otherIndex = this.index;
    this.index = index;
    this.show();
    for (const pane of this.shownPanes) pane.text.scrollTop = this.scrollTops.get(pane.index) ?? 0;
  }
  #keepPlaces() {
    for (const pane of this.shownPanes) if (!pane.isOnPage) this.scrollTops.set(pane.index, pane.text.scrollTop);
  }
  // One or two, and pages
  get entry() {
    return this.state.documents[this.index];
  }
  get hasPages() {
    return Boolean(this.entry?.pages?.length) && !isImageOnly(this.entry);
  }
  /** The views that the open document and the width allow. */
  get views() {
    const hasTwo = this.state.documents.length > 1 && !this.isNarrow;
    return ["one", ...hasTwo ? ["two"] : [], ...this.hasPages ? ["page"] : []];
  }
  get view() {
    const { views } = this;
    if (this.chosenView && views.includes(this.chosenView)) return this.chosenView;
    return views.includes("two") && this.isWide ? "two" : "one";
  }
  nextView() {
    const { views, view } = this;
    if (views.length === 1) {
      this.screen.say("There is no other view: the chart has one document, without pages.");
      return;
    }
    this.#keepPlaces();
    const start = this.panes[0].isOnPage ? 0 : this.panes[0].firstCharacterInView;
    const before = view;
    this.chosenView = views[(views.indexOf(view) + 1) % views.length];
    if (this.chosenView === "page") this.#showPageOf(this.index, start);
    this.show();
    if (before === "page" && !this.panes[0].isOnPage) this.#scrollToPage();
    this.screen.takeFocus();
  }
  /** What each pane shows. */
  get #plan() {
    const on = (index2, isOnPage) => ({
      index: index2,
      isOnPage: isOnPage || isImageOnly(this.state.documents[index2]),
      pageIndex: this.pageIndexes.get(index2) ?? 0
    });
    const { view, index } = this;
    if (view === "page" && this.isNarrow) return [on(index, true)];
    if (view === "page") return [on(index, false), on(index, true)];
    if (view === "two") return [on(index, false), on(this.#besideIndex, false)];
    return [on(index, false)];
  }
  get #besideIndex() {
    const count = this.state.documents.length;
    if (this.otherIndex === this.index || this.otherIndex >= count) this.otherIndex = (this.index + 1) % count;
    return this.otherIndex;
  }
  get shownPanes() {
    return this.panes.filter((pane) => pane.element.parentElement === this.panesElement);
  }
  get #pageNow() {
    return this.shownPanes.find((pane) => pane.isOnPage);
  }
  turnPage(step) {
    const pane = this.#pageNow;
    const count = pane?.entry?.pages?.length ?? 0;
    const index = (this.pageIndexes.get(pane?.index) ?? 0) + step;
    if (!pane || index < 0 || index >= count) return;
    this.pageIndexes.set(pane.index, index);
    this.show();
    pane.pageView.element.scrollTop = 0;
    this.screen.takeFocus();
  }
  receivePage(content) {
    if (content.error || content.encounter_id === this.state.chart?.encounter_id)
      for (const pane of this.shownPanes) pane.pageView.receive(content);
  }
  /** Turn to the page on which a character of the text stands. */
  #showPageOf(index, start) {
    this.pageIndexes.set(index, pageIndexAt(this.state.documents[index].pages, start));
  }
  /** Scroll the text to where the text of its page begins. */
  #scrollToPage() {
    const page = this.entry.pages[this.pageIndexes.get(this.index) ?? 0];
    const { length } = this.entry.text;
    const { text: text2 } = this.panes[0];
    text2.scrollTop = length > 0 ? page.start / length * text2.scrollHeight : 0;
  }
  setWidth(isNarrow, isWide) {
    if (isNarrow === this.isNarrow && isWide === this.isWide) return;
    this.#keepPlaces();
    Object.assign(this, { isNarrow, isWide });
    this.show();
  }
  // Evidence for the code in focus
  /** Another code has the focus: mark what bears on it. */
  showOtherCode() {
    this.evidenceIndex = -1;
    this.show();
    this.showEvidenceHere();
  }
  showEvidenceHere() {
    const shown = this.shownPanes.map((pane) => pane.index);
    for (const index of new Set(shown)) {
      const here = this.state.evidence.find((highlight) => highlight.index === index);
      if (here) this.#goTo(index, here.start, ".evidence");
    }
  }
  /** The sentence that is walked to, or null. */
  get sentence() {
    return this.state.evidence[this.evidenceIndex] ?? null;
  }
  nextEvidence() {
    const { evidence } = this.state;
    if (evidence.length === 0) {
      this.screen.say("No sentence bears on this code. That is no proof.");
      return;
    }
    this.showSentence((this.evidenceIndex + 1) % evidence.length);
  }
  showSentence(place) {
    const { evidence } = this.state;
    this.evidenceIndex = place;
    const { index, start, negated, status } = evidence[place];
    if (!this.shownPanes.some((pane) => pane.index === index)) this.#turnTo(index);
    this.show();
    this.#goTo(index, start, `.evidence[data-start="${start}"]`);
    const { pages } = this.state.documents[index];
    const page = pages?.length ? `, page ${pages[pageIndexAt(pages, start)].page_number}` : "";
    const words2 = negated ? `, ${status}` : "";
    this.screen.say(`Evidence ${place + 1} of ${evidence.length}${page}${words2}.`);
    this.screen.showEvidence();
    this.screen.takeFocus();
  }
  /** Go to what is marked at a character: on the page, and in the text. */
  #goTo(index, start, selector) {
    const isOnPage = this.shownPanes.some((pane) => pane.index === index && pane.isOnPage);
    if (isOnPage) {
      this.#showPageOf(index, start);
      this.show();
    }
    for (const pane of this.shownPanes) if (pane.index === index && !pane.isOnPage) pane.scrollToMark(selector);
  }
  /** The passage that is selected in a text, or null. */
  get selectedPassage() {
    return this.shownPanes.map((pane) => pane.selectedPassage).find(Boolean) ?? null;
  }
  /** The text was selected, or a marked sentence clicked: an open form takes it as evidence. */
  #offerPassage(event, pane) {
    const selected = pane.selectedPassage;
    if (selected) {
      this.screen.attach(selected);
      return;
    }
    const mark = event.target.closest?.("mark.evidence");
    const sentence = mark && pane.sentenceAt(mark);
    if (sentence) this.screen.attach(sentence);
  }
  // Search and outline
  focusSearch() {
    this.searchInput.select();
    this.searchInput.focus({ preventScroll: true });
  }
  find(step) {
    this.search.run(this.searchInput.value, this.state.documents, this.index, step);
    const { current } = this.search;
    const isShown = current && this.shownPanes.some((pane) => pane.index === current.index);
    if (!current || isShown) this.show();
    else this.#turnTo(current.index);
    if (current) this.#goTo(current.index, current.start, `.hit[data-start="${current.start}"]`);
    this.screen.say(this.search.words);
  }
  onSearchKey(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.find(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.searchInput.value = "";
      this.find(0);
      this.screen.takeFocus();
    }
  }
  toggleOutline() {
    if (this.outline.isShown) {
      this.outline.hide();
      this.screen.takeFocus();
      return;
    }
    const pane = this.shownPanes.find(({ isOnPage }) => !isOnPage);
    if (pane?.entry && this.outline.show(pane.entry)) return;
    this.screen.say("No headings were found in this document.");
  }
  #goToSection(section) {
    this.outline.hide();
    this.panes[0].scrollToSection(section.start);
    this.screen.takeFocus();
  }
  // Showing
  show() {
    const { documents, evidence } = this.state;
    this.index = Math.min(this.index, Math.max(0, documents.length - 1));
    this.screen.fill(this.tabs, ...documents.map((entry, index) => this.#tab(entry, index, evidence)));
    const { search, sentence } = this;
    const tab = this.tabs.querySelector("[aria-selected=true]");
    if (tab) this.tabs.scrollLeft = Math.max(0, tab.offsetLeft + tab.offsetWidth - this.tabs.offsetLeft - this.tabs.clientWidth);
    this.searchInput.placeholder = documents.length > 1 ? `Search all ${documents.length}` : "Search";
    this.viewButton.disabled = this.views.length === 1;
    this.viewButton.lastChild.textContent = VIEW_WORDS[this.view];
    const plan = this.state.chart ? this.#plan : [{ index: 0, isOnPage: false, pageIndex: 0 }];
    const elements = plan.map((_, place) => this.panes[place].element);
    const shown = [...this.panesElement.children];
    if (elements.length !== shown.length || elements.some((element, place) => element !== shown[place]))
      this.panesElement.replaceChildren(...elements);
    this.panesElement.classList.toggle("two", plan.length > 1);
    plan.forEach((view, place) => this.panes[place].show({ ...view, search, sentence, hasActions: place === 0 }));
  }
  #tab(entry, index, evidence) {
    const evidenceCount = evidence.filter((highlight) => highlight.index === index).length;
    const matchCount = this.search.matchesIn(index).length;
    const isBeside = this.view === "two" && index === this.otherIndex;
    return make(
      "button",
      {
        type: "button",
        role: "tab",
        class: isBeside ? "beside" : null,
        "aria-selected": String(index === this.index),
        title: entry.title,
        onclick: () => this.open(index)
      },
      `${index + 1} ${tabName(this.state.documents, entry)}`,
      evidenceCount > 0 && make("span", { class: "count", title: "sentences that bear on the code" }, `(${evidenceCount})`),
      matchCount > 0 && make("span", { class: "count hits", title: "matches" }, String(matchCount))
    );
  }
};
var capital = (words2) => words2.charAt(0).toUpperCase() + words2.slice(1);
function tabName(documents, entry) {
  const sameType = documents.filter((other) => other.document_type === entry.document_type);
  const number = sameType.length > 1 ? ` ${sameType.indexOf(entry) + 1}` : "";
  return `${capital(entry.document_type)}${number}`;
}

// auditlib/widgets/js/review_desk/evidence_choice.js
var SHOWN_LENGTH = 90;
var NONE = "";
function passageWords(documents, passage) {
  const entry = documents.find(({ document_number: number }) => number === passage.document_number);
  const words2 = (entry?.text ?? "").slice(passage.start, passage.end).split(/\s+/).filter(Boolean).join(" ");
  return words2.length > SHOWN_LENGTH ? `${words2.slice(0, SHOWN_LENGTH - 1)}…` : words2;
}
var isSame = (one, other) => one.document_number === other.document_number && one.start === other.start && one.end === other.end;
var EvidenceChoice = class {
  /**
   * @param {object[]} documents
   * @param {Passage[]} sentences Those that bear on the code.
   * @param {Passage | null} current What is attached already.
   */
  constructor(documents, sentences, current) {
    this.documents = documents;
    this.passages = sentences.map(({ document_number, start, end }) => ({ document_number, start, end }));
    this.element = make("select", { name: "evidence", "aria-label": "Evidence" });
    this.#show(NONE);
    if (current) this.attach(current);
  }
  /** Attach a passage; one that is not offered yet joins the others. */
  attach({ document_number, start, end }) {
    const passage = { document_number, start, end };
    if (!passageWords(this.documents, passage)) return false;
    let index = this.passages.findIndex((other) => isSame(other, passage));
    if (index < 0) index = this.passages.push(passage) - 1;
    this.#show(String(index));
    return true;
  }
  /** @returns {Passage | null} */
  get chosen() {
    const { value } = this.element;
    return value === NONE ? null : this.passages[Number(value)];
  }
  #show(chosen) {
    const option2 = (value, words2) => make("option", { value, selected: value === chosen }, words2);
    this.element.replaceChildren(
      option2(NONE, this.passages.length ? "none" : "none: select text in the document to attach it"),
      ...this.passages.map(
        (passage, index) => option2(String(index), passageWords(this.documents, passage))
      )
    );
    this.element.value = chosen;
  }
};

// auditlib/widgets/js/review_desk/evidence_panel.js
var STATUSES = {
  supports: ["Supports", "for"],
  support: ["Supports", "for"],
  contradicts: ["Contradicts", "against"],
  corrected: ["Corrected", "against"],
  negated: ["Negated", "against"],
  "family history": ["Family", "aside"],
  past: ["Earlier", "aside"],
  uncertain: ["Possibility", "aside"]
};
var statusOf = (sentence) => STATUSES[sentence.status] ?? STATUSES[sentence.negated ? "negated" : "supports"];
function countWords(evidence) {
  const counts = /* @__PURE__ */ new Map([["supports", 0]]);
  for (const sentence of evidence) {
    const word = statusOf(sentence)[0].toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${word} ${count}`).join(", ");
}
var EvidencePanel = class {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {(place: number) => void} onChoose
   */
  constructor(state, onChoose) {
    this.state = state;
    this.onChoose = onChoose;
    this.title = make("h2", {});
    this.rows = make("ol", { class: "evidence-rows" });
    this.element = make("section", { class: "evidence-panel", "aria-label": "Evidence" }, this.title, this.rows);
  }
  /** @param {object | null} walkedTo The sentence that is walked to. */
  show(walkedTo) {
    const { state } = this;
    const { evidence, focusedRow: row, chart } = state;
    const isHidden = chart?.hidden_levels?.includes("machine suggestion");
    const counts = isHidden ? HIDDEN : row && evidence.length ? countWords(evidence) : "";
    this.title.replaceChildren(
      row ? `Evidence on ${row.code.shown}` : "Evidence",
      make("span", { class: "counts" }, counts),
      make("span", { class: "spring" }),
      make("span", { class: "hint" }, make("kbd", {}, shownKey(ACTIONS.evidence)), " next sentence")
    );
    this.rows.replaceChildren(
      ...evidence.map((sentence, place) => this.#row(sentence, place, sentence.start === walkedTo?.start && sentence.index === walkedTo?.index)),
      ...row && evidence.length === 0 && !isHidden ? [make("li", { class: "none" }, "No sentence bears on this code. That is no proof.")] : []
    );
    const now = this.rows.querySelector(".now");
    if (now) scrollToRow(this.rows, now);
  }
  #row(sentence, place, isNow) {
    const { documents } = this.state;
    const entry = documents[sentence.index];
    const [word, kind] = statusOf(sentence);
    const page = entry.pages?.length ? `, page ${entry.pages[pageIndexAt(entry.pages, sentence.start)].page_number}` : "";
    return make(
      "li",
      { class: isNow ? "now" : null },
      make(
        "button",
        { type: "button", tabindex: "-1", "aria-current": isNow ? "true" : null, onclick: () => this.onChoose(place) },
        make("span", { class: `status ${kind}` }, word),
        make(
          "span",
          { class: "sentence" },
          `“${passageWords(documents, sentence)}” `,
          sentence.reason && make("span", { class: "why" }, `It ${sentence.reason}. `),
          make("span", { class: "where" }, `${tabName(documents, entry)}${page}`)
        )
      )
    );
  }
};

// auditlib/widgets/js/review_desk/key_list.js
function keyList({ hasLetters, onLetters, close, timeWords }) {
  const rows = [...MOVE_HELP, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])];
  return [
    make("h2", {}, "Keys"),
    make(
      "div",
      { class: "key-list" },
      rows.map(
        ([keys, words2]) => make(
          "div",
          {},
          make(
            "span",
            { class: "key-names" },
            keys.split("  ").map((key) => make("kbd", {}, key))
          ),
          make("span", {}, words2)
        )
      )
    ),
    make(
      "label",
      { class: "letters" },
      make("input", { type: "checkbox", checked: hasLetters, onchange: (event) => onLetters(event.target.checked) }),
      " Keys of one character are on; off, arrows, Tab, Enter and Escape stay, and every button"
    ),
    make("p", { class: "faint" }, timeWords),
    keyButton("Esc", "Close", { onclick: close })
  ];
}

// auditlib/widgets/js/review_desk/pane_size.js
var NARROW_PIXELS = 1080;
var WIDE_PIXELS = 1200;
var LEAST_PIXELS = 320;
var MOST_PIXELS = 1e3;
var MARGIN_PIXELS = 16;
var PANES = ".jp-WindowedPanel-outer, .jp-Notebook, .jp-LinkedOutputView";
var PaneSize = class {
  /**
   * @param {HTMLElement} root
   * @param {Object} listeners
   * @param {(isNarrow: boolean, isWide: boolean) => void} listeners.onWidth
   * @param {(isInView: boolean) => void} listeners.onView
   */
  constructor(root, { onWidth, onView }) {
    this.root = root;
    this.pane = null;
    this.isOnScreen = true;
    this.onView = onView;
    this.fit = this.fit.bind(this);
    this.look = this.look.bind(this);
    this.widths = new ResizeObserver(
      () => this.fitWidth(onWidth)
    );
    this.widths.observe(root);
    this.heights = new ResizeObserver(this.fit);
    this.crossings = new IntersectionObserver(([entry]) => {
      this.isOnScreen = entry.isIntersecting;
      this.look();
    });
    this.crossings.observe(root);
    window.addEventListener("resize", this.fit);
    document.addEventListener("visibilitychange", this.look);
    this.fit();
  }
  close() {
    this.widths.disconnect();
    this.heights.disconnect();
    this.crossings.disconnect();
    window.removeEventListener("resize", this.fit);
    document.removeEventListener("visibilitychange", this.look);
  }
  fitWidth(onWidth) {
    this.findPane();
    onWidth(this.root.clientWidth < NARROW_PIXELS, this.root.clientWidth >= WIDE_PIXELS);
  }
  /** The desk is made before it is put into the notebook: its pane is known when it first has a size. */
  findPane() {
    const pane = this.root.closest(PANES);
    if (!pane || pane === this.pane) return;
    if (this.pane) this.heights.unobserve(this.pane);
    this.pane = pane;
    this.heights.observe(pane);
    this.fit();
    if (this.root.contains(document.activeElement)) this.root.scrollIntoView({ block: "center" });
  }
  fit() {
    const height = (this.pane?.clientHeight || window.innerHeight) - MARGIN_PIXELS;
    this.root.style.height = `${Math.min(Math.max(LEAST_PIXELS, height), MOST_PIXELS)}px`;
  }
  look() {
    this.onView(this.isOnScreen && document.visibilityState === "visible");
  }
};

// auditlib/widgets/js/review_desk/pending_decisions.js
var SLOW_MILLISECONDS = 8e3;
var PendingDecisions = class {
  /** @param {() => void} onSlow Called when an answer is long in coming. */
  constructor(onSlow) {
    this.onSlow = onSlow;
    this.sent = /* @__PURE__ */ new Map();
    this.isSlow = false;
  }
  get count() {
    return this.sent.size;
  }
  add(sequence, focusKey, message) {
    this.sent.set(sequence, { focusKey, ...message });
    this.watch();
  }
  /** Take out and return the decision that an answer is to, or null. */
  take(sequence) {
    const decision = this.sent.get(sequence) ?? null;
    this.sent.delete(sequence);
    return decision;
  }
  /** Start the time anew in which an answer should come. */
  watch() {
    this.stop();
    this.isSlow = false;
    if (this.sent.size === 0) return;
    this.timer = setTimeout(() => {
      this.isSlow = true;
      this.onSlow();
    }, SLOW_MILLISECONDS);
  }
  stop() {
    clearTimeout(this.timer);
  }
  /** Return the keys of a chart's rows on which a decision is on its way. */
  keysOf(encounterId) {
    const decisions = [...this.sent.values()].filter(
      (sent) => sent.encounter_id === encounterId && (sent.kind === "decide" || sent.kind === "withdraw")
    );
    return new Set(decisions.map((sent) => sent.focusKey));
  }
};

// auditlib/widgets/js/review_desk/progress.js
function head({ status, chart, audit }, { saved, isSaving, time, queueRow }, act) {
  if (!status) return [make("span", { class: "waiting" }, "Waiting for the kernel…")];
  const isClosed = status.is_completed && !status.needs_record_statement;
  return [
    make(
      "h1",
      {},
      make("span", { class: "position" }, `Chart ${status.chart_number} of ${status.chart_count}`),
      " ",
      make("span", { class: "encounter" }, status.encounter_id),
      status.is_completed && make("span", { class: "badge done" }, "completed")
    ),
    make(
      "div",
      { class: "chart-actions" },
      make("span", { class: `saving${isSaving ? " on" : ""}`, role: "status" }, saved),
      time,
      actionButton(ACTIONS, "go", act),
      actionButton(ACTIONS, "record", act, { disabled: isClosed }),
      chart?.hidden_levels?.length > 0 && actionButton(ACTIONS, "unblind", act),
      actionButton(ACTIONS, "help", act)
    ),
    make(
      "div",
      { class: "facts", tabindex: "0", role: "region", "aria-label": "Facts of the chart" },
      facts(chart, queueRow)
    ),
    make(
      "div",
      { class: "facts where" },
      make("span", {}, "Audit ", make("b", {}, audit), reviewWords(queueRow)),
      make(
        "span",
        { class: "charts-done" },
        "Charts done ",
        make("b", {}, `${status.completed_chart_count} of ${status.chart_count}`),
        status.completed_with_open_query_count > 0 && `, ${status.completed_with_open_query_count} with an open query`
      )
    )
  ];
}
var CHIEF_FACTS = 3;
var reviewWords = (row) => row?.round ? `, ${roundWords(row.round)}` : "";
function facts(chart, queueRow) {
  const stratum = queueRow?.hidden.includes("stratum") ? HIDDEN : queueRow?.stratum;
  const all = [...chart?.header ?? [], ...stratum ? [["Stratum", stratum]] : []];
  const hidden = all.filter(([, value]) => value === HIDDEN).map(([label]) => label);
  const shown = all.filter(([, value]) => value !== HIDDEN);
  const fact = ([label, value]) => make("span", {}, `${label} `, make("b", {}, value));
  return [
    ...shown.slice(0, CHIEF_FACTS).map(fact),
    hidden.length > 0 && make("span", {}, `${[hidden[0], ...hidden.slice(1).map((label) => label.toLowerCase())].join(", ")}: `, make("b", {}, HIDDEN)),
    ...shown.slice(CHIEF_FACTS).map(fact)
  ];
}
function chartButtons(status, act, isFormOpen) {
  return [
    make("span", { class: "left" }, leftToDo(status)),
    actionButton(ACTIONS, "query", act),
    actionButton(ACTIONS, "previous", act, { disabled: status.chart_number === 1 }),
    actionButton(ACTIONS, "next", act, { disabled: status.chart_number === status.chart_count }),
    status.is_completed ? actionButton(ACTIONS, "reopen", act) : actionButton(ACTIONS, "complete", act, { emphasised: isReady(status) && !isFormOpen })
  ];
}
var isReady = (status) => !status.is_completed && !status.needs_record_statement && status.to_decide_count === 0;
function documentButtons(entry, canAttach, act) {
  const { attachment } = ACTIONS;
  const named = entry?.is_attached ? { ...attachment, label: "Take back" } : attachment;
  return [
    entry && actionButton(ACTIONS, "requirements", act),
    canAttach && actionButton({ attachment: named }, "attachment", act)
  ].filter(Boolean);
}
function codesTitle({ status }) {
  if (!status) return ["Codes"];
  const count = Object.keys(status.verdicts).length;
  const decided = Object.values(status.verdicts).filter(Boolean).length;
  return [
    "Codes",
    make("span", { class: "counts" }, `${decided} of ${count} decided`),
    make("span", { class: "spring" }),
    make("span", { class: "hint" }, make("kbd", {}, "j"), " ", make("kbd", {}, "k"), " move")
  ];
}
function codeButtons({ status, focusedRow: row }, act) {
  const isClosed = !status || status.is_completed;
  const isNext = Boolean(status && row) && row.verdict === null && !isReady(status) && !status.needs_record_statement;
  const none = isClosed || !row;
  return [
    make(
      "div",
      { class: "bar" },
      actionButton(ACTIONS, "agree", act, { disabled: none || row.added, emphasised: isNext && !isClosed }),
      actionButton(ACTIONS, "change", act, { disabled: none }),
      actionButton(ACTIONS, "delete", act, { disabled: none }),
      actionButton(ACTIONS, "resequence", act, { disabled: none || row.added }),
      actionButton(ACTIONS, "add", act, { disabled: isClosed }),
      actionButton(ACTIONS, "withdraw", act, { disabled: none || !row.verdict }),
      !none && row.code.visit_rule && actionButton(ACTIONS, "visit", act)
    )
  ];
}
function leftToDo(status) {
  const waiting = openQueries(status);
  return [codesLeft(status), waiting.length > 0 && `${openQueryWords(waiting)} open`].filter(Boolean).join(", ");
}
var openQueries = (status) => status.queries.filter((query) => query.is_open);
var openQueryWords = (queries) => `${queries.length === 1 ? "query" : "queries"} ${queries.map(({ query_id }) => query_id).join(", ")}`;
function codesLeft(status) {
  if (status.is_completed) return "";
  if (status.needs_record_statement) return "the record comes first";
  if (status.record?.status === "missing") return "nothing to judge";
  const count = Object.values(status.verdicts).filter((verdict) => verdict === null).length;
  if (count && status.to_decide_count === 0) return `${count} without a verdict count as without support`;
  return count === 0 ? "every code is decided" : `${count} ${count === 1 ? "code" : "codes"} to decide`;
}

// auditlib/widgets/js/review_desk/query_form.js
function queryForm(state, screen) {
  const open = state.status.queries.find((query) => query.is_open);
  return open ? new AnswerForm(open, screen) : new QueryForm(state, screen);
}
var QueryForm = class extends SmallForm {
  constructor(state, screen) {
    super(screen);
    this.first = area("question", "Question", "which kind of heart failure was treated?");
    this.indicators = area("indicators", "Clinical indicators", "one fact of the record a line");
    this.options = area("options", "Choices", "one a line; other and cannot be determined are added");
    this.provider = text("provider", "Provider", "to whom it goes");
    this.element = this.makeForm(
      "Query to the provider",
      make("h3", {}, "Query to the provider"),
      field("question", "Question, which names no wanted answer", this.first),
      field("indicators", "Clinical indicators: what this record says", this.indicators),
      field("options", "Choices, or none for an open question", this.options),
      field("provider", "To", this.provider),
      make("p", { class: "faint" }, "Nothing of payment or quality figures. The query is recorded; no message is sent."),
      make(
        "div",
        { class: "bar" },
        keyButton("Ctrl+Enter", "Record the query", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  /** Enter is a new line in these fields; with Ctrl it saves. */
  onKey(event) {
    const isLine = event.target.tagName === "TEXTAREA" && event.key === "Enter";
    if (isLine && !(event.ctrlKey || event.metaKey)) return;
    super.onKey(event);
  }
  save() {
    if (this.isWaiting) return;
    const missing = [this.first, this.indicators, this.provider].find(({ value }) => !value.trim());
    if (missing) {
      this.screen.say(`${missing.getAttribute("aria-label")}: it is needed.`);
      missing.focus();
      return;
    }
    this.send({
      kind: "query",
      question: this.first.value.trim(),
      indicators: linesOf(this.indicators.value),
      options: linesOf(this.options.value),
      provider: this.provider.value.trim()
    });
  }
};
var AnswerForm = class extends SmallForm {
  constructor(query, screen) {
    super(screen);
    this.query = query;
    const options = query.options.map((option2) => make("option", { value: option2 }, option2));
    this.answer = make(
      "select",
      { name: "answer", "aria-label": "Answer" },
      make("option", { value: "" }, query.options.length ? "choose…" : "in the provider's words"),
      options
    );
    this.words = text("words", "The provider's words", "needed for other and for an open question");
    this.reason = text("reason", "Why it is withdrawn", "instead of an answer");
    this.first = query.options.length ? this.answer : this.words;
    this.element = this.makeForm(
      `Answer to query ${query.query_id}`,
      make("h3", {}, `Query ${query.query_id} to ${query.provider}, open for ${query.day_words}`),
      make("p", {}, query.question),
      make(
        "div",
        { class: "fields" },
        query.options.length > 0 && field("answer", "Answer", this.answer),
        field("words", "The provider's words", this.words),
        field("reason", "Or withdrawn, because", this.reason)
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  save() {
    if (this.isWaiting) return;
    const { query_id } = this.query;
    const [answer, words2, reason] = [this.answer, this.words, this.reason].map(({ value }) => value.trim());
    if (Boolean(reason) === Boolean(answer || words2)) {
      this.screen.say("Give the answer, or why the query is withdrawn.");
      this.first.focus();
      return;
    }
    this.send(
      reason ? { kind: "withdraw query", query_id, reason } : { kind: "answer query", query_id, answer: answer || null, words: words2 || null }
    );
  }
};
var linesOf = (value) => value.split("\n").map((line) => line.trim()).filter(Boolean);
var text = (name, label, placeholder) => make("input", { name, type: "text", autocomplete: "off", placeholder, "aria-label": label });
var area = (name, label, placeholder) => make("textarea", { name, rows: "2", placeholder, "aria-label": label });

// auditlib/widgets/js/review_desk/queue_pane.js
var ROW_PIXELS = 24;
var ROWS_BEYOND = 6;
var QueuePane = class {
  /**
   * @param {Object} screen
   * @param {(encounterId: string) => void} screen.go
   * @param {(words: string) => void} screen.say
   * @param {() => void} screen.leave Called when the field is left without a choice.
   */
  constructor(screen) {
    this.screen = screen;
    this.queue = new QueueRows();
    this.entries = [];
    this.chartNow = null;
    this.chosen = 0;
    this.input = make("input", {
      type: "text",
      placeholder: "Number or chart",
      "aria-label": "Go to a chart by number, chart or account",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event)
    });
    this.sort = this.#select("Sort the queue", (value) => {
      this.queue.sort = value;
    });
    this.state = this.#select("Show charts by state", (value) => {
      this.queue.state = value;
    });
    this.filter = this.#select("Show charts by stratum, coder, finding, dollars or review", (value) => {
      this.queue.filter = value;
    });
    this.rows = make("ol", { class: "queue-rows" });
    this.list = make(
      "div",
      { class: "queue-list", tabindex: "0", role: "region", "aria-label": "Charts", onscroll: () => this.#draw() },
      this.rows
    );
    this.element = make(
      "nav",
      { class: "queue", "aria-label": "Queue" },
      make(
        "div",
        { class: "queue-top" },
        make("label", { class: "keyed-field" }, make("kbd", {}, shownKey(ACTIONS.go)), this.input),
        this.sort,
        this.state,
        this.filter
      ),
      this.list
    );
    this.resizing = new ResizeObserver(() => this.#draw());
    this.resizing.observe(this.list);
  }
  close() {
    this.resizing.disconnect();
  }
  load(columns) {
    this.queue.load(columns);
    this.#fillSorts();
    this.#fillFilters();
    this.show();
    this.scrollToChart();
  }
  change(changes2) {
    this.queue.change(changes2);
    this.#fillStates();
    this.show();
  }
  /** The chart on the screen is another one. */
  showChart(encounterId) {
    if (encounterId === this.chartNow) return;
    this.chartNow = encounterId;
    this.show();
    this.scrollToChart();
  }
  rowOf(encounterId) {
    return this.queue.byChart.get(encounterId) ?? null;
  }
  focus() {
    this.input.focus({ preventScroll: true });
    this.input.select();
  }
  show() {
    this.entries = this.queue.entries;
    this.rows.style.height = `${this.entries.length * ROW_PIXELS}px`;
    this.drawn = "";
    this.#draw();
  }
  scrollToChart() {
    this.#scrollTo(this.entries.findIndex(({ row }) => row?.encounter_id === this.chartNow));
  }
  #scrollTo(index) {
    if (index < 0) return;
    const top = index * ROW_PIXELS;
    const { scrollTop, clientHeight } = this.list;
    if (top < scrollTop || top + ROW_PIXELS > scrollTop + clientHeight)
      this.list.scrollTop = Math.max(0, top - clientHeight / 3);
    this.#draw();
  }
  #draw() {
    const first = Math.max(0, Math.floor(this.list.scrollTop / ROW_PIXELS) - ROWS_BEYOND);
    const count = Math.ceil(this.list.clientHeight / ROW_PIXELS) + 2 * ROWS_BEYOND;
    const drawn = `${first}/${count}/${this.chosen}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.rows.replaceChildren(
      ...this.entries.slice(first, first + count).map((entry, index) => this.#row(entry, first + index)),
      ...this.entries.length === 0 && this.queue.isLoaded ? [make("li", { class: "none" }, "No chart is so.")] : []
    );
  }
  #row({ head: head2, row }, index) {
    const place = { style: `top:${index * ROW_PIXELS}px`, "aria-setsize": this.entries.length, "aria-posinset": index + 1 };
    if (head2) return make("li", { ...place, class: "queue-head" }, head2);
    const isNow = row.encounter_id === this.chartNow;
    const isChosen = Boolean(this.queue.text) && index === this.chosen;
    return make(
      "li",
      { ...place, class: `${isNow ? "now" : ""}${isChosen ? " chosen" : ""}`.trim() || null },
      make(
        "button",
        {
          type: "button",
          tabindex: "-1",
          title: rowTitle(row),
          "data-chart": row.encounter_id,
          "aria-current": isNow ? "true" : null,
          onclick: () => this.#go(row)
        },
        make("span", { class: "number" }, String(row.number)),
        make("span", { class: "code" }, row.encounter_id),
        make("span", { class: "state" }, rowWords(row))
      )
    );
  }
  #select(label, onChange) {
    return make("select", {
      "aria-label": label,
      onchange: (event) => {
        onChange(event.target.value);
        this.show();
        this.list.scrollTop = 0;
        this.scrollToChart();
      }
    });
  }
  #fillSorts() {
    const { queue } = this;
    const options = Object.entries(SORTS).filter(([, { needs }]) => !needs || queue.has(needs) || queue.isHidden(needs)).map(([value, { label, needs }]) => {
      const isHidden = Boolean(needs) && queue.isHidden(needs);
      return option(value, isHidden ? `${label}: ${HIDDEN}` : label, queue.sort, isHidden);
    });
    this.sort.replaceChildren(...options);
    this.#fillStates();
  }
  #fillStates() {
    const { queue } = this;
    const states = queue.states.map(([value, label]) => option(value, label, queue.state));
    this.state.replaceChildren(option("", "Mine, all states", queue.state), ...states);
    this.state.value = queue.state;
    if (this.state.selectedIndex < 0) {
      queue.state = "";
      this.state.value = "";
    }
  }
  #fillFilters() {
    const { queue } = this;
    const groups = queue.filters.map(
      ({ label, isHidden, options }) => make(
        "optgroup",
        { label },
        isHidden ? option("hidden", HIDDEN, null, true) : options.map(([value, words2]) => option(value, words2, queue.filter))
      )
    );
    this.filter.replaceChildren(option("", "All charts", queue.filter), ...groups);
    this.filter.hidden = groups.length === 0;
  }
  // The field
  #onInput() {
    this.queue.text = this.input.value.trim();
    this.chosen = 0;
    this.show();
    this.list.scrollTop = 0;
    this.#draw();
  }
  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#leave();
      this.screen.leave();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const row = this.queue.text ? this.entries[this.chosen]?.row : this.rowOf(this.chartNow);
      if (row) this.#go(row);
      else this.screen.say("There is no such chart in the queue.");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = Math.min(Math.max(0, this.chosen + step), Math.max(0, this.entries.length - 1));
      this.#draw();
      this.#scrollTo(this.chosen);
    }
  }
  #go(row) {
    this.#leave();
    this.screen.go(row.encounter_id);
  }
  #leave() {
    this.input.value = "";
    if (this.queue.text) {
      this.queue.text = "";
      this.show();
    }
    this.scrollToChart();
  }
};
var option = (value, words2, current, disabled = false) => make("option", { value, selected: value === current, disabled }, words2);

// auditlib/widgets/js/review_desk/record_form.js
var ELSEWHERE = "reviewed elsewhere";
var RecordForm = class extends SmallForm {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(state, screen) {
    super(screen);
    const current = state.status.record;
    const hasPages = state.documents.some(({ pages }) => pages.length > 0);
    const options = state.choices.record_statuses.map(
      (status) => make("option", { value: status, selected: status === current?.status }, status)
    );
    this.first = make(
      "select",
      { name: "status", "aria-label": "Record", onchange: () => this.#fitFields() },
      make("option", { value: "", selected: !current }, "choose…"),
      options
    );
    this.place = make("input", {
      name: "place",
      type: "text",
      value: current?.place ?? (hasPages ? "the pages of the scans here" : ""),
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Where"
    });
    this.since = make("input", { name: "since", type: "date", "aria-label": "Missing since" });
    this.sinceField = field("since", "Missing since", this.since);
    this.element = this.makeForm(
      "Record of this visit",
      make("h3", {}, "Record of this visit"),
      make(
        "div",
        { class: "fields" },
        field("record", "Record", this.first),
        this.sinceField,
        field("place", "Where it was reviewed, or what was done to find it", this.place)
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
    this.#fitFields();
  }
  #fitFields() {
    const isElsewhere = this.first.value === ELSEWHERE;
    this.sinceField.hidden = isElsewhere || !this.first.value;
    this.place.placeholder = isElsewhere ? "where it was reviewed" : "as archive asked twice";
  }
  save() {
    if (this.isWaiting) return;
    const status = this.first.value;
    const place = this.place.value.trim();
    if (!status) {
      this.screen.say("Choose what is known of the record.");
      this.first.focus();
      return;
    }
    if (status === ELSEWHERE && !place) {
      this.screen.say("Say where the record was reviewed.");
      this.place.focus();
      return;
    }
    const since = this.sinceField.hidden ? "" : this.since.value;
    this.send({ kind: "record", status, place: withDay(place, since) || null });
  }
};
function withDay(place, since) {
  return [place, since && `missing since ${since}`].filter(Boolean).join("; ");
}

// auditlib/widgets/js/review_desk/record_line.js
var RECORD_NEEDED = "No document here holds text. Say first whether the record is missing, partly missing or was reviewed elsewhere.";
var RECORD_MISSING = "The record is missing, so no code can be judged: m completes the chart, Shift+X takes that back.";
var JUDGING = /* @__PURE__ */ new Set(["agree", "change", "delete", "add", "resequence", "visit", "stay", "complete"]);
function recordLine({ status, documents }, act, isFormOpen) {
  if (!status) return [];
  if (status.needs_record_statement)
    return [
      make(
        "span",
        { class: "needed" },
        documents.length ? "No text in the documents: was the record seen?" : "No documents: was the record seen?"
      ),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "record", act, { emphasised: !isFormOpen })
    ];
  const open = (status.queries ?? []).filter((query) => query.is_open);
  if (!status.record && open.length)
    return [
      make("span", {}, queryWords(open)),
      make("span", { class: "spring" }),
      actionButton(ACTIONS, "query", act)
    ];
  if (!status.record) return [];
  return [
    make("span", {}, recordWords(status.record)),
    make("span", { class: "spring" }),
    actionButton(ACTIONS, "withdrawRecord", act, { disabled: status.is_completed })
  ];
}
function queryWords(open) {
  const [first] = open;
  const others = open.length > 1 ? `, and ${open.length - 1} more` : "";
  return `Query ${first.query_id} to ${first.provider}, open for ${first.day_words}${others}`;
}
function recordWords({ status, place }) {
  const words2 = { missing: "Record missing", "partly missing": "Record partly missing" };
  const said = words2[status] ?? "Record reviewed elsewhere";
  return place ? `${said}: ${place}` : said;
}

// auditlib/widgets/js/review_desk/requirements_form.js
var RequirementsForm = class extends SmallForm {
  /**
   * @param {Object} document The document in view.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(document2, state, screen) {
    super(screen);
    this.document = document2;
    const { requirements, requirement_states: states } = state.choices;
    const known = state.status.documents[document2.document_number] ?? {};
    this.selects = requirements.map(
      (name) => make(
        "select",
        { name, "aria-label": capital2(name) },
        make("option", { value: "", selected: !known[name] }, "not stated"),
        states.map((value) => make("option", { value, selected: value === known[name] }, value))
      )
    );
    this.first = this.selects[0];
    this.element = this.makeForm(
      "Requirements of the document",
      make("h3", {}, "Requirements of ", make("b", {}, document2.title)),
      make(
        "div",
        { class: "fields" },
        requirements.map((name, place) => field("requirement", capital2(name), this.selects[place]))
      ),
      make("p", { class: "faint" }, "What is not stated is not checked. It is kept with the chart and changes no verdict."),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  save() {
    if (this.isWaiting) return;
    const stated = this.selects.filter(({ value }) => value).map(({ name, value }) => [name, value]);
    this.send({
      kind: "document",
      document_number: this.document.document_number,
      states: Object.fromEntries(stated)
    });
  }
};
var capital2 = (word) => word[0].toUpperCase() + word.slice(1);

// auditlib/widgets/js/review_desk/resequence.js
var DIAGNOSES = "ICD-10-CM";
var LISTED_ROLES = /* @__PURE__ */ new Set(["principal", "secondary"]);
var Resequence = class {
  /**
   * @param {import("./review_state.js").Row[]} rows Of the chart.
   * @param {import("./review_state.js").Row} row The code that is moved.
   */
  constructor(rows, row) {
    this.row = row;
    const isSameKind = ({ code, added }) => !added && code.code_system === DIAGNOSES === (row.code.code_system === DIAGNOSES);
    this.order = rows.filter(isSameKind);
    this.others = rows.filter((each) => !isSameKind(each));
    this.from = this.order.findIndex(({ key }) => key === row.key);
    this.to = this.from;
  }
  move(step) {
    this.to = Math.min(Math.max(0, this.to + step), this.order.length - 1);
  }
  /** The rows as they stand with the code at its new place. */
  get rows() {
    const without = this.order.filter(({ key }) => key !== this.row.key);
    const moved = [...without.slice(0, this.to), this.row, ...without.slice(this.to)];
    const isFirst = this.order[0]?.code.code_system === DIAGNOSES;
    return isFirst ? [...moved, ...this.others] : [...this.others.filter(({ added }) => !added), ...moved, ...this.others.filter(({ added }) => added)];
  }
  get isMoved() {
    return this.to !== this.from;
  }
  get words() {
    const number = ({ code }) => code.code_number;
    return `Belongs at position ${number(this.order[this.to])}, was listed at ${number(this.row)}.`;
  }
  /** The role of the code at its new place: the first diagnosis is the principal one. */
  get role() {
    const { code } = this.row;
    if (code.code_system !== DIAGNOSES || !LISTED_ROLES.has(code.code_role)) return code.code_role;
    return this.to === 0 ? "principal" : "secondary";
  }
  /** The other code whose role changes by it, with that role; or null. */
  get follower() {
    if (this.role === this.row.code.code_role) return null;
    const isRaised = this.role === "principal";
    const other = isRaised ? this.order[0] : this.rows.find(({ code }) => code.code_system === DIAGNOSES);
    const role = isRaised ? "secondary" : "principal";
    return other && other.key !== this.row.key && other.code.code_role !== role ? { key: other.key, role } : null;
  }
};

// auditlib/widgets/js/review_desk/suggestion_list.js
var isSame2 = (one, other) => one.code_system === other.code_system && one.code === other.code;
var codeLeft = ({ code, verdict }) => verdict?.action === "delete" ? null : verdict?.corrected ?? code;
var isOnList = (state, suggested) => state.rows.some((row) => codeLeft(row) && isSame2(codeLeft(row), suggested));
var openSuggestions = (state) => (state.chart?.suggestions ?? []).filter((one) => !isOnList(state, one));
function suggestionList(state, onAdd) {
  const suggestions = state.chart?.suggestions ?? [];
  const [first] = openSuggestions(state);
  if (suggestions.length === 0) return [];
  const lines = suggestions.map(
    (suggested) => make(
      "div",
      { class: "suggested", role: "listitem" },
      make("span", { class: "code" }, suggested.shown),
      make("span", { class: "confidence" }, suggested.confidence ?? ""),
      make("span", { class: "description" }, suggested.description ?? suggested.code_system),
      isOnList(state, suggested) ? make("span", { class: "badge" }, "on the list") : suggested === first ? keyButton("i", ACTIONS.suggested.label, { onclick: () => onAdd(suggested) }) : make("button", { type: "button", onclick: () => onAdd(suggested) }, ACTIONS.suggested.label),
      suggested.passage && make("span", { class: "passage" }, `“${suggested.passage}”`)
    )
  );
  return [make("h3", {}, "A machine coder suggests"), make("div", { role: "list" }, lines)];
}

// auditlib/widgets/js/review_desk/review_state.js
var storedCode = (text2) => text2.replaceAll(".", "").toUpperCase();
var referenceToAdded = ({ code_system, code, code_role, modifiers }) => ({
  code_system,
  code,
  code_role,
  modifiers
});
var ReviewState = class {
  constructor() {
    this.chart = null;
    this.status = null;
    this.choices = null;
    this.canFindCodes = false;
    this.focusKey = null;
    this.audit = "";
    this.reviewer = "";
    this.lastCauses = {};
  }
  /** Take over what Python answered; return whether the chart is another one than before. */
  take({ choices, can_find: canFindCodes, audit, reviewer, status, chart }) {
    if (choices) {
      this.choices = choices;
      this.canFindCodes = canFindCodes;
      this.audit = audit;
      this.reviewer = reviewer;
    }
    if (status) this.status = status;
    const isOther = Boolean(chart) && chart.encounter_id !== this.chart?.encounter_id;
    if (chart) this.chart = chart;
    if (this.chart && this.status && this.chart.encounter_id !== this.status.encounter_id) this.chart = null;
    return isOther;
  }
  /** Most bytes of a file that is attached; 0 where none can be. */
  get mostAttachmentBytes() {
    return this.choices?.most_attachment_bytes ?? 0;
  }
  get documents() {
    return this.chart?.documents ?? [];
  }
  /**
   * The coder's codes, then those the reviewer added.
   *
   * @returns {Row[]}
   */
  get rows() {
    if (!this.chart || !this.status) return [];
    const assigned = this.chart.codes.map((code) => ({
      key: String(code.code_number),
      code,
      verdict: this.status.verdicts[String(code.code_number)] ?? null,
      added: false
    }));
    const added = this.status.added.map((verdict) => ({
      key: verdict.row_key,
      code: verdict.corrected,
      verdict,
      added: true
    }));
    return [...assigned, ...added];
  }
  /** @returns {Row | null} */
  get focusedRow() {
    return this.rows.find((row) => row.key === this.focusKey) ?? null;
  }
  /** The sentences that bear on the code in focus, in the order of the documents. */
  get evidence() {
    return this.evidenceOf(this.focusedRow);
  }
  /** @param {Row | null} row */
  evidenceOf(row) {
    const order = new Map(this.documents.map((entry, index) => [entry.document_number, index]));
    return [...row?.code.highlights ?? []].filter((highlight) => order.has(highlight.document_number)).map((highlight) => ({ ...highlight, index: order.get(highlight.document_number) })).sort((one, other) => one.index - other.index || one.start - other.start);
  }
  /** Put the focus on the first code without a verdict, else on the first one. */
  focusFirst() {
    const first = this.status?.first_undecided ?? this.chart?.codes[0]?.code_number ?? null;
    this.focusKey = first === null ? null : String(first);
  }
  /** Put the focus on a code that the reviewer has just added, as it was typed. */
  focusAdded(typed) {
    const inWords = ({ code_system, code, code_role, modifiers }) => [code_system, storedCode(code), code_role, ...modifiers.map(storedCode)].join(" ");
    const added = this.status.added.find(({ corrected }) => inWords(corrected) === inWords(typed));
    this.focusKey = added?.row_key ?? null;
  }
  /** Put the focus on the first code where the one that had it is gone. */
  keepFocusOnARow() {
    if (!this.focusedRow) this.focusKey = this.rows[0]?.key ?? null;
  }
  /** Return the key of the next of the coder's codes without a verdict, from the focus on and round again. */
  nextUndecidedKey() {
    const rows = this.rows.filter((row) => !row.added);
    const start = rows.findIndex((row) => row.key === this.focusKey) + 1;
    const next = [...rows.slice(start), ...rows.slice(0, start)].find((row) => row.verdict === null);
    return next?.key ?? null;
  }
  /** Return how a message names a row to Python. */
  referenceTo(row) {
    if (!row.added) return { code_number: row.code.code_number };
    return { corrected: referenceToAdded(row.code) };
  }
};

// auditlib/widgets/js/shared/line_form.js
function lineElement({ name, label, value = "", placeholder, options }) {
  if (options)
    return make(
      "select",
      { name, "aria-label": label },
      options.map(([option2, words2]) => make("option", { value: option2, selected: option2 === value }, words2))
    );
  const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label };
  return make("input", { name, value, placeholder, ...settings });
}

// auditlib/widgets/js/typing_pause.js
var TypingPause = class {
  /** @param {number} milliseconds */
  constructor(milliseconds) {
    this.milliseconds = milliseconds;
    this.timer = void 0;
  }
  /** Do the work after the pause, unless another is asked for before. */
  run(work) {
    this.cancel();
    this.timer = setTimeout(work, this.milliseconds);
  }
  cancel() {
    clearTimeout(this.timer);
  }
};

// auditlib/widgets/js/review_desk/code_matches.js
var SEARCH_PAUSE_MILLISECONDS = 60;
var listCount = 0;
var CodeMatches = class {
  /**
   * @param {Object} form
   * @param {(request: {sequence: number, code_system: string, text: string}) => void} form.ask
   * @param {(code: object) => void} form.onTake
   * @param {() => void} form.onChoose Another code is chosen, or none; nothing is taken yet.
   * @param {() => void} form.onSave A second Enter came before the codes did.
   * @param {string | null} form.billed The coder's code.
   */
  constructor({ ask, onTake, onChoose, onSave, billed }) {
    this.ask = ask;
    this.onChoose = onChoose;
    this.onTake = onTake;
    this.onSave = onSave;
    this.billed = billed;
    listCount += 1;
    this.id = `auditlib-codes-${listCount}`;
    const list = { class: "found", role: "listbox", id: this.id, "aria-label": "Matching codes", tabindex: "-1" };
    this.element = make("div", list);
    this.pause = new TypingPause(SEARCH_PAUSE_MILLISECONDS);
    this.sequence = 0;
    this.isAwaited = false;
    this.waitingKeys = [];
    this.codes = [];
    this.chosen = -1;
  }
  close() {
    this.pause.cancel();
  }
  /** The field in which one types says which code is chosen. */
  setField(field2) {
    this.field = field2;
    field2.setAttribute("role", "combobox");
    field2.setAttribute("aria-autocomplete", "list");
    field2.setAttribute("aria-controls", this.id);
    field2.setAttribute("aria-expanded", "false");
  }
  /** Show codes near the coder's before anything is typed; none of them is chosen. */
  offer(codeSystem, text2) {
    this.isOffer = true;
    this.#ask(codeSystem, text2);
  }
  /** Ask for codes when typing pauses. */
  search(codeSystem, text2) {
    this.pause.cancel();
    this.waitingKeys = [];
    this.isOffer = false;
    if (!text2) {
      this.#clear();
      return;
    }
    this.sequence += 1;
    this.isAwaited = true;
    this.pause.run(() => this.#ask(codeSystem, text2));
  }
  #ask(codeSystem, text2) {
    this.sequence += 1;
    this.isAwaited = true;
    this.ask({ sequence: this.sequence, code_system: codeSystem, text: text2 });
  }
  #clear() {
    this.pause.cancel();
    this.codes = [];
    this.isAwaited = false;
    this.sequence += 1;
    this.element.replaceChildren();
    this.#choose(-1);
  }
  /** Show the codes of an answer, unless more has been typed since. */
  show(content, typed) {
    if (content.sequence !== this.sequence) return;
    this.isAwaited = false;
    this.codes = content.codes ?? [];
    const note = content.error?.message || content.note;
    const none = note || "Not in the code sets that are loaded for this date.";
    const options = this.codes.map((code, index) => this.#option(code, index, storedCode(typed)));
    const isNoteShown = this.codes.length === 0 && !this.isOffer || note;
    this.element.setAttribute("role", options.length ? "listbox" : "group");
    this.element.replaceChildren(...options, ...isNoteShown ? [make("div", { class: "none" }, none)] : []);
    this.#choose(this.codes.length > 0 && !this.isOffer ? 0 : -1);
    const { waitingKeys } = this;
    this.waitingKeys = [];
    for (const key of waitingKeys) if (!this.#press(key) && key === "Enter") this.onSave();
  }
  #option(code, index, typed) {
    const notes = [
      code.in_record,
      !code.is_billable && "needs more characters",
      code.code === this.billed && "billed",
      code.code === typed && code.code !== this.billed && "as typed"
    ].filter(Boolean);
    return make(
      "div",
      {
        role: "option",
        id: `${this.id}-${index}`,
        class: code.code === typed ? "whole" : null,
        onmousedown: (event) => {
          event.preventDefault();
          this.#take(index);
        }
      },
      make("b", {}, code.shown),
      make("span", { class: "title" }, code.description ?? ""),
      make("span", { class: "note" }, notes.join(", "))
    );
  }
  /** The code that Enter would take, or null. */
  get chosenCode() {
    return this.codes[this.chosen] ?? null;
  }
  #choose(index) {
    this.chosen = index;
    this.onChoose();
    [...this.element.children].forEach((option2, place) => {
      if (option2.getAttribute("role") === "option") option2.setAttribute("aria-selected", String(place === index));
    });
    this.field?.setAttribute("aria-expanded", String(this.codes.length > 0));
    if (index < 0) this.field?.removeAttribute("aria-activedescendant");
    else {
      this.field?.setAttribute("aria-activedescendant", `${this.id}-${index}`);
      scrollToRow(this.element, this.element.children[index]);
    }
  }
  /** Move through the codes or take one; return whether the key was meant for them. */
  onKey(event) {
    if (this.isAwaited && !this.isOffer && ["Enter", "ArrowDown", "ArrowUp"].includes(event.key)) {
      this.waitingKeys.push(event.key);
      return true;
    }
    return this.#press(event.key);
  }
  #press(key) {
    const count = this.codes.length;
    if (count === 0) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      const isFirstPress = this.chosen < 0;
      const step = key === "ArrowDown" ? 1 : isFirstPress ? count : count - 1;
      this.#choose((this.chosen + step) % count);
      return true;
    }
    if (key === "Enter" && this.chosen >= 0) {
      this.#take(this.chosen);
      return true;
    }
    return false;
  }
  #take(index) {
    const code = this.codes[index];
    this.#clear();
    this.element.replaceChildren(
      make(
        "div",
        { class: "whole", role: "option", "aria-selected": "true" },
        make("b", {}, code.shown),
        make("span", { class: "title" }, code.description ?? "")
      )
    );
    this.onTake(code);
  }
};

// auditlib/widgets/js/review_desk/error_kind.js
var DIAGNOSES2 = "ICD-10-CM";
var CATEGORY_LENGTH = 3;
var NOT_SAID = /\bunspecified\b|\bnot otherwise specified\b|\bNOS\b/i;
var RESIDUAL = /^[09]$/;
function likelyKind(code, corrected) {
  const typed = storedCode(corrected.code);
  if (typed !== code.code) return isMoreSpecific(code, typed) ? "not specific" : "wrong code";
  if (corrected.code_role !== code.code_role) return "sequencing";
  if (corrected.modifiers.join(" ").toUpperCase() !== code.modifiers.join(" ")) return "modifier";
  if ((corrected.unit_count ?? "") !== (code.unit_count ?? "")) return "units";
  return (corrected.poa_indicator ?? null) === code.poa_indicator ? "wrong code" : "POA";
}
function isMoreSpecific(code, typed) {
  if (code.code_system !== DIAGNOSES2 || typed.slice(0, CATEGORY_LENGTH) !== code.code.slice(0, CATEGORY_LENGTH))
    return false;
  if (typed.length > code.code.length) return true;
  if (typed.length < code.code.length) return false;
  if (code.description) return NOT_SAID.test(code.description);
  const isSubdivided = code.code.length > CATEGORY_LENGTH + 1 && typed.slice(0, -1) === code.code.slice(0, -1);
  return isSubdivided && RESIDUAL.test(code.code.at(-1)) && !RESIDUAL.test(typed.at(-1));
}

// auditlib/widgets/js/review_desk/verdict_form.js
var DIAGNOSES3 = "ICD-10-CM";
var PROCEDURES_WITH_MODIFIERS = /* @__PURE__ */ new Set(["CPT", "HCPCS"]);
var DIRECTIONS = ["overpaid", "underpaid"];
var USUAL_CAUSE = "coder oversight";
var CATEGORY_LENGTH2 = 3;
var NEW_CODE = {
  code_system: DIAGNOSES3,
  code: "",
  shown: "",
  code_role: "secondary",
  poa_indicator: null,
  modifiers: [],
  unit_count: null
};
var VerdictForm = class extends SmallForm {
  /**
   * @param {"change" | "delete" | "add"} action
   * @param {import("./review_state.js").Row | null} row The code that it is about; null for a new one.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   * @param {Object} [proposed] What the form begins with, where no verdict is there yet.
   * @param {object} [proposed.corrected]
   * @param {string} [proposed.error_kind]
   */
  constructor(action, row, state, screen, proposed = {}) {
    super(screen);
    this.action = action;
    this.row = row;
    this.state = state;
    this.fields = {};
    this.canFindCodes = state.canFindCodes;
    this.matches = new CodeMatches({
      ask: screen.findCodes,
      onTake: (code) => {
        this.fields.code.value = code.shown;
        this.#proposeKind();
      },
      onChoose: () => this.#proposeKind(),
      onSave: () => this.save(),
      billed: row && !row.added ? row.code.code : null
    });
    const current = row?.verdict?.action === action ? row.verdict : null;
    const known = current ?? proposed;
    this.isKindChosen = Boolean(known.error_kind);
    this.evidence = new EvidenceChoice(
      state.documents,
      state.evidenceOf(row),
      current?.evidence?.passage ?? null
    );
    this.element = this.#make(state.choices, known);
    this.first = this.fields.code ?? this.fields.cause;
    if (row?.added) {
      this.fields.code.readOnly = true;
      this.fields.code_system.disabled = true;
      this.first = this.fields.code_role;
      this.showMore(true);
    }
    if (this.fields.code) this.matches.setField(this.fields.code);
    this.fields.error_kind.addEventListener("change", () => {
      this.isKindChosen = true;
    });
    this.element.addEventListener("input", (event) => this.#onInput(event.target));
    this.#fitFields();
    if (current?.payment_difference || current?.evidence || current?.severity) this.showMore(true);
  }
  close() {
    this.matches.close();
  }
  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select?.();
    if (this.action === "change" && this.canFindCodes && !this.row.added) this.#offerNearCodes();
  }
  /** Before anything is typed, the codes beside the coder's stand ready. */
  #offerNearCodes() {
    const { code } = this.row;
    const near = code.code_system === DIAGNOSES3 && code.code.length > CATEGORY_LENGTH2 ? code.shown.slice(0, -1) : code.shown;
    this.matches.offer(code.code_system, near.replace(/\.$/, ""));
  }
  // Fields
  #make(choices, known) {
    const { action, row } = this;
    const title = {
      change: "Change",
      delete: "Delete",
      add: row?.added ? "Change the added code" : "Add a missed code"
    }[action];
    const finding = row?.code.findings?.[0];
    this.more = make("div", { class: "fields more", hidden: true }, ...this.#moreFields(choices, known));
    this.moreButton = make(
      "button",
      { type: "button", class: "plain", "aria-expanded": "false", "aria-keyshortcuts": "Alt+.", onclick: () => this.showMore() },
      make("kbd", {}, shownKey(ACTIONS.more)),
      " more fields"
    );
    return this.makeForm(
      title,
      make(
        "h3",
        {},
        action === "add" ? title : `${title} `,
        action !== "add" && make("span", { class: "code" }, row.code.shown),
        finding && make("span", { class: "about-finding", title: finding.detail }, `${finding.check_id} ${finding.detail}`)
      ),
      ...action === "delete" ? [] : this.#codeField(known),
      make("div", { class: "two" }, ...this.#reasonFields(choices, known)),
      this.#input("comment", "Comment for the coder", known.comment ?? "", "why, in your words"),
      this.more,
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", `Save ${action === "add" ? "code" : action}`, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
        make("span", { class: "spring" }),
        this.moreButton
      )
    );
  }
  #codeField(known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const day = this.state.chart?.service_date;
    const valid = day ? ` valid on ${day}` : "";
    const label = this.action === "add" ? `Missed code${valid}` : `Right code, ${code.code_system}${valid}`;
    const how = this.canFindCodes ? " (number or words)" : "";
    const input = this.#input("code", `${label}${how}`, code.shown, this.canFindCodes ? "code or words" : "code", "Code");
    this.billed = make(
      "div",
      { class: "two" },
      this.#input("modifiers", "Modifiers", code.modifiers.join(" "), "25 LT"),
      this.#input("unit_count", "Units", code.unit_count ?? "", "1")
    );
    return [make("div", { class: "code-entry" }, input, this.matches.element), this.billed];
  }
  #reasonFields(choices, known) {
    const { action } = this;
    const kinds = choices.error_kinds[action];
    const usualKind = action === "delete" ? "unsupported code" : kinds[0];
    const usualCause = this.state.lastCauses[action] ?? (choices.causes.includes(USUAL_CAUSE) ? USUAL_CAUSE : choices.causes[0]);
    const kind = action === "change" ? "Error kind (proposed)" : "Error kind";
    return [
      this.#select("error_kind", kind, kindOptions(kinds, withOwn(choices.own_kinds, known)), kindValue(known) ?? usualKind, void 0, "Error"),
      this.#select("cause", "Cause", plain(choices.causes), known.cause ?? usualCause)
    ];
  }
  /** The fields behind the key of more fields; further ones join here. */
  #moreFields(choices, known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const ofCode = this.action === "delete" ? [] : [
      this.#select("code_system", "System", plain(choices.code_systems), code.code_system),
      this.#select("code_role", "Role", plain(choices.code_roles), code.code_role),
      this.#select("poa_indicator", "POA", choices.poa_indicators, code.poa_indicator, "none")
    ];
    return [
      ...ofCode,
      ...this.#dollarFields(known.payment_difference ?? null),
      this.#field("evidence", "Evidence", this.evidence.element),
      this.#select("severity", "Severity", plain(choices.severities), known.severity, "not graded")
    ];
  }
  /** @param {string | null} difference What was paid too much, with a minus what was paid too little. */
  #dollarFields(difference) {
    const isUnder = difference === null ? this.action === "add" : difference.startsWith("-");
    return [
      this.#input("dollars", "Dollars", (difference ?? "").replace("-", ""), "not priced"),
      this.#select("direction", "Paid", plain(DIRECTIONS), DIRECTIONS[Number(isUnder)])
    ];
  }
  /** Show the fields that are not always needed, or hide them. */
  showMore(isShown = this.more.hidden) {
    this.more.hidden = !isShown;
    this.moreButton.setAttribute("aria-expanded", String(isShown));
    this.moreButton.lastChild.textContent = isShown ? " fewer fields" : " more fields";
  }
  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    if (!isAttached) return false;
    this.showMore(true);
    if (!this.element.contains(document.activeElement)) this.evidence.element.focus({ preventScroll: true });
    return true;
  }
  /** @param {[string, string][]} options Values with their words. */
  #select(name, label, options, value, placeholder, accessibleName = label) {
    const elements = options.map(
      ([entry, words2]) => make("option", { value: entry, selected: entry === value }, words2)
    );
    if (placeholder !== void 0)
      elements.unshift(make("option", { value: "", selected: !value }, placeholder));
    return this.#field(name, label, make("select", { name, "aria-label": accessibleName }, elements));
  }
  #input(name, label, value, placeholder, accessibleName = label) {
    const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": accessibleName };
    return this.#field(name, label, make("input", { name, value, placeholder, ...settings }));
  }
  #field(name, label, element) {
    this.fields[name] = element;
    return field(name, label, element);
  }
  /** Show the fields that the system of the code has; the others keep what they hold. */
  #fitFields() {
    const { fields } = this;
    if (!fields.code_system) return;
    const system = fields.code_system.value;
    fields.poa_indicator.parentElement.hidden = system !== DIAGNOSES3;
    this.billed.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
  }
  #onInput(target) {
    const { fields } = this;
    if (target === fields.code_system) this.#fitFields();
    if ((target === fields.code || target === fields.code_system) && this.canFindCodes)
      this.matches.search(fields.code_system.value, fields.code.value.trim());
    if (target !== fields.error_kind) this.#proposeKind();
  }
  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.key === ACTIONS.more.key && (event.altKey || event.target.tagName !== "INPUT")) {
      event.preventDefault();
      this.showMore();
    } else if (event.target === this.fields.code && this.matches.onKey(event)) {
      event.preventDefault();
    } else super.onKey(event);
  }
  showMatches(content) {
    this.matches.show(content, this.fields.code.value.trim());
  }
  // What the form says
  /** Propose the kind of error that the difference to the coder's code shows, until one is chosen. */
  #proposeKind() {
    if (this.isKindChosen || this.action !== "change" || !this.fields.error_kind) return;
    const { chosenCode } = this.matches;
    const { corrected } = this;
    this.fields.error_kind.value = likelyKind(this.row.code, { ...corrected, code: chosenCode?.code ?? corrected.code });
  }
  get corrected() {
    const { fields } = this;
    return {
      code_system: fields.code_system.value,
      code: fields.code.value.trim(),
      code_role: fields.code_role.value,
      poa_indicator: fields.poa_indicator.value || null,
      modifiers: fields.modifiers.value.split(/[\s,]+/).filter(Boolean),
      unit_count: fields.unit_count.value.trim() || null
    };
  }
  save() {
    if (this.isWaiting) return;
    const { fields, action, row } = this;
    const difference = signedDollars(fields.dollars.value, fields.direction.value);
    if (difference === void 0) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      this.showMore(true);
      fields.dollars.focus();
      return;
    }
    this.state.lastCauses[action] = fields.cause.value;
    this.send({
      kind: "decide",
      action,
      ...row && !row.added ? { code_number: row.code.code_number } : {},
      ...row?.added ? { replaces: referenceToAdded(row.code) } : {},
      ...action === "delete" ? {} : { corrected: this.corrected },
      ...chosenKind(fields.error_kind.value),
      severity: fields.severity.value || null,
      cause: fields.cause.value,
      comment: fields.comment.value.trim() || null,
      payment_difference: difference,
      evidence: this.evidence.chosen
    });
  }
};
function signedDollars(typed, direction) {
  const amount = typed.trim();
  if (!amount) return null;
  if (!/^\$?\s*[\d,]+(\.\d*)?$|^\$?\s*\.\d+$/.test(amount)) return void 0;
  return direction === DIRECTIONS[1] ? `-${amount}` : amount;
}
var OWN_KIND = "\n";
var kindValue = ({ error_kind: kind, own_kind: own }) => own ? `${kind}${OWN_KIND}${own}` : kind;
function withOwn(ownKinds, { error_kind: kind, own_kind: own }) {
  const isKnown = !own || ownKinds.some(([name, within]) => name === own && within === kind);
  return isKnown ? ownKinds : [...ownKinds, [own, kind]];
}
function kindOptions(kinds, ownKinds = []) {
  return kinds.flatMap((kind) => [
    [kind, kind],
    ...ownKinds.filter(([, within]) => within === kind).map(([own]) => [kindValue({ error_kind: kind, own_kind: own }), `${own} (${kind})`])
  ]);
}
function chosenKind(value) {
  const [kind, own] = value.split(OWN_KIND);
  return { error_kind: kind, own_kind: own ?? null };
}
var plain = (values) => values.map((value) => [value, value]);

// auditlib/widgets/js/review_desk/stay_form.js
var DRG = "DRG";
var DIRECTIONS2 = ["overpaid", "underpaid"];
var USUAL_CAUSE2 = "coder oversight";
var StayForm = class extends SmallForm {
  /**
   * @param {object[]} facts The facts of the stay that may be judged, each with its verdict or null.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   * @param {() => void} [screen.findGroup] Asks for the DRG of the codes as audited.
   */
  constructor(facts2, state, screen) {
    super(screen);
    this.facts = facts2;
    this.state = state;
    this.canFindCodes = state.canFindCodes;
    this.element = this.makeForm("Stay");
    this.element.addEventListener("input", (event) => {
      if (event.target === this.first && this.canFindCodes)
        this.matches.search(this.fact.code_system, padded(this.fact, this.first.value.trim()));
    });
    this.show(facts2.find(({ verdict }) => !verdict) ?? facts2[0]);
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
      onChoose: () => {
      },
      onSave: () => this.save(),
      billed: fact.billed
    });
    const value = known.corrected ?? fact.billed;
    this.first = lineElement({ name: "value", label: `Right ${fact.fact}`, value });
    this.matches.setField(this.first);
    const causes = this.state.choices.causes.map(same);
    this.cause = lineElement({ name: "cause", label: "Cause", value: known.cause ?? USUAL_CAUSE2, options: causes });
    this.comment = lineElement({ name: "comment", label: "Comment", value: known.comment ?? "", placeholder: "why, in your words" });
    this.dollars = lineElement({ name: "dollars", label: "Dollars", value: (difference ?? "").replace("-", ""), placeholder: "not priced" });
    const paid = DIRECTIONS2[Number(difference?.startsWith("-") ?? false)];
    this.direction = lineElement({ name: "direction", label: "Paid", value: paid, options: DIRECTIONS2.map(same) });
    this.evidence = new EvidenceChoice(this.state.documents, [], known.evidence?.passage ?? null);
    this.proposal = make("div", { class: "proposal" });
    const ofStay = fact.fact === DRG ? "Dollars of the whole stay" : "Dollars";
    this.element.replaceChildren(
      make("h3", {}, `${capital3(fact.fact)}, billed `, make("span", { class: "code" }, fact.billed), this.#others()),
      make(
        "div",
        { class: "code-entry" },
        field("value", `Right ${fact.fact}: the billed one agrees`, this.first),
        this.matches.element
      ),
      this.proposal,
      make("div", { class: "two" }, field("cause", "Cause of a change", this.cause), field("comment", "Comment for the coder", this.comment)),
      make("div", { class: "two" }, field("dollars", ofStay, this.dollars), field("direction", "Paid", this.direction)),
      field("evidence", "Evidence", this.evidence.element),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
    if (this.canFindCodes) this.matches.offer(fact.code_system, fact.billed);
    if (fact.fact === DRG) this.screen.findGroup?.();
  }
  /** The way to the other fact of the stay. */
  #others() {
    return this.facts.filter((other) => other !== this.fact).map(
      (other) => make(
        "button",
        {
          type: "button",
          class: "plain",
          onclick: () => {
            this.show(other);
            this.focusFirst();
          }
        },
        `${capital3(other.fact)}…`
      )
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
      drg === this.first.value ? "" : make("button", { type: "button", class: "plain", onclick: take }, `Take ${drg}`)
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
    if (difference === void 0) {
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
      evidence: this.evidence.chosen
    });
  }
};
var same = (value) => [value, value];
var padded = (fact, typed) => /^\d+$/.test(typed) ? typed.padStart(fact.fact === DRG ? 3 : 2, "0") : typed;
var capital3 = (word) => word[0].toUpperCase() + word.slice(1);

// auditlib/widgets/js/review_desk/stay_line.js
function stayLine({ status, chart }, act) {
  const facts2 = status?.stay ?? [];
  if (!facts2.length || !chart) return [];
  const isClosed = status.is_completed;
  return [
    make(
      "div",
      { class: "stay-facts" },
      facts2.map((fact) => factWords(fact, fact.fact === DRG ? chart.paid_drg : null))
    ),
    make(
      "div",
      { class: "stay-keys" },
      actionButton(ACTIONS, "stay", act, { disabled: isClosed }),
      facts2.some(({ verdict }) => verdict) && actionButton(ACTIONS, "withdrawStay", act, { disabled: isClosed })
    )
  ];
}
function factWords({ fact, billed, verdict }, paid) {
  return make(
    "span",
    { class: "stay-fact", title: verdict?.comment ?? null },
    `${capital3(fact)} `,
    make("b", {}, billed),
    paid && `, paid ${paid}`,
    " ",
    make("span", { class: `badge sign ${verdict?.action ?? "open"}` }, verdict ? verdictWords2(verdict) : "to judge")
  );
}
var verdictWords2 = ({ action, corrected }) => action === "agree" ? "agree" : `change to ${corrected}`;

// auditlib/widgets/js/review_desk/unblind_form.js
var UnblindForm = class extends SmallForm {
  /**
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(state, screen) {
    super(screen);
    const options = state.chart.hidden_levels.map((level) => make("option", { value: level }, level));
    this.first = make("select", { name: "level", "aria-label": "What is opened" }, options);
    this.reason = make("input", {
      name: "reason",
      type: "text",
      autocomplete: "off",
      "aria-label": "Reason",
      placeholder: "why it is opened: it goes on record"
    });
    this.element = this.makeForm(
      "Unblind",
      make("h3", {}, "Open what is hidden of this chart"),
      make(
        "div",
        { class: "fields" },
        field("level", "What", this.first),
        field("reason", "Reason", this.reason)
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Open, on record", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  save() {
    if (this.isWaiting) return;
    const reason = this.reason.value.trim();
    if (!reason) {
      this.screen.say("Say why it is opened.");
      this.reason.focus();
      return;
    }
    this.send({ kind: "unblind", level: this.first.value, reason });
  }
};

// auditlib/widgets/js/review_desk/visit_level_form.js
var ELEMENTS = ["problems", "data", "risk"];
var VisitLevelForm = class extends SmallForm {
  /**
   * @param {import("./review_state.js").Row} row The code of a visit.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   */
  constructor(row, state, screen) {
    super(screen);
    this.reference = state.referenceTo(row);
    const known = row.verdict?.visit ?? {};
    this.selects = ELEMENTS.map((name) => levelSelect(name, state.choices.decision_levels, known[name]));
    this.first = this.selects[0];
    this.minutes = make("input", {
      name: "minutes",
      type: "text",
      inputmode: "numeric",
      value: known.minutes ?? "",
      autocomplete: "off",
      placeholder: "none stated",
      "aria-label": "Minutes"
    });
    this.day = make("input", {
      name: "day",
      type: "date",
      value: known.service_date ?? state.chart.service_day ?? "",
      "aria-label": "Day of the visit"
    });
    this.element = this.makeForm(
      "Level of the visit",
      make("h3", {}, "Level of the visit ", make("span", { class: "code" }, row.code.shown)),
      make(
        "div",
        { class: "fields" },
        ELEMENTS.map((name, place) => field(name, capital4(name), this.selects[place])),
        field("minutes", "Minutes stated", this.minutes),
        field("day", "Day of the visit", this.day)
      ),
      make("p", { class: "faint" }, row.verdict?.visit_sentence ?? row.code.visit_rule ?? ""),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", row.verdict ? "Save with the verdict" : "Agree, with this", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })
      )
    );
  }
  save() {
    if (this.isWaiting) return;
    const [problems, data, risk] = this.selects.map(({ value }) => value || null);
    const minutes = wholeMinutes(this.minutes.value);
    if (minutes === void 0) {
      this.screen.say("Minutes are a whole number, as 25, or nothing.");
      this.minutes.focus();
      return;
    }
    if (!problems && !data && !risk && minutes === null) {
      this.screen.say("Tick problems, data or risk, or give the minutes.");
      this.first.focus();
      return;
    }
    if (!this.day.value) {
      this.screen.say("Say on which day the visit was: its rules count.");
      this.day.focus();
      return;
    }
    const visit = { service_date: this.day.value, problems, data, risk, minutes };
    this.send({ kind: "visit", ...this.reference, visit });
  }
};
function levelSelect(name, levels, chosen) {
  return make(
    "select",
    { name, "aria-label": capital4(name) },
    make("option", { value: "", selected: !chosen }, "not ticked"),
    levels.map((level) => make("option", { value: level, selected: level === chosen }, level))
  );
}
var capital4 = (word) => word[0].toUpperCase() + word.slice(1);
function wholeMinutes(typed) {
  const text2 = typed.trim();
  if (!text2) return null;
  return /^\d{1,4}$/.test(text2) ? Number(text2) : void 0;
}

// auditlib/widgets/js/review_desk/review_card.js
var FORM_IS_OPEN = "The form is open: Enter saves, Escape cancels.";
var MOVING = "j and k move the code, Enter sets it, Escape leaves it where it was.";
var USUAL_CAUSE3 = "coder oversight";
var TICK_MILLISECONDS = 1e3;
var LETTERS_OFF = "auditlib-letters-off";
var MOVES2 = /* @__PURE__ */ new Set(["complete", "next", "previous", "go"]);
var ReviewScreen = class {
  constructor(model, host) {
    this.state = new ReviewState();
    this.pending = new PendingDecisions(() => this.showMessage());
    this.form = null;
    this.moving = null;
    this.refused = null;
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
      say: (words2) => this.say(words2),
      takeFocus: () => this.takeFocus(),
      fill: this.fill,
      requestPage: (request) => this.transport.send({ kind: "page", ...request }),
      attach: (passage) => this.attach(passage),
      showEvidence: () => this.showEvidence(),
      documentActions: (entry) => documentButtons(entry, this.state.mostAttachmentBytes > 0, this.act)
    });
    this.fileTaker = {
      mostBytes: () => this.state.mostAttachmentBytes,
      send: (part) => this.decide({ kind: "attach", ...part }),
      say: (words2) => this.say(words2)
    };
    takeDroppedFiles(this.documents.element, this.fileTaker);
    this.evidence = new EvidencePanel(this.state, (place) => this.documents.showSentence(place));
    this.queue = new QueuePane({
      go: (encounterId) => this.goTo(encounterId),
      say: (words2) => this.say(words2),
      leave: () => {
        this.showQueue(false);
        this.takeFocus();
      }
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
        onkeydown: (event) => this.onHelpKey(event)
      })
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
        codeBar
      ),
      make("footer", { class: "foot" }, message, chartBar)
    );
    this.root = makeScreen("drawn auditlib-review", "Review of charts", { role: "group", tabindex: "0" }, this.desk, help);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"])
      this.root.addEventListener(kind, () => this.timer.touch(), { capture: true, passive: true });
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.reconnect(),
      onCut: () => this.showCut()
    });
    host.append(this.root);
    this.paneSize = new PaneSize(this.root, {
      onWidth: (isNarrow, isWide) => this.documents.setWidth(isNarrow, isWide),
      onView: (isInView) => this.timer.setInView(isInView)
    });
    this.ticking = setInterval(() => this.showTime(), TICK_MILLISECONDS);
    this.showAll();
    this.transport.send({ kind: "ready" });
    this.transport.send({ kind: "queue" });
    requestAnimationFrame(() => {
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
    if (MOVES2.has(message.kind)) message = { ...message, seconds: this.timer.seconds };
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
    if (answered && !content.error) this.savedAt = /* @__PURE__ */ new Date();
    if (answered && !content.error) this.afterSuccess(content.sequence, answered, isOtherChart);
    if (answered && content.error) this.afterRefusal(content.sequence, answered);
    this.pending.watch();
    this.showAll();
  }
  /** Take over after how long without a key the time on a chart stops; it may come after the chart. */
  takeIdleSeconds(seconds) {
    this.timer.idleMilliseconds = 1e3 * seconds;
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
    const isUntouched = state.focusKey === answered.focusKey && this.pending.count === 0 && !isOtherChart;
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
    if (MOVES2.has(answered.kind) && !isOtherChart) this.timer.start(state.status.seconds);
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
    this.decide({ kind: "complete", ...waiting.length && { with_open_query: true } });
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
    if (name === "withdraw" || row.added && name === "delete") {
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
      cause: this.state.lastCauses.change ?? USUAL_CAUSE3,
      comment: moving.words,
      follower: moving.follower
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
        findCodes: (request) => this.transport.send({ kind: "find", ...request })
      }, proposed)
    );
    if (selected) this.attach(selected);
  }
  /** A passage of the documents becomes the evidence of the verdict that is being made. */
  attach(passage) {
    if (!this.isFormOpen || !this.form.attach?.(passage)) return;
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
        findGroup: () => this.transport.send({ kind: "group", encounter_id: this.state.status.encounter_id })
      })
    );
    if (selected) this.attach(selected);
  }
  withdrawStay() {
    const judged = this.state.status.stay.findLast(({ verdict }) => verdict);
    if (judged) this.decide({ kind: "withdraw stay", fact: judged.fact });
    else this.say("There is no verdict on the stay to take back.");
  }
  openRequirementsForm() {
    const document2 = this.documents.entry;
    if (document2) this.placeForm(new RequirementsForm(document2, this.state, this.formScreen()));
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
      say: (words2) => this.say(words2)
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
    const { isStopped, words: words2 } = this.timer;
    time.classList.toggle("stopped", isStopped);
    time.replaceChildren(isStopped ? "Time stopped " : "Time ", make("b", {}, words2));
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
      timeWords: `The time on a chart stops while the desk is not in view, and ${seconds} seconds after the last key, click or scroll.`
    };
    this.fill(this.parts.help, ...keyList(list));
  }
  say(words2) {
    this.problem = null;
    this.notice = words2;
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
        ` What is marked as decided is kept. Run the cell again to go on.${count ? ` ${keys}` : ""}`
      );
    } else if (this.problem) {
      const { message: words2, hint } = this.problem;
      const again = this.refused ? " Press Enter to try again." : "";
      const kept = this.refused ? "Not saved: " : "";
      writeMessage(message, "bad", make("strong", {}, `${kept}${words2}`), hint ? ` ${hint}` : "", again);
    } else if (this.pending.isSlow && count) {
      const words2 = `The kernel is busy: ${count} not saved yet. They are applied in order when it answers.`;
      writeMessage(message, "slow", words2);
    } else {
      writeMessage(message, "", this.notice);
    }
  }
};
function savedWords(moment) {
  return moment ? `Saved ${moment.toLocaleTimeString("en-GB")}` : "All saved";
}
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
  }
}
var review_card_default = {
  render({ model, el }) {
    const screen = new ReviewScreen(model, el);
    return () => screen.destroy();
  }
};
export {
  ReviewScreen,
  review_card_default as default
};
