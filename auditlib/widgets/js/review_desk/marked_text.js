// A document's text, cut at every border of a highlight or match, each piece marked with what covers it.

import { make } from "../dom.js";

/** How a sentence stands to a code if it denies it. */
const AGAINST = new Set(["contradicts", "corrected", "negated"]);

/**
 * @typedef {Object} Highlight A sentence that bears on a code.
 * @property {number} start
 * @property {number} end
 * @property {boolean} negated
 */

/**
 * @typedef {Object} Piece A run of text that the same highlights and the same match cover.
 * @property {number} start
 * @property {string} text
 * @property {boolean} isEvidence
 * @property {boolean} isNegated
 * @property {boolean} isAside Of somebody else, earlier or uncertain: it neither supports nor denies.
 * @property {boolean} isWalkedTo
 * @property {boolean} isHeading
 * @property {object | null} match
 */

/**
 * Cut a text into pieces.
 *
 * @param {string} text
 * @param {Highlight[]} highlights
 * @param {{start: number}[]} matches
 * @param {number} matchLength
 * @param {{start: number, end: number}[]} [headings]
 * @returns {Piece[]}
 */
export function cutText(text, highlights, matches, matchLength, headings = []) {
  const borders = new Set([0, text.length]);
  headings.forEach(({ start, end }) => borders.add(start).add(end));
  highlights.forEach(({ start, end }) => borders.add(start).add(end));
  matches.forEach(({ start }) => borders.add(start).add(start + matchLength));
  const cuts = [...borders].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((from, position) => {
    const covering = highlights.filter(({ start, end }) => start <= from && from < end);
    return {
      start: from,
      text: text.slice(from, cuts[position + 1]),
      isEvidence: covering.length > 0,
      isNegated: covering.some((highlight) => highlight.negated),
      isAside: covering.some((highlight) => highlight.negated && !AGAINST.has(highlight.status)),
      isWalkedTo: covering.some((highlight) => highlight.isWalkedTo),
      isHeading: headings.some(({ start, end }) => start <= from && from < end),
      match: matches.find(({ start }) => start <= from && from < start + matchLength) ?? null,
    };
  });
}

/**
 * Return a piece as it stands on the page.
 *
 * @param {Piece} piece
 * @param {object | undefined} currentMatch
 */
export function markedPiece(piece, currentMatch) {
  if (!piece.isEvidence && !piece.match)
    return piece.isHeading ? make("b", { class: "heading", "data-start": piece.start }, piece.text) : piece.text;
  const classes = [
    piece.isEvidence && "evidence",
    piece.isNegated && "negated",
    piece.isAside && "aside",
    piece.isWalkedTo && "walked-to",
    piece.isHeading && "heading",
    piece.match && "hit",
    piece.match && piece.match === currentMatch && "current",
  ];
  return make(
    "mark",
    {
      class: classes.filter(Boolean).join(" "),
      "data-start": piece.start,
      title: piece.isNegated ? "negated" : null,
    },
    piece.text,
  );
}
