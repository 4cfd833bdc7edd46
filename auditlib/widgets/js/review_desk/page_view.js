// The page itself of a PDF or scan, with what bears on the code in focus and what a search matches marked on it.

import { make } from "../dom.js";
import { actionButton } from "../keymap.js";
import { ACTIONS } from "./review_keys.js";

/**
 * @typedef {Object} Page
 * @property {number} page_number
 * @property {number} start The first of its characters in the document's text.
 * @property {number} end
 * @property {"file" | "OCR" | "none"} text_origin
 * @property {number | null} ocr_confidence
 */

const MOST_KEPT = 12;

export class PageView {
  /**
   * @param {Object} screen
   * @param {(name: string) => void} screen.act
   * @param {(request: object) => void} screen.requestPage
   */
  constructor(screen) {
    this.screen = screen;
    /** Pages that came, the last ones used at the end: going back to one asks for nothing. */
    this.pages = new Map();
    this.wanted = null;
    this.title = make("span", { class: "page-title", "aria-live": "polite" });
    this.buttons = ["previousPage", "nextPage"].map((name) => actionButton(ACTIONS, name, screen.act));
    this.bar = make("div", { class: "page-bar" }, ...this.buttons, this.title);
    this.sheet = make("div", { class: "sheet" });
    this.element = make("div", { class: "page-view", tabindex: "-1" }, this.sheet);
  }

  /** Forget the pages of another chart. */
  reset() {
    this.pages.clear();
    this.wanted = null;
  }

  /**
   * Show a page; what is not here yet is asked for.
   *
   * @param {string} encounterId
   * @param {{document_number: number, title: string, pages: Page[]}} entry
   * @param {number} index The page's place among the document's pages.
   * @param {{start: number, end: number, classes: string}[]} marks
   */
  show(encounterId, entry, index, marks) {
    const page = entry.pages[index];
    const count = entry.pages.length;
    const words = `Page ${page.page_number} of ${count} · ${originWords(page)}`;
    this.title.textContent = words;
    this.buttons[0].disabled = index === 0;
    this.buttons[1].disabled = index === count - 1;
    const key = keyOf(entry.document_number, page.page_number);
    this.wanted = { key, marks, label: `Page ${page.page_number} of ${count} of ${entry.title}` };
    if (this.pages.has(key)) this.#draw();
    else {
      this.sheet.replaceChildren(make("div", { class: "waiting", role: "status" }, "Drawing the page…"));
      this.screen.requestPage({
        encounter_id: encounterId,
        document_number: entry.document_number,
        page_number: page.page_number,
      });
    }
  }

  /** Take a page that Python sent; return whether it is the one on the screen. */
  receive({ document_number: documentNumber, page_number: pageNumber, image, words, error }) {
    const key = keyOf(documentNumber, pageNumber);
    if (error) {
      if (this.wanted?.key === key)
        this.sheet.replaceChildren(
          make("div", { class: "alert", role: "alert" }, [error.message, error.hint].filter(Boolean).join(" ")),
        );
      return;
    }
    this.pages.delete(key);
    this.pages.set(key, { image, words });
    if (this.pages.size > MOST_KEPT) this.pages.delete(this.pages.keys().next().value);
    if (this.wanted?.key === key) this.#draw();
  }

  #draw() {
    const { key, marks, label } = this.wanted;
    const { image, words } = this.pages.get(key);
    const boxes = words.flatMap(([start, end, left, top, right, bottom]) =>
      marks
        .filter((mark) => mark.start < end && start < mark.end)
        .map((mark) =>
          make("span", {
            class: `box ${mark.classes}`,
            style: `left:${percent(left)};top:${percent(top)};width:${percent(right - left)};height:${percent(bottom - top)}`,
          }),
        ),
    );
    this.sheet.replaceChildren(make("img", { src: `data:image/jpeg;base64,${image}`, alt: label }), ...boxes);
    const box = this.sheet.querySelector(".box");
    if (box) box.scrollIntoView({ block: "nearest" });
  }

  /** Scroll; return false at the end of the page, where there is nothing more to see. */
  scroll(pixels) {
    const before = this.element.scrollTop;
    this.element.scrollTop += pixels;
    return Math.abs(this.element.scrollTop - before) > 1;
  }
}

/** The place of the page on which a character of the document stands; the first one if it is on none. */
export function pageIndexAt(pages, start) {
  return Math.max(
    0,
    pages.findIndex((page) => page.start <= start && start < page.end),
  );
}

/** Where the text of a page comes from, in words. */
export function originWords(page) {
  if (page.text_origin === "none") return "no text was read";
  if (page.text_origin === "file") return "text of the file";
  return page.ocr_confidence === null
    ? "text by OCR"
    : `text by OCR, confidence ${Math.round(page.ocr_confidence)} %`;
}

/** What a reader of the text must know of its pages, in words; empty if the file holds all of it. */
export function pagesWords(pages) {
  const without = pages.filter((page) => page.text_origin === "none").length;
  const byOcr = pages.filter((page) => page.text_origin === "OCR");
  if (without > 0 && without === pages.length) return "No text was read: look at the page";
  const parts = [];
  if (byOcr.length > 0) {
    const lowest = Math.min(...byOcr.map((page) => page.ocr_confidence ?? 0));
    parts.push(`Text by OCR on ${byOcr.length} of ${pages.length}, confidence from ${Math.round(lowest)} %`);
  }
  if (without > 0) parts.push(`no text was read on ${without} of ${pages.length}`);
  return parts.join("; ");
}

const keyOf = (documentNumber, pageNumber) => `${documentNumber}/${pageNumber}`;
const percent = (share) => `${(100 * share).toFixed(3)}%`;
