// A screen that shows a page which Python makes, and asks Python for the next one.

import { make, makeMessageLine, makeScreen, writeMessage } from "../dom.js";
import { Transport } from "../transport.js";

export class PageScreen {
  /**
   * @param {Object} model
   * @param {HTMLElement} host
   * @param {Object} screen
   * @param {string} screen.name Its class.
   * @param {string} screen.label Its name for screen readers.
   * @param {string} screen.kept What is left to see without a kernel: "the figures".
   */
  constructor(model, host, { name, label, kept }) {
    this.page = make("div", { class: "page-frame" });
    this.message = makeMessageLine();
    this.root = makeScreen(name, label, { role: "region", tabindex: "-1" }, this.page, this.message);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.transport = new Transport(model, {
      onMessage: (content) => this.receive(content),
      onReconnect: () => this.ask({ kind: "ready" }),
      onCut: () => this.say("bad", `The kernel is gone. Run the cell again; ${kept} stay.`),
    });
    host.append(this.root);
  }

  destroy() {
    this.transport.close();
    this.root.remove();
  }

  /** Send a question and return its number. */
  ask(question) {
    const sequence = this.transport.nextSequence();
    this.transport.send({ sequence, ...question });
    return sequence;
  }

  say(tone, words) {
    writeMessage(this.message, tone, words);
  }

  /** Show an answer to this screen by `show`, or what was refused. */
  receive(content) {
    if (!this.transport.isMine(content)) return;
    if (content.error) this.say("bad", [content.error.message, content.error.hint].filter(Boolean).join(" "));
    else this.show(content);
  }
}
