"""Export settings from a TOML file: parties, prices and dates that neither claims nor reviews have."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TypeVar

from auditlib.billing.new_claim import (
    BILLING_KEYS,
    INSTITUTIONAL_KEYS,
    PATIENT_KEYS,
    PROVIDER_KEYS,
    RECEIVER_KEYS,
    SUBMITTER_KEYS,
    Demographics,
)
from auditlib.billing.verified import ServiceSupplement, Supplement, service_name
from auditlib.checks.registry import all_checks
from auditlib.codes import normalise_code
from auditlib.errors import BadInputError
from auditlib.sources.x12.write.envelope import Parties

Read = TypeVar("Read")

# X12's basic and extended character sets, without the usual delimiters.
_ID: Final = re.compile(r"[A-Za-z0-9 !\"&'()+,\-./;?=#$%@_]{1,50}")
_PARTY_KEYS: Final = ("id", "qualifier", "group_id")
_KEYS: Final = {
    "submitter": (*_PARTY_KEYS, "usage", *SUBMITTER_KEYS[1:]),
    "receiver": (*_PARTY_KEYS, *RECEIVER_KEYS[1:]),
    "billing_provider": (*BILLING_KEYS, "taxonomy"),
    "patient": ("encounter_id", *PATIENT_KEYS),
    "provider": ("npi", *PROVIDER_KEYS),
    "claim": (
        "encounter_id",
        "original_reference",
        "drg_code",
        "leave_out",
        "accepted_findings",
        "place_of_service",
        "type_of_bill",
        *INSTITUTIONAL_KEYS,
    ),
    "service": (
        "encounter_id",
        "code",
        "unit_charge_amount",
        "service_date",
        "revenue_code",
        "points_to",
        "modifiers",
        "form",
    ),
    "procedure": ("encounter_id", "code", "procedure_date"),
}
_LIST_KEYS: Final = ("leave_out", "accepted_findings")
_EXPECTED_DIAGNOSES: Final = 'a list of diagnoses, such as ["Z87.891"]'
_EXPECTED_MODIFIERS: Final = 'a list of modifiers in their order, such as ["LT"]'
_EXPECTED_CHECKS: Final = 'a list of checks, such as ["DX-13"]'
_MOST_POINTERS: Final = 4
_FORMS: Final = {"837P": "P", "837I": "I"}
_LISTS: Final = ("claim", "service", "procedure", "patient", "provider")
_NAMED_BY: Final = {"claim": "encounter_id", "patient": "encounter_id", "provider": "npi"}
_PARTS: Final = ("submitter", "receiver", "billing_provider")
_LONGEST_PARTY_ID: Final = 15


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of the file, with its name for messages."""

    place: str
    values: Mapping[str, object]

    def read(self, key: str, reader: Callable[[object], Read | None], expected: str) -> Read | None:
        """Return a value, or None if omitted."""
        if key not in self.values:
            return None
        value = reader(self.values[key])
        if value is None:
            message = f"{self.place}: {key} cannot be read."
            raise BadInputError(message, hint=f"Expected {expected}.")
        return value

    def texts(self) -> dict[str, str]:
        """Return all values but lists as texts, dates as eight digits."""
        texts = {}
        for key, value in self.values.items():
            if key in _LIST_KEYS:
                continue
            done = _date(value)
            text = f"{done:%Y%m%d}" if done else self.text(key)
            texts[key] = text or ""
        return texts

    def text(self, key: str) -> str | None:
        """Return an id or a code."""
        return self.read(key, _text, "text in quotation marks, of letters, digits and plain punctuation")


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """The biller's settings.

    Parameters
    ----------
    parties
        Sender and receiver, or None for those of the claims' files.
    entries
        Claims, services and procedures of the file, by table name.
    """

    parties: Parties | None = None
    entries: Mapping[str, tuple[_Entry, ...]] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def has_demographics(self) -> bool:
        """True if new claims can be made for unbilled encounters."""
        return "billing_provider" in self.parts or bool(self.entries.get("patient"))

    def demographics(self, encounter_id: str, provider_id: str | None) -> Demographics:
        """Return the settings for an encounter's patient, claim, provider and billing provider."""
        patient, claim = (
            {k: v for e in self._of(n, encounter_id) for k, v in e.texts().items()}
            for n in ("patient", "claim")
        )
        providers = (entry.texts() for entry in self.entries.get("provider", ()))
        provider = next((entry for entry in providers if entry.get("npi") == provider_id), {})
        submitter, receiver, billing = (self.parts.get(name, {}) for name in _PARTS)
        return Demographics(submitter, receiver, billing, patient, claim, provider)

    def supplement(self, encounter_id: str) -> Supplement:
        """Return the settings for an encounter's claim; an entry for the encounter takes precedence."""
        claim: dict[str, str | None] = {"original_reference": None, "drg_code": None}
        lists: dict[str, tuple[str, ...]] = {"leave_out": (), "accepted_findings": ()}
        for entry in self._of("claim", encounter_id):
            claim.update({key: entry.text(key) for key in claim if key in entry.values})
            lists["leave_out"] += entry.read("leave_out", _codes, _EXPECTED_DIAGNOSES) or ()
            lists["accepted_findings"] += entry.read("accepted_findings", _checks, _EXPECTED_CHECKS) or ()
        services: dict[str, ServiceSupplement] = {}
        for entry in self._of("service", encounter_id):
            name = service_name(_code(entry), entry.read("modifiers", _codes, _EXPECTED_MODIFIERS) or ())
            services[name] = _service(entry, services.get(name, ServiceSupplement()))
        dates = {}
        for entry in self._of("procedure", encounter_id):
            done = entry.read("procedure_date", _date, "a date such as 2026-01-31, without quotation marks")
            if done is not None:
                dates[_code(entry)] = done
        return Supplement(claim["original_reference"], claim["drg_code"], services, dates, **lists)

    def _of(self, name: str, encounter_id: str) -> list[_Entry]:
        """Return the entries for an encounter: general ones first, so that specific ones overwrite them."""
        fitting = [
            entry
            for entry in self.entries.get(name, ())
            if entry.values.get("encounter_id") in {None, encounter_id}
        ]
        return sorted(fitting, key=lambda entry: "encounter_id" in entry.values)


def read_export_settings(path: Path) -> ExportSettings:
    """Read a settings file.

    Raises
    ------
    BadInputError
        If it is not TOML, or has an unknown setting; the message lists the known ones.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{path.name} cannot be read as TOML: {type(error).__name__}."
        raise BadInputError(message, hint="docs/export.md shows one.") from error
    _require_known(path.name, content, tuple(_KEYS))
    parties = _parties(path.name, content)
    entries = {name: _entries(path.name, name, content.get(name, [])) for name in _LISTS}
    parts: dict[str, dict[str, str]] = {
        name: _part(path.name, name, content[name]) for name in _PARTS if name in content
    }
    settings = ExportSettings(parties, entries, parts)
    # Everything is read now, so that a mistake is found before the first claim.
    for encounter_id in {
        entry.values.get("encounter_id")
        for entries_of_table in entries.values()
        for entry in entries_of_table
    } | {""}:
        settings.supplement(str(encounter_id))
        settings.demographics(str(encounter_id), None)
    return settings


def _part(file_name: str, name: str, values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        message = f"{file_name}: {name} is not a table."
        raise BadInputError(message, hint=f"Begin it with [{name}].")
    entry = _Entry(f"{file_name}, {name}", values)
    _require_known(entry.place, values, _KEYS[name])
    return entry.texts()


def _require_known(place: str, values: Mapping[str, object], known: tuple[str, ...]) -> None:
    unknown = [key for key in values if key not in known]
    if unknown:
        message = f"{place} holds {unknown[0]!r}, which export does not know."
        raise BadInputError(message, hint=f"Known are {', '.join(known)}.")


def _entries(file_name: str, name: str, tables: object) -> tuple[_Entry, ...]:
    if not isinstance(tables, list) or not all(isinstance(values, dict) for values in tables):
        message = f"{file_name}: {name} is not a list of tables."
        raise BadInputError(message, hint=f"Begin each with [[{name}]].")
    entries = []
    for number, values in enumerate(tables, start=1):
        entry = _Entry(f"{file_name}, {name} {number}", values)
        _require_known(entry.place, values, _KEYS[name])
        entry.text("encounter_id")
        by = _NAMED_BY.get(name, "code")
        if by == "code":
            _code(entry)
        elif not entry.text(by):
            message = f"{entry.place} names no {by.removesuffix('_id')}."
            raise BadInputError(message, hint=f'Write {by} = "...".')
        entries.append(entry)
    return tuple(entries)


def _code(entry: _Entry) -> str:
    code = entry.text("code")
    if not code:
        message = f"{entry.place} names no code."
        raise BadInputError(message, hint='Write code = "...".')
    return normalise_code(code)


def _service(entry: _Entry, general: ServiceSupplement) -> ServiceSupplement:
    amount = entry.read("unit_charge_amount", _amount, 'dollars and cents as text, such as "75.00"')
    done = entry.read("service_date", _date, "a date such as 2026-01-31, without quotation marks")
    points = entry.read("points_to", _pointed, 'a list of up to four diagnoses, such as ["E11.22"]')
    form = entry.read("form", lambda value: _FORMS.get(str(value)), '"837P" or "837I"')
    return ServiceSupplement(
        general.unit_charge_amount if amount is None else amount,
        general.service_date if done is None else done,
        entry.text("revenue_code") or general.revenue_code,
        general.points_to if points is None else points,
        form or general.form,
    )


def _parties(file_name: str, content: Mapping[str, object]) -> Parties | None:
    if "submitter" not in content and "receiver" not in content:
        return None
    tables = []
    for name in ("submitter", "receiver"):
        values = content.get(name)
        if not isinstance(values, dict):
            message = f"{file_name} has no table [{name}]."
            raise BadInputError(message, hint="Give both [submitter] and [receiver], or neither.")
        _require_known(f"{file_name}, {name}", values, _KEYS[name])
        entry = _Entry(f"{file_name}, {name}", values)
        party_id = entry.text("id")
        if not party_id or len(party_id) > _LONGEST_PARTY_ID:
            message = (
                f"{file_name}: the id of [{name}] is missing or longer than {_LONGEST_PARTY_ID} characters."
            )
            raise BadInputError(message, hint="Write its id at the clearinghouse.")
        tables.append((entry.text("qualifier") or "ZZ", party_id, entry.text("group_id") or party_id, values))
    (sender, receiver) = tables
    usage = sender[3].get("usage", "T")
    if usage not in {"T", "P"}:
        message = f"{file_name}: usage of [submitter] is neither T (test) nor P (production)."
        raise BadInputError(message, hint='Write usage = "P" for claims that are to be paid.')
    return Parties((sender[0], sender[1]), (receiver[0], receiver[1]), sender[2], receiver[2], str(usage))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) and value.strip() else None


def _date(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None


def _amount(value: object) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    if amount is None or not amount.is_finite() or not 0 <= amount < Decimal(10) ** 9:
        return None
    return amount if amount == amount.quantize(Decimal("0.01")) else None


def _pointed(value: object) -> tuple[str, ...] | None:
    codes = _codes(value)
    return codes if codes and len(codes) <= _MOST_POINTERS else None


def _codes(value: object) -> tuple[str, ...] | None:
    codes = _texts(value)
    return codes and tuple(map(normalise_code, codes))


def _checks(value: object) -> tuple[str, ...] | None:
    names = _texts(value)
    known = {check.id for check in all_checks()}
    return names if names and known.issuperset(names) else None


def _texts(value: object) -> tuple[str, ...] | None:
    """Return the texts of a list that holds nothing else, and at least one."""
    texts = [_text(entry) for entry in value] if isinstance(value, list) else []
    return tuple(text for text in texts if text) if texts and all(texts) else None
