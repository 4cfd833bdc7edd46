// The charts of a queue: sorted, filtered and found by number, chart or account.

/**
 * @typedef {Object} QueueRow
 * @property {number} number Its place in the order of draw, from 1.
 * @property {string} encounter_id
 * @property {"waiting" | "to do" | "done"} group
 * @property {string} state
 * @property {string | null} [account]
 * @property {string | null} [stratum]
 * @property {string | null} [coder]
 * @property {number | null} [finding_count]
 * @property {string[] | null} [check_ids]
 * @property {number | null} [dollars]
 * @property {string | null} [dollar_words]
 * @property {number | null} [round]
 * @property {string[]} hidden The names of what is withheld of the chart.
 */

export const HIDDEN = "hidden in this audit";
const ROUND_WORDS = ["first review", "second review", "third review"];
const GROUPS = [
  ["waiting", "Waiting for others"],
  ["to do", "To do"],
  ["done", "Done"],
];
const words = (value) => (value === null || value === undefined || value === "" ? "none" : String(value));
const byText = (name) => (one, other) => words(one[name]).localeCompare(words(other[name]));
const downBy = (name) => (one, other) => (other[name] ?? -1) - (one[name] ?? -1);

/** How the queue can be sorted: the words, and what must be seen for it. */
export const SORTS = {
  draw: { label: "Order of draw" },
  stratum: { label: "By stratum", needs: "stratum", compare: byText("stratum") },
  coder: { label: "By coder", needs: "coder", compare: byText("coder") },
  findings: { label: "Most findings first", needs: "finding_count", compare: downBy("finding_count") },
  dollars: { label: "Most dollars first", needs: "dollars", compare: downBy("dollars") },
  state: { label: "By state", compare: byText("state") },
  assigned: { label: "By review", needs: "round", compare: byText("round") },
};
const DOLLAR_STEPS = [100, 500, 1_000, 5_000, 10_000, 50_000];

export const roundWords = (round) =>
  round === null || round === undefined ? "not assigned" : (ROUND_WORDS[round - 1] ?? `review ${round}`);

export class QueueRows {
  constructor() {
    /** @type {QueueRow[]} */
    this.rows = [];
    this.byChart = new Map();
    this.sort = "draw";
    this.state = "";
    this.filter = "";
    this.text = "";
  }

  get isLoaded() {
    return this.rows.length > 0;
  }

  /** Take the whole queue, as columns. */
  load(columns) {
    const names = Object.keys(columns);
    this.rows = columns.encounter_id.map((_, index) => {
      const row = { number: index + 1, hidden: [] };
      for (const name of names) row[name] = columns[name][index];
      return row;
    });
    this.byChart = new Map(this.rows.map((row) => [row.encounter_id, row]));
  }

  /** Take what became of some charts: encounter, group and state of each. */
  change(changes) {
    for (const [chart, group, state] of changes) {
      const row = this.byChart.get(chart);
      if (row) Object.assign(row, { group, state });
    }
  }

  /** Whether something is withheld of every chart, so that nothing can be sorted or filtered by it. */
  isHidden(name) {
    return this.rows.length > 0 && this.rows.every((row) => row.hidden.includes(name));
  }

  has(name) {
    return this.rows.some((row) => row[name] !== null && row[name] !== undefined);
  }

  /** The filters that the charts allow: by heading, each with its value and words. */
  get filters() {
    const values = (name, label = words) =>
      [...new Set(this.rows.filter((row) => !row.hidden.includes(name)).map((row) => row[name]))]
        .filter((value) => value !== undefined)
        .sort((one, other) => words(one).localeCompare(words(other), undefined, { numeric: true }))
        .map((value) => [`${name}=${words(value)}`, label(value)]);
    const checks = [...new Set(this.rows.flatMap((row) => row.check_ids ?? []))].sort();
    const most = Math.max(0, ...this.rows.map((row) => row.dollars ?? 0));
    const found = [
      ["Stratum", "stratum", values("stratum")],
      ["Coder", "coder", values("coder")],
      [
        "Finding",
        "check_ids",
        checks.length ? [["found=any", "any finding"], ["found=none", "no finding"], ...checks.map((id) => [`check=${id}`, id])] : [],
      ],
      [
        "Dollars",
        "dollars",
        DOLLAR_STEPS.filter((step) => step < most).map((step) => [`over=${step}`, `over $${step.toLocaleString("en-US")}`]),
      ],
      ["Assigned", "round", this.has("round") ? values("round", roundWords) : []],
    ];
    return found
      .map(([label, name, options]) => ({ label, isHidden: this.isHidden(name), options }))
      .filter(({ isHidden, options }) => isHidden || options.length > 1);
  }

  /** The states that charts are in, and the three parts of the queue. */
  get states() {
    const states = new Set(this.rows.map((row) => plainState(row.state)));
    return [...GROUPS.map(([group, label]) => [`group=${group}`, label]), ...[...states].sort().map((state) => [state, state])];
  }

  #isShown(row) {
    if (this.state.startsWith("group=")) {
      if (row.group !== this.state.slice(6)) return false;
    } else if (this.state && plainState(row.state) !== this.state) return false;
    const [name, value] = splitOnce(this.filter);
    if (name === "found") return (row.finding_count > 0) === (value === "any");
    if (name === "check") return row.check_ids?.includes(value) ?? false;
    if (name === "over") return (row.dollars ?? 0) > Number(value);
    return !name || (!row.hidden.includes(name) && words(row[name]) === value);
  }

  /** The rows that are shown, in order, those that the typed text names first. */
  get shown() {
    const shown = this.rows.filter((row) => this.#isShown(row));
    const { compare } = SORTS[this.sort];
    const sorted = compare ? shown.sort((one, other) => compare(one, other) || one.number - other.number) : shown;
    if (!this.text) return sorted;
    const typed = this.text.toLowerCase();
    return sorted
      .map((row) => [rank(row, typed), row])
      .filter(([place]) => place < 4)
      .sort(([one], [other]) => one - other)
      .map(([, row]) => row);
  }

  /** What the list shows: rows under the heads of the parts of the queue; without heads while one types. */
  get entries() {
    const { shown } = this;
    if (this.text) return shown.map((row) => ({ row }));
    return GROUPS.flatMap(([group, label]) => {
      const rows = shown.filter((row) => row.group === group);
      return rows.length ? [{ head: `${label}: ${rows.length.toLocaleString("en-US")}` }, ...rows.map((row) => ({ row }))] : [];
    });
  }
}

/** Where a text names a chart: 0 its number, 1 its whole id or account, 2 their start, 3 within; 4 not at all. */
function rank(row, typed) {
  if (String(row.number) === typed) return 0;
  const names = [row.encounter_id, row.account].filter(Boolean).map((name) => name.toLowerCase());
  if (names.includes(typed)) return 1;
  if (names.some((name) => name.startsWith(typed))) return 2;
  return names.some((name) => name.includes(typed)) ? 3 : 4;
}

/** A state without its counts: charts that are 3 of 8 codes and 2 of 5 codes are both begun. */
function plainState(state) {
  if (/^\d+ of \d+ codes$/.test(state)) return "begun";
  return /^\d+ changed$/.test(state) ? "changed" : state;
}

function splitOnce(text) {
  const at = text.indexOf("=");
  return at < 0 ? ["", ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** What stands at the right of a row: its state, or what the checks found where nothing is done yet. */
export function rowWords(row) {
  if (row.state !== "to do") return row.state;
  if (!row.finding_count) return "";
  return `${row.finding_count} ${row.finding_count === 1 ? "finding" : "findings"}`;
}

/** All that is known of a chart, for who rests on its row; what is withheld is named so. */
export function rowTitle(row) {
  const facts = [
    ["Account", "account", row.account],
    ["Stratum", "stratum", row.stratum],
    ["Coder", "coder", row.coder],
    ["Findings", "finding_count", row.finding_count],
    ["Dollars", "dollars", row.dollar_words],
    ["Assigned", "round", row.round && roundWords(row.round)],
  ];
  return [
    `${row.number}: ${row.encounter_id}, ${row.state}`,
    ...facts
      .map(([label, name, value]) => (row.hidden.includes(name) ? `${label}: ${HIDDEN}` : value && `${label}: ${value}`))
      .filter(Boolean),
  ].join("\n");
}
