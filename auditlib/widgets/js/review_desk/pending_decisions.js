// Decisions that were sent and are not answered yet.

const SLOW_MILLISECONDS = 8000;

export class PendingDecisions {
  /** @param {() => void} onSlow Called when an answer is long in coming. */
  constructor(onSlow) {
    this.onSlow = onSlow;
    this.sent = new Map();
    this.isSlow = false;
  }

  get count() {
    return this.sent.size;
  }

  add(sequence, focusKey, message) {
    this.sent.set(sequence, { focusKey, ...message });
    this.watch();
  }

  /** Take out and return the decision that an answer is to, or null. */
  take(sequence) {
    const decision = this.sent.get(sequence) ?? null;
    this.sent.delete(sequence);
    return decision;
  }

  /** Start the time anew in which an answer should come. */
  watch() {
    this.stop();
    this.isSlow = false;
    if (this.sent.size === 0) return;
    this.timer = setTimeout(() => {
      this.isSlow = true;
      this.onSlow();
    }, SLOW_MILLISECONDS);
  }

  stop() {
    clearTimeout(this.timer);
  }

  /** Return the keys of a chart's rows on which a decision is on its way. */
  keysOf(encounterId) {
    const decisions = [...this.sent.values()].filter(
      (sent) => sent.encounter_id === encounterId && (sent.kind === "decide" || sent.kind === "withdraw"),
    );
    return new Set(decisions.map((sent) => sent.focusKey));
  }
}
