// Which sentence of the chart a verdict rests on: one of those that bear on the code, or a selection of text.

import { make } from "../dom.js";

const SHOWN_LENGTH = 90;
const NONE = "";

/**
 * @typedef {Object} Passage A passage of a document, in characters as the browser counts them.
 * @property {number} document_number
 * @property {number} start
 * @property {number} end
 */

/** Return the passage's words in one line, short enough for a list. */
export function passageWords(documents, passage) {
  const entry = documents.find(({ document_number: number }) => number === passage.document_number);
  const words = (entry?.text ?? "").slice(passage.start, passage.end).split(/\s+/).filter(Boolean).join(" ");
  return words.length > SHOWN_LENGTH ? `${words.slice(0, SHOWN_LENGTH - 1)}…` : words;
}

const isSame = (one, other) =>
  one.document_number === other.document_number && one.start === other.start && one.end === other.end;

export class EvidenceChoice {
  /**
   * @param {object[]} documents
   * @param {Passage[]} sentences Those that bear on the code.
   * @param {Passage | null} current What is attached already.
   */
  constructor(documents, sentences, current) {
    this.documents = documents;
    this.passages = sentences.map(({ document_number, start, end }) => ({ document_number, start, end }));
    this.element = make("select", { name: "evidence", "aria-label": "Evidence" });
    this.#show(NONE);
    if (current) this.attach(current);
  }

  /** Attach a passage; one that is not offered yet joins the others. */
  attach({ document_number, start, end }) {
    const passage = { document_number, start, end };
    if (!passageWords(this.documents, passage)) return false;
    let index = this.passages.findIndex((other) => isSame(other, passage));
    if (index < 0) index = this.passages.push(passage) - 1;
    this.#show(String(index));
    return true;
  }

  /** @returns {Passage | null} */
  get chosen() {
    const { value } = this.element;
    return value === NONE ? null : this.passages[Number(value)];
  }

  #show(chosen) {
    const option = (value, words) => make("option", { value, selected: value === chosen }, words);
    this.element.replaceChildren(
      option(NONE, this.passages.length ? "none" : "none: select text in the document to attach it"),
      ...this.passages.map((passage, index) =>
        option(String(index), passageWords(this.documents, passage)),
      ),
    );
    this.element.value = chosen;
  }
}
