// The list of keys, laid over the review screen.

import { make } from "../dom.js";
import { keyButton, shownKey } from "../keymap.js";
import { ACTIONS, MOVE_HELP } from "./review_keys.js";

/**
 * Return what the list of keys shows.
 *
 * @param {() => void} close
 */
export function keyList(close) {
  const rows = [...MOVE_HELP, ...Object.values(ACTIONS).map((action) => [shownKey(action), action.help])];
  return [
    make("h4", {}, "Keys"),
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
    keyButton("Esc", "Close", { onclick: close }),
  ];
}
