"""The screen on which a person completes the mapping of a table: what is in doubt comes first."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final, Protocol

import ipywidgets

from auditlib.progress import Progress
from auditlib.sources.tabular.proposal import DraftField, Entry, MappingDraft
from auditlib.widgets.action_panel import PanelProgress
from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import alert_html, guarded

_LEFT_OUT: Final = "(leave out)"
_AS_PROPOSED: Final = "as proposed: "
_NOTHING: Final = ""
_LABEL: Final = {"description_width": "18em"}
_FIELD: Final = {"width": "min(100%, 42em)"}
_BELOW: Final = {"flex_flow": "row wrap", "align_items": "center", "margin": "0 0 0.5em 18em"}
_ROW: Final = {"flex_flow": "row wrap", "align_items": "center"}


class SaveMapping(Protocol):
    """Writes the text of a mapping to a file; ``replaces`` if it may stand there already."""

    def __call__(self, text: str, path: Path, *, replaces: bool) -> None:
        """Write the file."""


class MappingScreen(ipywidgets.VBox):
    """The columns of a table beside what they are proposed to fill.

    Parameters
    ----------
    draft
        The mapping to complete.
    load
        Loads the file by a finished mapping, or only says what would be loaded; what it returns is shown.
    save
        Writes the text of the mapping to a file.
    default_path
        Where the mapping is saved if no other place is named.

    Notes
    -----
    Values are shown by their form only (``A99.9``): a notebook stored with its widgets holds none.
    """

    def __init__(
        self,
        draft: MappingDraft,
        *,
        load: Callable[[MappingDraft, bool, Progress], object],
        save: SaveMapping,
        default_path: Path,
    ) -> None:
        self.draft, self._load, self._save = draft, load, save
        self._saved_path: Path | None = None
        self.state = ipywidgets.HTML()
        self.rows = ipywidgets.VBox()
        self.place = ipywidgets.Text(
            description="Mapping file",
            value=str(default_path),
            style=_LABEL,
            layout={"width": "min(100%, 60em)"},
        )
        self.try_button = _button("Try it", "Says what would be loaded; loads nothing")
        self.load_button = _button("Load", "Loads the file by this mapping", style="primary")
        self.save_button = _button("Save the mapping", "Writes it to the mapping file")
        self.progress, self.outcome = ipywidgets.HTML(), ipywidgets.HTML()
        self.try_button.on_click(lambda _: self._run(lambda: self._loaded(is_trial=True)))
        self.load_button.on_click(lambda _: self._run(lambda: self._loaded(is_trial=False)))
        self.save_button.on_click(lambda _: self._run(self._saved))
        self._show()
        buttons = ipywidgets.HBox([self.try_button, self.load_button, self.save_button], layout=_ROW)
        super().__init__([self.state, self.rows, self.place, buttons, self.progress, self.outcome])

    def __repr__(self) -> str:
        open_count = len(self.draft.open_fields)
        return (
            f"Mapping of {self.draft.proposal.name}: {len(self.draft.fields)} columns, {open_count} to check."
        )

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    def _show(self) -> None:
        """Show the state and every row anew; what is in doubt comes first."""
        self._show_state()
        doubtful = [one for one in self.draft.fields if one.column.doubts or one.is_missing]
        parts: list[ipywidgets.Widget] = []
        if doubtful:
            parts.append(_heading("To check"))
            parts += [self._row(one) for one in doubtful]
        entries = self.draft.proposal.entries
        for place, entry in enumerate(entries):
            sure = [one for one in self.draft.fields if one.entry is entry and one not in doubtful]
            sheet = f", from sheet {entry.sheet}" if entry.sheet else ""
            alike = [
                number
                for number, one in enumerate(entries)
                if (one.table, one.sheet) == (entry.table, entry.sheet)
            ]
            part = f", part {alike.index(place) + 1} of {len(alike)}" if len(alike) > 1 else ""
            parts.append(_heading(f"Table {entry.table}{part}{sheet}"))
            parts += [self._row(one) for one in sure]
            if (adding := self._adding(entry)) is not None:
                parts.append(adding)
        self.rows.children = parts

    def _show_state(self) -> None:
        count = len(self.draft.open_fields)
        words = f"{count} to check before it loads" if count else "Nothing is left to check"
        notes = "".join(f"<div>{escape(note)}</div>" for note in self.draft.proposal.notes)
        name = escape(self.draft.proposal.name)
        self.state.value = f"<h3>Mapping of {name}</h3><p role='status'>{words}.</p>{notes}"

    def _row(self, one: DraftField) -> ipywidgets.Widget:
        """Return a row: what is filled, from which column, the form of its values, what is in doubt."""
        constant = one.column.constant
        control = self._header_choice(one) if constant is None else self._constant_field(one, constant)
        samples = [
            form
            for header in one.column.headers[:1]
            if one.entry is not None
            for form in self.draft.columns_of(one.entry).samples.get(header, ())
        ]
        shown = f"<code>{escape('  '.join(samples))}</code>" if samples else ""
        parts = [control, ipywidgets.HTML(shown, layout={"margin": "0 1em"})]
        below: list[ipywidgets.Widget] = []
        if len(one.column.headers) > 1:
            # A list of columns is longer than the field that it is chosen in.
            names = f"from {len(one.column.headers)} columns: {', '.join(one.column.headers)}"
            below.append(ipywidgets.HTML(f"<small>{escape(names)}</small>", layout={"width": "100%"}))
        if one.column.doubts or one.is_missing:
            sheet = f"sheet {one.entry.sheet}: " if one.entry is not None and one.entry.sheet else ""
            why = escape(sheet + "; ".join(one.column.doubts))
            below.append(ipywidgets.HTML(why, layout={"margin": "0 1em 0 0"}))
        if one.column.doubts and not one.is_missing:
            right = ipywidgets.Checkbox(
                value=one.is_confirmed,
                description=f"{one.name} is right",
                indent=False,
                layout={"width": "auto"},
            )
            right.observe(lambda change: self._confirmed(one, is_right=bool(change["new"])), names="value")
            below.append(right)
        elif one.column.comment:
            parts.append(ipywidgets.HTML(f"<small>{escape(one.column.comment)}</small>"))
        row = ipywidgets.HBox(parts, layout=_ROW)
        if not below:
            return row
        return ipywidgets.VBox([row, ipywidgets.HBox(below, layout=_BELOW)])

    def _header_choice(self, one: DraftField) -> ipywidgets.Widget:
        headers = one.column.headers
        if one.is_missing:
            first = [("choose a column", _NOTHING)]
        elif len(headers) == 1:
            first = [(headers[0], headers[0])]
        else:
            first = [(_AS_PROPOSED + ", ".join(headers), _NOTHING)]
        others = [
            (name, name)
            for name in (self.draft.columns_of(one.entry).profiles if one.entry is not None else ())
            if name != first[0][1]
        ]
        choice = ipywidgets.Dropdown(
            description=one.name,
            options=[*first, *others, (_LEFT_OUT, _LEFT_OUT)],
            value=first[0][1],
            style=_LABEL,
            layout=_FIELD,
        )
        choice.observe(lambda change: self._chosen(one, str(change["new"])), names="value")
        return choice

    def _constant_field(self, one: DraftField, constant: str) -> ipywidgets.Widget:
        value = "" if one.is_missing else constant
        line = ipywidgets.Text(
            description=one.name, value=value, continuous_update=False, style=_LABEL, layout=_FIELD,
            placeholder="the value of every row",
        )  # fmt: skip
        line.observe(
            lambda change: self._change(lambda: self.draft.set_constant(one, str(change["new"]))),
            names="value",
        )
        return line

    def _adding(self, entry: Entry) -> ipywidgets.Widget | None:
        """Return the fields by which a further column is filled, or None if nothing is left."""
        headers, targets = self.draft.unused_headers(entry), self.draft.free_targets(entry)
        if not headers or not targets:
            return None
        header = ipywidgets.Dropdown(
            description=f"{entry.table}: unused column",
            options=[("choose a column", _NOTHING), *((name, name) for name in headers)],
            style=_LABEL,
            layout=_FIELD,
        )
        target = ipywidgets.Dropdown(
            description="fills",
            options=[("choose what it fills", _NOTHING), *((name, name) for name in targets)],
        )
        add = _button("Add", f"Fills a further column of {entry.table}")
        # No pair is suggested: a first one would be added by a click in passing.
        add.disabled = True

        def choose(_: object) -> None:
            add.disabled = _NOTHING in {header.value, target.value}

        for one in (header, target):
            one.observe(choose, names="value")
        add.on_click(lambda _: self._change(lambda: self.draft.add(entry, target.value, header.value)))
        return ipywidgets.HBox([header, target, add], layout=_ROW)

    def _confirmed(self, one: DraftField, *, is_right: bool) -> None:
        self.draft.confirm(one, is_right=is_right)
        self._show_state()

    def _chosen(self, one: DraftField, header: str) -> None:
        if header == _LEFT_OUT:
            self._change(lambda: self.draft.leave_out(one))
        elif header != _NOTHING:
            self._change(lambda: self.draft.choose(one, header))

    def _change(self, change: Callable[[], object]) -> None:
        def changed() -> dict[str, object]:
            change()
            return {"html": ""}

        self._tell(guarded(changed, screen="mapping screen"))
        self._show()

    def _run(self, work: Callable[[], dict[str, object]]) -> None:
        buttons = (self.try_button, self.load_button, self.save_button)
        for button in buttons:
            button.disabled = True
        self.outcome.value = ""
        try:
            self._tell(guarded(work, screen="mapping screen"))
        finally:
            self.progress.value = ""
            for button in buttons:
                button.disabled = False

    def _tell(self, answer: dict[str, object]) -> None:
        error = answer.get("error")
        self.outcome.value = alert_html(error) if isinstance(error, dict) else str(answer["html"])

    def _loaded(self, *, is_trial: bool) -> dict[str, object]:
        result = self._load(self.draft, is_trial, PanelProgress(self.progress))
        display = getattr(result, "_repr_html_", None)
        shown = display() if display is not None else f"<p>{escape(str(result))}</p>"
        words = "<p>Tried: nothing was loaded.</p>" if is_trial else ""
        return {"html": words + shown}

    def _saved(self) -> dict[str, object]:
        path = Path(self.place.value.strip()).expanduser()
        self._save(self.draft.text, path, replaces=path == self._saved_path)
        self._saved_path = path
        return {"html": f"<p role='status'>Saved as {escape(str(path))}.</p>"}


def _heading(words: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<h4>{escape(words)}</h4>")


def _button(words: str, tooltip: str, *, style: str = "") -> ipywidgets.Button:
    return ipywidgets.Button(description=words, tooltip=tooltip, button_style=style, layout={"width": "auto"})
