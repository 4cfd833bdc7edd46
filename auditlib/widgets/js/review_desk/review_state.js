// What the review screen knows: the chart, where the session stands, and which code has the focus.

/**
 * @typedef {Object} Row One code on the screen: one of the coder's, or one that the reviewer added.
 * @property {string} key
 * @property {object} code
 * @property {object | null} verdict
 * @property {boolean} added
 */

/** Return a code as it is stored. */
export const storedCode = (text) => text.replaceAll(".", "").toUpperCase();

/** Return how a message names a code that the reviewer added: by what distinguishes it from others of that code. */
export const referenceToAdded = ({ code_system, code, code_role, modifiers }) => ({
  code_system,
  code,
  code_role,
  modifiers,
});

export class ReviewState {
  constructor() {
    this.chart = null;
    this.status = null;
    this.choices = null;
    this.canFindCodes = false;
    this.focusKey = null;
    this.audit = "";
    this.reviewer = "";
    /** The cause that was chosen last, by action: it is proposed for the next one. */
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
      added: false,
    }));
    const added = this.status.added.map((verdict) => ({
      key: verdict.row_key,
      code: verdict.corrected,
      verdict,
      added: true,
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
    return [...(row?.code.highlights ?? [])]
      .filter((highlight) => order.has(highlight.document_number))
      .map((highlight) => ({ ...highlight, index: order.get(highlight.document_number) }))
      .sort((one, other) => one.index - other.index || one.start - other.start);
  }

  /** Put the focus on the first code without a verdict, else on the first one. */
  focusFirst() {
    const first = this.status?.first_undecided ?? this.chart?.codes[0]?.code_number ?? null;
    this.focusKey = first === null ? null : String(first);
  }

  /** Put the focus on a code that the reviewer has just added, as it was typed. */
  focusAdded(typed) {
    const inWords = ({ code_system, code, code_role, modifiers }) =>
      [code_system, storedCode(code), code_role, ...modifiers.map(storedCode)].join(" ");
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
}
