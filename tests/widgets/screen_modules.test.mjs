// The modules of the screens that need no page, run by tests/widgets/test_screen_modules.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CodeTree } from "../../auditlib/widgets/js/code_browser/code_tree.js";
import { actionOfKey } from "../../auditlib/widgets/js/keymap.js";
import { partsOf } from "../../auditlib/widgets/js/review_desk/attachments.js";
import { ChartTimer } from "../../auditlib/widgets/js/review_desk/chart_timer.js";
import { CodeMatches } from "../../auditlib/widgets/js/review_desk/code_matches.js";
import { countWords } from "../../auditlib/widgets/js/review_desk/evidence_panel.js";
import { QueueRows, rowTitle, rowWords } from "../../auditlib/widgets/js/review_desk/queue_rows.js";
import { withDay } from "../../auditlib/widgets/js/review_desk/record_form.js";
import { Resequence } from "../../auditlib/widgets/js/review_desk/resequence.js";
import { isInColumns, sectionsOf } from "../../auditlib/widgets/js/review_desk/sections.js";
import { DocumentSearch } from "../../auditlib/widgets/js/review_desk/document_search.js";
import { tabName } from "../../auditlib/widgets/js/review_desk/documents.js";
import { cutText } from "../../auditlib/widgets/js/review_desk/marked_text.js";
import { originWords, pageIndexAt, pagesWords } from "../../auditlib/widgets/js/review_desk/page_view.js";
import { linesOf } from "../../auditlib/widgets/js/review_desk/query_form.js";
import { wholeMinutes } from "../../auditlib/widgets/js/review_desk/visit_level_form.js";
import { PendingDecisions } from "../../auditlib/widgets/js/review_desk/pending_decisions.js";
import { queryWords, recordWords } from "../../auditlib/widgets/js/review_desk/record_line.js";
import { ACTIONS, moveOfKey } from "../../auditlib/widgets/js/review_desk/review_keys.js";
import { ReviewState } from "../../auditlib/widgets/js/review_desk/review_state.js";
import { passageWords } from "../../auditlib/widgets/js/review_desk/evidence_choice.js";
import { likelyKind } from "../../auditlib/widgets/js/review_desk/error_kind.js";
import { chosenKind, kindOptions, signedDollars } from "../../auditlib/widgets/js/review_desk/verdict_form.js";
import { codeDetails, codeOnClaim, verdictWords } from "../../auditlib/widgets/js/review_desk/verdict_words.js";
import { CHART_KEYS, moveOfKey as moveOfDecisionKey } from "../../auditlib/widgets/js/shared/decision_keys.js";
import { markedSentence, verdictWords as wordsOfVerdict } from "../../auditlib/widgets/js/shared/verdict_sign.js";
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
  const titled = (code, description) => ({ ...CODE, code, description });
  const pairs = [
    [titled("N1830", "Chronic kidney disease, stage 3 unspecified"), "N18.32", "not specific"],
    [titled("N1832", "Chronic kidney disease, stage 3b"), "N18.30", "wrong code"],
    [titled("E119", "Type 2 diabetes mellitus without complications"), "I10", "wrong code"],
    [titled("E119", "Type 2 diabetes mellitus without complications"), "E11.8", "wrong code"],
    [titled("I509", "Heart failure, unspecified"), "I50.32", "not specific"],
    [titled("I509", "Heart failure, unspecified"), "I50", "wrong code"],
    // Without titles the residual characters of a subdivided code say it.
    [titled("N1830", null), "n18.31", "not specific"],
    [titled("N1831", null), "N18.32", "wrong code"],
    [titled("N1830", null), "N18.39", "wrong code"],
    [{ ...KNEE, code: "99214" }, "99213", "wrong code"],
    [{ ...KNEE, code: "J3301" }, "J33011", "wrong code"],
  ];
  for (const [code, typed, kind] of pairs)
    assert.equal(likelyKind(code, { ...code, code: typed }), kind, `${code.code} to ${typed}`);
});

test("abbreviations are written out beside a code", () => {
  assert.equal(codeDetails(CODE), "principal · POA Y (present on admission)");
  const procedure = { ...CODE, code_role: "procedure", poa_indicator: null, modifiers: ["25", "LT"], unit_count: "2" };
  assert.equal(codeDetails(procedure), "procedure · 2 units");
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
  assert.equal(actionOfKey(ACTIONS, "z"), undefined);
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

/** As much of an element as a list of codes needs. */
function madeElement() {
  const attributes = new Map();
  return {
    children: [],
    append() {},
    addEventListener() {},
    setAttribute: (name, value) => attributes.set(name, value),
    getAttribute: (name) => attributes.get(name) ?? null,
    removeAttribute: (name) => attributes.delete(name),
    replaceChildren(...children) {
      this.children = children;
    },
  };
}

test("codes that were asked for before more was typed are not taken from", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = { createElement: madeElement };
  context.after(() => delete globalThis.document);
  const [asked, taken] = [[], []];
  let saveCount = 0;
  const matches = new CodeMatches({
    ask: ({ sequence, text }) => asked.push([sequence, text]),
    onTake: ({ code }) => taken.push(code),
    onChoose: () => {},
    onSave: () => (saveCount += 1),
    billed: null,
  });
  const code = { code: "K3530", shown: "K35.30", is_billable: true };
  const answer = () => matches.show({ sequence: asked.at(-1)[0], codes: [code] }, "K35.30");
  const enter = () => matches.onKey({ key: "Enter" });
  matches.search("ICD-10-CM", "K35.3");
  context.mock.timers.tick(60);
  matches.search("ICD-10-CM", "K35.30");
  answer();
  assert.equal(matches.chosenCode, null);
  // Both presses wait for the codes of all that was typed: the first takes, the second saves.
  assert.deepEqual([enter(), enter()], [true, true]);
  context.mock.timers.tick(60);
  assert.deepEqual(asked.map(([, text]) => text), ["K35.3", "K35.30"]);
  assert.deepEqual([taken, saveCount], [[], 0]);
  answer();
  assert.deepEqual([taken, saveCount], [["K3530"], 1]);
  assert.equal(enter(), false);
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

const QUEUE = {
  encounter_id: ["E7", "E12", "A1", "E70"],
  group: ["done", "to do", "to do", "waiting"],
  state: ["2 changed", "3 of 8 codes", "to do", "record missing"],
  account: ["77", "12", "4", "E12-acct"],
  stratum: ["office", "surgery", "office", null],
  coder: ["C1", "C2", null, "C1"],
  finding_count: [0, 2, 1, 0],
  check_ids: [[], ["DX-01", "DX-06"], ["DX-06"], []],
  dollars: [90, 8304, 700.5, null],
  dollar_words: ["$90.00", "$8,304.00", "$700.50", null],
  round: [1, 2, 1, 1],
  hidden: [[], [], ["coder"], []],
};

function queue(changes = {}) {
  const rows = new QueueRows();
  rows.load({ ...QUEUE, ...changes });
  return rows;
}
const names = (rows) => rows.map((row) => row.encounter_id);

test("a queue lists what waits, what is to do and what is done, under heads with counts", () => {
  const shown = queue().entries.map(({ head, row }) => head ?? row.encounter_id);
  assert.deepEqual(shown, ["Waiting for others: 1", "E70", "To do: 2", "E12", "A1", "Done: 1", "E7"]);
  assert.deepEqual(queue().rows.map(rowWords), ["2 changed", "3 of 8 codes", "1 finding", "record missing"]);
});

test("a queue is sorted and filtered by each of its facts", () => {
  const rows = queue();
  const sorted = (sort) => names(Object.assign(rows, { sort }).shown);
  assert.deepEqual(sorted("dollars"), ["E12", "A1", "E7", "E70"]);
  assert.deepEqual(sorted("findings"), ["E12", "A1", "E7", "E70"]);
  assert.deepEqual(sorted("stratum"), ["E70", "E7", "A1", "E12"]);
  assert.deepEqual(sorted("coder"), ["E7", "E70", "E12", "A1"]);
  assert.deepEqual(sorted("assigned"), ["E7", "A1", "E70", "E12"]);
  rows.sort = "draw";
  const filtered = (filter) => names(Object.assign(rows, { filter }).shown);
  assert.deepEqual(filtered("stratum=office"), ["E7", "A1"]);
  assert.deepEqual(filtered("coder=C1"), ["E7", "E70"]);
  assert.deepEqual(filtered("check=DX-06"), ["E12", "A1"]);
  assert.deepEqual(filtered("found=none"), ["E7", "E70"]);
  assert.deepEqual(filtered("over=500"), ["E12", "A1"]);
  assert.deepEqual(filtered("round=2"), ["E12"]);
  rows.filter = "";
  const inState = (state) => names(Object.assign(rows, { state }).shown);
  assert.deepEqual(inState("group=to do"), ["E12", "A1"]);
  assert.deepEqual(inState("begun"), ["E12"]);
  assert.deepEqual(inState("changed"), ["E7"]);
  assert.deepEqual(
    rows.filters.map(({ label }) => label),
    ["Stratum", "Coder", "Finding", "Dollars", "Assigned"],
  );
});

test("a chart is found by number, whole name, its start, and its account, in this order", () => {
  const rows = queue();
  const found = (text) => names(Object.assign(rows, { text }).shown);
  assert.deepEqual(found("2"), ["E12", "E70"]);
  assert.deepEqual(found("e7"), ["E7", "E70"]);
  assert.deepEqual(found("12"), ["E12", "E70"]);
  assert.deepEqual(found("4"), ["E70", "A1"]);
  assert.deepEqual(found("nothing"), []);
});

test("what is hidden in an audit is named so, and nothing is sorted out by it", () => {
  const rows = queue({ coder: [null, null, null, null], hidden: QUEUE.hidden.map(() => ["coder", "dollars"]) });
  assert.equal(rows.isHidden("coder"), true);
  assert.equal(rows.isHidden("stratum"), false);
  assert.deepEqual(rows.filters.find(({ label }) => label === "Coder"), { label: "Coder", isHidden: true, options: [] });
  assert.match(rowTitle(rows.rows[0]), /Coder: hidden in this audit/);
  assert.match(rowTitle(rows.rows[0]), /Dollars: hidden in this audit/);
});

test("a queue takes what became of a chart, and leaves the others", () => {
  const rows = queue();
  rows.change([["A1", "done", "agreed"], ["unknown", "done", "agreed"]]);
  assert.deepEqual(
    rows.rows.map((row) => row.state),
    ["2 changed", "3 of 8 codes", "agreed", "record missing"],
  );
});

test("ten thousand charts are filtered and sorted at once", () => {
  const count = 10_000;
  const every = (make) => Array.from({ length: count }, (_, index) => make(index));
  const rows = queue({
    encounter_id: every((index) => `E${index}`),
    group: every(() => "to do"),
    state: every(() => "to do"),
    account: every((index) => `acct${index}`),
    stratum: every((index) => `S${index % 7}`),
    coder: every(() => "C1"),
    finding_count: every((index) => index % 3),
    check_ids: every(() => []),
    dollars: every((index) => index),
    dollar_words: every(String),
    round: every(() => 1),
    hidden: every(() => []),
  });
  assert.equal(rows.entries.length, count + 1);
  rows.text = "acct9999";
  assert.deepEqual(names(rows.shown), ["E9999"]);
});

test("the time on a chart stops out of view and while nothing is done", () => {
  let now = 0;
  const timer = new ChartTimer(() => now);
  timer.idleMilliseconds = 120_000;
  timer.start(60);
  now = 30_000;
  assert.equal(timer.seconds, 30);
  assert.equal(timer.words, "1:30");
  timer.setInView(false);
  now = 90_000;
  assert.equal(timer.seconds, 30);
  assert.equal(timer.isStopped, true);
  timer.setInView(true);
  now = 100_000;
  assert.equal(timer.seconds, 40);
  // Nobody touches anything for ten minutes: two of them count.
  now = 700_000;
  assert.equal(timer.seconds, 150);
  assert.equal(timer.isStopped, true);
  timer.touch();
  now = 705_000;
  assert.equal(timer.seconds, 155);
  timer.start(0);
  assert.equal(timer.seconds, 0);
});

test("headings are lines in capitals or words before a colon, and results are none", () => {
  const text = "PMH (carried forward): CKD\nLabs:\n SODIUM 140\nASSESSMENT AND PLAN\n1. Diabetes: stable\nhe said: no\n";
  assert.deepEqual(
    sectionsOf(text).map(({ title, start, end }) => [title, text.slice(start, end)]),
    [
      ["PMH (carried forward)", "PMH (carried forward)"],
      ["Labs", "Labs"],
      ["ASSESSMENT AND PLAN", "ASSESSMENT AND PLAN"],
    ],
  );
  assert.deepEqual(sectionsOf(""), []);
});

test("a text in columns is known by its gaps", () => {
  assert.equal(isInColumns("Sodium     140   135-145\nPotassium   4.7   3.5-5.1"), true);
  assert.equal(isInColumns("A note.  With two spaces after a stop.\nAnd one more line."), false);
  assert.equal(isInColumns(""), false);
});

test("a diagnosis moves among diagnoses, and the first one is the principal one", () => {
  const codes = [
    { ...CODE, code_number: 1 },
    { ...CODE, code_number: 2, code: "I10", shown: "I10", code_role: "secondary" },
    { ...KNEE, code_number: 3 },
  ];
  const rows = codes.map((code) => ({ key: String(code.code_number), code, verdict: null, added: false }));
  // The list is made anew each time: rows are the same by their keys alone.
  const up = new Resequence(rows, { ...rows[1] });
  assert.equal(up.isMoved, false);
  up.move(-1);
  up.move(-1);
  assert.deepEqual(up.rows.map(({ key }) => key), ["2", "1", "3"]);
  assert.equal(up.role, "principal");
  assert.deepEqual(up.follower, { key: "1", role: "secondary" });
  assert.equal(up.words, "Belongs at position 1, was listed at 2.");
  const down = new Resequence(rows, { ...rows[0] });
  down.move(1);
  assert.equal(down.role, "secondary");
  assert.deepEqual(down.follower, { key: "2", role: "principal" });
  const knee = new Resequence(rows, rows[2]);
  knee.move(-1);
  assert.equal(knee.isMoved, false);
  assert.equal(knee.follower, null);
});

test("a code stands as on the claim, with its modifiers and units", () => {
  const drug = { ...KNEE, shown: "J3301", modifiers: ["JZ"], unit_count: "4" };
  assert.deepEqual(
    [drug, { ...KNEE, shown: "99214", modifiers: ["25"], unit_count: "1" }, CODE].map(codeOnClaim),
    ["J3301-JZ ×4", "99214-25", "E11.9"],
  );
});

test("sentences of evidence are counted by what they say", () => {
  const statuses = ["supports", "negated", "uncertain", "negated"].map((status) => ({ status }));
  assert.equal(countWords(statuses), "supports 1, negated 2, possibility 1");
  assert.equal(countWords([]), "supports 0");
});

test("a missing record is stated with what was done and since when", () => {
  assert.equal(withDay("archive asked twice", "2026-03-02"), "archive asked twice; missing since 2026-03-02");
  assert.equal(withDay("", "2026-03-02"), "missing since 2026-03-02");
  assert.equal(withDay("binder 7", ""), "binder 7");
});

test("the keys of the screens of decisions move through rows and documents, and each starts one action", () => {
  assert.deepEqual(moveOfDecisionKey({ key: "j" }), ["row", 1]);
  assert.deepEqual(moveOfDecisionKey({ key: " ", shiftKey: true }), ["page", -1]);
  assert.equal(moveOfDecisionKey({ key: "1" }), null);
  const keys = Object.values(CHART_KEYS).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(keys.every((key) => moveOfDecisionKey({ key }) === null));
});

test("a verdict is said in words with the code that would be", () => {
  assert.equal(wordsOfVerdict({ action: "change", after: "M17.11" }), "change M17.11");
  assert.equal(wordsOfVerdict({ action: "not added", after: null }), "not added");
  assert.equal(wordsOfVerdict({ action: "not missing", after: null }), "the record is here");
});

test("a sentence of evidence is marked by what it says of the code", () => {
  const passage = { document_number: 1, start: 0, end: 9 };
  const marked = (word) => markedSentence(passage, word, "Reviewer A");
  assert.deepEqual(marked("Supports"), { ...passage, negated: false, status: "supports", word: "Supports", whose: "Reviewer A" });
  assert.deepEqual([marked("Negated").negated, marked("Negated").status], [true, "negated"]);
  assert.deepEqual([marked("Possibility").negated, marked("Possibility").status], [true, "uncertain"]);
});

test("own kinds of error stand below the standard kind that they are within", () => {
  const own = [["laterality", "not specific"], ["unbundled", "wrong code"]];
  const options = kindOptions(["wrong code", "not specific"], own);
  assert.deepEqual(
    options.map(([, words]) => words),
    ["wrong code", "unbundled (wrong code)", "not specific", "laterality (not specific)"],
  );
  assert.deepEqual(chosenKind(options[3][0]), { error_kind: "not specific", own_kind: "laterality" });
  assert.deepEqual(chosenKind("POA"), { error_kind: "POA", own_kind: null });
});

test("a file is sent in parts that give its bytes again", () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, place) => place * 25);
  const parts = partsOf(bytes, 4);
  assert.deepEqual(parts.map(({ part, part_count }) => [part, part_count]), [[0, 3], [1, 3], [2, 3]]);
  assert.deepEqual(Buffer.concat(parts.map(({ data }) => Buffer.from(data, "base64"))), Buffer.from(bytes));
  assert.deepEqual(partsOf(new Uint8Array(0)).length, 1);
});

test("minutes are a whole number or nothing", () => {
  assert.deepEqual(["", " 25 ", "0"].map(wholeMinutes), [null, 25, 0]);
  for (const typed of ["2.5", "-1", "half", "99999"]) assert.equal(wholeMinutes(typed), undefined);
});

test("choices and clinical indicators are the lines that are not blank", () => {
  assert.deepEqual(linesOf(" systolic\n\n diastolic \n"), ["systolic", "diastolic"]);
  assert.deepEqual(linesOf("  "), []);
});

test("open queries are said with their days", () => {
  const query = { query_id: "Q1", provider: "Dr Lee", day_words: "3 days" };
  assert.equal(queryWords([query]), "Query Q1 to Dr Lee, open for 3 days");
  assert.equal(queryWords([query, query]), "Query Q1 to Dr Lee, open for 3 days, and 1 more");
});
