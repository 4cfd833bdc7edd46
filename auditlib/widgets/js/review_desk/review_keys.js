// Every action of the review desk: its key, the words on its button, and the words in the list of keys.

/** @type {Object<string, import("../keymap.js").Action>} */
export const ACTIONS = {
  agree: { key: "a", label: "Agree", help: "Agree with the code, and go to the next open one" },
  change: { key: "c", label: "Change", help: "Change the code: opens the form" },
  delete: { key: "d", label: "Delete", help: "Delete the code: opens the form" },
  add: { key: "n", label: "Add code", help: "Add a code that was missed: opens the form" },
  suggested: { key: "i", label: "Add suggested", help: "Add the next suggested code that is not on the list: opens the form" },
  resequence: { key: "q", label: "Resequence", help: "Resequence: j and k move the code, Enter sets it" },
  withdraw: { key: "u", label: "Undo", help: "Take the verdict on the code back; an added code goes" },
  more: { key: ".", label: "more fields", help: "In the form: system, role, POA, dollars, evidence" },
  evidence: { key: "s", label: "Next sentence", help: "Next sentence that bears on the code, in any document" },
  search: {
    key: "/",
    label: "Search",
    help: "Search in all documents: Enter next, Shift+Enter previous, Escape back",
  },
  view: { key: "v", label: "One", help: "View one document, two side by side, or the page beside its text" },
  outline: { key: "o", label: "Outline", help: "Outline of the document: its headings" },
  previousPage: { key: "{", label: "Previous", help: "Previous page of a PDF or scan" },
  nextPage: { key: "}", label: "Next", help: "Next page of a PDF or scan" },
  go: { key: "g", label: "Queue", help: "Go to a chart by number, chart or account; sort and filter the queue" },
  previous: { key: "h", label: "Previous", help: "Previous chart, whether completed or not" },
  next: { key: "l", label: "Next", help: "Next chart, whether this one is completed or not" },
  record: { key: "x", label: "Record statement", help: "Say that the record is missing, in part, or reviewed elsewhere" },
  requirements: {
    key: "f",
    label: "Requirements",
    help: "Facts of the document: signature, author, date of service, legible pages",
  },
  attachment: {
    key: "t",
    label: "Attach",
    help: "Attach a file to the chart; on an attached document: take it back, with the reason",
  },
  withdrawRecord: {
    key: "X",
    shown: "Shift+X",
    label: "Undo record",
    help: "Take back what was said of the record",
  },
  stay: { key: "p", label: "Stay", help: "Discharge status and DRG of the stay: agree or change" },
  withdrawStay: {
    key: "P",
    shown: "Shift+P",
    label: "Undo stay",
    help: "Take the verdict on the DRG back, then that on the discharge status",
  },
  query: { key: "y", label: "Query", help: "Query to the provider, or the answer to the one that is open" },
  visit: { key: "e", label: "Visit level", help: "Level of the visit: problems, data, risk, minutes" },
  complete: { key: "m", label: "Complete chart", help: "Complete the chart and go to the next one" },
  reopen: { key: "r", label: "Reopen chart", help: "Reopen a completed chart" },
  unblind: { key: "b", label: "Unblind", help: "Open what is hidden of the chart, with the reason, on record" },
  help: { key: "?", label: "Keys", help: "Show or hide this list" },
};

/** Actions that leave the chart, or open it again. */
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
  ["Drop a file", "On the documents: it is attached to the chart, as its next document"],
  ["Enter  Escape", "In the form: take the code, then save; or cancel"],
  ["Escape", "Leave the screen, back to the notebook"],
];

/** Whether a key is one character, as a person might say or type by accident. */
export const isCharacter = ({ key }) => key.length === 1 && key !== " ";

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
