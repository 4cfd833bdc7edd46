"""Progress of long work, told by any layer and shown by the outermost one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, Self


class Progress(Protocol):
    """What long work tells: a named step, how many parts it has, and each part done."""

    def start(self, step: str, *, total: int) -> None:
        """Begin a step of ``total`` parts; the step before it is over."""

    def advance(self, parts: int = 1) -> None:
        """Tell that ``parts`` more parts of the current step are done."""


class SilentProgress:
    """Progress that shows nothing: the default of every function that takes one."""

    def start(self, step: str, *, total: int) -> None:
        """Ignore the step."""

    def advance(self, parts: int = 1) -> None:
        """Ignore the parts."""


class BarProgress:
    """Progress bars in a terminal or a notebook, one line a step."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only a session that shows bars pays for rich
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
        from rich.progress import Progress as RichProgress  # noqa: PLC0415

        self._bars = RichProgress(
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task: int | None = None
        self._total = 0

    def start(self, step: str, *, total: int) -> None:
        """Finish the bar of the step before and open one for this step."""
        self._finish()
        # Not before there is something to show: work that is refused at once leaves no empty line.
        self._bars.start()
        self._total = total
        self._task = int(self._bars.add_task(step, total=total))

    def advance(self, parts: int = 1) -> None:
        """Move the current bar."""
        if self._task is not None:
            self._bars.advance(self._bars.task_ids[self._task], parts)

    def _finish(self) -> None:
        if self._task is not None:
            self._bars.update(self._bars.task_ids[self._task], completed=self._total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._task is not None:
            # Work that ends in an error leaves its bar where it was.
            if error is None:
                self._finish()
            self._bars.stop()


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress]:
    """Give bars, or silence where the caller prints figures for a machine."""
    if quiet:
        yield SilentProgress()
    else:
        with BarProgress() as bars:
            yield bars
