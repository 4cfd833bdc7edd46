// The tree of code sets as far as it is open; Python answers what is below a place.

/**
 * @typedef {Object} TreeNode One place: a code system, a group of codes, or a code.
 * @property {string} code_system
 * @property {string} key Empty for a code system.
 * @property {string} shown
 * @property {string} description
 * @property {boolean | null} is_billable Null for a system or group.
 * @property {boolean} is_leaf
 */

export const nameOf = ({ code_system: codeSystem, key }) => `${codeSystem}/${key}`;

export class CodeTree {
  /** @param {(place: {code_system: string, key: string}) => void} askForChildren */
  constructor(askForChildren) {
    this.askForChildren = askForChildren;
    /** @type {string[]} */
    this.systems = [];
    /** @type {Map<string, TreeNode[]>} */
    this.children = new Map();
    /** @type {Set<string>} */
    this.open = new Set();
  }

  isOpen(place) {
    return this.open.has(nameOf(place));
  }

  expand({ code_system, key }) {
    const place = { code_system, key };
    this.open.add(nameOf(place));
    if (!this.children.has(nameOf(place))) this.askForChildren(place);
  }

  /** Close a place; return whether it was open. */
  collapse(place) {
    return this.open.delete(nameOf(place));
  }

  addChildren(place, nodes) {
    this.children.set(nameOf(place), nodes);
  }

  /**
   * What is open of the tree, from top to bottom.
   *
   * @returns {(TreeNode & {level: number})[]}
   */
  get rows() {
    return this.systems.flatMap((system) => this.#rowsFrom(systemNode(system), 1));
  }

  #rowsFrom(node, level) {
    const children = this.isOpen(node) ? (this.children.get(nameOf(node)) ?? []) : [];
    return [{ ...node, level }, ...children.flatMap((child) => this.#rowsFrom(child, level + 1))];
  }
}

const systemNode = (system) => ({
  code_system: system,
  key: "",
  shown: system,
  description: "",
  is_billable: null,
  is_leaf: false,
});
