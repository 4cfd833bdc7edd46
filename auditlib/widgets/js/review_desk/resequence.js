// A code that is moved to where it belongs in the coder's list.

const DIAGNOSES = "ICD-10-CM";
const LISTED_ROLES = new Set(["principal", "secondary"]);

export class Resequence {
  /**
   * @param {import("./review_state.js").Row[]} rows Of the chart.
   * @param {import("./review_state.js").Row} row The code that is moved.
   */
  constructor(rows, row) {
    this.row = row;
    // A diagnosis moves among diagnoses, a procedure among procedures.
    const isSameKind = ({ code, added }) =>
      !added && (code.code_system === DIAGNOSES) === (row.code.code_system === DIAGNOSES);
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
}
