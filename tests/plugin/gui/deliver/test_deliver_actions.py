"""The menu of the products, with the real dialogs of Processing."""

from __future__ import annotations

import gc
import weakref

import pytest
from qgis.core import QgsApplication, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QDialog, QToolBar

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.deliver import deliver_actions
from xview2_qgis.gui.deliver.deliver_actions import DeliverActions
from xview2_qgis.gui.deliver.products import RESULT_PARAMETER, products
from xview2_qgis.resources.icon_files import icon


@pytest.fixture
def deliver(interface):
    toolbar = interface.addToolBar("test")
    yield DeliverActions(interface, toolbar)
    toolbar.deleteLater()


@pytest.fixture
def opened(monkeypatch):
    """What would be opened: algorithm and values."""
    calls = []
    monkeypatch.setattr(
        deliver_actions,
        "open_algorithm",
        lambda algorithm, values, parent: calls.append((algorithm, values)) or QDialog(parent),
    )
    monkeypatch.setattr(deliver_actions.Product, "is_there", True)
    return calls


def damage_layer(project, tmp_path, name):
    path = str(tmp_path / f"{name}.gpkg")
    write_geopackage(path)
    return project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", name, "ogr"))


def test_a_product_has_an_icon_and_an_algorithm_with_the_result_as_parameter(algorithm):
    for product in products():
        assert not icon(product.icon).pixmap(16, 16).isNull()
        made = QgsApplication.processingRegistry().algorithmById(product.algorithm)
        assert made is not None, product.algorithm
        assert made.parameterDefinition(RESULT_PARAMETER) is not None


def test_the_active_result_is_taken_else_the_topmost(interface, project, tmp_path, deliver, opened):
    first, second = (damage_layer(project, tmp_path, name) for name in ("one", "two"))
    interface.active = first
    deliver.actions[0].trigger()
    interface.active = None
    deliver.actions[0].trigger()
    assert [values[RESULT_PARAMETER] for _, values in opened] == [first.id(), second.id()]
    assert {algorithm for algorithm, _ in opened} == {products()[0].algorithm}


def test_products_are_proposed_beside_the_result_under_names_that_are_free(project, tmp_path, deliver, opened):
    damage_layer(project, tmp_path, "one")
    (tmp_path / "one_report.html").touch()
    for action in deliver.actions:
        action.trigger()
    proposed = [{name: text for name, text in values.items() if name != RESULT_PARAMETER} for _, values in opened]
    assert proposed == [
        {"OUTPUT": str(tmp_path / "one_zones.gpkg")},
        {"PDF": str(tmp_path / "one_map.pdf")},
        {"OUTPUT": str(tmp_path / "one_report_2.html")},
        {},
    ]


def test_a_window_keeps_its_python_half_until_it_is_gone(interface, project, tmp_path, deliver, monkeypatch):
    # what Processing's Run does is Python: without it nothing would happen
    windows = []

    def opening(*_):
        window = QDialog()
        windows.append(weakref.ref(window))
        return window

    monkeypatch.setattr(deliver_actions, "open_algorithm", opening)
    monkeypatch.setattr(deliver_actions.Product, "is_there", True)
    damage_layer(project, tmp_path, "one")
    deliver.actions[0].trigger()
    gc.collect()
    [window] = windows
    assert window() is not None
    window().deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert window() is None


def test_without_a_result_it_says_so(interface, project, deliver, opened):
    deliver.actions[0].trigger()
    assert opened == []
    assert "no damage layer" in interface.bar.currentItem().text()


def test_where_processing_is_off_it_says_so(interface, project, tmp_path, deliver):
    damage_layer(project, tmp_path, "one")
    missing = deliver_actions.Product("Nothing", "xview2:nothing", "map", "Nothing")
    deliver.open(missing)
    assert "Processing" in interface.bar.currentItem().text()


def test_the_button_has_the_menu(interface, deliver):
    [button] = [
        it for bar in interface.window.findChildren(QToolBar) for it in bar.findChildren(object, "xView2Deliver")
    ]
    assert button.menu() is deliver.menu
    assert len(deliver.menu.actions()) == len(products())
