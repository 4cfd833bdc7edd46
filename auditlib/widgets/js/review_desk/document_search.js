// Search for words in all documents of a chart.

/**
 * @typedef {Object} Match
 * @property {number} index The document's place among the chart's documents.
 * @property {number} start The match's first character.
 */

export class DocumentSearch {
  constructor() {
    this.clear();
  }

  clear() {
    this.text = "";
    /** @type {Match[]} */
    this.matches = [];
    this.position = -1;
  }

  /** @returns {Match | undefined} */
  get current() {
    return this.matches[this.position];
  }

  matchesIn(index) {
    return this.matches.filter((match) => match.index === index);
  }

  /**
   * Search, and go to a match: with step 0 to the first one in the open document, else on from the current one.
   *
   * @param {string} wanted
   * @param {{text: string}[]} documents
   * @param {number} openIndex
   * @param {-1 | 0 | 1} step
   */
  run(wanted, documents, openIndex, step) {
    const before = this.position;
    this.text = wanted.toLowerCase();
    this.matches = this.text ? documents.flatMap((entry, index) => this.#matchesOf(entry, index)) : [];
    const count = this.matches.length;
    if (step !== 0) {
      this.position = (before + step + count) % (count || 1);
      return;
    }
    const here = this.matches.findIndex((match) => match.index === openIndex);
    this.position = here < 0 && count > 0 ? 0 : here;
  }

  #matchesOf(entry, index) {
    const text = entry.text.toLowerCase();
    const matches = [];
    for (let at = text.indexOf(this.text); at >= 0; at = text.indexOf(this.text, at + this.text.length))
      matches.push({ index, start: at });
    return matches;
  }

  /** What the search came to, in words. */
  get words() {
    if (!this.text) return "";
    if (!this.current) return "No match in any document.";
    return `Match ${this.position + 1} of ${this.matches.length}.`;
  }
}
