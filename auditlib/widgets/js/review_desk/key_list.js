// The list of keys, laid over the review desk.

import { make } from "../dom.js";
import { keyButton, shownKey } from "../keymap.js";
import { ACTIONS, MOVE_HELP } from "./review_keys.js";

/**
 * Return what the list of keys shows.
 *
 * @param {Object} list
 * @param {boolean} list.hasLetters Whether keys of one character are on.
 * @param {(isOn: boolean) => void} list.onLetters
 * @param {() => void} list.close
 * @param {string} list.timeWords When the time on a chart stops.
 */
export function keyList({ hasLetters, onLetters, close, timeWords }) {
  const rows = [...MOVE_HELP, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])];
  return [
    make("h2", {}, "Keys"),
    make(
      "div",
      { class: "key-list" },
      rows.map(([keys, words]) =>
        make(
          "div",
          {},
          make(
            "span",
            { class: "key-names" },
            keys.split("  ").map((key) => make("kbd", {}, key)),
          ),
          make("span", {}, words),
        ),
      ),
    ),
    make(
      "label",
      { class: "letters" },
      make("input", { type: "checkbox", checked: hasLetters, onchange: (event) => onLetters(event.target.checked) }),
      " Keys of one character are on; off, arrows, Tab, Enter and Escape stay, and every button",
    ),
    make("p", { class: "faint" }, timeWords),
    keyButton("Esc", "Close", { onclick: close }),
  ];
}
