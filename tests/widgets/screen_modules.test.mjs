// The modules of the screens that need no page, run by tests/widgets/test_screen_modules.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CodeTree } from "../../auditlib/widgets/js/code_browser/code_tree.js";
import { actionOfKey } from "../../auditlib/widgets/js/keymap.js";
import { DocumentSearch } from "../../auditlib/widgets/js/review_desk/document_search.js";
import { tabName } from "../../auditlib/widgets/js/review_desk/documents.js";
import { cutText } from "../../auditlib/widgets/js/review_desk/marked_text.js";
import { originWords, pageIndexAt, pagesWords } from "../../auditlib/widgets/js/review_desk/page_view.js";
import { PendingDecisions } from "../../auditlib/widgets/js/review_desk/pending_decisions.js";
import { recordWords } from "../../auditlib/widgets/js/review_desk/record_line.js";
import { ACTIONS, moveOfKey } from "../../auditlib/widgets/js/review_desk/review_keys.js";
import { ReviewState } from "../../auditlib/widgets/js/review_desk/review_state.js";
import { passageWords } from "../../auditlib/widgets/js/review_desk/evidence_choice.js";
import { likelyKind, signedDollars } from "../../auditlib/widgets/js/review_desk/verdict_form.js";
import { codeDetails, verdictWords } from "../../auditlib/widgets/js/review_desk/verdict_words.js";
import { Transport } from "../../auditlib/widgets/js/transport.js";

const CODE = {
  code_system: "ICD-10-CM",
  code: "E119",
  shown: "E11.9",
  code_role: "principal",
  poa_indicator: "Y",
  poa_meaning: "present on admission",
  modifiers: [],
  unit_count: null,
};

const KNEE = { ...CODE, code_system: "CPT", code: "20610", code_role: "procedure", poa_indicator: null };
const ADDED = [
  { row_key: "+ICD-10-CM/E119/secondary", corrected: CODE },
  { row_key: "+CPT/20610/RT", corrected: { ...KNEE, modifiers: ["RT"] } },
  { row_key: "+CPT/20610/LT", corrected: { ...KNEE, modifiers: ["LT"] } },
];

test("a text is cut at every border, and its pieces give the text again", () => {
  const text = "No heart failure. Diabetes.";
  const highlights = [
    { start: 0, end: 17, negated: true },
    { start: 3, end: 8, negated: false },
  ];
  const matches = [{ start: 9 }];
  const pieces = cutText(text, highlights, matches, 7);
  assert.equal(pieces.map((piece) => piece.text).join(""), text);
  assert.deepEqual(
    pieces.map((piece) => [piece.text, piece.isEvidence, piece.isNegated, piece.match !== null]),
    [
      ["No ", true, true, false],
      ["heart", true, true, false],
      [" ", true, true, false],
      ["failure", true, true, true],
      [".", true, true, false],
      [" Diabetes.", false, false, false],
    ],
  );
  assert.deepEqual(cutText("", [], [], 0), []);
});

test("a search walks through the matches of all documents and round again", () => {
  const documents = [{ text: "aa A" }, { text: "none here" }, { text: "a" }];
  const search = new DocumentSearch();
  const places = [];
  search.run("a", documents, 2, 0);
  places.push(search.current);
  for (const step of [1, 1, -1]) {
    search.run("a", documents, 2, step);
    places.push(search.current);
  }
  assert.deepEqual(places, [
    { index: 2, start: 0 },
    { index: 0, start: 0 },
    { index: 0, start: 1 },
    { index: 0, start: 0 },
  ]);
  assert.equal(search.words, "Match 1 of 4.");
  search.run("zzz", documents, 0, 0);
  assert.equal(search.words, "No match in any document.");
  search.run("", documents, 0, 1);
  assert.equal(search.words, "");
});

test("the likely kind of error follows the difference to the coder's code", () => {
  const kinds = [
    [{ code: "e11.22" }, "not specific"],
    [{ code: "E11.8" }, "wrong code"],
    [{ code: "i10" }, "wrong code"],
    [{ code_role: "secondary" }, "sequencing"],
    [{ modifiers: ["25"] }, "modifier"],
    [{ unit_count: "2" }, "units"],
    [{ poa_indicator: "N" }, "POA"],
    [{}, "wrong code"],
  ];
  for (const [change, kind] of kinds) assert.equal(likelyKind(CODE, { ...CODE, ...change }), kind);
});

test("abbreviations are written out beside a code", () => {
  assert.equal(codeDetails(CODE), "principal · POA Y (present on admission)");
  const procedure = { ...CODE, code_role: "procedure", poa_indicator: null, modifiers: ["25", "LT"], unit_count: "2" };
  assert.equal(codeDetails(procedure), "procedure · modifiers 25 LT · 2 units");
  const verdict = {
    action: "change",
    corrected: { ...CODE, code: "E1122", shown: "E11.22", poa_indicator: null },
    error_kind: "not specific",
    cause: "coder oversight",
    comment: "see plan",
  };
  assert.equal(
    verdictWords({ verdict, code: CODE }),
    "→ E11.22 · → POA none · not specific · coder oversight · “see plan” · not priced",
  );
  const dollars = (payment_difference) =>
    verdictWords({ verdict: { ...verdict, payment_difference }, code: CODE }).split(" · ").at(-1);
  assert.deepEqual(
    ["1234567.50", "-45.20", "0.00"].map(dollars),
    ["overpaid $1,234,567.50", "underpaid $45.20", "no effect on payment"],
  );
});

test("dollars are typed without a sign, and the direction gives it", () => {
  const typed = [["45.20", "overpaid"], [" $1,234 ", "underpaid"], ["", "underpaid"], [".5", "overpaid"]];
  assert.deepEqual(typed.map((each) => signedDollars(...each)), ["45.20", "-$1,234", null, ".5"]);
  for (const wrong of ["-5", "five", "1.2.3", "$"]) assert.equal(signedDollars(wrong, "overpaid"), undefined);
});

test("a passage is shown in one line and cut where it is long", () => {
  const documents = [{ document_number: 2, text: "No problem\n  was managed. " + "x".repeat(200) }];
  assert.equal(passageWords(documents, { document_number: 2, start: 0, end: 25 }), "No problem was managed.");
  assert.equal(passageWords(documents, { document_number: 2, start: 0, end: 226 }).length, 90);
  assert.equal(passageWords(documents, { document_number: 1, start: 0, end: 5 }), "");
});

test("every key starts one thing", () => {
  const keys = Object.values(ACTIONS).map((action) => action.key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(actionOfKey(ACTIONS, "a"), "agree");
  assert.equal(actionOfKey(ACTIONS, "x"), undefined);
  for (const key of keys) assert.equal(moveOfKey({ key }), null);
  assert.deepEqual(moveOfKey({ key: " ", shiftKey: true }), ["page", -1]);
});

test("the focus goes to the next code without a verdict, and round again", () => {
  const state = new ReviewState();
  const codes = [1, 2, 3].map((number) => ({ ...CODE, code_number: number, highlights: [] }));
  const verdicts = { 1: null, 2: { action: "agree" }, 3: null };
  const status = { encounter_id: "A1", verdicts, added: ADDED, first_undecided: 1 };
  const chart = { encounter_id: "A1", codes, documents: [] };
  assert.equal(state.take({ status, chart }), true);
  assert.equal(state.take({ status, chart }), false);
  state.focusFirst();
  assert.equal(state.focusKey, "1");
  assert.equal(state.nextUndecidedKey(), "3");
  state.focusKey = "3";
  assert.equal(state.nextUndecidedKey(), "1");
  assert.deepEqual(
    state.rows.map((row) => row.key),
    ["1", "2", "3", "+ICD-10-CM/E119/secondary", "+CPT/20610/RT", "+CPT/20610/LT"],
  );
  state.focusAdded({ ...CODE, code: "e11.9" });
  assert.equal(state.focusKey, "+ICD-10-CM/E119/secondary");
  for (const side of ["lt", "RT"]) {
    state.focusAdded({ ...KNEE, modifiers: [side] });
    assert.equal(state.focusKey, `+CPT/20610/${side.toUpperCase()}`);
    assert.deepEqual(state.referenceTo(state.focusedRow), {
      corrected: {
        code_system: "CPT",
        code: "20610",
        code_role: "procedure",
        modifiers: [side.toUpperCase()],
      },
    });
  }
  state.focusAdded({ ...KNEE, modifiers: [] });
  assert.equal(state.focusKey, null);
  state.take({ status: { ...status, encounter_id: "A2" } });
  assert.deepEqual(state.rows, []);
});

test("a chart's documents are named for their type, and numbered within it", () => {
  const documents = ["lab report", "physician note", "lab report"].map((document_type) => ({ document_type }));
  assert.deepEqual(
    documents.map((entry) => tabName(documents, entry)),
    ["Lab report 1", "Physician note", "Lab report 2"],
  );
});

test("a decision waits until it is answered, and a late answer is said", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let slowCount = 0;
  const pending = new PendingDecisions(() => {
    slowCount += 1;
  });
  pending.add(1, "2", { encounter_id: "A1", kind: "decide" });
  pending.add(2, "2", { encounter_id: "A1", kind: "next" });
  assert.deepEqual([...pending.keysOf("A1")], ["2"]);
  assert.deepEqual([...pending.keysOf("A2")], []);
  context.mock.timers.tick(8000);
  assert.equal(slowCount, 1);
  assert.equal(pending.take(1).kind, "decide");
  assert.equal(pending.take(1), null);
  pending.take(2);
  pending.watch();
  context.mock.timers.tick(8000);
  assert.equal(slowCount, 1);
  assert.equal(pending.isSlow, false);
});

test("a message that cannot be sent is said, and an answer to another screen is not taken", () => {
  const sent = [];
  let cutCount = 0;
  const model = { on() {}, off() {}, send: (message) => sent.push(message) };
  const onCut = () => {
    cutCount += 1;
  };
  const transport = new Transport(model, { onMessage() {}, onReconnect() {}, onCut });
  transport.send({ kind: "ready" });
  assert.deepEqual(sent, [{ view: transport.view, kind: "ready" }]);
  assert.equal(transport.isMine({ view: transport.view }), true);
  assert.equal(transport.isMine({ view: "another" }), false);
  model.send = () => {
    throw new Error("the comm is closed");
  };
  transport.send({ kind: "ready" });
  assert.equal(cutCount, 1);
});

test("the tree asks once for what is below a place, and shows what is open", () => {
  const asked = [];
  const tree = new CodeTree((place) => asked.push(place.key));
  const top = { code_system: "ICD-10-CM", key: "" };
  const node = (key) => ({ code_system: "ICD-10-CM", key, shown: key, description: "", is_billable: true });
  tree.systems = ["ICD-10-CM"];
  tree.expand(top);
  tree.addChildren(top, [node("E11"), node("I10")]);
  tree.expand(node("E11"));
  tree.addChildren(node("E11"), [node("E119")]);
  const shown = () => tree.rows.map((row) => [row.key, row.level]);
  assert.deepEqual(shown(), [["", 1], ["E11", 2], ["E119", 3], ["I10", 2]]);
  assert.equal(tree.collapse(node("E11")), true);
  assert.equal(tree.collapse(node("E11")), false);
  tree.expand(node("E11"));
  assert.deepEqual(asked, ["", "E11"]);
  tree.collapse(top);
  assert.deepEqual(shown(), [["", 1]]);
});

const page = (number, start, end, origin, confidence = null) => ({
  page_number: number,
  start,
  end,
  text_origin: origin,
  ocr_confidence: confidence,
});

test("a sentence is on the page whose text holds its first character", () => {
  const pages = [page(1, 0, 7, "file"), page(2, 9, 14, "file")];
  assert.deepEqual(
    [0, 6, 9, 13, 99].map((start) => pageIndexAt(pages, start)),
    [0, 0, 1, 1, 0],
  );
});

test("pages say where their text is from, and what no text was read of", () => {
  const ocr = page(1, 0, 7, "OCR", 92.6);
  const none = page(2, 9, 14, "none");
  const file = page(3, 16, 20, "file");
  assert.equal(originWords(ocr), "text by OCR, confidence 93 %");
  assert.equal(originWords(none), "no text was read");
  assert.equal(pagesWords([file, file]), "");
  assert.equal(pagesWords([]), "");
  assert.equal(pagesWords([none, none]), "No text was read: look at the page");
  assert.equal(
    pagesWords([ocr, none, file]),
    "Text by OCR on 1 of 3, confidence from 93 %; no text was read on 1 of 3",
  );
});

test("what was said of a record is shown with its place", () => {
  assert.equal(recordWords({ status: "missing", place: null }), "Record missing");
  assert.equal(recordWords({ status: "partly missing", place: "no note" }), "Record partly missing: no note");
  const elsewhere = { status: "reviewed elsewhere", place: "binder 7" };
  assert.equal(recordWords(elsewhere), "Record reviewed elsewhere: binder 7");
});
