"""The names of Qt and QGIS that sources use, read from their syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import ROOT
from tests.source_files import modules

PLUGIN = ROOT / "xview2_qgis"


def plugin_files() -> list[Path]:
    """All sources that run inside QGIS: the plugin without its engine, and what packaging does there."""
    inside = [path for path in (ROOT / "packaging").glob("*.py") if "qgis." in path.read_text(encoding="utf-8")]
    return [*modules(PLUGIN, without=PLUGIN / "engine"), *sorted(inside)]


@dataclass(frozen=True)
class UsedName:
    """A name as it is used.

    Attributes:
        module: a module of QGIS such as ``qgis.PyQt.QtCore``.
        path: what is taken of it, such as ``Qt.ItemDataRole.UserRole``.
        place: file and line.
    """

    module: str
    path: str
    place: str


def used_names(source: str, file: str) -> Iterator[UsedName]:
    """Every import from QGIS, and every chain of attributes that begins with one: ``Qt.ItemDataRole.UserRole``."""
    tree = ast.parse(source)
    known: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == "qgis":
            for name in node.names:
                known[name.asname or name.name] = (node.module, name.name)
                yield UsedName(node.module, name.name, f"{file}:{node.lineno}")
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            chain, start = [], node
            while isinstance(start, ast.Attribute):
                chain.append(start.attr)
                start = start.value
            if isinstance(start, ast.Name) and start.id in known:
                module, first = known[start.id]
                yield UsedName(module, ".".join((first, *reversed(chain))), f"{file}:{node.lineno}")


def names_of_the_plugin() -> list[UsedName]:
    """What all sources inside QGIS use."""
    return [
        name
        for path in plugin_files()
        for name in used_names(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    ]
