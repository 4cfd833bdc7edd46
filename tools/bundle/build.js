// Make the scripts and styles of the screens: node build.js [FOLDER], by default auditlib/widgets/static.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const note = "/* Made by 'make bundle' from auditlib/widgets/js: change it there, not here. */";

await build({
  absWorkingDir: root,
  entryPoints: [
    "auditlib/widgets/js/review_desk/review_card.js",
    "auditlib/widgets/js/review_desk/review_card.css",
    "auditlib/widgets/js/code_browser/code_browser.js",
    "auditlib/widgets/js/code_browser/code_browser.css",
    "auditlib/widgets/js/accuracy_screen/accuracy_screen.js",
    "auditlib/widgets/js/accuracy_screen/accuracy_screen.css",
    "auditlib/widgets/js/denial_explorer/denial_explorer.js",
    "auditlib/widgets/js/denial_explorer/denial_explorer.css",
    "auditlib/widgets/js/adjudication_screen/adjudication_screen.js",
    "auditlib/widgets/js/adjudication_screen/adjudication_screen.css",
    "auditlib/widgets/js/rebuttal_screen/rebuttal_screen.js",
    "auditlib/widgets/js/rebuttal_screen/rebuttal_screen.css",
    "auditlib/widgets/js/start_screen/start_screen.js",
    "auditlib/widgets/js/start_screen/start_screen.css",
    "auditlib/widgets/js/practice_desk/practice_desk.js",
    "auditlib/widgets/js/practice_desk/practice_desk.css",
    "auditlib/widgets/js/planner/sample_planner.css",
  ],
  entryNames: "[name]",
  outdir: resolve(process.argv[2] ?? "auditlib/widgets/static"),
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  banner: { js: note, css: note },
  logLevel: "warning",
});
