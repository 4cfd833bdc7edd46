// The queue beside the chart. Only the rows in view are on the page, so that ten thousand charts scroll as ten.

import { make } from "../dom.js";
import { shownKey } from "../keymap.js";
import { HIDDEN, QueueRows, SORTS, rowTitle, rowWords } from "./queue_rows.js";
import { ACTIONS } from "./review_keys.js";

const ROW_PIXELS = 24;
const ROWS_BEYOND = 6;

export class QueuePane {
  /**
   * @param {Object} screen
   * @param {(encounterId: string) => void} screen.go
   * @param {(words: string) => void} screen.say
   * @param {() => void} screen.leave Called when the field is left without a choice.
   */
  constructor(screen) {
    this.screen = screen;
    this.queue = new QueueRows();
    this.entries = [];
    this.chartNow = null;
    this.chosen = 0;
    this.input = make("input", {
      type: "text",
      placeholder: "Number or chart",
      "aria-label": "Go to a chart by number, chart or account",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#onInput(),
      onkeydown: (event) => this.#onKey(event),
    });
    this.sort = this.#select("Sort the queue", (value) => {
      this.queue.sort = value;
    });
    this.state = this.#select("Show charts by state", (value) => {
      this.queue.state = value;
    });
    this.filter = this.#select("Show charts by stratum, coder, finding, dollars or review", (value) => {
      this.queue.filter = value;
    });
    this.rows = make("ol", { class: "queue-rows" });
    this.list = make(
      "div",
      { class: "queue-list", tabindex: "0", role: "region", "aria-label": "Charts", onscroll: () => this.#draw() },
      this.rows,
    );
    this.element = make(
      "nav",
      { class: "queue", "aria-label": "Queue" },
      make(
        "div",
        { class: "queue-top" },
        make("label", { class: "keyed-field" }, make("kbd", {}, shownKey(ACTIONS.go)), this.input),
        this.sort,
        this.state,
        this.filter,
      ),
      this.list,
    );
    this.resizing = new ResizeObserver(() => this.#draw());
    this.resizing.observe(this.list);
  }

  close() {
    this.resizing.disconnect();
  }

  load(columns) {
    this.queue.load(columns);
    this.#fillSorts();
    this.#fillFilters();
    this.show();
    this.scrollToChart();
  }

  change(changes) {
    this.queue.change(changes);
    this.#fillStates();
    this.show();
  }

  /** The chart on the screen is another one. */
  showChart(encounterId) {
    if (encounterId === this.chartNow) return;
    this.chartNow = encounterId;
    this.show();
    this.scrollToChart();
  }

  rowOf(encounterId) {
    return this.queue.byChart.get(encounterId) ?? null;
  }

  focus() {
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  show() {
    this.entries = this.queue.entries;
    this.rows.style.height = `${this.entries.length * ROW_PIXELS}px`;
    this.drawn = "";
    this.#draw();
  }

  scrollToChart() {
    this.#scrollTo(this.entries.findIndex(({ row }) => row?.encounter_id === this.chartNow));
  }

  #scrollTo(index) {
    if (index < 0) return;
    const top = index * ROW_PIXELS;
    const { scrollTop, clientHeight } = this.list;
    if (top < scrollTop || top + ROW_PIXELS > scrollTop + clientHeight)
      this.list.scrollTop = Math.max(0, top - clientHeight / 3);
    this.#draw();
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.list.scrollTop / ROW_PIXELS) - ROWS_BEYOND);
    const count = Math.ceil(this.list.clientHeight / ROW_PIXELS) + 2 * ROWS_BEYOND;
    const drawn = `${first}/${count}/${this.chosen}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.rows.replaceChildren(
      ...this.entries.slice(first, first + count).map((entry, index) => this.#row(entry, first + index)),
      ...(this.entries.length === 0 && this.queue.isLoaded
        ? [make("li", { class: "none" }, "No chart is so.")]
        : []),
    );
  }

  #row({ head, row }, index) {
    const place = { style: `top:${index * ROW_PIXELS}px`, "aria-setsize": this.entries.length, "aria-posinset": index + 1 };
    if (head) return make("li", { ...place, class: "queue-head" }, head);
    const isNow = row.encounter_id === this.chartNow;
    const isChosen = Boolean(this.queue.text) && index === this.chosen;
    return make(
      "li",
      { ...place, class: `${isNow ? "now" : ""}${isChosen ? " chosen" : ""}`.trim() || null },
      make(
        "button",
        {
          type: "button",
          tabindex: "-1",
          title: rowTitle(row),
          "data-chart": row.encounter_id,
          "aria-current": isNow ? "true" : null,
          onclick: () => this.#go(row),
        },
        make("span", { class: "number" }, String(row.number)),
        make("span", { class: "code" }, row.encounter_id),
        make("span", { class: "state" }, rowWords(row)),
      ),
    );
  }

  #select(label, onChange) {
    return make("select", {
      "aria-label": label,
      onchange: (event) => {
        onChange(event.target.value);
        this.show();
        this.list.scrollTop = 0;
        this.scrollToChart();
      },
    });
  }

  #fillSorts() {
    const { queue } = this;
    const options = Object.entries(SORTS)
      .filter(([, { needs }]) => !needs || queue.has(needs) || queue.isHidden(needs))
      .map(([value, { label, needs }]) => {
        const isHidden = Boolean(needs) && queue.isHidden(needs);
        return option(value, isHidden ? `${label}: ${HIDDEN}` : label, queue.sort, isHidden);
      });
    this.sort.replaceChildren(...options);
    this.#fillStates();
  }

  #fillStates() {
    const { queue } = this;
    const states = queue.states.map(([value, label]) => option(value, label, queue.state));
    this.state.replaceChildren(option("", "Mine, all states", queue.state), ...states);
    this.state.value = queue.state;
    if (this.state.selectedIndex < 0) {
      queue.state = "";
      this.state.value = "";
    }
  }

  #fillFilters() {
    const { queue } = this;
    const groups = queue.filters.map(({ label, isHidden, options }) =>
      make(
        "optgroup",
        { label },
        isHidden ? option("hidden", HIDDEN, null, true) : options.map(([value, words]) => option(value, words, queue.filter)),
      ),
    );
    this.filter.replaceChildren(option("", "All charts", queue.filter), ...groups);
    this.filter.hidden = groups.length === 0;
  }

  // The field

  #onInput() {
    this.queue.text = this.input.value.trim();
    this.chosen = 0;
    this.show();
    this.list.scrollTop = 0;
    this.#draw();
  }

  #onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#leave();
      this.screen.leave();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const row = this.queue.text ? this.entries[this.chosen]?.row : this.rowOf(this.chartNow);
      if (row) this.#go(row);
      else this.screen.say("There is no such chart in the queue.");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = Math.min(Math.max(0, this.chosen + step), Math.max(0, this.entries.length - 1));
      this.#draw();
      this.#scrollTo(this.chosen);
    }
  }

  #go(row) {
    this.#leave();
    this.screen.go(row.encounter_id);
  }

  #leave() {
    this.input.value = "";
    if (this.queue.text) {
      this.queue.text = "";
      this.show();
    }
    this.scrollToChart();
  }
}

const option = (value, words, current, disabled = false) =>
  make("option", { value, selected: value === current, disabled }, words);
