// The start screen: an overview with one next thing, the forms that plan and load, and the bar above an open review.
// It decides nothing about audits: Python sends what is here and what is next.

import { isButton, isField, leaveForNotebook, make, makeMessageLine, makeScreen, writeMessage } from "../dom.js";
import { actionOfKey, hasModifier } from "../keymap.js";
import { Transport } from "../transport.js";
import { DOORS, makeKeyList, OVERVIEW_ACTIONS, ROOMS } from "./start_keys.js";
import { makeBar, makeDemoForm, makeLoadForm, makePersonForm, makeWho } from "./start_forms.js";
import { makeOverview } from "./overview.js";
import { PlanForm } from "./plan_form.js";

class StartScreen {
  constructor(model, host) {
    /** What Python said last: the page, the choices of the form, and what is open below. */
    this.page = null;
    this.choices = null;
    this.below = null;
    this.chosen = "";
    this.form = null;
    this.who = null;
    /** Whether an answer is awaited: a second press of a button is no second gesture. */
    this.isBusy = false;
    this.body = make("div", { class: "body" }, make("p", { class: "faint waiting" }, "Reading the workspace…"));
    this.message = makeMessageLine();
    this.root = makeScreen("auditlib-start", "Start", { role: "region", tabindex: "-1" }, this.body, this.message);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.ask("ready"),
      onCut: () => this.say("bad", "The kernel is gone. Run the cell again; what was recorded stays."),
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
    // What comes beside the work, unasked by the person, leaves what is said and awaited.
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
      // A plan that failed half-way left its sample: the list shows it.
      if (content.answers === "plan") this.ask("refresh");
      return;
    }
    if (content.problems || "words" in content) {
      this.form?.showCheck(content);
      return;
    }
    if ("below" in content) this.below = content.below;
    // Who comes back finds the audit that was open, not the first.
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
        copied: () => this.say("", "The command is copied."),
      }),
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
    // Where none is chosen yet, the first is.
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
        back: () => this.overview(),
      }),
    );
  }

  /** Show the form: of a new audit, or of the reviewers of one that is drawn. */
  plan(audit, universe = "") {
    this.form = new PlanForm(this.page, this.choices, {
      audit,
      universe,
      check: (values) => this.demand("check", { audit, values }, "Counting…"),
      go: (values) =>
        this.demand(
          audit ? "assign" : "plan",
          { audit, values },
          audit ? "Recording the plan…" : "Drawing the sample and recording the plan…",
        ),
      back: () => this.overview(),
    });
    this.show(this.form.element);
  }

  load() {
    this.show(
      makeLoadForm({
        load: (path, isCodeSet) => this.demand("load", { path, is_code_set: isCodeSet }, "Loading…"),
        back: () => this.overview(),
      }),
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
        back: () => this.overview(),
      }),
    );
  }

  review(reviewer) {
    this.demand("review", { audit: this.who.audit, reviewer }, "Opening the desk…");
  }

  onKey(event) {
    if (hasModifier(event) || event.isComposing) return;
    // Keys on the screen are not the notebook's.
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
}

export default {
  render({ model, el }) {
    const screen = new StartScreen(model, el);
    return () => screen.destroy();
  },
};
