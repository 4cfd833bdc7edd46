"""The words that go with codes in coded charts of a workspace, learnt for the confidence of other charts."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from auditlib.codes.systems import ICD10CM
from auditlib.errors import UsageError
from auditlib.evidence import Associations, ChartIndex, ChartText
from auditlib.warehouse import Warehouse


def learnt_words(warehouse: Warehouse, encounter_ids: Collection[str]) -> Associations:
    """Return in how many coded charts each word stands beside each diagnosis.

    Parameters
    ----------
    warehouse
        Where the charts are.
    encounter_ids
        The charts to learn from: those whose codes were audited, since what is coded wrongly teaches
        wrongly.

    Raises
    ------
    UsageError
        If none of them has both documents and diagnoses.
    """
    params = {"encounter_ids": sorted(encounter_ids)}
    documents = warehouse.query("queries/encounters/chart_document", params)
    codes = warehouse.query("queries/encounters/chart_code", params).filter(code_system=ICD10CM)
    diagnoses = dict(codes.group_by("encounter_id").agg(pl.col("code").unique()).iter_rows())
    texts = dict(documents.group_by("encounter_id", maintain_order=True).agg("text").iter_rows())
    both = sorted(texts.keys() & diagnoses.keys())
    if not both:
        message = "None of these encounters has both documents and diagnoses to learn from."
        raise UsageError(message, hint="encounters() lists those with a chart.")
    return Associations((_stems(texts[name]), diagnoses[name]) for name in both)


def _stems(texts: list[str]) -> Collection[str]:
    return ChartIndex([ChartText(at, text) for at, text in enumerate(texts, start=1)]).stems
