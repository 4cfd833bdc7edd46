// The short forms of the start screen: who reviews now, which files to load, and the bar above what is open.

import { make } from "../dom.js";
import { keyButton } from "../keymap.js";

/** Make the bar above an open screen: what it is, as whom, and the way back. */
export function makeBar(below, back) {
  return make(
    "div",
    { class: "bar above" },
    make("b", {}, below.title),
    below.reviewer && make("span", { class: "faint" }, `as ${below.reviewer}`),
    make("span", { class: "spring" }),
    make("button", { type: "button", "data-action": "back", onclick: back }, "Back to start"),
  );
}

/** Make the question who reviews; of several reviewers none is chosen beforehand. */
export function makeWho(who, { open, back }) {
  const isOnly = who.reviewers.length === 1;
  const names = who.reviewers.map((name, place) =>
    make(
      "button",
      { type: "button", class: isOnly ? "main" : null, "data-first": isOnly, onclick: () => open(name) },
      place < 9 && make("kbd", {}, String(place + 1)),
      ` ${name}`,
    ),
  );
  const field = make("input", { type: "text", value: who.user, "aria-label": "Reviewer", "data-first": true });
  const button = make("button", { type: "button", class: "main", onclick: () => open(field.value) }, "Open the desk");
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") button.focus();
  });
  return make(
    "section",
    { class: "who", "aria-label": "Who are you?" },
    make("h3", {}, "Who are you? ", make("span", { class: "faint" }, `Audit ${who.audit}`)),
    make(
      "p",
      {},
      who.reviewers.length > 0
        ? "These review it by its plan. The desk opens with what the plan lets you see, and that you opened it goes on record under your name."
        : "No plan says who reviews it. That you opened it, and every verdict, goes on record under your name.",
    ),
    make("p", { class: "bar" }, names.length > 0 ? names : [field, button]),
    make("p", { class: "bar" }, keyButton("Esc", "Back", { onclick: back })),
  );
}

/** Make the question who looks: what is hidden depends on it, and decisions go on record under the name. */
export function makePersonForm(user, { be, back }) {
  const name = make("input", { type: "text", name: "person", value: user, autocomplete: "off", "data-first": true });
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        be(name.value);
      },
    },
    make("h3", {}, "Who are you?"),
    make("label", { class: "field" }, make("span", {}, "Name, as plans and findings have it"), name),
    make("p", { class: "bar" }, keyButton("Enter", "That is me", { type: "submit", class: "main" }), keyButton("Esc", "Back", { onclick: back })),
    make("p", { class: "faint" }, "What is hidden from you depends on it, and what you decide goes on record under this name."),
  );
}

/** Make the form that loads files. */
export function makeLoadForm({ load, back }) {
  const path = make("input", { type: "text", name: "path", placeholder: "claims/2026-01", "data-first": true });
  const files = make(
    "button",
    { type: "button", class: "main", onclick: () => load(path.value, false) },
    "Load claims, remittances, charts, documents or tables",
  );
  const sets = make("button", { type: "button", onclick: () => load(path.value, true) }, "Load code sets");
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        files.focus();
      },
    },
    make("h3", {}, "Load files"),
    make("label", { class: "field" }, make("span", {}, "File or folder on this machine"), path),
    make("p", { class: "bar" }, files, sets, keyButton("Esc", "Back", { onclick: back })),
    make(
      "p",
      { class: "faint" },
      "Each file is known by its content and loaded once. A billing export of your own needs a mapping: auditlib load --suggest-mapping FILE. ",
      "Files stay where they are; what is loaded goes into this workspace.",
    ),
  );
}

/** Make the form that makes the demo; nothing is written before its button is pressed. */
export function makeDemoForm(page, { make: makeIt, back }) {
  const folder = make("input", { type: "text", name: "folder", value: page.demo_folder, "data-first": true });
  return make(
    "form",
    {
      class: "load",
      onsubmit: (event) => {
        event.preventDefault();
        makeIt(folder.value);
      },
    },
    make("h3", {}, "Try it with invented data"),
    make("p", {}, "3,000 invented visits with claims, payments and charts, loaded, checked, sampled, reviewed and reported. It takes about a minute."),
    make("label", { class: "field" }, make("span", {}, "A folder of its own: never this workspace, and apart from your files"), folder),
    make("p", { class: "bar" }, keyButton("Enter", "Make the demo", { type: "submit", class: "main" }), keyButton("Esc", "Back", { onclick: back })),
  );
}
