"""Templates of texts that are written into outputs: styles of layers, pages for people."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..language.wording import Wording


def template(name: str) -> Template:
    """Return a template by its file name; HTML and XML are escaped.

    Raises:
        jinja2.TemplateNotFound: there is none of that name.
    """
    return _plain().get_template(name)


def page(name: str, wording: Wording) -> Template:
    """Return the template of a page for people, in their language.

    Texts stand in ``{% trans %}``, or in ``tr("…")`` and ``trn("{n} building", "{n} buildings", count)``; numbers and
    dates are written by ``wording``, as in ``{{ wording.share(0.5) }}``.

    Args:
        name: its file name.
        wording: the language.

    Raises:
        jinja2.TemplateNotFound: there is none of that name.
    """
    return _translated(wording).get_template(name)


def _environment(*extensions: str) -> Environment:
    return Environment(
        loader=PackageLoader("xview2_qgis.engine.output", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=extensions,
    )  # fmt: skip


@cache
def _plain() -> Environment:
    return _environment()


@cache
def _translated(wording: Wording) -> Environment:
    environment = _environment("jinja2.ext.i18n")
    translations = wording.words.translations
    environment.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        translations.gettext, translations.ngettext, newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals |= {"wording": wording, "tr": wording.tr, "trn": wording.trn}
    return environment
