"""What Sphinx does beside its own: navigation, notebooks, pictures of both themes, what is generated."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_parser.sphinx_ import Parser
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from tools.site.navigation import ROOT, entries
from tools.site.notebooks import as_markdown
from tools.site.references import GENERATED

_LIGHT, _DARK = "-light.webp", "-dark.webp"


class NotebookParser(Parser):
    """Notebooks as pages."""

    supported = ("notebook",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse the Markdown of a notebook's cells and outputs."""
        super().parse(as_markdown(inputstring), document)


def add_what_is_generated(app: Sphinx, name: str, source: list[str]) -> None:
    """Put below a page what is generated for it, and its entries in the navigation."""
    page = app.env.doc2path(name, base=False)
    path = page.relative_to(ROOT).as_posix() if page.is_absolute() else page.as_posix()
    if path in GENERATED:
        source[0] += "\n" + GENERATED[path]()
    if below := entries(path):
        listed = "\n".join(f"/{entry.removesuffix('.md').removesuffix('.ipynb')}" for entry in below)
        source[0] += f"\n\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def show_the_picture_of_the_theme(_: Sphinx, tree: nodes.document) -> None:
    """Set the dark picture beside each light one; the theme shows one of both."""
    for image in list(tree.findall(nodes.image)):
        if image["uri"].endswith(_LIGHT):
            dark = image.deepcopy()
            dark["uri"] = image["uri"].removesuffix(_LIGHT) + _DARK
            image["classes"].append("only-light")
            dark["classes"].append("only-dark")
            image.replace_self([image, dark])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all of it."""
    app.add_source_suffix(".ipynb", "notebook")
    app.add_source_parser(NotebookParser)
    # The graph of models stays the text that it is: drawing it takes a script from elsewhere.
    app.add_lexer("mermaid", TextLexer)
    app.connect("source-read", add_what_is_generated)
    # Before Sphinx collects the pictures that it copies.
    app.connect("doctree-read", show_the_picture_of_the_theme, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
