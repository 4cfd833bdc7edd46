// The page of a code: its facts, then its notes and neighbours.

import { make } from "../dom.js";

/** @param {{title: string, facts: [string, string][], sections: [string, string[]][]}} page */
export function codePage({ title, facts, sections }) {
  return [
    make("h4", {}, title),
    make(
      "table",
      {},
      facts.map(([label, value]) =>
        make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, value)),
      ),
    ),
    ...sections.map(([heading, lines]) =>
      make(
        "div",
        { class: "part" },
        make("h5", {}, heading),
        make(
          "ul",
          {},
          lines.map((line) => make("li", {}, line)),
        ),
      ),
    ),
  ];
}
