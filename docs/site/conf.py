"""The site as Sphinx builds it: the pages of the repository as they are, in one theme, with nothing from outside."""

from typing import Any

project = "legalaid-dsl"
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["docs/site", "docs/editors"]
myst_heading_anchors = 4
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure", "myst.header"]  # links are checked over the built pages
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "default"


def setup(app: Any) -> None:
    """Rules in colour, by our own lexer; what is shown as it is, as text."""
    from pygments.lexers.special import TextLexer

    from legalaid_dsl.workbench.editors.highlight import LegalaidLexer

    for name in ("law", "case", "legalaid"):
        app.add_lexer(name, LegalaidLexer)
    app.add_lexer("shown", TextLexer)
