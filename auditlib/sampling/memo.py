"""The sampling memo: a manifest as an audit workpaper."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence

from auditlib.sampling.design_words import OTHER_DESIGNS, PURPOSES
from auditlib.sampling.manifest import Manifest, SelectedUnit
from auditlib.sampling.tickets import ticket
from auditlib.text import counted, format_dollars, long_date, markdown_text

_UNITS_SHOWN = 400
_SPARES_NEXT = " Within each stratum the first are the sample and the next the spares."
_FILTER_WORDS = {
    "from_date": "From, included",
    "to_date": "To, included",
    "payer_id": "Payer",
    "coder_id": "Coder",
    "encounter_class": "Class of encounter",
}


def sampling_memo(manifest: Manifest) -> str:
    """Return the memo of a draw in Markdown, ready for the workpapers."""
    parts = [
        f"# Sampling memo: {manifest.name}",
        _opening(manifest),
        "## Universe and frame",
        _universe(manifest),
        "## Design",
        _design(manifest),
        _strata_table(manifest),
        "## Selection",
        _selection(manifest),
        _units_table(manifest, "sample", "Units to review, in order of selection"),
        _units_table(manifest, "spare", "Spares, in the order in which they would be used"),
        "## Spares and missing records",
        manifest.spare_policy,
        "## How to check this draw",
        _check(manifest),
    ]
    if manifest.warnings:
        parts += ["## To be borne in mind", "\n".join(f"- {warning}" for warning in manifest.warnings)]
    if manifest.memo:
        parts += ["## Auditor's note", manifest.memo]
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(manifest: Manifest) -> str:
    sample = counted(_count(manifest, "sample"), manifest.universe.unit)
    by = f" by {manifest.drawn_by}" if manifest.drawn_by else ""
    lines = []
    if manifest.objective:
        lines.append(f"**Objective.** {manifest.objective}")
    moment = manifest.drawn_at
    lines.append(
        f"On {long_date(moment.date())} at {moment:%H:%M} UTC{by}, {sample} were drawn from a universe of "
        f"{manifest.frame.unit_count:,} with auditlib {manifest.software_version}."
    )
    return "\n\n".join(lines)


def _universe(manifest: Manifest) -> str:
    universe, frame = manifest.universe, manifest.frame
    text = [
        f"The universe is **{markdown_text(universe.name)}**.",
        f"The sampling unit is the {universe.unit}, known by its {_spaced(universe.unit_key)}.",
    ]
    if universe.query:
        text.append(f"Its rows came from {universe.query}.")
    size = f"The frame holds {counted(frame.unit_count, universe.unit)}"
    if frame.charge_amount is not None:
        size += f" with charges of {format_dollars(frame.charge_amount)}"
    if frame.first_service_date and frame.last_service_date:
        size += f", dated {long_date(frame.first_service_date)} to {long_date(frame.last_service_date)}"
    text.append(f"{size}.")
    if universe.date_basis:
        text.append(f"Dates mean the {universe.date_basis}.")
    paragraphs = [" ".join(text)]
    if universe.filters:
        rows = [
            (_FILTER_WORDS.get(item.name, item.name), markdown_text(_in_words(item.value)))
            for item in universe.filters
        ]
        paragraphs.append(_table(("Filter", "Value"), rows))
    else:
        paragraphs.append("No filter was applied.")
    if universe.exclusions:
        rows = [(markdown_text(item.reason), f"{item.unit_count:,}") for item in universe.exclusions]
        paragraphs.append(_table(("Left out of the universe", "Units"), rows, right=(1,)))
    paragraphs.append(f"{universe.deduplication} {frame.order_rule}")
    return "\n\n".join(paragraphs)


def _design(manifest: Manifest) -> str:
    design = manifest.design
    unit = manifest.universe.unit
    if design.method in OTHER_DESIGNS:
        how = OTHER_DESIGNS[design.method](design, unit)
    elif design.method == "simple random":
        how = (
            f"A simple random sample of {counted(design.sample_count, unit)}: each unit had the same chance."
        )
    else:
        by = f" by {_spaced(manifest.universe.stratify_by)}" if manifest.universe.stratify_by else ""
        sample = counted(design.sample_count, unit)
        how = f"A stratified random sample of {sample}{by}: a simple random sample in each stratum."
        if design.allocation == "proportional":
            how += (
                " The sample was shared among the strata in proportion to their units, by largest remainder"
            )
            how += (
                f", with at least {design.minimum_per_stratum:,} of each."
                if design.minimum_per_stratum
                else "."
            )
        elif design.allocation == "Neyman":
            how += " The sample was shared in proportion to units times the spread of their charges (Neyman)."
        elif design.allocation == "quota":
            how += f" Each stratum gives a quota of {design.per_stratum:,}; a smaller one gives all it has."
        else:
            how += " The number of each stratum was set by the auditor."
        if design.boundaries:
            how += f" Strata by dollars, cut by: {design.boundary_rule or 'given amounts'}."
        if design.certainty_strata:
            how += f" Reviewed whole: {', '.join(map(markdown_text, design.certainty_strata))}."
    how += PURPOSES[design.purpose]
    return f"{how}\n\n**How the size was arrived at.** {manifest.size_basis}"


def _strata_table(manifest: Manifest) -> str:
    rows = [
        (
            markdown_text(stratum.stratum),
            f"{stratum.unit_count:,}",
            "" if stratum.charge_amount is None else format_dollars(stratum.charge_amount),
            f"{stratum.sample_count:,}",
            f"{stratum.spare_count:,}",
        )
        for stratum in manifest.strata
    ]
    return _table(("Stratum", "Units", "Charges", "Sample", "Spares"), rows, right=(1, 2, 3, 4))


def _selection(manifest: Manifest) -> str:
    if manifest.design.method == "judgmental":
        return f"Source of random numbers: {manifest.generator}. Reason: {manifest.ticket_rule}"
    second = f" and `{manifest.design.second_seed}`" if manifest.design.second_seed else ""
    end = "" if manifest.design.method in OTHER_DESIGNS else _SPARES_NEXT
    return (
        f"Source of random numbers: {manifest.generator}. Seed, as typed: `{manifest.design.seed}`{second}. "
        f"{manifest.ticket_rule}{end}"
    )


def _units_table(manifest: Manifest, role: str, title: str) -> str:
    units = [unit for unit in manifest.selected if unit.role == role]
    if not units:
        return ""
    listed_units = units[:_UNITS_SHOWN]
    is_stratified = manifest.design.method == "stratified random"
    headings = ("Order", *(("Stratum",) if is_stratified else ()), "Unit", "Frame number", "Ticket begins")
    table = _table(
        headings,
        [_unit_row(unit, is_stratified=is_stratified) for unit in listed_units],
        right=(0, len(headings) - 2),
    )
    rest = (
        f"\n\nThe other {len(units) - len(listed_units):,} are in the sample file."
        if len(units) > len(listed_units)
        else ""
    )
    return f"**{title}**\n\n{table}{rest}"


def _unit_row(unit: SelectedUnit, *, is_stratified: bool) -> tuple[str, ...]:
    stratum = (markdown_text(unit.stratum),) if is_stratified else ()
    return (
        f"{unit.selection_number:,}",
        *stratum,
        markdown_text(unit.unit_id),
        f"{unit.frame_number:,}",
        f"`{unit.ticket[:12]}`",
    )


def _check(manifest: Manifest) -> str:
    frame = manifest.frame
    text = (
        f"The frame is kept as `{frame.file_name}`; its SHA-256 is `{frame.sha256}`, which `sha256sum` "
        f"prints too. The selected rows are in `{manifest.sample_file_name}`. `auditlib sample verify` draws "
        "again from these files, without a network, and names any difference."
    )
    is_ticketed = manifest.design.generator == "hash tickets" and manifest.design.method != "judgmental"
    unit = next((unit for unit in manifest.selected if "`" not in unit.unit_id), None)
    if unit is None or not is_ticketed:
        return text
    text_hashed = shlex.quote(f"{manifest.design.seed},{unit.unit_id}")
    return (
        f"{text} Any tool repeats one ticket: `printf %s {text_hashed} | sha256sum` prints "
        f"`{ticket(manifest.design.seed, unit.unit_id)}`."
    )


def _in_words(value: str) -> str:
    try:
        return long_date(dt.date.fromisoformat(value))
    except ValueError:
        return value


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _count(manifest: Manifest, role: str) -> int:
    return sum(unit.role == role for unit in manifest.selected)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    rule = ["---:" if number in right else "---" for number in range(len(headings))]
    lines = [headings, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
