// A search starts when typing pauses.

export class TypingPause {
  /** @param {number} milliseconds */
  constructor(milliseconds) {
    this.milliseconds = milliseconds;
    this.timer = undefined;
  }

  /** Do the work after the pause, unless another is asked for before. */
  run(work) {
    this.cancel();
    this.timer = setTimeout(work, this.milliseconds);
  }

  cancel() {
    clearTimeout(this.timer);
  }
}
