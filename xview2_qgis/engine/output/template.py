"""Templates of texts that are written into outputs: styles of layers, the page of the report."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


def template(name: str) -> Template:
    """Return a template by its file name; HTML and XML are escaped.

    Raises:
        jinja2.TemplateNotFound: there is none of that name.
    """
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("xview2_qgis.engine.output", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
