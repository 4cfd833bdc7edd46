// The time spent on a chart: it stops while the desk is out of view, and after a while without key, click or scroll.

export class ChartTimer {
  /** @param {() => number} now Milliseconds. */
  constructor(now) {
    this.now = now;
    this.idleMilliseconds = Infinity;
    this.isInView = true;
    this.start(0);
  }

  /**
   * Begin with a chart.
   *
   * @param {number} before Seconds that are on record for it.
   */
  start(before) {
    this.before = before;
    this.spent = 0;
    this.touchedAt = this.now();
    this.countedTo = this.touchedAt;
  }

  /** Something was done on the desk: the time goes on. */
  touch() {
    this.#count();
    this.touchedAt = this.now();
    this.countedTo = this.touchedAt;
  }

  /** The desk came into view, or went out of it. */
  setInView(isInView) {
    this.#count();
    if (isInView && !this.isInView) this.touchedAt = this.now();
    this.isInView = isInView;
    this.countedTo = this.now();
  }

  #count() {
    const until = Math.min(this.now(), this.touchedAt + this.idleMilliseconds);
    if (this.isInView && until > this.countedTo) {
      this.spent += until - this.countedTo;
      this.countedTo = until;
    }
  }

  /** Seconds spent since the chart was opened. */
  get seconds() {
    this.#count();
    return this.spent / 1000;
  }

  get isStopped() {
    return !this.isInView || this.now() - this.touchedAt >= this.idleMilliseconds;
  }

  /** Minutes and seconds in all, with those on record. */
  get words() {
    const whole = Math.floor(this.before + this.seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }
}
