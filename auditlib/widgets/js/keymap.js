// Actions of a screen: the key and the button that start each, from one table.

import { make } from "./dom.js";

/**
 * @typedef {Object} Action
 * @property {string} key The `key` of the keyboard event.
 * @property {string} [shown] What stands on the key, where that differs from `key`.
 * @property {string} label The words on the button.
 * @property {string} [help] The words in the list of keys.
 */

/** @param {Action} action */
export const shownKey = (action) => action.shown ?? action.key;

/**
 * Return the name of the action that a key starts.
 *
 * @param {Object<string, Action>} actions
 * @param {string} key
 * @returns {string | undefined}
 */
export function actionOfKey(actions, key) {
  return Object.keys(actions).find((name) => actions[name].key === key);
}

/**
 * Make the button of an action, its key before its words.
 *
 * @param {Object<string, Action>} actions
 * @param {string} name
 * @param {(name: string) => void} act
 */
export function actionButton(actions, name, act, { disabled = false, emphasised = false } = {}) {
  const action = actions[name];
  return make(
    "button",
    {
      type: "button",
      class: emphasised ? "main" : null,
      disabled,
      "aria-keyshortcuts": action.key,
      "data-action": name,
      onclick: () => act(name),
    },
    make("kbd", {}, shownKey(action)),
    " ",
    action.label,
  );
}

/** Make a button that stands for a key of a dialog or form, as Enter or Esc. */
export function keyButton(key, label, properties) {
  return make("button", { type: "button", ...properties }, make("kbd", {}, key), " ", label);
}

/** Whether the key belongs to the browser or the system, as Ctrl+C does. */
export const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

/** Whether the key presses what has the focus, a button say. */
export const isPress = (event) => event.key === "Enter" || event.key === " ";
