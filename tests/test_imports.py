"""The arrows between the parts point one way: what each of them may import."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "xview2_qgis" / "engine"


def modules(*folders, without=None):
    """Python files of folders."""
    return [path for folder in folders for path in sorted(folder.rglob("*.py")) if without not in path.parents]


def imported(path):
    """Absolute names of all modules that a file imports, anywhere in it."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join((*above, *([node.module] if node.module else ())))
            # a name may itself be a module
            yield from (f"{start}.{name.name}" for name in node.names)


def top(name):
    return name.partition(".")[0]


def test_the_plugin_needs_nothing_but_qgis():
    """Of the engine it knows a few modules that need nothing either."""
    names = ("classes", "image_order", "name_date", "public_name", "redaction", "stored_result")
    pure = (*names, "archive_reading", "footprint_ids", "layer_names", "model_json", "plain_text", "warning_codes")
    shared = [ENGINE / "__init__.py", *(ENGINE / f"{name}.py" for name in pure)]
    allowed = tuple(f"xview2_qgis.engine.{name}." for name in pure)
    for path in modules(ROOT / "xview2_qgis", without=ENGINE) + shared:
        for name in imported(path):
            inside = f"{name}.".startswith("xview2_qgis.engine.")
            own = f"{name}.".startswith(allowed) if inside else top(name) == "xview2_qgis"
            assert own or top(name) == "qgis" or top(name) in sys.stdlib_module_names, f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("folder", "foreign"),
    [
        (ENGINE, ("qgis", "osgeo", "PyQt5", "PyQt6", "torch", "timm", "lightning", "training", "export")),
        (ROOT / "training", ("qgis", "osgeo", "export")),
        (ROOT / "export", ("qgis", "osgeo")),
    ],
    ids=["engine", "training", "export"],
)
def test_no_part_needs_what_stands_above_it(folder, foreign):
    files = modules(folder)
    assert len(files) > 10
    for path in files:
        for name in imported(path):
            assert top(name) not in foreign, f"{path.name} imports {name}"
            # of the plugin, the engine is the only part that runs without QGIS
            runs = f"{name}.".startswith(("xview2_qgis.engine.", "xview2_qgis.__version__."))
            assert top(name) != "xview2_qgis" or runs, f"{path.name} imports {name}"
