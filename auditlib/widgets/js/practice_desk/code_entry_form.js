// The form in which a learner enters a code: system, code, modifiers and units, role, POA.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { CodeMatches } from "../review_desk/code_matches.js";
import { referenceToAdded } from "../review_desk/review_state.js";
import { SmallForm, field } from "../review_desk/small_form.js";

const DIAGNOSES = "ICD-10-CM";
const WITH_MODIFIERS = new Set(["CPT", "HCPCS"]);
const PROCEDURE = "procedure";
const SHAPES = [
  [/^\d{4}[0-9A-Z]?$/i, "CPT"],
  [/^\d[0-9A-HJ-NP-Z]{6}$/i, "ICD-10-PCS"],
];

export class CodeEntryForm extends SmallForm {
  /**
   * @param {import("../review_desk/review_state.js").Row | null} row The entered code to change; null for a new one.
   * @param {import("../review_desk/review_state.js").ReviewState} state
   * @param {Object} screen As of `SmallForm`.
   * @param {(request: object) => void} screen.findCodes
   */
  constructor(row, state, screen) {
    super(screen);
    this.row = row;
    this.state = state;
    this.matches = new CodeMatches({
      ask: screen.findCodes,
      onTake: (code) => {
        this.fields.code.value = code.shown;
      },
      onChoose: () => {},
      onSave: () => this.save(),
      billed: null,
    });
    this.fields = this.#makeFields(row?.code);
    this.billed = make("div", { class: "two" }, this.#labelled("modifiers", "Modifiers"), this.#labelled("unit_count", "Units"));
    this.poa = this.#labelled("poa_indicator", "POA");
    const title = row ? "Change the entered code" : "Enter a code";
    this.element = this.makeForm(
      title,
      make("h3", {}, title),
      make("div", { class: "two" }, this.#labelled("code_role", "Role"), this.#labelled("code_system", "System (from the code: Shift+Tab)")),
      make("div", { class: "code-entry" }, this.#labelled("code", "Code (number or words)"), this.matches.element),
      this.billed,
      this.poa,
      make("div", { class: "bar" }, keyButton("Enter", "Save code", { type: "submit", class: "main" }), keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() })),
    );
    this.first = this.fields.code;
    if (row) {
      this.fields.code.readOnly = true;
      this.fields.code_system.disabled = true;
      this.first = this.fields.code_role;
    }
    this.matches.setField(this.fields.code);
    this.element.addEventListener("input", (event) => this.#onInput(event.target));
    this.#fitFields();
  }

  close() {
    this.matches.close();
  }

  #makeFields(code) {
    const { choices, rows } = this.state;
    const hasDiagnosis = rows.some((row) => row.code.code_system === DIAGNOSES);
    const value = code ?? { code_system: DIAGNOSES, code_role: hasDiagnosis ? "secondary" : "principal", modifiers: [] };
    const text = (name, entry, placeholder) =>
      make("input", { name, value: entry, placeholder, type: "text", autocomplete: "off", spellcheck: "false" });
    const select = (name, options, entry) =>
      make(
        "select",
        { name },
        options.map(([each, words]) => make("option", { value: each, selected: each === (entry ?? "") }, words)),
      );
    const plain = (values) => values.map((each) => [each, each]);
    return {
      code_system: select("code_system", plain(choices.code_systems), value.code_system),
      code: text("code", value.shown ?? "", "code or words"),
      modifiers: text("modifiers", value.modifiers.join(" "), "25 LT"),
      unit_count: text("unit_count", value.unit_count ?? "", "1"),
      code_role: select("code_role", plain(choices.code_roles), value.code_role),
      poa_indicator: select("poa_indicator", [["", "none"], ...choices.poa_indicators], value.poa_indicator),
    };
  }

  #labelled(name, label) {
    return field(name, label, this.fields[name]);
  }

  /** Show the fields that the system has, with a role that goes with it. */
  #fitFields() {
    const { code_system: system, code_role: role } = this.fields;
    const isDiagnosis = system.value === DIAGNOSES;
    this.poa.hidden = !isDiagnosis;
    this.billed.hidden = !WITH_MODIFIERS.has(system.value);
    if (!isDiagnosis) role.value = PROCEDURE;
    else if (role.value === PROCEDURE) role.value = "secondary";
  }

  #onInput(target) {
    const { code, code_system: system } = this.fields;
    const typed = code.value.trim();
    if (target === code && system.value === DIAGNOSES) {
      // No diagnosis begins with a figure: what does is a procedure.
      const shape = SHAPES.find(([pattern]) => pattern.test(typed));
      if (shape) system.value = shape[1];
    }
    if (target === system || target === code) this.#fitFields();
    if (target === code || target === system) this.matches.search(system.value, typed);
  }

  onKey(event) {
    if (event.target === this.fields.code && event.key !== "Escape" && this.matches.onKey(event)) event.preventDefault();
    else super.onKey(event);
  }

  showMatches(content) {
    this.matches.show(content, this.fields.code.value.trim());
  }

  save() {
    if (this.isWaiting) return;
    const { fields, row } = this;
    const isDiagnosis = fields.code_system.value === DIAGNOSES;
    this.send({
      kind: "decide",
      action: "add",
      ...(row ? { replaces: referenceToAdded(row.code) } : {}),
      corrected: {
        code_system: fields.code_system.value,
        code: fields.code.value.trim(),
        code_role: fields.code_role.value,
        poa_indicator: isDiagnosis ? fields.poa_indicator.value || null : null,
        modifiers: fields.modifiers.value.split(/[\s,]+/).filter(Boolean),
        unit_count: fields.unit_count.value.trim() || null,
      },
      error_kind: "missed code",
      cause: "coder oversight",
      comment: null,
      payment_difference: null,
      evidence: null,
    });
  }
}
