from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from auditlib.sampling import (
    Filter,
    Manifest,
    read_manifest,
    sampling_memo,
    ticket,
    verify_draw,
    verify_manifest,
    write_manifest,
)
from auditlib.sampling.records import to_json
from auditlib.version import __version__

from .conftest import encounter_frame, example_manifest

FRAME, SAMPLE = "Winter charts.frame.csv", "Winter charts.sample.csv"


def found(path: Path) -> list[tuple[str, str]]:
    return [(difference.kind, difference.subject) for difference in verify_manifest(path).differences]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8", newline="")


def edit_json(path: Path, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def reseal(path: Path, **changes: object) -> Manifest:
    """A forger's edit: the manifest's own hash is made to fit again."""
    manifest = replace(read_manifest(path), **changes)  # type: ignore[arg-type]
    manifest = replace(manifest, content_sha256=manifest.own_sha256())
    path.write_text(to_json(manifest), encoding="utf-8")
    return manifest


def with_memo(path: Path) -> Path:
    memo = path.parent / "Winter charts.memo.md"
    memo.write_text(sampling_memo(read_manifest(path)), encoding="utf-8")
    return memo


def as_of_this_version(path: Path) -> Path:
    reseal(path, software_version=__version__)
    return with_memo(path)


def unselected(path: Path) -> str:
    taken = {unit.unit_id for unit in read_manifest(path).selected}
    return next(unit for unit in (f"E{n:03d}" for n in range(10, 40)) if unit not in taken)


def frame_line(path: Path, unit_id: str) -> str:
    lines = (path.parent / FRAME).read_text(encoding="utf-8").splitlines(keepends=True)
    return next(line for line in lines if line.startswith(f"{unit_id},"))


def test_what_was_written_verifies(written: Path) -> None:
    check = verify_manifest(written)
    assert check.is_verified
    first, second = check.summary.split("\n")
    assert first == (
        "Verified: the frame of 40 units has the recorded SHA-256, and the recorded seed and design draw the "
        "same 8 units and 3 spares of 'Winter charts'. The memo Winter charts.memo.md is not beside the "
        "manifest and was not compared."
    )
    assert second.startswith("Not proved by these files: when, by whom ")
    assert "ledger verify" in second


def test_files_moved_to_another_folder_verify(written: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    for file in (written, written.parent / FRAME, written.parent / SAMPLE):
        shutil.copy(file, other)
    assert verify_manifest(other / written.name).is_verified


def test_a_manifest_printed_anew_with_the_same_content_verifies(written: Path) -> None:
    edit_json(written, lambda _: None)
    assert verify_manifest(written).is_verified


def test_a_changed_cell_names_the_unit_and_the_dollars(written: Path) -> None:
    unit_id = unselected(written)
    line = frame_line(written, unit_id)
    edit(written.parent / FRAME, line, line.rsplit(",", 1)[0] + ",999.00\n")
    check = verify_manifest(written)
    assert [(item.kind, item.subject) for item in check.differences] == [("frame row changed", unit_id)]
    assert "dollars changed by +" in check.differences[0].sentence
    assert f"The row of unit {unit_id} was changed" in check.summary


def test_a_missing_row_is_named(written: Path) -> None:
    unit_id = unselected(written)
    edit(written.parent / FRAME, frame_line(written, unit_id), "")
    assert found(written) == [("frame row missing", unit_id)]


def test_an_extra_row_is_named(written: Path) -> None:
    edit(written.parent / FRAME, "E020,", "E019b,office,,2025-10-20,5.00\nE020,")
    assert found(written) == [("frame row extra", "E019b")]


def test_an_extra_first_row_is_named(written: Path) -> None:
    edit(written.parent / FRAME, "E001,", "A9,office,,2025-10-20,5.00\nE001,")
    assert found(written) == [("frame row extra", "A9")]


def test_a_renamed_unit_is_missing_and_extra(written: Path) -> None:
    edit(written.parent / FRAME, "E020,", "E020x,")
    assert found(written) == [("frame row missing", "E020"), ("frame row extra", "E020x")]


def test_a_repeated_row_is_named(written: Path) -> None:
    edit(written.parent / FRAME, "E020,", frame_line(written, "E020") + "E020,")
    check = verify_manifest(written)
    assert [item.kind for item in check.differences] == ["frame unreadable"]
    assert "as E020" in check.summary


def test_another_order_is_named(written: Path) -> None:
    head, *rows = (written.parent / FRAME).read_text(encoding="utf-8").splitlines(keepends=True)
    (written.parent / FRAME).write_text(head + "".join(reversed(rows)), encoding="utf-8")
    assert found(written) == [("frame order", FRAME)]


def test_other_line_ends_are_told_from_other_values(written: Path) -> None:
    path = written.parent / FRAME
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    check = verify_manifest(written)
    assert [item.kind for item in check.differences] == ["frame rewritten"]


def test_an_amount_that_is_none_is_named(written: Path) -> None:
    line = frame_line(written, "E020")
    edit(written.parent / FRAME, line, line.rsplit(",", 1)[0] + ",1O4.75\n")
    check = verify_manifest(written)
    assert [item.kind for item in check.differences] == ["frame unreadable"]
    assert "'charge_amount'" in check.summary


def test_a_dropped_column_is_named(written: Path) -> None:
    frame = encounter_frame(40).drop("payer_name")
    frame.write_csv(written.parent / FRAME)
    assert [kind for kind, _ in found(written)] == ["frame columns"]


def test_missing_files_are_named(written: Path) -> None:
    (written.parent / FRAME).unlink()
    (written.parent / SAMPLE).unlink()
    assert found(written) == [("frame missing", FRAME), ("sample missing", SAMPLE)]


def test_a_large_frame_names_the_block_and_the_selected_units_in_it(tmp_path: Path) -> None:
    frame = pl.concat(
        [encounter_frame(999), encounter_frame(999).with_columns(unit_id="D" + pl.col("unit_id"))]
    )
    frame = pl.concat([frame, *(frame.with_columns(unit_id=f"X{n}" + pl.col("unit_id")) for n in range(2))])
    manifest = example_manifest(frame)
    assert manifest.block_unit_count == 2
    path = write_manifest(manifest, frame, tmp_path)
    unit = manifest.selected[0]
    edit(tmp_path / FRAME, frame_line(path, unit.unit_id), "")
    edit(tmp_path / FRAME, "\nDE500,inpatient,", "\nDE500,office,")
    edit(tmp_path / FRAME, "\nX0E500,", "\nX0E500b,office,,2025-10-20,5.00\nX0E500,")
    kinds = [item.kind for item in verify_manifest(path).differences]
    assert sorted(kinds) == ["frame row changed", "frame row extra", "frame row missing"]
    summary = verify_manifest(path).summary
    assert "1 of 2 rows are missing among the units from X1DE915 to before X1DE917. Gone: X1DE915." in summary
    assert "One or more of 2 rows were changed among the units from DE499 to before DE501" in summary
    assert "1 rows were added to 2 among the units from X0E" in summary


def test_an_edited_seed_is_named(written: Path) -> None:
    edit(written, '"seed": "4613"', '"seed": "4614"')
    assert found(written) == [("manifest edited", "Winter charts"), ("seed edited", "4614")]


def test_an_edited_seed_is_named_even_if_the_manifest_was_sealed_again(written: Path) -> None:
    manifest = read_manifest(written)
    reseal(written, design=replace(manifest.design, seed="4614"))
    assert found(written) == [("seed edited", "4614")]


def test_edited_counts_are_named(written: Path) -> None:
    manifest = read_manifest(written)
    reseal(written, design=replace(manifest.design, sample_count=9))
    assert ("counts edited", "design") in found(written)


def test_edited_dollars_of_a_stratum_are_named(written: Path) -> None:
    first, *rest = read_manifest(written).strata
    reseal(written, strata=(replace(first, charge_amount=first.charge_amount + 1), *rest))  # type: ignore[operator]
    assert found(written) == [("counts edited", "emergency")]


def test_an_edited_number_of_units_is_named(written: Path) -> None:
    frame = read_manifest(written).frame
    reseal(written, frame=replace(frame, unit_count=41))
    assert set(found(written)) == {("counts edited", "frame")}


def test_an_edited_frame_hash_is_named(written: Path) -> None:
    reseal(written, frame=replace(read_manifest(written).frame, sha256="0" * 64))
    assert ("frame hash edited", FRAME) in found(written)


def test_a_swapped_unit_is_named_even_with_its_true_ticket(written: Path) -> None:
    first, *rest = read_manifest(written).selected
    other = "E003"
    assert other not in {unit.unit_id for unit in (first, *rest)}
    swapped = replace(first, unit_id=other, frame_number=3, ticket=ticket("4613", other))
    manifest = reseal(written, selected=(swapped, *rest))
    named = {(item.kind, item.subject) for item in verify_draw(manifest, encounter_frame(40))}
    assert named == {("selection edited", other), ("selection edited", first.unit_id)}


def test_an_edited_ticket_is_named(written: Path) -> None:
    first, *rest = read_manifest(written).selected
    reseal(written, selected=(replace(first, ticket="0" * 64), *rest))
    assert ("selection edited", first.unit_id) in found(written)


def test_a_dropped_unit_is_named(written: Path) -> None:
    first, *rest = read_manifest(written).selected
    reseal(written, selected=tuple(rest))
    kinds = found(written)
    assert ("counts edited", first.stratum) in kinds
    assert ("selection edited", first.unit_id) in kinds


def test_a_design_that_cannot_be_drawn_is_named(written: Path) -> None:
    design = read_manifest(written).design
    reseal(written, design=replace(design, certainty_strata=("nowhere",)))
    assert found(written) == [("draw not possible", "Winter charts")]


def test_an_edited_sample_file_is_named_by_unit_and_column(written: Path) -> None:
    units = [unit.unit_id for unit in read_manifest(written).selected]
    path = written.parent / SAMPLE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace("2025-", "2024-").replace("2026-", "2024-")
    dropped = lines.pop(2)
    lines.append(dropped.replace(units[1], "E999"))
    path.write_text("".join(lines), encoding="utf-8")
    check = verify_manifest(written)
    assert [(item.kind, item.subject) for item in check.differences] == [
        ("sample row changed", units[0]),
        ("sample row missing", units[1]),
        ("sample row extra", "E999"),
    ]
    assert "service_date" in check.summary


def test_a_sample_file_in_another_order_or_with_a_repeated_row_is_named(written: Path) -> None:
    path = written.parent / SAMPLE
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    assert found(written) == [("sample rewritten", SAMPLE)]
    path.write_text(head + "".join([*rows, rows[0]]), encoding="utf-8")
    assert found(written) == [("sample row extra", "sample")]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff"])
def test_a_sample_file_that_is_none_is_named(written: Path, content: bytes) -> None:
    (written.parent / SAMPLE).write_bytes(content)
    assert found(written) == [("sample unreadable", SAMPLE)]


def test_without_a_frame_the_sample_is_held_against_the_manifest(written: Path) -> None:
    (written.parent / FRAME).unlink()
    assert found(written) == [("frame missing", FRAME)]
    unit = read_manifest(written).selected[0]
    edit(written.parent / SAMPLE, unit.unit_id, "E999")
    assert {kind for kind, _ in found(written)} == {"frame missing", "sample row missing", "sample row extra"}


def test_a_long_list_of_differences_is_cut(written: Path) -> None:
    frame = pl.read_csv(written.parent / FRAME, infer_schema=False).with_columns(charge_amount=pl.lit("1.00"))
    frame.write_csv(written.parent / FRAME)
    assert "more." in verify_manifest(written).summary


def test_every_statement_of_the_memo_is_computed_again(written: Path) -> None:
    as_of_this_version(written)
    check = verify_manifest(written)
    assert check.is_verified
    assert "Every statement of the memo was computed again and is the same." in check.summary


@pytest.mark.parametrize(
    ("before", "after", "subject"),
    [
        ("universe of 40", "universe of 41", "Sampling memo: Winter charts"),
        ("dated October 1, 2025", "dated October 2, 2025", "Universe and frame"),
        ("Seed, as typed: `4613`", "Seed, as typed: `4614`", "Selection"),
        ("simple random sample in each", "larger random sample in each", "Design"),
        ("October 5, 2026", "October 6, 2026", "Sampling memo: Winter charts"),
        ("R. Auditor", "S. Auditor", "Sampling memo: Winter charts"),
        (
            "A missing or incomplete record is never replaced",
            "A record may be replaced",
            "Spares and missing records",
        ),
    ],
)
def test_an_edited_memo_is_named_by_section_and_words(
    written: Path, before: str, after: str, subject: str
) -> None:
    edit(as_of_this_version(written), before, after)
    check = verify_manifest(written)
    assert {(one.kind, one.subject) for one in check.differences} == {("memo edited", subject)}
    assert "The memo says '" in check.summary


def test_of_a_memo_in_the_words_of_another_version_every_figure_is_compared(written: Path) -> None:
    reseal(written, software_version="0.0.9")
    memo = with_memo(written)
    edit(memo, "were drawn from a universe of", "were taken out of a universe of")
    check = verify_manifest(written)
    assert check.is_verified
    assert "Every figure of the memo" in check.summary
    assert "words were not compared" in check.summary
    edit(memo, "universe of 40", "universe of 41")
    assert found(written) == [("memo edited", "Sampling memo: Winter charts")]


def test_a_memo_with_a_unit_left_out_or_only_other_line_ends(written: Path) -> None:
    memo = as_of_this_version(written)
    text = memo.read_text(encoding="utf-8")
    memo.write_bytes(text.replace("\n", "\r\n").encode())
    assert verify_manifest(written).is_verified
    memo.write_text(text.replace("\n\n", "\n\n\n", 1), encoding="utf-8")
    assert found(written) == [("memo rewritten", "Winter charts.memo.md")]
    line = next(row for row in text.splitlines(keepends=True) if row.startswith("| 1 |"))
    memo.write_text(text.replace(line, "", 1), encoding="utf-8")
    assert found(written)[0] == ("memo edited", "Selection")
    memo.write_bytes(b"\xff\xfe")
    assert found(written) == [("memo edited", "Winter charts.memo.md")]


@pytest.mark.parametrize(
    "changes",
    [
        {"generator": "dice"},
        {"ticket_rule": "As the auditor likes."},
        {"warnings": ("None of it matters.",)},
    ],
)
def test_a_forged_statement_that_follows_from_the_draw_is_found(
    written: Path, changes: dict[str, object]
) -> None:
    reseal(written, software_version=__version__, **changes)
    assert found(written) == [("statement edited", next(iter(changes)))]


def test_forged_dates_and_filters_are_held_against_the_frame(written: Path) -> None:
    manifest = read_manifest(written)
    day = dt.date(2026, 1, 1)
    reseal(written, frame=replace(manifest.frame, first_service_date=day))
    assert found(written) == [("statement edited", "first_service_date")]
    universe = replace(manifest.universe, filters=(Filter("from_date", "2025-10-15"),))
    reseal(written, frame=manifest.frame, universe=universe)
    assert found(written) == [("statement edited", "from_date")]
