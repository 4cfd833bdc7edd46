// The overview: one next thing, every audit, what is here and what is missing.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { DOORS, OVERVIEW_ACTIONS, ROOMS } from "./start_keys.js";

/**
 * Make the overview of a workspace.
 *
 * @param {object} page What Python says of it.
 * @param {object} does `chosen`, `act(name)`, `choose(audit)` and `copied()`.
 */
export function makeOverview(page, does) {
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
      make("div", {}, makeContents(page, does), makeGaps(page, does)),
    ),
  );
}

function makeHead(page, does) {
  return make(
    "header",
    { class: "bar" },
    make("h2", { title: page.folder }, page.workspace),
    page.own_workspace &&
      make(
        "button",
        { type: "button", "data-action": "leave-demo", onclick: () => does.act("leave demo") },
        `Back to ${page.own_workspace}`,
      ),
    page.own_workspace && make("span", { class: "faint" }, "invented data"),
    make("span", { class: "faint" }, `You are ${page.user} · ${page.day}`),
    make(
      "button",
      { type: "button", class: "text", "aria-keyshortcuts": "w", onclick: () => does.act("person") },
      make("kbd", {}, "w"),
      ` Not ${page.user}?`,
    ),
    make("span", { class: "spring" }),
    actionButton(OVERVIEW_ACTIONS, "keys", does.act),
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
      isFirst && page.after && make("span", { class: "faint" }, ` After that: ${page.after}.`),
    ),
    make(
      "button",
      {
        type: "button",
        class: "main",
        "aria-keyshortcuts": "Enter",
        "data-action": "next",
        onclick: () => does.act("next"),
      },
      make("kbd", {}, "Enter"),
      ` ${next.button}`,
    ),
    !page.can_plan && !page.own_workspace && actionButton(OVERVIEW_ACTIONS, "demo", does.act),
  );
}

const SIGN_OF_STATE = { done: "✓", now: "●", later: "○" };

/** Make the way from files to a report, with how far this workspace is on it. */
function makeSteps(page) {
  return make(
    "ol",
    { class: "steps", "aria-label": "From files to a report" },
    page.steps.map(({ name, state, words }) =>
      make(
        "li",
        { class: state, "aria-current": state === "now" ? "step" : null },
        make("span", { "aria-hidden": "true" }, `${SIGN_OF_STATE[state]} `),
        name,
        words && make("span", { class: "faint" }, ` ${words}`),
      ),
    ),
  );
}

function makeAudits(page, does) {
  const heads = [
    ["Audit"],
    ["State"],
    ["Charts done", "num"],
    ["Waits for"],
    ["Since, days", "num"],
    ["Due"],
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
      make("span", { class: "faint" }, rows.length > 0 ? "those that wait for you first" : "none is planned yet"),
    ),
    rows.length > 0 &&
      make(
        "div",
        { class: "table", tabindex: "0", role: "group", "aria-label": "List of audits" },
        make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows)),
      ),
    makeDoors(page, does),
  );
}

/** Make the buttons that open something of the chosen audit, whatever is next in it. */
function makeDoors(page, does) {
  const doors = page.audits.find(({ audit }) => audit === does.chosen)?.doors ?? [];
  const buttons = DOORS.filter((name) => doors.includes(name)).map((name) => actionButton(OVERVIEW_ACTIONS, name, does.act));
  return buttons.length > 0 && make("p", { class: "bar doors", role: "group", "aria-label": `Audit ${does.chosen}` }, buttons);
}

/** Make the ways to what is there whatever audits there are. */
function makeRooms(page, does) {
  return make(
    "section",
    { class: "rooms", "aria-label": "Also here" },
    make("h3", {}, "Also here"),
    Object.entries(ROOMS).map(([name, words]) =>
      make("p", { class: "bar" }, actionButton(OVERVIEW_ACTIONS, name, does.act), make("span", { class: "faint" }, words)),
    ),
    page.can_plan &&
      !page.own_workspace &&
      make(
        "p",
        { class: "bar" },
        actionButton(OVERVIEW_ACTIONS, "demo", does.act),
        make("span", { class: "faint" }, "the demo, in a folder of its own"),
      ),
  );
}

function makeAuditRow(one, does) {
  const isChosen = one.audit === does.chosen;
  const waits = one.waits_for.map(({ is_you: isYou, who, what }) =>
    make(
      "span",
      { class: "wait" },
      isYou ? make("span", { class: "tag act" }, "you") : who,
      who && (isYou ? " " : ", "),
      what,
    ),
  );
  return make(
    "tr",
    { class: isChosen ? "on" : null, "aria-current": isChosen ? "true" : null, onclick: () => does.choose(one.audit) },
    make(
      "th",
      { scope: "row" },
      make("button", { type: "button", class: "text name", title: one.audit }, one.audit),
    ),
    make("td", {}, one.state),
    make("td", { class: "num" }, one.done),
    make("td", {}, waits.length > 0 ? waits : make("span", { class: "faint" }, one.nobody)),
    make("td", { class: "num", title: `its last event is of ${one.since}` }, one.days === null ? "" : String(one.days)),
    make("td", { class: "day" }, one.due),
  );
}

function makePlan(page, does) {
  return make(
    "section",
    { class: "plan", "aria-label": "Plan an audit" },
    make("h3", {}, "Plan an audit"),
    page.can_plan
      ? make(
          "p",
          { class: "bar" },
          actionButton(OVERVIEW_ACTIONS, "plan", does.act),
          make("span", { class: "faint" }, "unit and days, size or precision, seed, who reviews, how blind"),
        )
      : make("p", { class: "faint" }, "Once encounters or claims are loaded, a sample of them is drawn here."),
    page.can_plan &&
      make(
        "p",
        { class: "bar" },
        actionButton(OVERVIEW_ACTIONS, "designs", does.act),
        make("span", { class: "faint" }, "strata, clusters, dollars, sequential; expected precision and trial audits"),
      ),
  );
}

function makeContents(page, does) {
  const rows = page.contents.map((one) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, one.name),
      make("td", { class: "num" }, one.count),
      make(
        "td",
        {},
        one.command ? missing(one.command, does) : [one.days, one.note && make("span", { class: "faint" }, ` ${one.note}`)],
      ),
    ),
  );
  const sets = page.code_sets.map((one) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, one.name),
      make("td", { class: "num" }, one.count),
      make("td", {}, one.days),
    ),
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
          make("th", { scope: "col" }, "Days"),
        ),
      ),
      make("tbody", {}, rows, sets),
    ),
    make("p", { class: "bar" }, actionButton(OVERVIEW_ACTIONS, "load", does.act)),
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
          page.gaps.map((gap) =>
            make(
              "tr",
              { title: [gap.months, gap.licence].filter(Boolean).join(" · ") },
              make("th", { scope: "row" }, gap.name, make("span", { class: "words" }, missing(gap.command, does))),
              make("td", { class: "num faint" }, gap.words),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Make the command that loads what is missing; a press copies it. */
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
          // Without leave to the clipboard the words can still be marked.
        }
      },
    },
    command,
  );
}
