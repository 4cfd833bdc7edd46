// The form in which a code is changed, deleted or added.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { CodeMatches } from "./code_matches.js";
import { EvidenceChoice } from "./evidence_choice.js";
import { referenceToAdded, storedCode } from "./review_state.js";

const DIAGNOSES = "ICD-10-CM";
const PROCEDURES_WITH_MODIFIERS = new Set(["CPT", "HCPCS"]);
const DIRECTIONS = ["overpaid", "underpaid"];
const NEW_CODE = {
  code_system: DIAGNOSES,
  code: "",
  shown: "",
  code_role: "secondary",
  poa_indicator: null,
  modifiers: [],
  unit_count: null,
};

export class VerdictForm {
  /**
   * @param {"change" | "delete" | "add"} action
   * @param {import("./review_state.js").Row | null} row The code that it is about; null for a new one.
   * @param {import("./review_state.js").ReviewState} state
   * @param {Object} screen
   * @param {(form: VerdictForm, decision: object) => void} screen.save
   * @param {() => void} screen.cancel
   * @param {(words: string) => void} screen.say
   * @param {(request: object) => void} screen.findCodes
   */
  constructor(action, row, state, screen) {
    this.action = action;
    this.row = row;
    this.screen = screen;
    /** The number of the message that saves it, while its answer is awaited. */
    this.sequence = null;
    /** @type {Object<string, HTMLInputElement | HTMLSelectElement>} */
    this.fields = {};
    this.canFindCodes = state.canFindCodes;
    this.matches = new CodeMatches(screen.findCodes, (code) => {
      this.fields.code.value = code.shown;
      this.#proposeKind();
    });

    const current = row?.verdict?.action === action ? row.verdict : null;
    this.isKindChosen = Boolean(current);
    this.evidence = new EvidenceChoice(
      state.documents,
      state.evidenceOf(row),
      current?.evidence?.passage ?? null,
    );
    this.element = this.#make(state.choices, current);
    this.first = this.fields.code ?? this.fields.cause;
    if (row?.added) {
      this.fields.code.readOnly = true;
      this.fields.code_system.disabled = true;
      this.first = this.fields.code_role;
    }
    this.fields.error_kind.addEventListener("change", () => {
      this.isKindChosen = true;
    });
    this.element.addEventListener("input", (event) => this.#onInput(event.target));
    this.#fitFields();
  }

  close() {
    this.matches.close();
  }

  focusFirst() {
    this.first.focus({ preventScroll: true });
    this.first.select?.();
  }

  get isWaiting() {
    return this.sequence !== null;
  }

  /** Python refused what was saved: the form is open again. */
  release() {
    this.sequence = null;
    this.element.removeAttribute("aria-busy");
  }

  // Fields

  #make(choices, current) {
    const { action, row } = this;
    const title = {
      change: "Change",
      delete: "Delete",
      add: row?.added ? "Change the added code" : "Add a missed code",
    }[action];
    const kinds = choices.error_kinds[action];
    const usualKind = action === "delete" ? "unsupported code" : kinds[0];
    return make(
      "form",
      {
        class: "form",
        "aria-label": title,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.save();
        },
        onkeydown: (event) => this.#onKey(event),
      },
      make("h4", {}, action === "add" ? title : `${title} ${row.code.shown}`),
      make(
        "div",
        { class: "fields" },
        action === "delete" ? [] : this.#codeFields(choices, current?.corrected ?? row?.code ?? NEW_CODE),
        this.#select("error_kind", "Error", plain(kinds), current?.error_kind ?? usualKind),
        this.#select("cause", "Cause", plain(choices.causes), current?.cause, "choose…"),
        this.#input("comment", "Comment", current?.comment ?? "", "why, in your words"),
        ...this.#dollarFields(current?.payment_difference ?? null),
        this.#field("evidence", "Evidence", this.evidence.element),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  #codeFields(choices, code) {
    return [
      this.#select("code_system", "System", plain(choices.code_systems), code.code_system),
      this.#input("code", "Code", code.shown, this.canFindCodes ? "code or words" : "code"),
      this.matches.element,
      this.#select("code_role", "Role", plain(choices.code_roles), code.code_role),
      this.#select("poa_indicator", "POA", choices.poa_indicators, code.poa_indicator, "none"),
      this.#input("modifiers", "Modifiers", code.modifiers.join(" "), "25 LT"),
      this.#input("unit_count", "Units", code.unit_count ?? "", "1"),
    ];
  }

  /** @param {string | null} difference What was paid too much, with a minus what was paid too little. */
  #dollarFields(difference) {
    const isUnder = difference === null ? this.action === "add" : difference.startsWith("-");
    return [
      this.#input("dollars", "Dollars", (difference ?? "").replace("-", ""), "not priced"),
      this.#select("direction", "Paid", plain(DIRECTIONS), DIRECTIONS[Number(isUnder)]),
    ];
  }

  /** Attach a passage of a document; return whether it holds text. */
  attach(passage) {
    const isAttached = this.evidence.attach(passage);
    // From the document back into the form, where Enter saves.
    if (isAttached && !this.element.contains(document.activeElement))
      this.evidence.element.focus({ preventScroll: true });
    return isAttached;
  }

  /** @param {[string, string][]} options Values with their words. */
  #select(name, label, options, value, placeholder) {
    const elements = options.map(([entry, words]) =>
      make("option", { value: entry, selected: entry === value }, words),
    );
    if (placeholder !== undefined)
      elements.unshift(make("option", { value: "", selected: !value }, placeholder));
    return this.#field(name, label, make("select", { name, "aria-label": label }, elements));
  }

  #input(name, label, value, placeholder) {
    const settings = { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label };
    return this.#field(name, label, make("input", { name, value, placeholder, ...settings }));
  }

  #field(name, label, field) {
    this.fields[name] = field;
    return make("label", { class: `field field-${name}` }, make("span", { class: "faint" }, label), field);
  }

  /** Show the fields that the system of the code has; the others keep what they hold. */
  #fitFields() {
    const { fields } = this;
    if (!fields.code_system) return;
    const system = fields.code_system.value;
    fields.poa_indicator.parentElement.hidden = system !== DIAGNOSES;
    fields.modifiers.parentElement.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
    fields.unit_count.parentElement.hidden = !PROCEDURES_WITH_MODIFIERS.has(system);
  }

  #onInput(target) {
    const { fields } = this;
    if (target === fields.code_system) {
      fields.code_role.value = target.value === DIAGNOSES ? "secondary" : "procedure";
      this.#fitFields();
    }
    if (this.canFindCodes && (target === fields.code_system || target === fields.code))
      this.matches.search(fields.code_system.value, fields.code.value.trim());
    this.#proposeKind();
  }

  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.screen.cancel();
    } else if (event.target === this.fields.code && this.matches.onKey(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.save();
    }
  }

  showMatches(content) {
    this.matches.show(content, this.fields.code.value.trim());
  }

  // What the form says

  /** Propose the kind of error that the difference to the coder's code shows, until one is chosen. */
  #proposeKind() {
    if (this.isKindChosen || this.action !== "change") return;
    this.fields.error_kind.value = likelyKind(this.row.code, this.corrected);
  }

  get corrected() {
    const { fields } = this;
    return {
      code_system: fields.code_system.value,
      code: fields.code.value.trim(),
      code_role: fields.code_role.value,
      poa_indicator: fields.poa_indicator.value || null,
      modifiers: fields.modifiers.value.split(/[\s,]+/).filter(Boolean),
      unit_count: fields.unit_count.value.trim() || null,
    };
  }

  save() {
    if (this.isWaiting) return;
    const { fields, action, row } = this;
    const difference = signedDollars(fields.dollars.value, fields.direction.value);
    if (difference === undefined) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      fields.dollars.focus();
      return;
    }
    if (!fields.cause.value) {
      this.screen.say("Choose the cause of the error.");
      fields.cause.focus();
      return;
    }
    this.element.setAttribute("aria-busy", "true");
    this.screen.save(this, {
      kind: "decide",
      action,
      ...(row && !row.added ? { code_number: row.code.code_number } : {}),
      ...(row?.added ? { replaces: referenceToAdded(row.code) } : {}),
      ...(action === "delete" ? {} : { corrected: this.corrected }),
      error_kind: fields.error_kind.value,
      cause: fields.cause.value,
      comment: fields.comment.value.trim() || null,
      payment_difference: difference,
      evidence: this.evidence.chosen,
    });
  }
}

/**
 * Return the payment difference that the form says: null if nothing was typed, undefined if it is no amount.
 *
 * @param {string} typed
 * @param {string} direction
 */
export function signedDollars(typed, direction) {
  const amount = typed.trim();
  if (!amount) return null;
  if (!/^\$?\s*[\d,]+(\.\d*)?$|^\$?\s*\.\d+$/.test(amount)) return undefined;
  return direction === DIRECTIONS[1] ? `-${amount}` : amount;
}

const plain = (values) => values.map((value) => [value, value]);

/**
 * Return the kind of error that tells a corrected code from the coder's.
 *
 * @param {object} code As the coder assigned it.
 * @param {object} corrected As the reviewer typed it.
 */
export function likelyKind(code, corrected) {
  const typed = storedCode(corrected.code);
  const isFiner = typed.slice(0, 3) === code.code.slice(0, 3) && typed.length > code.code.length;
  if (typed !== code.code) return isFiner ? "not specific" : "wrong code";
  if (corrected.code_role !== code.code_role) return "sequencing";
  if (corrected.modifiers.join(" ").toUpperCase() !== code.modifiers.join(" ")) return "modifier";
  if ((corrected.unit_count ?? "") !== (code.unit_count ?? "")) return "units";
  return (corrected.poa_indicator ?? null) === code.poa_indicator ? "wrong code" : "POA";
}
