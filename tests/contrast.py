"""Contrast of colours as WCAG 2 computes it, of CSS values as screens write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

Rgb = tuple[float, float, float]


def contrast(first: Rgb, second: Rgb) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def css_colour(value: str, variables: Mapping[str, str], *, behind: Rgb) -> Rgb:
    """Return the colour of a CSS value, drawn over another colour where it is translucent."""
    value = value.strip()
    if found := re.fullmatch(r"var\((--[\w-]+)(?:,\s*(.+))?\)", value):
        name, fallback = found.groups()
        return css_colour(variables.get(name) or fallback, variables, behind=behind)
    if found := re.fullmatch(r"color-mix\(in srgb, (.+?) (\d+)%, (.+)\)", value):
        first, percent, second = found.groups()
        share = int(percent) / 100
        pairs = zip(
            css_colour(first, variables, behind=behind),
            css_colour(second, variables, behind=behind),
            strict=True,
        )
        red, green, blue = (share * one + (1 - share) * other for one, other in pairs)
        return red, green, blue
    if found := re.fullmatch(r"rgba?\(([^)]+)\)", value):
        red, green, blue, *rest = (float(number) for number in re.split(r"[,\s/]+", found[1].strip()))
        alpha = rest[0] if rest else 1
        over = (
            alpha * one + (1 - alpha) * under for one, under in zip((red, green, blue), behind, strict=True)
        )
        red, green, blue = over
        return red, green, blue
    digits = {"white": "ffffff", "black": "000000"}.get(value, value.removeprefix("#"))
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    return float(red), float(green), float(blue)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
