from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from scipy.stats import hypergeom

from auditlib.audits.audit import sampled_encounters
from auditlib.cli import main
from auditlib.cli.denials import Dimension
from auditlib.cli.ratstats import AppraisalMethod
from auditlib.cli.sample import DesignChoice
from auditlib.cli.values import Programme
from auditlib.estimation.methods import LIMIT_CHOICES, METHODS
from auditlib.measures import denials
from auditlib.sampling.request import METHODS as DESIGNS
from auditlib.stats.estimators.programmes import PROGRAMMES
from auditlib.workspace.folder import Workspace
from tests.made_once import workspace_with_code_sets
from tests.x12_texts import professional_claims

SINGLE_STAGE = ["718", "643", "247", "236", "821", "650", "257", "141", "301", "22"]
SPARES = ["980", "507", "440", "557"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def as_json(run: Callable[..., tuple[int, str, str]]) -> Callable[..., dict[str, Any]]:
    def call(*words: object) -> dict[str, Any]:
        return dict(json.loads(run(*words, "--json")[1]))

    return call


def write(path: Path, text: str) -> Path:
    path.write_text("\n".join(text.split()) + "\n", encoding="utf-8")
    return path


def test_a_published_ratstats_sample_is_possible_with_its_seed(
    as_json: Callable[..., dict[str, Any]],
) -> None:
    found = as_json(
        "ratstats",
        "verify",
        *SINGLE_STAGE,
        "--bounds",
        "1-1000",
        "--ordered",
        "--seed",
        "48863.78",
        "--spare",
        *SPARES,
    )
    assert found["is_possible"]
    assert found["is_seed_consistent"]
    assert found["chance_of_coincidence"] < 1e-12


def test_a_changed_sample_is_refuted_and_another_seed_is_told(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, _ = run("ratstats", "verify", *SINGLE_STAGE[:-1], "23", "--bounds", "1-1000")
    assert (code, out.split(":")[0]) == (3, "Refuted")
    code, out, _ = run("ratstats", "verify", *SINGLE_STAGE, "--bounds", "1-1000", "--seed", "12345")
    assert code == 3
    assert "12345.0 does NOT draw it" in out


def test_a_claim_in_a_file_may_hold_sets_and_spares(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "claim.txt").write_text("# sets of two\n309-41\n165-26\n510-29\n200-31\n", encoding="utf-8")
    words = ("ratstats", "verify", "--file", tmp_path / "claim.txt", "--bounds", "1-658", "--bounds", "1-66")
    found = as_json(*words, "--seed", "61061.36")
    assert found["is_seed_consistent"]
    (tmp_path / "claim.txt").write_text("718\nspare 643\nspare 247\n", encoding="utf-8")
    found = as_json("ratstats", "verify", "--file", tmp_path / "claim.txt", "--bounds", "1-1000")
    assert 39711 in [row["stream"] for row in found["streams"]]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("ratstats", "verify", "5", "--bounds", "10"), 2, "no pair of bounds"),
        (("ratstats", "verify", "x", "--bounds", "1-10"), 3, "neither a number"),
        (("ratstats", "verify", "50", "--bounds", "1-10"), 2, "outside 1 to 10"),
        (("ratstats", "verify", "--bounds", "1-10"), 2, "at least one number"),
        (("sample", "size", "variable", "--universe", "10"), 2, "--rate"),
        (
            (
                "sample",
                "size",
                "variable",
                "--mean",
                "0",
                "--deviation",
                "1",
                "--universe",
                "9",
                "--precision",
                ".1",
            ),
            2,
            "mean of 0",
        ),
        (("sample", "size", "stratified", "--precision", ".1"), 2, "CSV file of strata"),
        (("sample", "size", "discovery", "--rate", "0", "--universe", "9"), 2, "above 0"),
    ],
)
def test_what_cannot_be_is_said(
    run: Callable[..., tuple[int, str, str]], words: tuple[str, ...], code: int, message: str
) -> None:
    ended, _, err = run(*words)
    assert ended == code
    assert message in err


def test_sizes_are_those_of_the_companion_manual(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    probe = (
        "sample",
        "size",
        "variable",
        "--mean",
        400,
        "--deviation",
        50,
        "--universe",
        100_000,
        "--precision",
        0.02,
    )
    found = as_json(*probe)
    assert (found["count"], found["rounding"]) == (106, "nearest, halves up")
    rate = as_json(
        "sample",
        "size",
        "variable",
        "--rate",
        0.15,
        "--total",
        3_000_000,
        "--deviation",
        125,
        "--universe",
        10_000,
        "--precision",
        0.15,
    )
    assert rate["count"] == 758
    assert as_json("sample", "size", "share", "--rate", 0.5, "--precision", 0.1)["count"] == 68
    path = tmp_path / "probe.csv"
    path.write_text("examined,audited\n100,0\n100,100\n100,50\n", encoding="utf-8")
    assert (
        as_json("sample", "size", "variable", "--probe", path, "--universe", 500, "--precision", 0.25)[
            "count"
        ]
        == 40
    )


def test_a_discovery_sample_is_the_smallest_that_finds_an_error(
    as_json: Callable[..., dict[str, Any]],
) -> None:
    found = as_json("sample", "size", "discovery", "--rate", 0.05, "--universe", 1000, "--confidence", 0.95)
    count = found["count"]
    assert hypergeom(1000, 50, count).pmf(0) <= 0.05 < hypergeom(1000, 50, count - 1).pmf(0)


def test_strata_may_be_planned_from_a_table_or_a_probe(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    table = write(
        tmp_path / "strata.csv",
        "stratum,universe_count,mean,standard_deviation low,500,10,5 high,100,200,90",
    )
    found = as_json("sample", "size", "stratified", table, "--count", 50)
    assert found["strata"] == {"low": 11, "high": 39}
    probe = write(tmp_path / "probe.csv", "stratum,universe_count,value a,50,1 a,50,3 b,20,10 b,20,30")
    assert as_json("sample", "size", "stratified", probe, "--precision", 0.2)["strata"]["b"] == 13


def test_the_exact_attribute_appraisal_is_the_published_one(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", "item_count,sample_count,universe_count 82,400,10000")
    found = as_json("ratstats", "appraise", path, "--method", "attribute")
    limits = {row["confidence"]: (row["lower"], row["upper"]) for row in found["figures"][0]["limits"]}
    assert limits == {0.8: (1796, 2326), 0.9: (1729, 2403), 0.95: (1673, 2470)}


def test_a_stratified_attribute_appraisal_is_the_published_one_with_exact_limits_beside_it(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = write(
        tmp_path / "a.csv", "stratum,item_count,sample_count,universe_count 1,2,100,1000 2,6,100,1500"
    )
    found = as_json("ratstats", "appraise", path, "--method", "attribute-stratified", "--confidence", 0.9)
    total = found["figures"][0]
    assert round(total["point"]) == 110
    assert [round(total["limits"][0][side]) for side in ("lower", "upper")] == [49, 171]
    assert found["other_methods"][0]["lower"] < 49
    assert found["cautions"]


def test_differences_and_programmes(
    as_json: Callable[..., dict[str, Any]], run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    rows = ["examined,audited"] + ["400,300"] * 12 + ["400,600"] + ["400,400"] * 37
    path = tmp_path / "v.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    demands = {
        name: as_json("ratstats", "appraise", path, "--universe", 1000, "--programme", name)["programme"]
        for name in ("PIM", "SDP", "CERT")
    }
    assert round(demands["PIM"]["demand"]) == 10429
    assert round(demands["SDP"]["demand"]) == 24000
    assert round(demands["CERT"]["demand"]) == 28000
    assert not demands["SDP"]["is_sample_large_enough"]
    _, out, _ = run(
        "ratstats",
        "appraise",
        path,
        "--universe",
        1000,
        "--programme",
        "PIM",
        "--sides",
        "lower",
        "--all-methods",
    )
    assert "Before you rely on it" in out
    assert "With z instead" in out
    assert "empirical likelihood" in out
    assert "CMS PIM: 10,42" in out


CASES = {
    "attribute": ("is_error 1 0 1 0", 40),
    "attribute-stratified": ("stratum,item_count,sample_count,universe_count a,1,9,90 b,2,9,30", None),
    "attribute-two-stage": ("size,item_count,sample_count 30,2,10 20,1,5 25,0,5", 12),
    "attribute-three-stage": (
        "primary,secondary_count,size,item_count,sample_count a,5,30,2,10 a,5,20,1,5 b,4,9,1,3 b,4,8,0,3",
        10,
    ),
    "attribute-cluster": ("item_count,element_count 1,10 3,12 0,9", 20),
    "variable": ("value 10 0 25 5", 100),
    "stratified": ("stratum,universe_count,value a,10,1 a,10,3 b,20,5 b,20,9", None),
    "post-stratified": ("stratum,universe_count,value a,10,1 a,10,3 b,20,5 b,20,9", 30),
    "two-stage": ("primary,size,value a,10,1 a,10,2 b,20,3 b,20,5", 6),
    "three-stage": (
        (
            "primary,secondary_count,secondary,size,value"
            " a,3,x,9,1 a,3,x,9,2 a,3,y,8,3 a,3,y,8,5 b,2,x,4,1 b,2,x,4,2 b,2,y,4,3 b,2,y,4,5"
        ),
        5,
    ),
    "cluster": ("cluster,value a,1 a,2 b,3 c,4", 9),
    "stratified-multistage": (
        (
            "stratum,universe_count,primary,size,value"
            " s,6,a,10,1 s,6,a,10,2 s,6,b,20,3 s,6,b,20,5 r,2,c,4,1 r,2,c,4,2 r,2,d,4,3 r,2,d,4,7"
        ),
        None,
    ),
    "unknown-universe": ("kind,value container,10 container,14 container,9 element,5 element,7", 20),
    "rhc": ("size,group_size,group_count,value 10,50,5,100 20,60,5,180", None),
    "ratio": ("value,base 10,100 0,50 5,80", 30),
    "regression": ("value,base 10,100 0,50 5,80 4,60", 30),
    "unequal": ("value,inclusion_probability 10,0.5 20,0.25 7,1", None),
    "net": ("value 10 0 25 -5", 100),
}


_BASE_OF = {"regression": ("--base-total", 2500), "net": ("--largest-underpayment", 40)}


@pytest.mark.parametrize("method", get_args(AppraisalMethod))
def test_every_appraisal_reads_its_file(
    as_json: Callable[..., dict[str, Any]], tmp_path: Path, method: str
) -> None:
    text, universe = CASES[method]
    words = ["ratstats", "appraise", write(tmp_path / "f.csv", text), "--method", method]
    found = as_json(
        *words, *(() if universe is None else ("--universe", universe)), *_BASE_OF.get(method, ())
    )
    first = found["figures"][0]
    assert first["standard_error"] > 0
    assert all(row["lower"] <= first["point"] for row in first["limits"])
    if method == "net":
        # Without the payments of the units not reviewed nothing bounds the total from above.
        assert all(row["upper"] is None for row in first["limits"])
    else:
        assert all(first["point"] <= row["upper"] for row in first["limits"])
    assert (found["other_rule"] is not None) == (method in LIMIT_CHOICES)


def test_the_parser_names_what_there_is() -> None:
    assert get_args(AppraisalMethod) == tuple(METHODS)
    assert get_args(DesignChoice) == tuple(DESIGNS)
    assert get_args(Programme) == tuple(PROGRAMMES)
    assert get_args(Dimension) == get_args(denials.Dimension)


@pytest.mark.parametrize(
    ("text", "words", "code", "message"),
    [
        ("value 1 2", (), 2, "The number of units"),
        ("value 1 x", ("--universe", 9), 3, "not a number in line 3"),
        ("value,other 1,1 ,2", ("--universe", 9), 3, "empty in line 3"),
        ("value nan 2", ("--universe", 9), 3, "not a number in line 2"),
        ("amount 1 2", ("--universe", 9), 3, "neither a column"),
        ("value 1 2 3", ("--universe", 2), 2, "larger than universe_count"),
        ("value 5", ("--universe", 2), 2, "leaves the standard error undefined"),
        ("is_error 1 2", ("--universe", 9, "--method", "attribute"), 3, "other values"),
        ("value 1 2", ("--universe", 9, "--confidence", 95), 2, "between 0 and 1"),
        ("cluster,value a,1 b,2", ("--universe", 9, "--method", "cluster", "--limits", "t"), 2, "fixed"),
        (
            "is_error 1 0",
            ("--universe", 9, "--method", "attribute", "--programme", "PIM"),
            2,
            "needs the differences",
        ),
        (
            "stratum,universe_count,value a,10,1 a,10,3 b,20,5",
            ("--method", "stratified"),
            2,
            "One sampled unit of 20 in stratum 2",
        ),
        ("value,inclusion_probability 1,0 2,0.5", ("--method", "unequal"), 2, "above 0"),
    ],
)
def test_files_that_cannot_be_appraised_are_refused(
    run: Callable[..., tuple[int, str, str]],
    tmp_path: Path,
    text: str,
    words: tuple[object, ...],
    code: int,
    message: str,
) -> None:
    ended, _, err = run("ratstats", "appraise", write(tmp_path / "f.csv", text), *words)
    assert ended == code
    assert message in err


def test_an_empty_and_an_absent_file_are_refused(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "f.csv").write_text("", encoding="utf-8")
    assert "is empty" in run("ratstats", "appraise", tmp_path / "f.csv")[2]
    assert "cannot be read" in run("ratstats", "appraise", tmp_path / "none.csv")[2]
    assert "no rows" in run("ratstats", "appraise", write(tmp_path / "f.csv", "value"))[2]


@pytest.fixture
def loaded(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> Path:
    workspace = tmp_path / "w"
    claims = [(f"A{number:02}", f"{100 + 37 * number}.00") for number in range(12)]
    (tmp_path / "claims.edi").write_text(professional_claims(claims))
    workspace_with_code_sets(workspace)
    assert run("-w", workspace, "load", tmp_path / "claims.edi", "--json")[0] == 0
    return workspace


def test_every_design_is_drawn_and_verified_from_the_command_line(
    run: Callable[..., tuple[int, str, str]], as_json: Callable[..., dict[str, Any]], loaded: Path
) -> None:
    designs = {
        "simple": ("--count", 3, "--purpose", "discovery"),
        "systematic": ("--count", 3, "--order-by", "charge_amount"),
        "cluster": ("--count", 1, "--cluster", "payer_id", "--unit", "claim"),
        "two-stage": ("--count", 1, "--cluster", "payer_id", "--unit", "claim", "--per-cluster", 3),
        "pps": ("--count", 3),
        "monetary": ("--count", 4),
        "risk": ("--count", 3),
        "rhc": ("--count", 3, "--generator", "ratstats", "--second-seed", 5),
        "judgmental": ("--units", "A01", "A02", "--reason", "asked for"),
        "stratified": ("--count", 8, "--stratify-by", "dollars", "--strata", 3, "--allocation", "neyman"),
    }
    run("-w", loaded, "check")
    for name, words in designs.items():
        drawn = as_json(
            "-w", loaded, "sample", "draw", "--name", name, "--seed", "7", "--design", name, *words
        )
        assert as_json("sample", "verify", drawn["manifest"])["is_verified"], name
        assert drawn["sample"], name
    quota = as_json(
        "-w",
        loaded,
        "sample",
        "draw",
        "--name",
        "quota",
        "--seed",
        "7",
        "--count",
        2,
        "--stratify-by",
        "encounter_class",
        "--allocation",
        "quota",
    )
    assert set(quota["strata"].values()) == {2}
    lines = as_json(
        "-w", loaded, "sample", "draw", "--name", "lines", "--seed", "7", "--count", 2, "--unit", "line"
    )
    assert all("-" in unit for unit in lines["sample"])
    code, _, err = run("-w", loaded, "sample", "draw", "--name", "x", "--count", 2)
    assert (code, "needs a seed" in err and "--seed" in err) == (2, True)
    code, _, err = run(
        "-w", loaded, "sample", "draw", "--name", "x", "--seed", 1, "--count", 2, "--design", "stratified"
    )
    assert (code, "--stratify-by" in err) == (2, True)


def test_a_reviewed_sample_is_appraised_by_its_manifest(
    run: Callable[..., tuple[int, str, str]],
    as_json: Callable[..., dict[str, Any]],
    loaded: Path,
    tmp_path: Path,
) -> None:
    def reviewed(sample: list[str]) -> Path:
        rows = [f"{unit},{10 * number}" for number, unit in enumerate(sample)]
        return write(tmp_path / "r.csv", "unit_id,value " + " ".join(rows))

    for name, method, words in (
        ("simple", "variable", ("--count", 4)),
        ("pps", "unequal", ("--count", 4)),
        ("rhc", "rhc", ("--count", 3)),
    ):
        drawn = as_json(
            "-w", loaded, "sample", "draw", "--name", name, "--seed", "7", "--design", name, *words
        )
        path = reviewed(drawn["sample"])
        found = as_json("ratstats", "appraise", path, "--manifest", drawn["manifest"], "--method", method)
        assert found["figures"][0]["point"] > 0, name
    judged = as_json(
        "-w",
        loaded,
        "sample",
        "draw",
        "--name",
        "j",
        "--design",
        "judgmental",
        "--units",
        "A01",
        "A02",
        "--reason",
        "asked",
    )
    code, _, err = run("ratstats", "appraise", reviewed(judged["sample"]), "--manifest", judged["manifest"])
    assert (code, "says nothing about other units" in err) == (2, True)
    first = loaded / "manifests" / "simple.manifest.json"
    code, _, err = run("ratstats", "appraise", reviewed(["A01"]), "--manifest", first)
    assert code in {2, 3}
    sample = json.loads(first.read_text())["selected"]
    code, _, err = run("ratstats", "appraise", reviewed([sample[0]["unit_id"]]), "--manifest", first)
    assert (code, "A missing record is never omitted" in err) == (3, True)


def test_a_frozen_universe_is_kept_and_its_change_is_shown(
    run: Callable[..., tuple[int, str, str]],
    as_json: Callable[..., dict[str, Any]],
    loaded: Path,
    tmp_path: Path,
) -> None:
    first = as_json("-w", loaded, "universe", "freeze", "--name", "spring")
    assert first["unit_count"] == 12
    assert as_json("-w", loaded, "universe", "freeze", "--name", "spring") == first
    (tmp_path / "more.edi").write_text(professional_claims([("A99", "500.00")]))
    assert run("-w", loaded, "load", tmp_path / "more.edi", "--json")[0] == 0
    code, _, err = run("-w", loaded, "universe", "freeze", "--name", "spring")
    assert code == 2
    assert "1 new (A99); charges +500.00" in err
    assert run("-w", loaded, "universe", "freeze", "--name", "summer")[0] == 0
    drawn = as_json(
        "-w", loaded, "sample", "draw", "--name", "s", "--seed", 3, "--count", 12, "--universe", "spring"
    )
    assert drawn["frame_sha256"] == first["sha256"]
    assert "A99" not in drawn["sample"]
    assert as_json("sample", "verify", drawn["manifest"])["is_verified"]
    frame = loaded / "universes" / "spring.frame.csv"
    frame.write_text(frame.read_text().replace("A01", "A77"))
    code, _, err = run(
        "-w", loaded, "sample", "draw", "--name", "t", "--seed", 3, "--count", 2, "--universe", "spring"
    )
    assert (code, "not the one that was frozen" in err) == (3, True)
    code, _, err = run(
        "-w", loaded, "sample", "draw", "--name", "t", "--seed", 3, "--count", 2, "--universe", "autumn"
    )
    assert (code, "spring, summer" in err) == (2, True)
    code, _, err = run(
        "-w",
        loaded,
        "sample",
        "draw",
        "--name",
        "t",
        "--seed",
        3,
        "--count",
        2,
        "--universe",
        "summer",
        "--payer",
        "P",
    )
    assert (code, "its own filters" in err) == (2, True)
    assert run("-w", loaded, "universe", "freeze", "--name", "../x")[0] == 2
    assert run("-w", loaded, "ledger", "verify")[0] == 0


def test_spares_are_used_in_their_order_and_each_use_is_kept(
    run: Callable[..., tuple[int, str, str]], as_json: Callable[..., dict[str, Any]], loaded: Path
) -> None:
    drawn = as_json("-w", loaded, "sample", "draw", "--name", "s", "--seed", 3, "--count", 3, "--spares", 1)
    out, spare = drawn["sample"][1], drawn["spares"][0]
    words = ("-w", loaded, "sample", "spare", "--audit", "s")
    assert run(*words, "--unit", out)[0] == 2
    assert run(*words, "--unit", "nobody", "--reason", "duplicate")[0] == 2
    used = as_json(*words, "--unit", out, "--reason", "other service", "--note", "not a visit")["uses"]
    assert [(use["unit_out"], use["unit_in"], use["reason"], use["note"]) for use in used] == [
        (out, spare, "other service", "not a visit")
    ]
    assert sampled_encounters(Workspace.open(loaded), "s") == [drawn["sample"][0], spare, drawn["sample"][2]]
    code, _, err = run(*words, "--unit", spare, "--reason", "duplicate")
    assert (code, "No spare is left" in err) == (2, True)
    assert spare in run(*words)[1]
    assert as_json("sample", "verify", drawn["manifest"])["is_verified"]
    assert run("-w", loaded, "ledger", "verify")[0] == 0
