"""The secret of a workspace under which patients get their pseudonyms."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import StoreError
from auditlib.workspace.private_files import PRIVATE_FILE

PSEUDONYM_KEY_NAME: Final = "pseudonym.key"
"""File beside the ledger; a backup without it cannot load further files of the same patients."""
PSEUDONYM_LENGTH: Final = 16
_SECRET_BYTES: Final = 32
LOST_KEY_HINT: Final = (
    f"Put {PSEUDONYM_KEY_NAME} back from a backup of this workspace: no other key gives a patient the same "
    "pseudonym."
)


@dataclass(frozen=True, slots=True, repr=False)
class PseudonymKey:
    """The secret under which pseudonyms of patients and keys of names and member numbers are made."""

    secret: bytes

    @property
    def check(self) -> str:
        """Sixteen hexadecimal digits by which the key is known again; they do not give it away."""
        return hashlib.sha256(b"auditlib pseudonym key|" + self.secret).hexdigest()[:PSEUDONYM_LENGTH]

    def keyed(self, value: str) -> str:
        """Return the pseudonym of a value: the first 16 hexadecimal digits of its HMAC-SHA-256."""
        return self._keyed(hmac.new(self.secret, digestmod="sha256"), value)

    @staticmethod
    def _keyed(begun: hmac.HMAC, value: str) -> str:
        # A copy of a begun hash: at each call of hmac.digest other threads run, and it waits for them.
        of_value = begun.copy()
        of_value.update(value.encode("utf-8", "surrogatepass"))
        return of_value.hexdigest()[:PSEUDONYM_LENGTH]

    def keyed_values(self, values: pl.Series) -> pl.Series:
        """Return the pseudonyms of texts, each different one computed once; null stays null."""
        begun, listed = hmac.new(self.secret, digestmod="sha256"), values.to_list()
        names = {value: self._keyed(begun, value) for value in set(listed) if value is not None}
        return pl.Series(values.name, [*map(names.get, listed)], dtype=pl.String)


def make_key(path: Path, secret: bytes | None = None) -> PseudonymKey:
    """Write a key, a random one unless a secret is given, unless the file is there; return the file's."""
    if not path.exists():
        part = path.with_name(f".{path.name}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write((secret or secrets.token_bytes(_SECRET_BYTES)).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    return read_key(path)


def read_key(path: Path) -> PseudonymKey:
    """Return the key in a file.

    Raises
    ------
    StoreError
        If the file is gone, or holds no key.
    """
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        message = f"The key of this workspace's pseudonyms, {path.name}, is gone."
        raise StoreError(message, hint=LOST_KEY_HINT) from error
    except ValueError as error:
        message = f"{path.name} holds no key of pseudonyms."
        raise StoreError(message, hint=LOST_KEY_HINT) from error
    if len(secret) != _SECRET_BYTES:
        message = f"{path.name} holds no key of pseudonyms: {_SECRET_BYTES} bytes are expected."
        raise StoreError(message, hint=LOST_KEY_HINT)
    return PseudonymKey(secret)
