// The sections of a document: where its headings stand, for the outline and to set them off in the text.

/**
 * @typedef {Object} Section
 * @property {string} title
 * @property {number} start The first character of its heading.
 * @property {number} end
 */

const LONGEST_TITLE = 48;
// A line in capitals; or the words before a colon that begin a line.
const CAPITALS = /^[ \t]*([A-Z][A-Z0-9 /&,().'-]{2,60}?):?[ \t]*$/;
const BEFORE_COLON = /^[ \t]*([A-Z][A-Za-z0-9/&,()' -]{1,47}?):(?=\s|$)/;
const MOST_WORDS = 5;

/**
 * Return the sections of a text.
 *
 * @param {string} text
 * @returns {Section[]}
 */
export function sectionsOf(text) {
  const sections = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const found = headingOf(line);
    if (found) {
      const at = start + line.indexOf(found);
      sections.push({ title: found, start: at, end: at + found.length });
    }
    start += line.length + 1;
  }
  return sections;
}

function headingOf(line) {
  const capitals = CAPITALS.exec(line)?.[1].trim();
  // A result in capitals, as "SODIUM 140", is no heading.
  if (capitals && /[A-Z]{2}/.test(capitals) && !/\d/.test(capitals)) return capitals.replace(/:$/, "");
  const title = BEFORE_COLON.exec(line)?.[1];
  if (!title || title.length > LONGEST_TITLE || title.split(/\s+/).length > MOST_WORDS) return null;
  return title;
}

/** Whether the columns of a text stand below each other only in letters of one width. */
export function isInColumns(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const spaced = lines.filter((line) => /\S(?: {3,}|\t)\S/.test(line)).length;
  return lines.length > 0 && spaced >= 2 && spaced / lines.length > 0.25;
}
