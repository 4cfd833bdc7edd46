"""Keys that only the teacher's passphrase opens: scrypt makes the key of it, AES-256-GCM seals.

It guards a file, not a machine: who reads the teacher's screen or guesses a weak passphrase reads the keys.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditlib.errors import BadInputError, MissingExtraError, UsageError
from auditlib.practice.case import CaseKey
from auditlib.practice.pack import CASES_FOLDER, KEY_FILE, SEALED_FILE, CasePack, read_key, read_pack

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST_PASSPHRASE: Final = 12
_FORMAT: Final = "auditlib sealed keys 1"
# 128 MB and about half a second: what each guess costs (RFC 7914; OWASP, Password Storage, 2023).
_COST: Final = {"n": 1 << 17, "r": 8, "p": 1}
# A sealed file comes from somebody else: it must not choose to take all memory.
_HIGHEST: Final = {"n": 1 << 20, "r": 16, "p": 4}
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


def seal_pack(folder: Path, out: Path, passphrase: str) -> CasePack:
    """Write a copy of an open pack whose keys are sealed, and return it.

    Parameters
    ----------
    folder
        The open pack.
    out
        Folder to make; its name is the name of the new pack.
    passphrase
        At least `SHORTEST_PASSPHRASE` characters. Nobody can open the keys without it.

    Raises
    ------
    UsageError
        If the pack is sealed already, the folder exists, or the passphrase is too short.
    MissingExtraError
        If the extra ``practice`` is not installed.
    """
    pack = read_pack(folder)
    if pack.is_sealed:
        message = f"The keys of '{pack.name}' are sealed already."
        raise UsageError(message, hint="Seal from the open pack.")
    if out.exists():
        message = f"{out} exists already."
        raise UsageError(message, hint="Name a folder that is to be made.")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        message = "The passphrase is too short."
        raise UsageError(
            message,
            hint=f"At least {SHORTEST_PASSPHRASE} characters; four words that nobody guesses are good.",
        )
    keys = {
        name: (folder / CASES_FOLDER / name / KEY_FILE).read_text(encoding="utf-8") for name in pack.cases
    }
    sealed = seal_keys(keys, passphrase, pack_digest=pack.digest)
    shutil.copytree(folder, out, ignore=shutil.ignore_patterns(KEY_FILE, ".*"))
    (out / SEALED_FILE).write_text(sealed, encoding="utf-8")
    return read_pack(out)


def seal_keys(keys: Mapping[str, str], passphrase: str, *, pack_digest: str) -> str:
    """Return the texts of keys by case, sealed; they open only beside the pack with that digest.

    Raises
    ------
    MissingExtraError
        If the extra ``practice`` is not installed.
    """
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    cipher = _cipher(passphrase, salt, _COST)
    text = json.dumps(dict(keys), ensure_ascii=False).encode()
    sealed = cipher.encrypt(nonce, text, _bound_to(pack_digest))
    values = {"format": _FORMAT, **_COST, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    return json.dumps(values, indent=1) + "\n"


def open_keys(pack: CasePack, passphrase: str) -> dict[str, CaseKey]:
    """Return the keys of a pack: as they lie open in it, or with the passphrase.

    Raises
    ------
    BadInputError
        If the passphrase is not the one, or the sealed keys or the pack were changed.
    MissingExtraError
        If the keys are sealed and the extra ``practice`` is not installed.
    """
    if pack.sealed is None:
        return dict(pack.keys)
    cost, salt, nonce, sealed = _read_sealed(pack.sealed)
    cipher = _cipher(passphrase, salt, cost)
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

    try:
        texts = json.loads(cipher.decrypt(nonce, sealed, _bound_to(pack.digest)))
    except InvalidTag as error:
        message = f"The keys of '{pack.name}' do not open."
        hint = "The passphrase is another one, or the pack was changed since it was sealed."
        raise BadInputError(message, hint=hint) from error
    if not isinstance(texts, dict) or texts.keys() != pack.cases.keys():
        message = f"{SEALED_FILE}: the sealed keys are not those of the cases."
        raise BadInputError(message, hint="Seal the pack again.")
    return {
        name: read_key(str(texts[name]), case, f"sealed key of {name}") for name, case in pack.cases.items()
    }


def _cipher(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415
    except ImportError as error:
        purpose = "Sealing keys and opening sealed ones"
        raise MissingExtraError(purpose, "practice") from error
    derived = Scrypt(salt=salt, length=_KEY_BYTES, **cost).derive(passphrase.encode())
    return AESGCM(derived)


def _read_sealed(text: str) -> tuple[dict[str, int], bytes, bytes, bytes]:
    try:
        values = json.loads(text)
        cost = {name: values[name] for name in _COST}
        salt, nonce, sealed = (
            base64.b64decode(values[name], validate=True) for name in ("salt", "nonce", "sealed")
        )
        is_sound = values["format"] == _FORMAT and len(nonce) == _NONCE_BYTES and _is_bearable(cost)
    except (ValueError, KeyError, TypeError, RecursionError):
        is_sound = False
    if not is_sound:
        message = f"{SEALED_FILE} is damaged, or of another version of auditlib."
        raise BadInputError(message, hint="Take the file as the teacher made it.")
    return cost, salt, nonce, sealed


def _is_bearable(cost: Mapping[str, object]) -> bool:
    """Return True if scrypt can be run with these, within bounds; its n is a power of two."""
    within = all(type(value := cost[name]) is int and 1 <= value <= most for name, most in _HIGHEST.items())
    n = cost["n"]
    return within and isinstance(n, int) and n > 1 and n & (n - 1) == 0


def _bound_to(pack_digest: str) -> bytes:
    return f"{_FORMAT} {pack_digest}".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
