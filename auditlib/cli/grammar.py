"""What there is to type: nouns with their verbs, the short forms, and the first page of help.

Nothing here imports a command, so that the first page, the version and a mistyped word cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun of the command line: what its verbs are about, and the verbs."""

    about: str
    verbs: tuple[str, ...]


NOUNS: Final = {
    "workspace": Noun(
        "the folder with everything in it",
        ("create", "upgrade", "scan", "encryption", "summary", "lake", "lab", "desk"),
    ),
    "files": Noun(
        "what was loaded, what was not, and what the files say",
        (
            "load",
            "list",
            "not-loaded",
            "presets",
            "notes",
            "segments",
            "balances",
            "acknowledgments",
            "dictionary",
        ),
    ),
    "codesets": Noun(
        "releases of code sets, and the codes in them",
        ("load", "fetch", "add-optional", "list", "status", "coverage", "diff", "search", "show"),
    ),
    "claims": Noun(
        "claims and what was answered to them",
        ("history", "positions", "levels", "unmatched", "rejections", "export"),
    ),
    "checks": Noun(
        "the coding checks, and findings that are accepted",
        (
            "run",
            "list",
            "show",
            "accept",
            "accepted",
            "unaccept",
            "rules",
            "test",
            "settings",
            "back-test",
            "look-ahead",
            "carried",
            "group",
            "effect",
        ),
    ),
    "universe": Noun("universes to sample from", ("freeze", "list", "diff")),
    "sample": Noun("samples: how large, drawn, verified", ("size", "draw", "list", "verify", "spare")),
    "audit": Noun(
        "what reviews found",
        (
            "list",
            "programmes",
            "plan",
            "next",
            "assign",
            "record",
            "adjudicate",
            "rebuttals",
            "rebut",
            "decide",
            "actions",
            "action",
            "queries",
            "query",
            "attach",
            "attachments",
            "price",
            "estimate",
            "bound",
            "compare",
            "report",
            "export",
        ),
    ),
    "machine": Noun(
        "machine coders: their versions, how right they are, their pull on reviewers",
        ("list", "codes", "compare", "calibration", "pull", "accept"),
    ),
    "denials": Noun(
        "denied claims and lines",
        (
            *("rate", "reasons", "overturned", "caught", "outcomes", "reduced"),
            *("metrics", "lines", "claims", "findings", "aged", "differ", "waits", "cohorts"),
            *("takebacks", "records", "unmatched", "worklist", "payer", "letter"),
            *("assign", "note", "state-ground", "appeal-sent", "appeal-decided"),
            *("records-requested", "records-sent", "close", "undo"),
            *("exemption-draw", "exemption"),
            *("by-check", "against-audits", "cost-of-errors"),
        ),
    ),
    "refunds": Noun(
        "overpayments, the last day to refund each, and what was refunded",
        ("list", "identify", "investigate", "cost-report", "refunded", "undo"),
    ),
    "ledger": Noun("the record of every decision", ("verify", "anchor", "upgrade", "access")),
    "practice": Noun(
        "cases to practise on, tests with sealed keys, and what they show",
        ("list", "check", "start", "seal", "score", "items", "override"),
    ),
    "letter": Noun("somebody else's demand letter, computed again without a workspace", ("check", "form")),
    "ratstats": Noun("RAT-STATS samples and files, without a workspace", ("verify", "appraise")),
}


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A command of one word: the function that it runs, and what it does."""

    runs: str
    about: str


SHORT_FORMS: Final = {
    "init": ShortForm("workspace:create", "make a workspace and load the embedded code sets"),
    "load": ShortForm("files:load", "load 837 and 835 files, charts, documents and tables"),
    "check": ShortForm("checks:run", "run the coding checks on everything that is loaded"),
    "accuracy": ShortForm("accuracy:accuracy", "accuracy over all audits: by coder, month, code family, ..."),
    "report": ShortForm(
        "audit:report", "write the report of an audit, scorecards, letters, a workpaper or denials"
    ),
    "reconcile": ShortForm("reconcile:reconcile", "set every total beside the same total of the raw files"),
    "backup": ShortForm("backup:backup", "copy ledger and warehouse while others work, dated and verified"),
    "restore": ShortForm("backup:restore", "bring a backup back as a new workspace, verified"),
    "lab": ShortForm("workspace:lab", "open JupyterLab on the workspace's notebooks"),
    "desk": ShortForm(
        "workspace:desk", "open the start screen and the review desk in a browser, without code"
    ),
    "models": ShortForm("models:models", "print which table is made of which, and in which order"),
    "demo": ShortForm("demo:demo", "walk the whole way on the embedded data, in a new workspace"),
}

ABOUT: Final = "Audit medical coding: load claims and charts, check codes, sample, review, report."
EXIT_CODES: Final = (
    "Exit codes: 0 done, 1 done with records that were not loaded, 2 wrong use, 3 bad input, 4 store locked, "
    "damaged or out of reach, 70 a defect of ours, 130 stopped from the keyboard."
)
_OPTIONS: Final = {
    "-w, --workspace PATH": "the workspace; else AUDITLIB_WORKSPACE, else the nearest from here upwards",
    "--json": "print the figures as JSON, without progress bars",
    "--engine ADDRESS": "read files, compute checks, measures, universes on Spark: spark:sc://HOST:PORT",
    "-h, --help": "after any word: what follows it, and what it takes",
    "--version": "print the version",
    "--install-completion": "complete commands in this shell: bash, zsh, fish or PowerShell",
}
_WIDTH: Final = 108
_WIDEST_NAME: Final = 26


def command_names() -> list[str]:
    """Return every command as it is typed, the short forms first."""
    return [*SHORT_FORMS, *(f"{name} {verb}" for name, noun in NOUNS.items() for verb in noun.verbs)]


def first_page() -> str:
    """Return the page that `auditlib --help` prints."""
    short_forms = {name: form.about for name, form in SHORT_FORMS.items()}
    nouns = {name: f"{noun.about}: {', '.join(noun.verbs)}" for name, noun in NOUNS.items()}
    return "\n".join(
        (
            "Usage: auditlib [-w WORKSPACE] NOUN VERB ...",
            "",
            ABOUT,
            "",
            *listed("Short forms", short_forms),
            *listed("Nouns and their verbs", nouns),
            *listed("Options", _OPTIONS),
            *_folded(EXIT_CODES, "", _WIDTH),
        )
    )


def listed(title: str, entries: Mapping[str, str], *, width: int = _WIDTH) -> list[str]:
    """Return lines of help: a title, and below it names on the left and what they are on the right.

    Parameters
    ----------
    title
        Of the list.
    entries
        What each name is; a long name has its own line.
    width
        Most characters of a line.
    """
    short = [name for name in entries if len(name) <= _WIDEST_NAME]
    column = max(map(len, short), default=_WIDEST_NAME) + 4
    lines = [f"{title}:"]
    for name, about in entries.items():
        folded = _folded(about, " " * column, width) or [""]
        if len(name) + 4 > column:
            lines += [f"  {name}", *folded]
        else:
            lines += [f"  {name:<{column - 2}}{folded[0].lstrip()}".rstrip(), *folded[1:]]
    return [*lines, ""]


def _folded(text: str, indent: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(
        text,
        min(width, _WIDTH),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
