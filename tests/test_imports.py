"""The arrows between the parts point one way: what each of them may import."""

from __future__ import annotations

import sys

import pytest

from tests.checkout import ROOT
from tests.source_files import imported, modules

PLUGIN = ROOT / "xview2_qgis"
PROTOCOL, ENGINE = PLUGIN / "protocol", PLUGIN / "engine"


def top(name):
    return name.partition(".")[0]


def test_the_plugin_needs_nothing_but_qgis_and_the_protocol():
    for path in modules(PLUGIN, without=ENGINE):
        for name in imported(path):
            assert not f"{name}.".startswith("xview2_qgis.engine."), f"{path.name} imports {name}"
            known = top(name) in ("qgis", "xview2_qgis") or top(name) in sys.stdlib_module_names
            assert known, f"{path.name} imports {name}"


def test_the_protocol_needs_neither_side():
    files = modules(PROTOCOL)
    assert len(files) > 5
    for path in files:
        for name in imported(path):
            own = f"{name}.".startswith("xview2_qgis.protocol.")
            assert own or top(name) in sys.stdlib_module_names, f"{path.name} imports {name}"


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
            # the rest of the plugin runs in QGIS only
            runs = f"{name}.".startswith(("xview2_qgis.engine.", "xview2_qgis.protocol.", "xview2_qgis.__version__."))
            assert top(name) != "xview2_qgis" or runs, f"{path.name} imports {name}"
