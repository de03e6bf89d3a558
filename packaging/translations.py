"""Brings a translation of the plugin up to date: a development tool, for ``make translations LANGUAGE=de``.

Standard library only. Writes ``xview2_qgis/i18n/xview2_<language>.ts`` with every text of the plugin: existing
translations are kept, those of removed texts are dropped. Qt Linguist edits the file, and ``lrelease`` makes of it the
``.qm`` that the plugin loads; Debian has both in ``qttools5-dev-tools``::

    python3 packaging/translations.py de
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import sys
import xml.etree.ElementTree as ElementTree  # reads files of our own only
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "xview2_qgis"
CONTEXT = "xView2"  # that of xview2_qgis.i18n.translation, which needs QGIS

#: Texts that are translated where they are shown, by the name of their constant in the protocol's schema.
CONSTANTS = ("CLASS_LABELS",)


def texts_of(root: Path) -> list[str]:
    """Return the texts of the plugin in a checkout, each once, in the order of the files."""
    found: dict[str, None] = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        if "engine" not in path.relative_to(root).parts:
            found.update(dict.fromkeys(_texts_in(ast.parse(path.read_text(encoding="utf-8")))))
    schema = _load(root / PACKAGE / "protocol" / "schema.py")
    for name in CONSTANTS:
        found.update(dict.fromkeys(getattr(schema, name).values()))
    return list(found)


def _texts_in(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _load(path: Path) -> object:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look there
    specification.loader.exec_module(module)
    return module


def update(root: Path, language: str) -> Path:
    """Write the texts of a checkout into the translation of a language and return its path."""
    path = root / PACKAGE / "i18n" / f"xview2_{language}.ts"
    known: dict[str, str] = {}
    if path.exists():
        for message in ElementTree.parse(path).iter("message"):
            known[message.findtext("source", "")] = message.findtext("translation", "")
    ts = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(ts, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for text in texts_of(root):
        message = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(message, "source").text = text
        translation = ElementTree.SubElement(message, "translation")
        if known.get(text):
            translation.text = known[text]
        else:
            translation.set("type", "unfinished")
    ElementTree.indent(ts)
    body = ElementTree.tostring(ts, encoding="unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")
    return path


def main() -> None:
    """Bring the translations of the given languages up to date."""
    parser = argparse.ArgumentParser(description="Brings translations of the plugin up to date.")
    parser.add_argument("languages", nargs="+", help="for example de or pt_BR")
    for language in parser.parse_args().languages:
        print(update(Path(__file__).resolve().parent.parent, language))


if __name__ == "__main__":
    main()
