// The form on which an audit is planned. Python reads the fields: here they are only shown and sent.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";

export class PlanForm {
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
      does.audit ? "Record the plan and open the desk" : "Draw the sample, record the plan and open the desk",
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
        oninput: () => this.changed(),
      },
      make(
        "h3",
        {},
        does.audit ? `Who reviews ${does.audit}` : "Plan an audit ",
        !does.audit && make("span", { class: "faint" }, "a simple random sample; nothing is written before the last button"),
      ),
      make("div", { class: "columns" }, sampleFields, this.reviewFields(page, choices)),
      this.outlook,
      make(
        "p",
        { class: "bar" },
        make("button", { type: "submit" }, make("kbd", {}, "Enter"), " Check what it does"),
        this.button,
        keyButton("Esc", "Back", { onclick: does.back }),
      ),
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
      { value: "precision", words: "as many as a precision needs" },
    ]);
    return make(
      "fieldset",
      {},
      make("legend", {}, "What is drawn"),
      this.text("name", "Name of the audit", { placeholder: "Inpatient FY2026 Q1", "data-first": true, maxlength: "100" }),
      this.text("objective", "What it is to find out", { placeholder: "optional" }),
      universe,
      (this.unitField = this.select("unit", "One unit is", choices.units)),
      (this.dayFields = make(
        "div",
        { class: "row-of" },
        this.text("from_date", "From, included", { type: "date" }),
        this.text("to_date", "To, included", { type: "date" }),
      )),
      make(
        "div",
        { class: "row-of" },
        sizeBy,
        (this.countField = this.text("size", "Charts to review", { inputmode: "numeric", value: "30" })),
        (this.rateField = this.text("error_rate", "Units in error expected, %", { inputmode: "decimal", value: "10" })),
        (this.widthField = this.text("half_width", "Share known within ±, points", { inputmode: "decimal", value: "5" })),
      ),
      this.text("seed", "Seed", { placeholder: "dice, or a text agreed on before" }),
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
        "data-first": Boolean(this.does.audit),
      }),
      this.text("coder_ids", "Reviewers who also code", { placeholder: "R01 = C07; nobody reviews their own charts" }),
      make(
        "div",
        { class: "row-of" },
        this.text("second_share", "Second review of, %", { inputmode: "decimal", placeholder: "none" }),
        this.select("rule", "of which charts", choices.rules),
        this.text("review_count", "Reviewers of each such chart", { inputmode: "numeric", value: "2" }),
      ),
      (this.onlyField = this.text("only", "Only of these coders or checks", { placeholder: "all; or C07, C11; or DX-06" })),
      page.machine_coders.length > 0 &&
        make(
          "div",
          { class: "row-of" },
          this.select("suggestions_of", "Show reviewers the codes of", [
            { value: "", words: "no machine coder" },
            ...page.machine_coders.map((one) => ({ value: one.join("\t"), words: one.join(" ") })),
          ]),
          this.text("shown_share", "on how many of the charts, %", { inputmode: "decimal", placeholder: "all" }),
        ),
      make("div", { class: "blind", role: "group", "aria-label": "Hidden from reviewers" }, make("b", {}, "Hidden from reviewers"), blind),
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
}
