// Elements of the page as Python sends them: [tag, attributes, ...children]. Text becomes text nodes, as everywhere.

import { make } from "../dom.js";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "line", "path", "rect", "circle", "text"]);

/**
 * @param {string | Array} node
 * @param {(rows: object, opener: Element) => void} open Opens the rows behind a number.
 * @returns {Node}
 */
export function madeOf(node, open) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  const { rows, ...named } = attributes;
  const made = children.map((child) => madeOf(child, open));
  if (tag === "number") {
    return make(
      "button",
      { ...named, type: "button", class: `number ${named.class ?? ""}`.trim(), onclick: (event) => open(rows, event.currentTarget) },
      ...made,
    );
  }
  if (!SVG_TAGS.has(tag)) return make(tag, named, ...made);
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(named)) {
    if (value !== null) element.setAttribute(name, String(value));
  }
  element.append(...made);
  if (rows) {
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "0");
    element.addEventListener("click", () => open(rows, element));
  }
  return element;
}
