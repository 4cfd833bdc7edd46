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
function writeMessage(line, tone, ...words) {
  line.className = tone ? `message ${tone}` : "message";
  line.replaceChildren(...words);
}
function isField(element) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}
function isButton(element) {
  return element.tagName === "BUTTON";
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

// auditlib/widgets/js/start_screen/start_keys.js
var OVERVIEW_ACTIONS = {
  next: { key: "Enter", label: "", help: "do the next thing of the chosen audit" },
  down: { key: "j", label: "", help: "next audit (or the arrow down)" },
  up: { key: "k", label: "", help: "audit before (or the arrow up)" },
  audits: { key: "1", label: "Audits", help: "choose among the audits" },
  review: { key: "r", label: "Review", help: "chosen audit: open its review desk" },
  adjudicate: { key: "d", label: "Disagreements", help: "chosen audit: decide where reviewers differ" },
  rebut: { key: "b", label: "Rebuttals and actions", help: "chosen audit: findings to coders, their answers, corrective actions" },
  estimate: { key: "v", label: "Estimate", help: "chosen audit: what its sample says of the universe" },
  report: { key: "e", label: "Write the report", help: "chosen audit: write its report" },
  assign: { key: "t", label: "Name reviewers", help: "chosen audit: say who reviews it" },
  plan: { key: "2", label: "Plan an audit", help: "plan an audit" },
  designs: { key: "p", label: "All designs", help: "draw a sample by any design: strata, clusters, dollars" },
  denials: { key: "3", label: "Denials", help: "what changed, where, and which claims to work" },
  accuracy: { key: "4", label: "Accuracy", help: "where coding stands, who needs help" },
  practice: { key: "5", label: "Practice", help: "practise on cases with a key" },
  demo: { key: "6", label: "Try it with invented data", help: "make the demo, in a folder of its own" },
  load: { key: "i", label: "Load files", help: "load files or code sets" },
  person: { key: "w", label: "", help: "say who you are" },
  keys: { key: "?", label: "Keys", help: "show or hide these keys" }
};
var DOORS = ["review", "adjudicate", "rebut", "assign", "estimate", "report"];
var ROOMS = {
  denials: "what changed, where, and which claims to work first",
  accuracy: "where coding stands, what changes, who needs help",
  practice: "cases with a key: learn, test, calibrate"
};
function makeKeyList() {
  const rows = Object.values(OVERVIEW_ACTIONS).map(
    (action) => make("li", {}, make("kbd", {}, shownKey(action)), ` ${action.help}`)
  );
  return make(
    "section",
    { class: "keys", "aria-label": "Keys of this screen" },
    make("h4", {}, "Keys of this screen"),
    make("ul", {}, rows, make("li", {}, make("kbd", {}, "Esc"), " close this list, or back to the notebook"))
  );
}

// auditlib/widgets/js/start_screen/start_forms.js
function makeBar(below, back) {
  return make(
    "div",
    { class: "bar above" },
    make("b", {}, below.title),
    below.reviewer && make("span", { class: "faint" }, `as ${below.reviewer}`),
    make("span", { class: "spring" }),
    make("button", { type: "button", "data-action": "back", onclick: back }, "Back to start")
  );
}
function makeWho(who, { open, back }) {
  const isOnly = who.reviewers.length === 1;
  const names = who.reviewers.map(
    (name, place) => make(
      "button",
      { type: "button", class: isOnly ? "main" : null, "data-first": isOnly, onclick: () => open(name) },
      place < 9 && make("kbd", {}, String(place + 1)),
      ` ${name}`
    )
  );
  const field = make("input", { type: "text", value: who.user, "aria-label": "Reviewer", "data-first": true });
  const button = make("button", { type: "button", class: "main", onclick: () => open(field.value) }, "Open the desk");
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") button.focus();
  });
  return make(
    "section",
    { class: "who", "aria-label": "Who are you?" },
    make("h3", {}, "Who are you? ", make("span", { class: "faint" }, `Audit ${who.audit}`)),
    make(
      "p",
      {},
      who.reviewers.length > 0 ? "These review it by its plan. The desk opens with what the plan lets you see, and that you opened it goes on record under your name." : "No plan says who reviews it. That you opened it, and every verdict, goes on record under your name."
    ),
    make("p", { class: "bar" }, names.length > 0 ? names : [field, button]),
    make("p", { class: "bar" }, keyButton("Esc", "Back", { onclick: back }))
  );
}
function makePersonForm(user, { be, back }) {
  const name = make("input", { type: "text", name: "person", value: user, autocomplete: "off", "data-first": true });
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        be(name.value);
      }
    },
    make("h3", {}, "Who are you?"),
    make("label", { class: "field" }, make("span", {}, "Name, as plans and findings have it"), name),
    make("p", { class: "bar" }, keyButton("Enter", "That is me", { type: "submit", class: "main" }), keyButton("Esc", "Back", { onclick: back })),
    make("p", { class: "faint" }, "What is hidden from you depends on it, and what you decide goes on record under this name.")
  );
}
function makeLoadForm({ load, back }) {
  const path = make("input", { type: "text", name: "path", placeholder: "claims/2026-01", "data-first": true });
  const files = make(
    "button",
    { type: "button", class: "main", onclick: () => load(path.value, false) },
    "Load claims, remittances, charts, documents or tables"
  );
  const sets = make("button", { type: "button", onclick: () => load(path.value, true) }, "Load code sets");
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        files.focus();
      }
    },
    make("h3", {}, "Load files"),
    make("label", { class: "field" }, make("span", {}, "File or folder on this machine"), path),
    make("p", { class: "bar" }, files, sets, keyButton("Esc", "Back", { onclick: back })),
    make(
      "p",
      { class: "faint" },
      "Each file is known by its content and loaded once. A billing export of your own needs a mapping: auditlib load --suggest-mapping FILE. ",
      "Files stay where they are; what is loaded goes into this workspace."
    )
  );
}
function makeDemoForm(page, { make: makeIt, back }) {
  const folder = make("input", { type: "text", name: "folder", value: page.demo_folder, "data-first": true });
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        makeIt(folder.value);
      }
    },
    make("h3", {}, "Try it with invented data"),
    make("p", {}, "3,000 invented visits with claims, payments and charts, loaded, checked, sampled, reviewed and reported. It takes about a minute."),
    make("label", { class: "field" }, make("span", {}, "A folder of its own: never this workspace, and apart from your files"), folder),
    make("p", { class: "bar" }, keyButton("Enter", "Make the demo", { type: "submit", class: "main" }), keyButton("Esc", "Back", { onclick: back }))
  );
}

// auditlib/widgets/js/start_screen/overview.js
function makeOverview(page, does) {
  return make(
    "div",
    { class: "page" },
    makeHead(page, does),
    makeBand(page, does),
    makeSteps(page),
    make(
      "div",
      { class: "two" },
      make("div", {}, makeAudits(page, does), makePlan(page, does), makeRooms(page, does)),
      make("div", {}, makeContents(page, does), makeGaps(page, does))
    )
  );
}
function makeHead(page, does) {
  return make(
    "header",
    { class: "bar" },
    make("h2", { title: page.folder }, page.workspace),
    page.own_workspace && make(
      "button",
      { type: "button", "data-action": "leave-demo", onclick: () => does.act("leave demo") },
      `Back to ${page.own_workspace}`
    ),
    page.own_workspace && make("span", { class: "faint" }, "invented data"),
    make("span", { class: "faint" }, `You are ${page.user} · ${page.day}`),
    make(
      "button",
      { type: "button", class: "text", "aria-keyshortcuts": "w", onclick: () => does.act("person") },
      make("kbd", {}, "w"),
      ` Not ${page.user}?`
    ),
    make("span", { class: "spring" }),
    actionButton(OVERVIEW_ACTIONS, "keys", does.act)
  );
}
function makeBand(page, does) {
  const own = page.audits.find(({ audit }) => audit === does.chosen)?.next;
  const next = own ?? page.next;
  const isFirst = next.words === page.next.words;
  return make(
    "div",
    { class: "next" },
    make(
      "p",
      { role: "status" },
      make("b", {}, `${isFirst ? "Next" : does.chosen}: ${next.words}.`),
      isFirst && page.after && make("span", { class: "faint" }, ` After that: ${page.after}.`)
    ),
    make(
      "button",
      {
        type: "button",
        class: "main",
        "aria-keyshortcuts": "Enter",
        "data-action": "next",
        onclick: () => does.act("next")
      },
      make("kbd", {}, "Enter"),
      ` ${next.button}`
    ),
    !page.can_plan && !page.own_workspace && actionButton(OVERVIEW_ACTIONS, "demo", does.act)
  );
}
var SIGN_OF_STATE = { done: "✓", now: "●", later: "○" };
function makeSteps(page) {
  return make(
    "ol",
    { class: "steps", "aria-label": "From files to a report" },
    page.steps.map(
      ({ name, state, words }) => make(
        "li",
        { class: state, "aria-current": state === "now" ? "step" : null },
        make("span", { "aria-hidden": "true" }, `${SIGN_OF_STATE[state]} `),
        name,
        words && make("span", { class: "faint" }, ` ${words}`)
      )
    )
  );
}
function makeAudits(page, does) {
  const heads = [
    ["Audit"],
    ["State"],
    ["Charts done", "num"],
    ["Waits for"],
    ["Since, days", "num"],
    ["Due"]
  ].map(([words, kind]) => make("th", { scope: "col", class: kind }, words));
  const rows = page.audits.map((one) => makeAuditRow(one, does));
  return make(
    "section",
    { class: "audits", "aria-label": "Audits" },
    make(
      "h3",
      {},
      make("kbd", {}, "1"),
      " Audits ",
      make("span", { class: "faint" }, rows.length > 0 ? "those that wait for you first" : "none is planned yet")
    ),
    rows.length > 0 && make(
      "div",
      { class: "table", tabindex: "0", role: "group", "aria-label": "List of audits" },
      make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows))
    ),
    makeDoors(page, does)
  );
}
function makeDoors(page, does) {
  const doors = page.audits.find(({ audit }) => audit === does.chosen)?.doors ?? [];
  const buttons = DOORS.filter((name) => doors.includes(name)).map((name) => actionButton(OVERVIEW_ACTIONS, name, does.act));
  return buttons.length > 0 && make("p", { class: "bar doors", role: "group", "aria-label": `Audit ${does.chosen}` }, buttons);
}
function makeRooms(page, does) {
  return make(
    "section",
    { class: "rooms", "aria-label": "Also here" },
    make("h3", {}, "Also here"),
    Object.entries(ROOMS).map(
      ([name, words]) => make("p", { class: "bar" }, actionButton(OVERVIEW_ACTIONS, name, does.act), make("span", { class: "faint" }, words))
    ),
    page.can_plan && !page.own_workspace && make(
      "p",
      { class: "bar" },
      actionButton(OVERVIEW_ACTIONS, "demo", does.act),
      make("span", { class: "faint" }, "the demo, in a folder of its own")
    )
  );
}
function makeAuditRow(one, does) {
  const isChosen = one.audit === does.chosen;
  const waits = one.waits_for.map(
    ({ is_you: isYou, who, what }) => make(
      "span",
      { class: "wait" },
      isYou ? make("span", { class: "tag act" }, "you") : who,
      who && (isYou ? " " : ", "),
      what
    )
  );
  return make(
    "tr",
    { class: isChosen ? "on" : null, "aria-current": isChosen ? "true" : null, onclick: () => does.choose(one.audit) },
    make(
      "th",
      { scope: "row" },
      make("button", { type: "button", class: "text name", title: one.audit }, one.audit)
    ),
    make("td", {}, one.state),
    make("td", { class: "num" }, one.done),
    make("td", {}, waits.length > 0 ? waits : make("span", { class: "faint" }, one.nobody)),
    make("td", { class: "num", title: `its last event is of ${one.since}` }, one.days === null ? "" : String(one.days)),
    make("td", { class: "day" }, one.due)
  );
}
function makePlan(page, does) {
  return make(
    "section",
    { class: "plan", "aria-label": "Plan an audit" },
    make("h3", {}, "Plan an audit"),
    page.can_plan ? make(
      "p",
      { class: "bar" },
      actionButton(OVERVIEW_ACTIONS, "plan", does.act),
      make("span", { class: "faint" }, "unit and days, size or precision, seed, who reviews, how blind")
    ) : make("p", { class: "faint" }, "Once encounters or claims are loaded, a sample of them is drawn here."),
    page.can_plan && make(
      "p",
      { class: "bar" },
      actionButton(OVERVIEW_ACTIONS, "designs", does.act),
      make("span", { class: "faint" }, "strata, clusters, dollars, sequential; expected precision and trial audits")
    )
  );
}
function makeContents(page, does) {
  const rows = page.contents.map(
    (one) => make(
      "tr",
      {},
      make("th", { scope: "row" }, one.name),
      make("td", { class: "num" }, one.count),
      make(
        "td",
        {},
        one.command ? missing(one.command, does) : [one.days, one.note && make("span", { class: "faint" }, ` ${one.note}`)]
      )
    )
  );
  const sets = page.code_sets.map(
    (one) => make(
      "tr",
      {},
      make("th", { scope: "row" }, one.name),
      make("td", { class: "num" }, one.count),
      make("td", {}, one.days)
    )
  );
  return make(
    "section",
    { class: "loaded", "aria-label": "What is here" },
    make("h3", {}, "What is here ", make("span", { class: "faint" }, page.days)),
    make(
      "table",
      {},
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col" }, "What"),
          make("th", { scope: "col", class: "num" }, "Count"),
          make("th", { scope: "col" }, "Days")
        )
      ),
      make("tbody", {}, rows, sets)
    ),
    make("p", { class: "bar" }, actionButton(OVERVIEW_ACTIONS, "load", does.act))
  );
}
function makeGaps(page, does) {
  if (page.gaps === null) return make("p", { class: "faint counting" }, "Counting what is not checked for want of code sets…");
  if (page.gaps.length === 0) return null;
  return make(
    "section",
    { class: "gaps", "aria-label": "Code sets that are missing" },
    make("h3", {}, "Missing ", make("span", { class: "faint" }, "used by claims or charts, and not loaded for their days")),
    make(
      "div",
      { class: "table", tabindex: "0", role: "group", "aria-label": "List of missing code sets" },
      make(
        "table",
        {},
        make(
          "tbody",
          {},
          page.gaps.map(
            (gap) => make(
              "tr",
              { title: [gap.months, gap.licence].filter(Boolean).join(" · ") },
              make("th", { scope: "row" }, gap.name, make("span", { class: "words" }, missing(gap.command, does))),
              make("td", { class: "num faint" }, gap.words)
            )
          )
        )
      )
    )
  );
}
function missing(command, does) {
  return make(
    "button",
    {
      type: "button",
      class: "text command",
      title: "Copy this command",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(command);
          does.copied();
        } catch {
        }
      }
    },
    command
  );
}

// auditlib/widgets/js/start_screen/plan_form.js
var PlanForm = class {
  /**
   * @param {object} page What Python says of the workspace.
   * @param {object} choices The choices of the form, in plain words.
   * @param {object} does `audit` (empty for a new one), `universe`, `check(values)`, `go(values)` and `back()`.
   */
  constructor(page, choices, does) {
    this.does = does;
    this.fields = {};
    this.problems = {};
    this.outlook = make("p", { class: "outlook", role: "status" });
    this.button = make(
      "button",
      { type: "button", class: "main", "data-action": "go", onclick: () => does.go(this.values) },
      does.audit ? "Record the plan and open the desk" : "Draw the sample, record the plan and open the desk"
    );
    const sampleFields = does.audit ? null : this.sampleFields(page, choices);
    this.element = make(
      "form",
      {
        class: "plan-form",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          does.check(this.values);
        },
        oninput: () => this.changed()
      },
      make(
        "h3",
        {},
        does.audit ? `Who reviews ${does.audit}` : "Plan an audit ",
        !does.audit && make("span", { class: "faint" }, "a simple random sample; nothing is written before the last button")
      ),
      make("div", { class: "columns" }, sampleFields, this.reviewFields(page, choices)),
      this.outlook,
      make(
        "p",
        { class: "bar" },
        make("button", { type: "submit" }, make("kbd", {}, "Enter"), " Check what it does"),
        this.button,
        keyButton("Esc", "Back", { onclick: does.back })
      )
    );
    this.limited = new Set(choices.rules.filter((rule) => rule.is_limited).map(({ value }) => value));
    this.showFields();
  }
  sampleFields(page, choices) {
    const frozen = page.universes.map((name) => ({ value: name, words: `the frozen universe ${name}` }));
    const universe = this.select("universe", "Draw from", [{ value: "", words: "the units chosen here" }, ...frozen]);
    this.fields.universe.value = this.does.universe;
    const sizeBy = this.select("size_by", "How many", [
      { value: "count", words: "a number of charts" },
      { value: "precision", words: "as many as a precision needs" }
    ]);
    return make(
      "fieldset",
      {},
      make("legend", {}, "What is drawn"),
      this.text("name", "Name of the audit", { placeholder: "Inpatient FY2026 Q1", "data-first": true, maxlength: "100" }),
      this.text("objective", "What it is to find out", { placeholder: "optional" }),
      universe,
      this.unitField = this.select("unit", "One unit is", choices.units),
      this.dayFields = make(
        "div",
        { class: "row-of" },
        this.text("from_date", "From, included", { type: "date" }),
        this.text("to_date", "To, included", { type: "date" })
      ),
      make(
        "div",
        { class: "row-of" },
        sizeBy,
        this.countField = this.text("size", "Charts to review", { inputmode: "numeric", value: "30" }),
        this.rateField = this.text("error_rate", "Units in error expected, %", { inputmode: "decimal", value: "10" }),
        this.widthField = this.text("half_width", "Share known within ±, points", { inputmode: "decimal", value: "5" })
      ),
      this.text("seed", "Seed", { placeholder: "dice, or a text agreed on before" })
    );
  }
  reviewFields(page, choices) {
    const blind = choices.blind.map(({ value, name, words, is_usual: isUsual }) => {
      const box = make("input", { type: "checkbox", name: "blind", value, checked: isUsual });
      return make("label", { class: "check" }, box, make("span", {}, make("b", {}, name), ` ${words}`));
    });
    this.boxes = blind.map((label) => label.querySelector("input"));
    return make(
      "fieldset",
      {},
      make("legend", {}, "Who reviews, and how blind"),
      this.text("reviewers", "Reviewers", {
        placeholder: "R01, R02",
        value: page.user,
        "data-first": Boolean(this.does.audit)
      }),
      this.text("coder_ids", "Reviewers who also code", { placeholder: "R01 = C07; nobody reviews their own charts" }),
      make(
        "div",
        { class: "row-of" },
        this.text("second_share", "Second review of, %", { inputmode: "decimal", placeholder: "none" }),
        this.select("rule", "of which charts", choices.rules),
        this.text("review_count", "Reviewers of each such chart", { inputmode: "numeric", value: "2" })
      ),
      this.onlyField = this.text("only", "Only of these coders or checks", { placeholder: "all; or C07, C11; or DX-06" }),
      page.machine_coders.length > 0 && make(
        "div",
        { class: "row-of" },
        this.select("suggestions_of", "Show reviewers the codes of", [
          { value: "", words: "no machine coder" },
          ...page.machine_coders.map((one) => ({ value: one.join("	"), words: one.join(" ") }))
        ]),
        this.text("shown_share", "on how many of the charts, %", { inputmode: "decimal", placeholder: "all" })
      ),
      make("div", { class: "blind", role: "group", "aria-label": "Hidden from reviewers" }, make("b", {}, "Hidden from reviewers"), blind)
    );
  }
  text(name, label, properties) {
    const input = make("input", { type: "text", name, autocomplete: "off", ...properties });
    return this.labelled(name, label, input);
  }
  select(name, label, options) {
    const made = options.map(({ value, words }) => make("option", { value }, words));
    return this.labelled(name, label, make("select", { name }, made));
  }
  labelled(name, label, field) {
    this.fields[name] = field;
    this.problems[name] = make("span", { class: "problem alert", hidden: true });
    return make("label", { class: "field" }, make("span", {}, label), field, this.problems[name]);
  }
  get values() {
    const texts = Object.entries(this.fields).map(([name, field]) => [name, field.value]);
    const blind = this.boxes.filter(({ checked }) => checked).map(({ value }) => value);
    return { ...Object.fromEntries(texts), blind };
  }
  /** A field was changed: what was said of the fields before does not hold any more. */
  changed() {
    this.outlook.replaceChildren();
    this.showProblems({});
    this.showFields();
  }
  /** Show the fields that count by what is chosen in others. */
  showFields() {
    this.onlyField.hidden = !this.limited.has(this.fields.rule.value);
    if (this.does.audit) return;
    const isPrecise = this.fields.size_by.value === "precision";
    this.countField.hidden = isPrecise;
    this.rateField.hidden = !isPrecise;
    this.widthField.hidden = !isPrecise;
    const isFrozen = this.fields.universe.value !== "";
    this.unitField.hidden = isFrozen;
    this.dayFields.hidden = isFrozen;
  }
  showProblems(problems) {
    for (const [name, line] of Object.entries(this.problems)) {
      const words = problems[name] ?? "";
      line.textContent = words;
      line.hidden = !words;
      if (words) this.fields[name].setAttribute("aria-invalid", "true");
      else this.fields[name].removeAttribute("aria-invalid");
    }
  }
  /** Show what Python said of the fields: what is wrong, or what the button would do. */
  showCheck({ problems, words }) {
    this.showProblems(problems ?? {});
    this.outlook.replaceChildren(words ?? "");
    const wrong = Object.keys(this.fields).find((name) => problems?.[name]);
    (wrong ? this.fields[wrong] : this.button).focus();
  }
};

// auditlib/widgets/js/start_screen/start_screen.js
var StartScreen = class {
  constructor(model, host) {
    this.page = null;
    this.choices = null;
    this.below = null;
    this.chosen = "";
    this.form = null;
    this.who = null;
    this.isBusy = false;
    this.body = make("div", { class: "body" }, make("p", { class: "faint waiting" }, "Reading the workspace…"));
    this.message = makeMessageLine();
    this.root = makeScreen("auditlib-start", "Start", { role: "region", tabindex: "-1" }, this.body, this.message);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.ask("ready"),
      onCut: () => this.say("bad", "The kernel is gone. Run the cell again; what was recorded stays.")
    });
    host.append(this.root);
    this.ask("ready");
  }
  destroy() {
    this.transport.close();
  }
  ask(kind, content = {}) {
    this.transport.send({ kind, sequence: this.transport.nextSequence(), ...content });
  }
  /** Ask for what is written or takes a while; nothing else is asked before its answer. */
  demand(kind, content, words) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.root.setAttribute("aria-busy", "true");
    this.say("slow", words);
    this.ask(kind, content);
  }
  say(tone, ...words) {
    writeMessage(this.message, tone, ...words);
  }
  receive(content) {
    if (!this.transport.isMine(content)) return;
    if (content.answers === "progress") {
      this.showProgress(content);
      return;
    }
    const isAside = content.answers === "refresh" || content.answers === "gaps";
    if (!isAside) {
      this.isBusy = false;
      this.root.removeAttribute("aria-busy");
      this.say("", "");
    }
    if (content.choices) this.choices = content.choices;
    if (content.page) {
      this.page = content.page;
      const names = this.page.audits.map(({ audit }) => audit);
      if (!names.includes(this.chosen)) this.chosen = this.page.next.audit;
      if (this.page.gaps === null) this.ask("gaps");
    }
    if (content.error) {
      this.say("bad", [content.error.message, content.error.hint].filter(Boolean).join(" "));
      if (content.answers === "plan") this.ask("refresh");
      return;
    }
    if (content.problems || "words" in content) {
      this.form?.showCheck(content);
      return;
    }
    if ("below" in content) this.below = content.below;
    this.chosen = content.below?.audit || content.who?.audit || this.chosen;
    if (content.who) {
      this.who = content.who;
      this.form = null;
      this.show(makeWho(this.who, { open: (reviewer) => this.review(reviewer), back: () => this.overview() }));
    } else if ("said" in content) {
      this.form = null;
      this.overview();
      this.say("", content.said);
    } else if (!isAside) this.overview();
    else if (!this.below && this.body.querySelector(".page")) this.overview();
  }
  /** Show how far long work is, as a bar with its words. */
  showProgress({ step, done, total }) {
    const bar = make("progress", { max: Math.max(total, 1), value: done, "aria-label": step });
    this.say("slow", bar, ` ${step}: ${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`);
  }
  show(...elements) {
    const hadFocus = this.root.contains(document.activeElement) || document.activeElement === document.body;
    this.body.replaceChildren(...elements);
    if (!hadFocus) return;
    const first = this.body.querySelector("[data-first]");
    (first ?? this.root).focus({ preventScroll: true });
    first?.select?.();
  }
  overview() {
    this.form = null;
    this.who = null;
    this.root.classList.toggle("is-bar", Boolean(this.below));
    if (this.below) {
      this.body.replaceChildren(makeBar(this.below, () => this.demand("start", {}, "Reading the workspace…")));
      return;
    }
    if (!this.page) return;
    this.show(
      makeOverview(this.page, {
        chosen: this.chosen,
        act: (name) => this.act(name),
        choose: (audit) => this.choose(audit),
        copied: () => this.say("", "The command is copied.")
      })
    );
  }
  choose(audit) {
    this.chosen = audit;
    this.overview();
  }
  /** What the band offers: the next thing of the chosen audit, else of the workspace. */
  get next() {
    return this.page.audits.find(({ audit }) => audit === this.chosen)?.next ?? this.page.next;
  }
  act(name) {
    if (name === "keys") {
      const list = this.body.querySelector(".keys");
      if (list) list.remove();
      else this.body.querySelector(".next").after(makeKeyList());
    } else if (name === "next") this.doNext();
    else if (name === "plan") this.plan("");
    else if (name === "load") this.load();
    else if (name === "designs") this.demand("planner", {}, "Opening all designs…");
    else if (name === "person") this.askPerson();
    else if (name === "demo") this.demo();
    else if (name === "leave demo") this.demand("leave demo", {}, "Reading the workspace…");
    else if (name in ROOMS) this.demand("room", { room: name }, "Opening…");
    else if (DOORS.includes(name)) this.openDoor(name);
    else if (name === "down" || name === "up") this.step(name === "down" ? 1 : -1);
    else if (name === "audits") this.step(0);
  }
  step(by) {
    const names = this.page.audits.map(({ audit }) => audit);
    if (names.length === 0) return;
    const now = names.indexOf(this.chosen);
    const place = now < 0 ? 0 : now + by;
    this.choose(names[Math.min(Math.max(place, 0), names.length - 1)]);
    this.body.querySelector("tr.on")?.scrollIntoView({ block: "nearest" });
  }
  doNext() {
    const { does, audit } = this.next;
    if (does === "load") this.load();
    else if (does === "plan") this.plan("", audit);
    else if (does === "checks") this.demand("checks", {}, "Running the checks…");
    else this.open(does, audit);
  }
  openDoor(name) {
    const doors = this.page.audits.find(({ audit }) => audit === this.chosen)?.doors ?? [];
    if (doors.includes(name)) this.open(name, this.chosen);
    else this.say("", this.chosen ? `${OVERVIEW_ACTIONS[name].label}: not of audit ${this.chosen} now.` : "Choose an audit first.");
  }
  open(does, audit) {
    if (does === "assign") this.plan(audit);
    else if (does === "review") this.demand("open", { audit }, "Opening the audit…");
    else if (does === "estimate") this.demand("estimate", { audit }, "Estimating…");
    else if (does === "report") this.demand("report", { audit }, "Writing the report…");
    else this.demand("show", { audit, does }, "Opening the audit…");
  }
  askPerson() {
    this.show(
      makePersonForm(this.page.user, {
        be: (name) => this.demand("other person", { name }, "Reading the workspace…"),
        back: () => this.overview()
      })
    );
  }
  /** Show the form: of a new audit, or of the reviewers of one that is drawn. */
  plan(audit, universe = "") {
    this.form = new PlanForm(this.page, this.choices, {
      audit,
      universe,
      check: (values) => this.demand("check", { audit, values }, "Counting…"),
      go: (values) => this.demand(
        audit ? "assign" : "plan",
        { audit, values },
        audit ? "Recording the plan…" : "Drawing the sample and recording the plan…"
      ),
      back: () => this.overview()
    });
    this.show(this.form.element);
  }
  load() {
    this.show(
      makeLoadForm({
        load: (path, isCodeSet) => this.demand("load", { path, is_code_set: isCodeSet }, "Loading…"),
        back: () => this.overview()
      })
    );
  }
  demo() {
    if (this.page.own_workspace) {
      this.say("", "This is the demo.");
      return;
    }
    this.show(
      makeDemoForm(this.page, {
        make: (folder) => this.demand("demo", { folder }, "Making the demo…"),
        back: () => this.overview()
      })
    );
  }
  review(reviewer) {
    this.demand("review", { audit: this.who.audit, reviewer }, "Opening the desk…");
  }
  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      const list = this.body.querySelector(".keys");
      if (list) list.remove();
      else if (this.below || !this.body.querySelector("form, .who")) leaveForNotebook(this.root);
      else this.overview();
      return;
    }
    if (this.below || !this.page || isField(event.target)) return;
    if (this.who) {
      const place = Number(event.key);
      const names = this.who.reviewers;
      if (place >= 1 && place <= names.length) {
        event.preventDefault();
        this.review(names[place - 1]);
      }
      return;
    }
    if (this.body.querySelector("form")) return;
    if (event.key === "Enter" && isButton(event.target)) return;
    const arrows = { ArrowDown: "down", ArrowUp: "up" };
    const name = arrows[event.key] ?? actionOfKey(OVERVIEW_ACTIONS, event.key);
    if (!name) return;
    event.preventDefault();
    this.act(name);
  }
};
var start_screen_default = {
  render({ model, el }) {
    const screen = new StartScreen(model, el);
    return () => screen.destroy();
  }
};
export {
  start_screen_default as default
};
