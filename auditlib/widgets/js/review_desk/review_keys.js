// Every action of the review screen: its key, the words on its button, and the words in the list of keys.

/** @type {Object<string, import("../keymap.js").Action>} */
export const ACTIONS = {
  agree: { key: "a", label: "Agree", help: "Agree with the code" },
  change: { key: "c", label: "Change", help: "Change the code: opens the form" },
  delete: { key: "d", label: "Delete", help: "Delete the code: opens the form" },
  add: { key: "n", label: "Add code", help: "Add a code that was missed: opens the form" },
  withdraw: { key: "u", label: "Undo", help: "Take the verdict on the code back; an added code goes" },
  record: { key: "w", label: "Record", help: "Say that the record is missing, in part, or reviewed elsewhere" },
  withdrawRecord: {
    key: "W",
    shown: "Shift+W",
    label: "Undo record",
    help: "Take back what was said of the record",
  },
  complete: { key: "m", label: "Complete chart", help: "Complete the chart and go to the next one" },
  reopen: { key: "r", label: "Reopen chart", help: "Reopen a completed chart" },
  previous: { key: "h", label: "Previous chart", help: "Previous chart, whether completed or not" },
  next: { key: "l", label: "Next chart", help: "Next chart, whether this one is completed or not" },
  evidence: {
    key: "s",
    label: "Next evidence",
    help: "Next sentence that bears on the code, in any document",
  },
  search: {
    key: "/",
    label: "Search",
    help: "Search in the documents: Enter next, Shift+Enter previous, Escape back",
  },
  page: { key: "p", label: "Page", help: "Show the page of a PDF or scan itself, or its text again" },
  previousPage: { key: ",", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: ".", label: "Next", help: "Next page of a PDF or scan" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" },
};

export const CHART_ACTIONS = new Set(["complete", "reopen", "previous", "next"]);

const MOVES = {
  ArrowDown: ["code", 1],
  j: ["code", 1],
  ArrowUp: ["code", -1],
  k: ["code", -1],
  ArrowRight: ["document", 1],
  "]": ["document", 1],
  ArrowLeft: ["document", -1],
  "[": ["document", -1],
  " ": ["page", 1],
  PageDown: ["page", 1],
  PageUp: ["page", -1],
};

export const MOVE_HELP = [
  ["j k ↓ ↑", "Next or previous code"],
  ["[ ] ← →", "Previous or next document"],
  ["Space  Shift+Space", "Scroll the document"],
  ["Enter  Escape", "In the form: save or cancel"],
  ["Escape", "Leave the screen, back to the notebook"],
];

/**
 * Return what a key moves through, and in which direction.
 *
 * @returns {["code" | "document" | "page", 1 | -1] | null}
 */
export function moveOfKey(event) {
  const move = MOVES[event.key];
  if (!move) return null;
  return move[0] === "page" && event.shiftKey ? ["page", -1] : move;
}
