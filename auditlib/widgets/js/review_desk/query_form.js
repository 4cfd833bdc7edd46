// The forms of queries to the provider: one is sent, answered or withdrawn. Python holds the checklist.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";
import { SmallForm, field } from "./small_form.js";

/**
 * Return the form that fits: of the answer to the first open query of the chart, else of a new query.
 *
 * @param {import("./review_state.js").ReviewState} state
 * @param {Object} screen As of `SmallForm`.
 */
export function queryForm(state, screen) {
  const open = state.status.queries.find((query) => query.is_open);
  return open ? new AnswerForm(open, screen) : new QueryForm(state, screen);
}

export class QueryForm extends SmallForm {
  constructor(state, screen) {
    super(screen);
    this.first = area("question", "Question", "which kind of heart failure was treated?");
    this.indicators = area("indicators", "Clinical indicators", "one fact of the record a line");
    this.options = area("options", "Choices", "one a line; other and cannot be determined are added");
    this.provider = text("provider", "Provider", "to whom it goes");
    this.element = this.makeForm(
      "Query to the provider",
      make("h3", {}, "Query to the provider"),
      field("question", "Question, which names no wanted answer", this.first),
      field("indicators", "Clinical indicators: what this record says", this.indicators),
      field("options", "Choices, or none for an open question", this.options),
      field("provider", "To", this.provider),
      make("p", { class: "faint" }, "Nothing of payment or quality figures. The query is recorded; no message is sent."),
      make(
        "div",
        { class: "bar" },
        keyButton("Ctrl+Enter", "Record the query", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  /** Enter is a new line in these fields; with Ctrl it saves. */
  onKey(event) {
    const isLine = event.target.tagName === "TEXTAREA" && event.key === "Enter";
    if (isLine && !(event.ctrlKey || event.metaKey)) return;
    super.onKey(event);
  }

  save() {
    if (this.isWaiting) return;
    const missing = [this.first, this.indicators, this.provider].find(({ value }) => !value.trim());
    if (missing) {
      this.screen.say(`${missing.getAttribute("aria-label")}: it is needed.`);
      missing.focus();
      return;
    }
    this.send({
      kind: "query",
      question: this.first.value.trim(),
      indicators: linesOf(this.indicators.value),
      options: linesOf(this.options.value),
      provider: this.provider.value.trim(),
    });
  }
}

export class AnswerForm extends SmallForm {
  constructor(query, screen) {
    super(screen);
    this.query = query;
    const options = query.options.map((option) => make("option", { value: option }, option));
    this.answer = make(
      "select",
      { name: "answer", "aria-label": "Answer" },
      make("option", { value: "" }, query.options.length ? "choose…" : "in the provider's words"),
      options,
    );
    this.words = text("words", "The provider's words", "needed for other and for an open question");
    this.reason = text("reason", "Why it is withdrawn", "instead of an answer");
    this.first = query.options.length ? this.answer : this.words;
    this.element = this.makeForm(
      `Answer to query ${query.query_id}`,
      make("h3", {}, `Query ${query.query_id} to ${query.provider}, open for ${query.day_words}`),
      make("p", {}, query.question),
      make(
        "div",
        { class: "fields" },
        query.options.length > 0 && field("answer", "Answer", this.answer),
        field("words", "The provider's words", this.words),
        field("reason", "Or withdrawn, because", this.reason),
      ),
      make(
        "div",
        { class: "bar" },
        keyButton("Enter", "Save", { type: "submit", class: "main" }),
        keyButton("Esc", "Cancel", { onclick: () => this.screen.cancel() }),
      ),
    );
  }

  save() {
    if (this.isWaiting) return;
    const { query_id } = this.query;
    const [answer, words, reason] = [this.answer, this.words, this.reason].map(({ value }) => value.trim());
    if (Boolean(reason) === Boolean(answer || words)) {
      this.screen.say("Give the answer, or why the query is withdrawn.");
      this.first.focus();
      return;
    }
    this.send(
      reason
        ? { kind: "withdraw query", query_id, reason }
        : { kind: "answer query", query_id, answer: answer || null, words: words || null },
    );
  }
}

/** Return the lines of a text that are not blank. */
export const linesOf = (value) => value.split("\n").map((line) => line.trim()).filter(Boolean);

const text = (name, label, placeholder) =>
  make("input", { name, type: "text", autocomplete: "off", placeholder, "aria-label": label });

const area = (name, label, placeholder) =>
  make("textarea", { name, rows: "2", placeholder, "aria-label": label });
