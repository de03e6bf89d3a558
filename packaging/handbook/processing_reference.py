"""Writes the page of the algorithms, from what they tell Processing.

Runs inside QGIS, without a window::

python3 packaging/handbook/processing_reference.py
"""

from __future__ import annotations

import html
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parents[2]

#: Where the page lies.
PAGE = Path("docs", "handbook", "processing-reference.md")

_BEGINNING = """# Processing reference

Every algorithm of the provider *xView2*, with all parameters, as scripts and `qgis_process` name them. This page is
made by a program (`make reference-pages`); how algorithms are used stands in [Processing toolbox](processing.md).
"""


class _Markdown(HTMLParser):
    """Turns the few elements of a help text into Markdown."""

    _SIGNS: ClassVar = {"i": "*", "em": "*", "b": "**", "strong": "**", "code": "`"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        del attrs
        if tag == "li":
            self.text += "\n* "
        elif tag in ("p", "ul", "ol"):
            self.text += "\n\n"
        elif tag in ("h2", "h3", "h4"):
            self.text += "\n\n**"
        self.text += self._SIGNS.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        self.text += "**" if tag in ("h2", "h3", "h4") else self._SIGNS.get(tag, "")

    def handle_data(self, data: str) -> None:
        """Add text."""
        self.text += re.sub(r"\s+", " ", data)


def page(algorithms: list[Any]) -> str:
    """Return the text of the page.

    Args:
        algorithms: those of the provider, in its order.
    """
    return "\n".join([_BEGINNING, *(_section(algorithm) for algorithm in algorithms)])


def _section(algorithm: Any) -> str:  # noqa: ANN401 - QGIS need not be there when this is imported
    from qgis.core import QgsProcessingParameterDefinition

    text = re.sub(r"\n{3,}", "\n\n", _Markdown(algorithm.shortHelpString()).text).strip()
    lines = [f"## {algorithm.displayName()}", "", f"Id: `xview2:{algorithm.name()}`", "", text, ""]
    lines += ["| parameter | in the window | what |", "| --- | --- | --- |"]
    for parameter in algorithm.parameterDefinitions():
        optional = bool(parameter.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional)
        facts = [_plain(parameter.help())]
        if parameter.name() == "LANGUAGE":
            # not each of them: a translation more is no new page
            facts.append("Values: `auto`, or the code of a language, such as `es`.")
        elif hasattr(parameter, "options") and parameter.type() == "enum":
            facts.append("Values: " + ", ".join(f"`{option}`" for option in parameter.options()) + ".")
        default = parameter.defaultValue()
        if default not in (None, "", False) and not parameter.isDestination():
            facts.append(f"Default: `{default}`.")
        if optional:
            facts.append("Optional.")
        title = _plain(parameter.description())
        lines.append(f"| `{parameter.name()}` | {title} | {' '.join(filter(None, facts)) or '–'} |")
    outputs = [each for each in algorithm.outputDefinitions()]
    if outputs:
        lines += ["", "| output | what |", "| --- | --- |"]
        lines += [f"| `{output.name()}` | {_plain(output.description())} |" for output in outputs]
    return "\n".join([*lines, ""])


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split()).replace("|", "\\|")


def main() -> int:
    """Write the page."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from xview2_qgis.processing.provider import XView2Provider

    provider = XView2Provider()
    QgsApplication.processingRegistry().addProvider(provider)
    text = page(in_order(provider))
    (ROOT / PAGE).write_text(text, encoding="utf-8")
    print(PAGE)
    # not by exitQgis: of the provider, Python and QGIS would each free a part
    sys.stdout.flush()
    os._exit(0)


def in_order(provider: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return the algorithms of a provider in the order in which it adds them."""
    from xview2_qgis.processing.algorithms import ALGORITHMS

    return [provider.algorithm(kind().name()) for kind in ALGORITHMS]


if __name__ == "__main__":
    sys.exit(main())
