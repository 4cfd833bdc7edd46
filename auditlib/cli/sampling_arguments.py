"""What the commands of sampling and estimating take."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands

SIZE_KINDS = ("attribute", "share", "discovery", "variable", "stratified")
DESIGNS = (
    "simple",
    "stratified",
    "systematic",
    "cluster",
    "two-stage",
    "pps",
    "monetary",
    "risk",
    "rhc",
    "sequential",
    "judgmental",
)
APPRAISALS = (
    "attribute",
    "attribute-stratified",
    "attribute-two-stage",
    "attribute-three-stage",
    "attribute-cluster",
    "variable",
    "stratified",
    "post-stratified",
    "two-stage",
    "three-stage",
    "cluster",
    "stratified-multistage",
    "unknown-universe",
    "rhc",
    "ratio",
    "unequal",
)


def add_sampling_commands(commands: Commands) -> None:
    """Add the commands of sampling and estimating."""
    _universe(commands)
    _sample(commands)
    _sample_verify(commands)
    _spare(commands)
    _bound(commands)
    _size(commands)
    _appraise(commands)
    _estimate(commands)
    _ratstats_verify(commands)


def _sample(commands: Commands) -> None:
    parser = add_command(
        commands, "sample", "freeze a universe and draw a sample with a manifest ('sample verify' redraws it)"
    )
    add_workspace(parser)
    parser.add_argument("--name", required=True, help="name of the audit; letters, digits, hyphens")
    parser.add_argument(
        "--seed", default="", help="any text; the same seed on the same frame draws the same sample"
    )
    parser.add_argument(
        "--count", type=int, default=0, help="how many units to draw (clusters, dollars, groups)"
    )
    parser.add_argument(
        "--spares", type=int, default=0, help="how many spare units to draw after them (default 0)"
    )
    parser.add_argument(
        "--design", choices=DESIGNS, help="by default simple, or stratified with --stratify-by"
    )
    parser.add_argument(
        "--unit", choices=("encounter", "claim", "line", "code"), default="encounter", help="sampling unit"
    )
    parser.add_argument(
        "--stratify-by",
        choices=("encounter_class", "coder_id", "provider_id", "payer_id", "service_month", "dollars"),
        help="draw from each stratum",
    )
    parser.add_argument(
        "--allocation",
        choices=("proportional", "neyman", "quota"),
        help="share the count by size, by size times spread of charges (the rule of lavallee-hidiroglou, and "
        "its default), or --count of every stratum",
    )
    parser.add_argument("--minimum", type=int, default=2, help="least number of a stratum (default 2)")
    parser.add_argument("--certainty", action="append", default=[], help="stratum reviewed whole; repeatable")
    parser.add_argument("--strata", type=int, default=3, help="with --stratify-by dollars: how many")
    parser.add_argument(
        "--boundaries",
        default="lavallee-hidiroglou",
        help="dollars: lavallee-hidiroglou, root-f, or amounts as 100,2500",
    )
    parser.add_argument("--certain-top", action="store_true", help="dollars: review the top stratum whole")
    parser.add_argument("--order-by", help="columns: the order (systematic) or the numbers (sets, frames)")
    parser.add_argument("--cluster", help="column whose values are the clusters")
    parser.add_argument("--per-cluster", type=int, default=0, help="two-stage: units of each cluster")
    parser.add_argument("--size", dest="size_column", default="charge_amount", help="column of size")
    parser.add_argument(
        "--generator", choices=("tickets", "ratstats"), default="tickets", help="source of random numbers"
    )
    parser.add_argument(
        "--numbering", choices=("rows", "sets", "frames"), default="rows", help="what RAT-STATS' numbers are"
    )
    parser.add_argument("--second-seed", default="", help="RAT-STATS RHC: seed within groups")
    parser.add_argument("--purpose", choices=("estimate", "discovery", "probe"), default="estimate")
    parser.add_argument("--units", nargs="*", default=[], help="judgmental: the units")
    parser.add_argument("--reason", default="", help="judgmental: why these")
    parser.add_argument("--objective", default="", help="what the audit is to find out")
    _filters(parser)
    parser.add_argument("--universe", help="draw from the frozen universe of this name; filters are its own")
    parser.add_argument("--size-basis", default="stated by the auditor", help="how the count was arrived at")
    add_json(parser)


def _universe(commands: Commands) -> None:
    parser = add_command(commands, "universe", "freeze a universe by name, or show how it differs by now")
    add_workspace(parser)
    parser.add_argument("--name", required=True, help="name of the universe")
    parser.add_argument(
        "--unit", choices=("encounter", "claim", "line", "code"), default="encounter", help="sampling unit"
    )
    parser.add_argument(
        "--stratify-by", choices=("encounter_class", "coder_id", "provider_id", "payer_id", "service_month")
    )
    parser.add_argument("--risk", action="store_true", help="weigh each unit by its findings")
    _filters(parser)
    add_json(parser)


def _spare(commands: Commands) -> None:
    parser = add_command(commands, "spare", "put the next spare in a unit's place, or list the spares used")
    add_workspace(parser)
    parser.add_argument("--audit", required=True, help="name of the sample")
    parser.add_argument("--unit", help="the unit that is not one of the universe; without it, list")
    parser.add_argument("--reason", default="", help="why; a missing record is no reason")
    add_json(parser)


def _bound(commands: Commands) -> None:
    parser = add_command(commands, "bound", "say whether a review may stop: limits that hold at every look")
    add_workspace(parser)
    parser.add_argument("--audit", required=True, help="name of the sample: simple or sequential")
    parser.add_argument("--threshold", type=float, default=0.05, help="share to decide about (default 0.05)")
    parser.add_argument("--confidence", type=float, default=0.90, help="of all looks at once (default 0.90)")
    parser.add_argument("--amounts", type=Path, help="sequential: CSV with unit_id,examined,audited")
    _missing(parser)
    add_json(parser)


def _missing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--missing", action="append", default=[], metavar="UNIT", help="record not found: in error in full"
    )


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="from_date", type=dt.date.fromisoformat, help="first date of service, YYYY-MM-DD"
    )
    parser.add_argument(
        "--to", dest="to_date", type=dt.date.fromisoformat, help="last date of service, YYYY-MM-DD"
    )
    parser.add_argument("--coder", dest="coder_id", help="only this coder's encounters")
    parser.add_argument("--payer", dest="payer_id", help="only this payer's")
    parser.add_argument("--class", dest="encounter_class", help="only this class of encounter")


def _sample_verify(commands: Commands) -> None:
    parser = add_command(
        commands,
        "sample-verify",
        "draw a sample again from its manifest, offline, and compare",
        shown="sample verify",
    )
    parser.add_argument("manifest", type=Path, metavar="MANIFEST", help="the manifest's JSON file")
    add_json(parser)


def _size(commands: Commands) -> None:
    parser = add_command(commands, "size", "say how many units to review, by which formula and rounding rule")
    parser.add_argument("kind", choices=SIZE_KINDS, help="what is to be estimated")
    parser.add_argument("file", type=Path, nargs="?", metavar="STRATA.csv", help="of a stratified sample")
    parser.add_argument("--universe", type=int, help="units in the universe")
    parser.add_argument("--confidence", type=float, default=0.90, help="two-sided level (default 0.90)")
    parser.add_argument(
        "--precision", type=float, help="half width: of the total (0.25) or of a share (0.03)"
    )
    parser.add_argument("--width", type=float, help="attribute: upper minus lower limit, 0.06 for six points")
    parser.add_argument("--rate", type=float, help="expected share in error")
    parser.add_argument("--mean", type=float, help="variable: mean per unit")
    parser.add_argument("--deviation", type=float, help="variable: standard deviation per unit")
    parser.add_argument("--total", type=float, help="variable, with --rate: dollars in the universe")
    parser.add_argument("--probe", type=Path, help="CSV of a probe: 'value', or 'examined' and 'audited'")
    parser.add_argument("--history", type=Path, metavar="WORKSPACE", help="take the rate from its reviews")
    parser.add_argument("--audit", help="with --history: only this audit")
    parser.add_argument("--count", type=int, help="stratified: share out this many units")
    add_json(parser)


def _appraise(commands: Commands) -> None:
    parser = add_command(commands, "appraise", "estimate a universe from a CSV file of reviewed units")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="the CSV file; docs/sampling.md has the columns"
    )
    parser.add_argument("--method", choices=APPRAISALS, default="variable", help="(default variable)")
    parser.add_argument("--universe", type=int, help="units in the universe (primary units, if of stages)")
    parser.add_argument("--manifest", type=Path, help="manifest of the sample: universe and design are its")
    parser.add_argument("--base-total", type=float, help="ratio: dollars of the universe")
    _shown_limits(parser)
    parser.add_argument("--limits", choices=("t", "z"), help="instead of the rule that RAT-STATS has")
    parser.add_argument(
        "--unreviewed", type=Path, help="CSV with the column paid of units not reviewed: minimum sum"
    )
    add_json(parser)


def _estimate(commands: Commands) -> None:
    parser = add_command(commands, "estimate", "estimate the universe from a reviewed sample of the ledger")
    add_workspace(parser)
    parser.add_argument("--audit", required=True, help="name of the sample")
    parser.add_argument(
        "--amounts", type=Path, help="CSV of unit_id, examined (paid), audited (corrected): dollars too"
    )
    _missing(parser)
    _shown_limits(parser)
    add_json(parser)


def _shown_limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--confidence", type=float, action="append", help="level, may be repeated (default 0.8 0.9 0.95)"
    )
    parser.add_argument("--sides", choices=("two-sided", "lower", "upper"), default="two-sided")
    parser.add_argument(
        "--programme", choices=("PIM", "OIG", "SDP", "CIA", "CERT"), help="also the figure that it demands"
    )
    parser.add_argument(
        "--all-methods", action="store_true", help="other methods' limits also where nothing warns"
    )
    parser.add_argument("--workpaper", type=Path, help="write the estimate as a workpaper in Markdown")


def _ratstats_verify(commands: Commands) -> None:
    parser = add_command(
        commands,
        "ratstats-verify",
        "say whether RAT-STATS 2005-2010 could have drawn a claimed sample",
        shown="ratstats verify",
    )
    parser.add_argument(
        "numbers", nargs="*", metavar="NUMBER", help="the sample; sets as 309-41 (the others from --file)"
    )
    parser.add_argument(
        "--file", type=Path, help="file with one number or set a line; 'spare 12' for a spare"
    )
    parser.add_argument(
        "--bounds",
        action="append",
        required=True,
        metavar="LOW-HIGH",
        help="lowest and highest number; once for each number of a set",
    )
    parser.add_argument("--spare", nargs="*", default=[], help="claimed spares in the order printed")
    parser.add_argument("--ordered", action="store_true", help="the sample is in order of selection")
    parser.add_argument("--seed", type=float, help="the seed that was stated")
    add_json(parser)
