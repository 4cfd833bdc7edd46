// The gestures of the denial explorer, each with its key.

export const ACTIONS = {
  worklist: { key: "w", label: "Worklist", help: "Write the selected claims as a workbook (XLSX)" },
  sample: { key: "p", label: "Draw sample", help: "Draw a sample of the selected claims" },
  export: { key: "e", label: "Export", help: "Write the selected claims as CSV" },
  basis: { key: "b", label: "Dollars or claims", help: "Bars by dollars, or by claims" },
  undo: { key: "u", label: "Undo", help: "Undo the last filter" },
  clear: { key: "Escape", shown: "Esc", label: "Clear", help: "Close the claim, then clear the selection, then leave to the notebook" },
  keys: { key: "?", label: "Keys", help: "Show or hide this list" },
};

/** Keys without a button. */
export const MOVES = [
  ["1 to 9, 0, f", "Go to that picture; 0 to the claims, f to what stands out"],
  ["j k, arrows", "Next, previous bar or claim"],
  ["Enter, Space", "Filter by the bar, or take its filter off; on an account: open the claim"],
];
