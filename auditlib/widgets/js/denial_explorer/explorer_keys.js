// The gestures of the denial explorer, each with its key, and the forms that some of them open.

export const ACTIONS = {
  worklist: { key: "w", label: "Worklist", help: "Write the selected claims as a workbook (XLSX)" },
  sample: { key: "p", label: "Draw sample", help: "Draw a sample of the selected claims" },
  export: { key: "e", label: "Export", help: "Write the selected claims as CSV" },
  payer: { key: "v", label: "Payer page", help: "Write the page of the chosen payer, for a meeting (HTML and XLSX)" },
  basis: { key: "b", label: "Dollars or claims", help: "Bars by dollars, or by claims" },
  order: { key: "d", label: "Order", help: "Order the claims by dollars, expected dollars, or deadline" },
  undo: { key: "u", label: "Undo", help: "Undo the last filter" },
  clear: { key: "Escape", shown: "Esc", label: "Clear", help: "Close what is open, then untick, then clear the selection, then leave to the notebook" },
  keys: { key: "?", label: "Keys", help: "Show or hide this list" },
};

/** What is entered of the ticked claims, or of the claim in work. */
export const WORK = {
  assign: { key: "t", label: "Assign", help: "Assign the ticked claims, or the claim in work" },
  note: { key: "n", label: "Note", help: "Note something on them" },
  appeal: { key: "a", label: "Appeal sent", help: "Record that an appeal was sent" },
  outcome: { key: "o", label: "Outcome", help: "Record what the payer decided of the appeal" },
  close: { key: "c", label: "Close", help: "Record that nobody works on them any more" },
  ground: { key: "g", label: "Ground", help: "Record the ground that the payer's letter states" },
  letter: { key: "f", label: "Letter", help: "Draft an appeal of the claim in work" },
};

/** Keys without a button. */
export const MOVES = [
  ["1 to 9, h, 0, m, s", "Go to that picture; h to payers by kinds, 0 to the claims, m to payments without a claim, s to what stands out"],
  ["j k, arrows", "Next, previous bar or claim; in payers by kinds, the cell below, above, left, right"],
  ["Enter, Space", "Filter by the bar, or take its filter off; on an account Enter opens the claim, Space ticks it"],
];

const worded = (...options) => options.map((option) => [option, option]);
const DAY = (today) => ({ name: "on", label: "On (YYYY-MM-DD)", value: today });
const DOLLARS = { name: "amount", label: "Dollars", value: "0", isOptional: true };

/** The lines of each form, by gesture. */
export const FORMS = {
  assign: () => [{ name: "assignee", label: "Who works on it" }],
  note: () => [{ name: "note", label: "Note" }],
  appeal: (today) => [DAY(today), { name: "level_number", label: "Level of appeal (empty: the next)", isOptional: true }],
  outcome: (today) => [
    { name: "decision", label: "Decision", options: worded("won", "partly won", "lost") },
    DAY(today),
    DOLLARS,
  ],
  close: (today) => [
    { name: "closing", label: "Closed as", options: worded("written off", "paid", "not pursued", "settled") },
    DAY(today),
    DOLLARS,
  ],
  ground: () => [
    {
      name: "ground",
      label: "Ground, as the letter states it",
      options: worded("coding downgrade", "clinical validation", "medical necessity"),
    },
  ],
};
