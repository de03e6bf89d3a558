"""Every name of Qt and of QGIS that the plugin uses is in PyQt5, in PyQt6 and in the interface of QGIS 4."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.qt6.qgis4_interface import Interface, stubs_folder
from tests.qt6.used_names import names_of_the_plugin, used_names

QT = "qgis.PyQt."
QGIS = {"qgis.core", "qgis.gui"}
LOOKUP = Path(__file__).with_name("qt_lookup.py")
#: Used in QGIS before 3.38 only; QGIS 4 gives ``QVariant`` these values back, PyQt6 has them no more.
OLD = {("xview2_qgis/layers/field_types.py", f"QVariant.{name}") for name in ("String", "LongLong")}
BINDINGS = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not in this environment"))
    for name in ("PyQt5", "PyQt6")
]


def missing(binding, names):
    """Those names of Qt that a binding lacks, with the places that use them."""
    places = {}
    for name in names:
        if name.module.startswith(QT):
            places.setdefault((name.module.removeprefix(QT), name.path), name.place)
    answer = subprocess.run(
        [sys.executable, LOOKUP, binding], input=json.dumps(list(places)), capture_output=True, text=True, check=True
    )
    return {path: places[module, path] for module, path in json.loads(answer.stdout)}


@pytest.fixture(scope="module")
def interface():
    folder = stubs_folder()
    if folder is None:
        pytest.skip("the type stubs of QGIS 4 are not in this environment")
    return Interface(folder)


@pytest.mark.parametrize("binding", BINDINGS)
def test_qt_has_every_name(binding):
    names = [name for name in names_of_the_plugin() if name.module.startswith(QT)]
    assert len(names) > 200
    found = missing(binding, names)
    assert {path: place for path, place in found.items() if (place.partition(":")[0], path) not in OLD} == {}
    assert binding == "PyQt6" or found == {}


@pytest.mark.parametrize("binding", BINDINGS)
def test_a_value_without_its_enumeration_is_missed_by_qt_6_only(binding):
    bad = "from qgis.PyQt.QtCore import Qt\nrole = Qt.UserRole\nalso = Qt.ItemDataRole.UserRole\n"
    found = missing(binding, used_names(bad, "bad.py"))
    assert found == ({"Qt.UserRole": "bad.py:2"} if binding == "PyQt6" else {})


@pytest.mark.parametrize("binding", BINDINGS)
def test_a_name_that_is_nowhere_is_missed(binding):
    bad = "from qgis.PyQt.QtCore import QProcess, QNothing\nQProcess.ProcessState.Sleeping\n"
    assert set(missing(binding, used_names(bad, "bad.py"))) == {"QNothing", "QProcess.ProcessState.Sleeping"}


def problems(interface, names):
    found = {}
    for name in names:
        if name.module in QGIS and not interface.has(name.path):
            found[name.path] = f"{name.place}: not in QGIS 4"
        elif name.module in QGIS and interface.unscoped(name.path):
            found[name.path] = f"{name.place}: a value without its enumeration"
    return found


def test_qgis_4_has_every_name(interface):
    names = [name for name in names_of_the_plugin() if name.module in QGIS]
    assert len(names) > 200
    assert problems(interface, names) == {}


@pytest.mark.parametrize(
    "path",
    [
        "QgsWkbTypes.MultiPolygon",
        "Qgis.Warning",
        "QgsVectorFileWriter.NoError",
        "QgsMapLayerProxyModel.RasterLayer",
        "QgsApplication.shortNameRegExp",
        "QgsProcessing.SourceType.TypeNothing",
        "QgsNothing",
    ],
)
def test_what_qgis_4_has_not_or_not_so_is_found(interface, path):
    bad = f"from qgis.core import {path.partition('.')[0]}\n{path}\n"
    assert path in problems(interface, used_names(bad, "bad.py"))


@pytest.mark.parametrize(
    "path",
    [
        "Qgis.MessageLevel.Warning",
        "Qgis.QGIS_VERSION_INT",
        "QgsWkbTypes.Type.MultiPolygon",
        "QgsWkbTypes.GeometryType.PolygonGeometry",
        "QgsMapLayerProxyModel.Filter.RasterLayer",
        "QgsProcessing.SourceType.TypeVectorPolygon",
        "QgsVectorFileWriter.SaveVectorOptions",
        "QgsApplication.instance",
        "NULL",
    ],
)
def test_what_qgis_4_has_is_let_pass(interface, path):
    good = f"from qgis.core import {path.partition('.')[0]}\n{path}\n"
    assert problems(interface, used_names(good, "good.py")) == {}
