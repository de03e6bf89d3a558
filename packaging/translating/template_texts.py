"""Texts for people in the templates of pages."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, nodes
from jinja2.ext import InternationalizationExtension

from .found_text import ONE_TEXT, TWO_TEXTS, FoundText, place_of

_TRIMMED = "ext.i18n.trimmed"


def template_texts(source: str, file: str) -> Iterator[FoundText]:
    """Yield the texts of a template, of ``{% trans %}`` and of ``tr`` and ``trn``, in their order.

    Args:
        source: the template.
        file: its path from the root of the checkout.
    """
    environment = Environment(extensions=[InternationalizationExtension])
    environment.policies[_TRIMMED] = True
    # as the pages are translated: percent signs are doubled, names stand as %(name)s
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    place = place_of(file)
    for call in environment.parse(source).find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        count = 2 if name in (*TWO_TEXTS, "ngettext") else 1 if name in (*ONE_TEXT, "gettext", "_") else 0
        texts = [part.value for part in call.args[:count] if isinstance(part, nodes.Const)]
        if count and len(texts) == count:
            remarks = (place,) if place else ()
            yield FoundText(str(texts[0]), str(texts[1]) if count == 2 else "", file, call.lineno, remarks)
