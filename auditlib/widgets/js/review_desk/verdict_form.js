// The form in which a code is changed, deleted or added.

import { make } from "../dom.js";
import { keyButton, shownKey } from "../keymap.js";
import { CodeMatches } from "./code_matches.js";
import { likelyKind } from "./error_kind.js";
import { EvidenceChoice } from "./evidence_choice.js";
import { ACTIONS } from "./review_keys.js";
import { referenceToAdded } from "./review_state.js";
import { SmallForm, field } from "./small_form.js";

const DIAGNOSES = "ICD-10-CM";
const PROCEDURES_WITH_MODIFIERS = new Set(["CPT", "HCPCS"]);
const DIRECTIONS = ["overpaid", "underpaid"];
/** The cause that most errors have: proposed until this reviewer has chosen another one. */
const USUAL_CAUSE = "coder oversight";
const CATEGORY_LENGTH = 3;
const NEW_CODE = {
  code_system: DIAGNOSES,
  code: "",
  shown: "",
  code_role: "secondary",
  poa_indicator: null,
  modifiers: [],
  unit_count: null,
};

export class VerdictForm extends SmallForm {
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
    /** @type {Object<string, HTMLInputElement | HTMLSelectElement>} */
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
      billed: row && !row.added ? row.code.code : null,
    });

    const current = row?.verdict?.action === action ? row.verdict : null;
    const known = current ?? proposed;
    this.isKindChosen = Boolean(known.error_kind);
    this.evidence = new EvidenceChoice(
      state.documents,
      state.evidenceOf(row),
      current?.evidence?.passage ?? null,
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
    const near = code.code_system === DIAGNOSES && code.code.length > CATEGORY_LENGTH ? code.shown.slice(0, -1) : code.shown;
    this.matches.offer(code.code_system, near.replace(/\.$/, ""));
  }

  // Fields

  #make(choices, known) {
    const { action, row } = this;
    const title = {
      change: "Change",
      delete: "Delete",
      add: row?.added ? "Change the added code" : "Add a missed code",
    }[action];
    const finding = row?.code.findings?.[0];
    this.more = make("div", { class: "fields more", hidden: true }, ...this.#moreFields(choices, known));
    this.moreButton = make(
      "button",
      { type: "button", class: "plain", "aria-expanded": "false", "aria-keyshortcuts": "Alt+.", onclick: () => this.showMore() },
      make("kbd", {}, shownKey(ACTIONS.more)),
      " more fields",
    );
    return this.makeForm(
      title,
      make(
        "h3",
        {},
        action === "add" ? title : `${title} `,
        action !== "add" && make("span", { class: "code" }, row.code.shown),
        finding && make("span", { class: "about-finding", title: finding.detail }, `${finding.check_id} ${finding.detail}`),
      ),
      ...(action === "delete" ? [] : this.#codeField(known)),
      make("div", { class: "two" }, ...this.#reasonFields(choices, known)),
      this.#input("comment", "Comment for the coder", known.comment ?? "", "why, in your words"),
      this.more,
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", `Save ${action === "add" ? "code" : action}`, { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
        make("span", { class: "spring" }),
        this.moreButton,
      ),
    );
  }

  #codeField(known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const day = this.state.chart?.service_date;
    const valid = day ? ` valid on ${day}` : "";
    const label = this.action === "add" ? `Missed code${valid}` : `Right code, ${code.code_system}${valid}`;
    const how = this.canFindCodes ? " (number or words)" : "";
    const input = this.#input("code", `${label}${how}`, code.shown, this.canFindCodes ? "code or words" : "code", "Code");
    // Of a service, modifiers and units are as often wrong as the code.
    this.billed = make(
      "div",
      { class: "two" },
      this.#input("modifiers", "Modifiers", code.modifiers.join(" "), "25 LT"),
      this.#input("unit_count", "Units", code.unit_count ?? "", "1"),
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
      this.#select("error_kind", kind, kindOptions(kinds, withOwn(choices.own_kinds, known)), kindValue(known) ?? usualKind, undefined, "Error"),
      this.#select("cause", "Cause", plain(choices.causes), known.cause ?? usualCause),
    ];
  }

  /** The fields behind the key of more fields; further ones join here. */
  #moreFields(choices, known) {
    const code = known.corrected ?? this.row?.code ?? NEW_CODE;
    const ofCode =
      this.action === "delete"
        ? []
        : [
            this.#select("code_system", "System", plain(choices.code_systems), code.code_system),
            this.#select("code_role", "Role", plain(choices.code_roles), code.code_role),
            this.#select("poa_indicator", "POA", choices.poa_indicators, code.poa_indicator, "none"),
          ];
    return [
      ...ofCode,
      ...this.#dollarFields(known.payment_difference ?? null),
      this.#field("evidence", "Evidence", this.evidence.element),
      this.#select("severity", "Severity", plain(choices.severities), known.severity, "not graded"),
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
    // From the document back into the form, where Enter saves.
    if (!this.element.contains(document.activeElement)) this.evidence.element.focus({ preventScroll: true });
    return true;
  }

  /** @param {[string, string][]} options Values with their words. */
  #select(name, label, options, value, placeholder, accessibleName = label) {
    const elements = options.map(([entry, words]) =>
      make("option", { value: entry, selected: entry === value }, words),
    );
    if (placeholder !== undefined)
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
    fields.poa_indicator.parentElement.hidden = system !== DIAGNOSES;
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
      unit_count: fields.unit_count.value.trim() || null,
    };
  }

  save() {
    if (this.isWaiting) return;
    const { fields, action, row } = this;
    const difference = signedDollars(fields.dollars.value, fields.direction.value);
    if (difference === undefined) {
      this.screen.say("Dollars are an amount without a sign, as 45.20; beside it is whether it was over- or underpaid.");
      this.showMore(true);
      fields.dollars.focus();
      return;
    }
    this.state.lastCauses[action] = fields.cause.value;
    this.send({
      kind: "decide",
      action,
      ...(row && !row.added ? { code_number: row.code.code_number } : {}),
      ...(row?.added ? { replaces: referenceToAdded(row.code) } : {}),
      ...(action === "delete" ? {} : { corrected: this.corrected }),
      ...chosenKind(fields.error_kind.value),
      severity: fields.severity.value || null,
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

// An own kind of the workspace stands below the standard kind that it is within.
const OWN_KIND = "\n";
const kindValue = ({ error_kind: kind, own_kind: own }) => (own ? `${kind}${OWN_KIND}${own}` : kind);

/** The workspace's own kinds, with that of the verdict where the settings name it no more. */
function withOwn(ownKinds, { error_kind: kind, own_kind: own }) {
  const isKnown = !own || ownKinds.some(([name, within]) => name === own && within === kind);
  return isKnown ? ownKinds : [...ownKinds, [own, kind]];
}

/** Return the kinds of error to choose from: the standard ones, each with the workspace's own within it. */
export function kindOptions(kinds, ownKinds = []) {
  return kinds.flatMap((kind) => [
    [kind, kind],
    ...ownKinds
      .filter(([, within]) => within === kind)
      .map(([own]) => [kindValue({ error_kind: kind, own_kind: own }), `${own} (${kind})`]),
  ]);
}

/** Return the kind of error, and the workspace's own, that an option stands for. */
export function chosenKind(value) {
  const [kind, own] = value.split(OWN_KIND);
  return { error_kind: kind, own_kind: own ?? null };
}

const plain = (values) => values.map((value) => [value, value]);
