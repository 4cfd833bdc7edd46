"""How the pages of help below the first one look: names on the left, what they are on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cyclopts.help import PlainFormatter

from auditlib.cli.grammar import listed

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_NO_DEFAULT: Final = ("False", '""', "0")


class AlignedFormatter(PlainFormatter):
    """Help in two aligned columns of plain text, as on the first page."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print the commands, or the arguments and options."""
        del options
        entries = {}
        for entry in panel.entries:
            labels = (
                entry.display_labels_with_metavar if panel.format == "parameter" else entry.display_labels
            )
            entries[", ".join(labels)] = _described(entry, console)
        if entries:
            lines = listed(f"{panel.title}", entries, width=console.width)
            console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _described(entry: HelpEntry, console: Console) -> str:
    about = "".join(part.text for part in console.render(entry.description)) if entry.description else ""
    parts = [" ".join(about.split())]
    if entry.choices:
        parts.append(f"One of: {', '.join(entry.choices)}.")
    if entry.default is not None and entry.default not in _NO_DEFAULT:
        parts.append(f"(default {entry.default})")
    if entry.required:
        parts.append("(required)")
    return " ".join(filter(None, parts))
