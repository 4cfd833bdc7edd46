"""Public names of a package, each imported from its module when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def names_at_use(package: str, names: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package that is to import no module before one of its names is used.

    Parameters
    ----------
    package
        The package's name.
    names
        The public names by the module, within the package, that has them. None may be a module's name: once
        that is imported, Python finds it in the place of the name.

    Raises
    ------
    ValueError
        If a name is a module's.
    """
    if hidden := {name for listed in names.values() for name in listed} & names.keys():
        message = f"package '{package}' names what a module of it hides: {', '.join(sorted(hidden))}"
        raise ValueError(message)
    homes = {name: f"{package}.{module}" for module, listed in names.items() for name in listed}

    def imported(name: str) -> object:
        if name not in homes:
            message = f"module '{package}' has no attribute '{name}'"
            raise AttributeError(message)
        return getattr(import_module(homes[name]), name)

    return imported
