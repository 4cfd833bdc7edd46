"""Changes to files that keep what they are: X12 by segment, tables by line, JSON by member."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

_DELIMITER_CHOICES = b"*|+>:^~!\n\r\x1d "


def mutated_x12(data: bytes, dice: random.Random) -> bytes:
    """Change segments and elements; or wrap the file, cut it off before the whole, or deliver it again."""
    if data and dice.randrange(4) == 0:
        return dice.choice([_wrapped, _cut_and_whole, _delivered_again])(data, dice)
    return _with_other_segments(data, dice)


def _with_other_segments(data: bytes, dice: random.Random) -> bytes:
    """Swap, repeat, drop, cut or splice segments and elements, or change what delimits them."""
    is_isa = data[:3] == b"ISA" and len(data) > 106
    terminator = data[105:106] if is_isa else b"~"
    segments = data.split(terminator)
    for _ in range(dice.randint(1, 4)):
        position, other = (dice.randrange(len(segments)) for _ in range(2))
        choice = dice.randrange(9)
        if choice == 0:
            segments[position], segments[other] = segments[other], segments[position]
        elif choice == 1:
            segments[position:position] = segments[min(position, other) : max(position, other) + 1][:20]
        elif choice == 2 and len(segments) > 1:
            del segments[position]
        elif choice == 3:
            segments[position] = segments[position][: dice.randint(0, len(segments[position]))]
        elif choice == 4:
            segments = segments[: max(position, 1)]
        elif choice == 5:
            segments[position] = _with_element(segments[position], data[3:4] or b"*", dice)
        elif choice == 6:
            segments[position] = segments[position] + b"*" * dice.choice([1, 20, 300])
        elif choice == 7:
            old, new = dice.choice([b"*", b":", b"~", b"^"]), bytes([dice.choice(_DELIMITER_CHOICES)])
            segments = [segment.replace(old, new) for segment in segments]
        else:
            terminator = dice.choice([b"~", b"\n", b"\r\n", b"~\r\n", b"'", b""])
    return terminator.join(segments)


def _wrapped(data: bytes, dice: random.Random) -> bytes:
    """Break the whole every so many bytes, or write it in two bytes for each character."""
    if dice.randrange(8) == 0:
        return data.decode("latin-1").encode(dice.choice(["utf-16", "utf-16-le", "utf-16-be"]))
    width = dice.choice([1, 3, 72, 80, 105, 106, 128, dice.randint(2, 200)])
    line_break = dice.choice([b"\n", b"\r\n", b"\r"])
    return line_break.join(data[low : low + width] for low in range(0, len(data), width))


def _cut_and_whole(data: bytes, dice: random.Random) -> bytes:
    """Cut the file off in transfer, and deliver it whole after that."""
    return data[: dice.randrange(len(data))] + dice.choice([b"", b"\r\n"]) + data


def _delivered_again(data: bytes, dice: random.Random) -> bytes:
    """Deliver the file again, with other control numbers or another value in one segment."""
    number = b"%04d" % dice.randrange(10_000)
    again = re.sub(rb"(?<=[~\n'])(ST.\d{3}.)[^*|+~\n']*", lambda match: match.group(1) + number, data)
    return data + (again if dice.randrange(2) else again.replace(b"PER", b"PE%d" % dice.randrange(10), 1))


def _with_element(segment: bytes, separator: bytes, dice: random.Random) -> bytes:
    elements = segment.split(separator)
    hostile = [
        b"",
        b" ",
        b"-",
        b".",
        b"1e9",
        b"9" * 40,
        b"-0.005",
        b"20260230",
        b"20260101-20251231",
        b"\xff\xfe",
        b"\x00",
        "Ä".encode(),
        b":::::",
        b"XX",
        b"ABK:",
        b"NaN",
        b"0" * 300,
    ]
    elements[dice.randrange(len(elements))] = dice.choice(hostile)
    return separator.join(elements)


def mutated_lines(data: bytes, dice: random.Random) -> bytes:
    """Swap, repeat, drop and cut lines, and change their cells."""
    lines = data.split(b"\n")
    for _ in range(dice.randint(1, 4)):
        position, other = (dice.randrange(len(lines)) for _ in range(2))
        choice = dice.randrange(7)
        if choice == 0:
            lines[position], lines[other] = lines[other], lines[position]
        elif choice == 1:
            lines.insert(position, lines[other])
        elif choice == 2 and len(lines) > 1:
            del lines[position]
        elif choice == 3:
            lines[position] = lines[position][: dice.randint(0, len(lines[position]))]
        elif choice == 4:
            lines[position] = _with_element(lines[position], dice.choice([b",", b"|", b"\t", b" "]), dice)
        elif choice == 5:
            lines[position] = lines[position].replace(b",", dice.choice([b";", b"|", b'"', b'","', b"\r"]))
        else:
            lines[position] += dice.choice([b'"', b"\x00", b"\r", b",,,,", b"\xff", "é".encode("latin-1")])
    return b"\n".join(lines)


def mutated_json(data: bytes, dice: random.Random) -> bytes:
    """Replace or drop a member of a JSON document, of lines of JSON, or cut the text."""
    lines = data.split(b"\n")
    position = dice.randrange(len(lines))
    try:
        value = json.loads(lines[position] if len(lines) > 1 and lines[position] else data)
    except (ValueError, RecursionError):
        return mutated_lines(data, dice)
    changed = json.dumps(_changed(value, dice)).encode()
    if len(lines) > 1 and lines[position].startswith(b"{") and lines[position].endswith(b"}"):
        lines[position] = changed
        return b"\n".join(lines)
    return changed


def _changed(value: object, dice: random.Random) -> object:
    hostile: list[object] = [
        None,
        True,
        -1,
        1e308,
        "",
        " ",
        "\x00",
        "\ud800",
        [],
        {},
        [[[]]],
        "9" * 50,
        "2026-02-30",
    ]
    if isinstance(value, dict) and value:
        key = dice.choice(sorted(value))
        if dice.randrange(4) == 0:
            return {name: member for name, member in value.items() if name != key}
        return {**value, key: _changed(value[key], dice)}
    if isinstance(value, list) and value and dice.randrange(4):
        position = dice.randrange(len(value))
        return [*value[:position], _changed(value[position], dice), *value[position + dice.randrange(2) :]]
    return dice.choice(hostile)


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "x12": mutated_x12,
    "lines": mutated_lines,
    "json": mutated_json,
}
