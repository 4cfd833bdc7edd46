"""Nouns and short forms registered with cyclopts; the module of each is imported when it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from auditlib.cli.grammar import ABOUT, EXIT_CODES, NOUNS, SHORT_FORMS
from auditlib.cli.help_pages import AlignedFormatter
from auditlib.cli.outcome import ExitCode, Outcome, emit
from auditlib.cli.session import Session
from auditlib.errors import UsageError


def build_app() -> App:
    """Return the application; -w and --json are read wherever they are typed."""
    app = App(
        name="auditlib",
        help=ABOUT,
        help_epilogue=EXIT_CODES,
        help_format="plaintext",
        help_formatter=AlignedFormatter(),
        version_flags=(),
        default_parameter=Parameter(negative=()),
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    for name, form in SHORT_FORMS.items():
        app.command(f"auditlib.cli.{form.runs}", name=name, help=f"{form.about[0].upper()}{form.about[1:]}.")
    for name, noun in NOUNS.items():
        app.command(f"auditlib.cli.{name}:app", name=name, help=f"{noun.about[0].upper()}{noun.about[1:]}.")
    app.register_install_completion_command(
        help="Complete commands in this shell: bash, zsh, fish or PowerShell."
    )

    # The outer application would end the process itself, without our words.
    app.meta.suppress_keyboard_interrupt = False

    @app.meta.default
    def run(
        *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        workspace: Annotated[Path | None, Parameter(name=("--workspace", "-w"))] = None,
        json: bool = False,
        engine: str | None = None,
    ) -> int:
        """Run a command.

        Parameters
        ----------
        workspace
            The workspace's folder; else AUDITLIB_WORKSPACE, else the nearest from the current folder upwards.
        json
            Print the figures as JSON, without progress bars.
        engine
            Where checks, measures and universes are computed: spark:sc://HOST:PORT; else in the workspace.
        """
        command, bound, unparsed = app.parse_args(words)
        session = Session(workspace, json, engine)
        outcome = command(*bound.args, **bound.kwargs, **dict.fromkeys(unparsed, session))
        if isinstance(outcome, Outcome):
            return emit(outcome, as_json=json)
        # A page of help: asked for, or shown because a verb is missing.
        return ExitCode.DONE if any(word.startswith("-") for word in words) else UsageError.exit_code

    return app
