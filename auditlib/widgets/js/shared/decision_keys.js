// The keys that the screens of decisions have alike: the chart, its sentences, and the way from row to row.

/** @type {Object<string, import("../keymap.js").Action>} */
export const CHART_KEYS = {
  chart: { key: "v", label: "View chart", help: "Show or hide the chart beside the decision" },
  evidence: { key: "s", label: "Next sentence", help: "Next sentence of evidence, in its document" },
  search: { key: "/", label: "Search", help: "Search in the chart: Enter next, Shift+Enter previous, Escape back" },
  outline: { key: "o", label: "Outline", help: "Outline of the document: its headings" },
  page: { key: "p", label: "Page", help: "Show the page of a PDF or scan itself, or its text again" },
  previousPage: { key: "{", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: "}", label: "Next", help: "Next page of a PDF or scan" },
  previous: { key: "h", label: "Previous chart", help: "Previous chart" },
  next: { key: "l", label: "Next chart", help: "Next chart" },
  goto: { key: "g", label: "Go to", help: "Go to a chart by its account or number" },
  withdraw: { key: "u", label: "Undo", help: "Take the decision back: it stays on record, and the row is open again" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" },
};

const MOVES = {
  ArrowDown: ["row", 1],
  j: ["row", 1],
  ArrowUp: ["row", -1],
  k: ["row", -1],
  "]": ["document", 1],
  "[": ["document", -1],
  " ": ["page", 1],
  PageDown: ["page", 1],
  PageUp: ["page", -1],
};

/**
 * Return what a key moves through, and in which direction.
 *
 * @returns {["row" | "document" | "page", 1 | -1] | null}
 */
export function moveOfKey(event) {
  const move = MOVES[event.key];
  if (!move) return null;
  return move[0] === "page" && event.shiftKey ? ["page", -1] : move;
}
