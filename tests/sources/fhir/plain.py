"""The same counts as the reader's, made by plain loops over parsed JSON: slow, and by other ways."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

VARIABLES = "https://bluebutton.cms.gov/resources/variables/"
CHARGES = ("line_sbmtd_chrg_amt", "rev_cntr_tot_chrg_amt", "tot_rx_cst_amt")
PAYMENTS = ("line_nch_pmt_amt", "rev_cntr_pmt_amt_amt", "cvrd_d_plan_pd_amt")


def resources(path: Path) -> Iterator[dict]:
    """Every resource of a file."""
    text = path.read_text()
    try:
        roots = [json.loads(text, parse_float=Decimal)]
    except json.JSONDecodeError:
        roots = [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
    for root in roots:
        if root["resourceType"] == "Bundle":
            yield from (entry["resource"] for entry in root["entry"])
        else:
            yield root


def variables(node: object) -> Iterator[tuple[str, Decimal]]:
    """Every amount that stands beside the name of one of Medicare's variables."""
    if isinstance(node, list):
        for member in node:
            yield from variables(member)
    elif isinstance(node, dict):
        amounts = [
            node[key] for key in ("valueMoney", "usedMoney", "amount") if isinstance(node.get(key), dict)
        ]
        for money in amounts:
            for name in names_of(node):
                yield name, Decimal(money["value"])
        for member in node.values():
            yield from variables(member)


def names_of(node: dict) -> list[str]:
    """The variables that an object names: by its URL, or in its type or category."""
    told = [str(node.get("url", ""))]
    for key in ("type", "category"):
        concept = node.get(key)
        codings = concept.get("coding", []) if isinstance(concept, dict) else []
        told += [str(coding.get("code", "")) for coding in codings]
    return [name.removeprefix(VARIABLES) for name in told if name.startswith(VARIABLES)]


def line_sum(resource: dict, wanted: tuple[str, ...]) -> tuple[Decimal, int]:
    """The first amount of each line under one of the names, summed, and how many lines have one."""
    found = []
    for item in resource.get("item", []):
        of_line = [amount for name, amount in variables(item.get("adjudication", [])) if name in wanted]
        found += of_line[:1]
    return sum(found, Decimal(0)), len(found)


def charge(resource: dict) -> Decimal:
    """What the claim charges."""
    if resource["resourceType"] == "Claim":
        return Decimal(resource["total"]["value"])
    header = {**resource, "item": [], "total": []}
    told = dict(variables(header)).get("nch_carr_clm_sbmtd_chrg_amt")
    if told is not None:
        return told
    for total in resource.get("total", []):
        if any(coding["code"] == "submitted" for coding in total["category"]["coding"]):
            return Decimal(total["amount"]["value"])
    if "totalCost" in resource:
        return Decimal(resource["totalCost"]["value"])
    return line_sum(resource, CHARGES)[0]


def paid(resource: dict) -> Decimal:
    """What was paid."""
    payment = resource.get("payment", {}).get("amount")
    return Decimal(payment["value"]) if payment else line_sum(resource, PAYMENTS)[0]


def facts(resource: dict) -> Counter[str]:
    """Counts and dollars of one Claim or ExplanationOfBenefit; none of what is neither."""
    if resource["resourceType"] not in {"Claim", "ExplanationOfBenefit"}:
        return Counter()
    is_answer = resource["resourceType"] == "ExplanationOfBenefit"
    told, _ = line_sum(resource, CHARGES)
    found = Counter(
        {
            "claim": 1,
            "line": len(resource.get("item", [])),
            "diagnosis": len(resource.get("diagnosis", [])),
            "procedure": len(resource.get("procedure", [])),
            "charge": charge(resource),
            "line charge": told,
        }
    )
    if is_answer:
        line_paid, line_count = line_sum(resource, PAYMENTS)
        found.update({"payment": 1, "paid": paid(resource), "line paid": line_paid, "paid line": line_count})
    return found


def canonical(resource: dict) -> str:
    """A resource as one text, without what differs each time it is asked for, and without tax numbers."""

    def told(node: object) -> object:
        if isinstance(node, list):
            return [told(member) for member in node if not is_tax_number(member)]
        if isinstance(node, dict):
            return {key: told(member) for key, member in node.items()}
        return str(node)

    def is_tax_number(node: object) -> bool:
        return isinstance(node, dict) and node.get("url") == f"{VARIABLES}tax_num"

    kept = {key: value for key, value in resource.items() if key not in {"meta", "created"}}
    return json.dumps(told(kept), sort_keys=True)
