"""Nothing is used that Qt 6, PyQt6 or QGIS 4 took away: each line of ``breaks.json`` has its reason and its source.

Patterns: ``import MODULE``; ``name NAME``, imported from anywhere; ``attribute NAME`` of anything;
``chain CLASS.NAME``; ``call NAME``, without arguments, ``call NAME/N`` with N and more, ``call NAME().METHOD``;
``overload METHOD`` of a signal.
"""

import ast
import json
from pathlib import Path

import pytest

from tests.qt6.used_names import plugin_files

BREAKS = {line["pattern"]: line for line in json.loads((Path(__file__).parent / "breaks.json").read_text())}


def called(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def facts_of_imports(node):
    if isinstance(node, ast.Import):
        modules, names = [name.name for name in node.names], []
    else:
        modules, names = [node.module or ""], [name.name for name in node.names]
        # a name may itself be a module
        modules += [f"{modules[0]}.{name}".lstrip(".") for name in names]
    for module in modules:
        parts = module.split(".")
        yield from ("import " + ".".join(parts[:length]) for length in range(1, len(parts) + 1))
    yield from ("name " + name for name in names)


def facts_of_calls(node):
    name = called(node.func)
    if not node.args and not node.keywords:
        yield f"call {name}"
    yield from (f"call {name}/{count}" for count in range(1, len(node.args) + 1))
    function = node.func
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Call):
            yield f"call {called(function.value.func)}().{function.attr}"
        if isinstance(function.value, ast.Subscript):
            yield f"overload {function.attr}"


def facts(source):
    """What a source does, in the words of the patterns, with the line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((fact, node.lineno) for fact in facts_of_imports(node))
        elif isinstance(node, ast.Attribute):
            yield f"attribute {node.attr}", node.lineno
            yield f"chain {called(node.value)}.{node.attr}", node.lineno
        elif isinstance(node, ast.Call):
            yield from ((fact, node.lineno) for fact in facts_of_calls(node))


def broken(source):
    return {fact: line for fact, line in facts(source) if fact in BREAKS}


@pytest.mark.parametrize("path", plugin_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_used_that_was_taken_away(path):
    found = broken(path.read_text(encoding="utf-8"))
    assert not found, "; ".join(
        f"line {line}: {fact}: {BREAKS[fact]['reason']}, write {BREAKS[fact]['instead']}"
        for fact, line in found.items()
    )


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("dialog.exec_()", "attribute exec_"),
        ("from PyQt5.QtCore import Qt", "import PyQt5"),
        ("from qgis.PyQt.QtCore import QRegExp", "name QRegExp"),
        ("combo.activated[str].connect(f)", "overload connect"),
        ("value = QVariant()", "call QVariant"),
        ("self.fontMetrics().width(text)", "call fontMetrics().width"),
        ("menu.addAction(icon, text, f, keys)", "call addAction/4"),
        ("QVariant.Type.Int", "chain QVariant.Type"),
        ("from qgis.PyQt import Qt", "import qgis.PyQt.Qt"),
        ("from qgis.PyQt import QtWebKit", "import qgis.PyQt.QtWebKit"),
    ],
)
def test_each_kind_of_pattern_is_seen(source, pattern):
    assert pattern in broken(source)


def test_every_line_says_why_and_where_it_is_written():
    kinds = {"import", "name", "attribute", "chain", "call", "overload"}
    assert {pattern.split()[0] for pattern in BREAKS} == kinds
    assert all(line["reason"] and line["source"] for line in BREAKS.values())
