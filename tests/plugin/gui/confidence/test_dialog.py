"""The dialog of the confidence filter: which layer it works on, and when it listens."""

from __future__ import annotations

import pytest
from osgeo import ogr, osr
from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt, QTimer

from xview2_qgis.gui.confidence.dialog import ConfidenceDialog

CONFIDENCES = (0.2, 0.4, 0.6, 0.8, None)


@pytest.fixture
def damage_layer(project, tmp_path):
    """Make a damage layer with five buildings and add it to the project."""

    def make(name, subset=""):
        path, reference = str(tmp_path / f"{name}.gpkg"), osr.SpatialReference()
        reference.ImportFromEPSG(32618)
        data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
        table = data.CreateLayer("damage", reference, ogr.wkbPolygon)
        table.CreateField(ogr.FieldDefn("damage_class", ogr.OFTString))
        table.CreateField(ogr.FieldDefn("confidence", ogr.OFTReal))
        for east, confidence in enumerate(CONFIDENCES):
            feature = ogr.Feature(table.GetLayerDefn())
            feature["confidence"] = confidence
            ring = f"{east} 0,{east + 1} 0,{east + 1} 1,{east} 1,{east} 0"
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
            table.CreateFeature(feature)
        del table, data
        layer = QgsVectorLayer(f"{path}|layername=damage", name, "ogr")
        assert layer.setSubsetString(subset)
        project.addMapLayer(layer)
        return layer

    return make


def count(layer):
    """How many buildings a layer shows."""
    return sum(1 for _ in layer.getFeatures())


def waits(dialog):
    """Whether the layer is going to be filtered soon."""
    [timer] = dialog.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return timer.isActive()


@pytest.fixture
def dialog(interface, project):
    dialog = ConfidenceDialog(interface, interface.window)
    dialog.show()
    yield dialog
    dialog.shut_down()
    dialog.deleteLater()


def test_it_begins_with_the_layer_that_is_active(dialog, damage_layer):
    first, second = damage_layer("first"), damage_layer("second", '"confidence" >= 0.5')
    dialog.choose(second)
    assert dialog.layer.currentLayer() == second
    assert dialog.shown.text().startswith("2 of 2 buildings are shown.")
    dialog.choose(first)
    assert dialog.layer.currentLayer() == first
    assert dialog.shown.text().startswith("5 of 5 buildings are shown.")


def test_what_is_no_damage_layer_is_not_chosen(dialog, damage_layer, layers, project):
    damage = damage_layer("damage")
    other = QgsVectorLayer("Polygon?crs=EPSG:32618&field=confidence:double", "other", "memory")
    project.addMapLayer(other)
    for wrong in (other, layers[0], None, "damage"):
        dialog.choose(wrong)
        assert dialog.layer.currentLayer() == damage
    assert dialog.layer.count() == 1


@pytest.mark.parametrize(("percent", "shown"), [(0, 5), (20, 5), (21, 4), (60, 3), (80, 2), (99, 1)])
def test_so_sure_or_surer(dialog, damage_layer, percent, shown):
    layer = damage_layer("damage")
    dialog.slider.setValue(percent)
    dialog.apply()
    # the one of unknown damage has no confidence and stays
    assert count(layer) == shown
    assert dialog.shown.text().startswith(f"{shown} of 5 buildings are shown.")
    dialog.unknown.setChecked(False)
    dialog.apply()
    assert count(layer) == shown - 1


def test_the_map_follows_when_the_slider_rests(dialog, damage_layer, wait_until):
    layer = damage_layer("damage")
    heard = []
    layer.subsetStringChanged.connect(lambda: heard.append(layer.subsetString()))
    for percent in range(10, 60, 10):
        dialog.slider.setValue(percent)
    wait_until(lambda: layer.subsetString() != "")
    assert count(layer) == 3
    # the map was not drawn for each step on the way, nor is it again and again afterwards
    assert len(heard) == 1
    assert not waits(dialog)


def test_to_look_at_a_filter_does_not_change_it(dialog, damage_layer):
    layer = damage_layer("damage", '("confidence" >= 0.404)')
    assert (dialog.percent.value(), dialog.unknown.isChecked()) == (40, False)
    # what was typed in QGIS is finer than a slider
    assert not waits(dialog)
    assert layer.subsetString() == '("confidence" >= 0.404)'


@pytest.mark.parametrize("percent", [-5, 100, 1000])
def test_there_is_nothing_below_0_and_above_99(dialog, damage_layer, percent):
    layer = damage_layer("damage")
    dialog.percent.setValue(percent)
    dialog.apply()
    assert dialog.percent.value() == dialog.slider.value() == (0 if percent < 0 else 99)
    assert count(layer) == (5 if percent < 0 else 1)


def test_a_change_that_was_not_made_yet_does_not_go_to_another_layer(dialog, damage_layer, wait_until):
    first, second = damage_layer("first"), damage_layer("second")
    dialog.choose(first)
    dialog.slider.setValue(70)
    dialog.choose(second)
    assert dialog.percent.value() == 0
    done = []
    dialog.percent.valueChanged.connect(done.append)
    dialog.slider.setValue(30)
    wait_until(lambda: second.subsetString() != "")
    assert done == [30]
    assert (count(first), count(second)) == (5, 4)


def test_without_a_layer_nothing_happens(dialog):
    for control in (dialog.slider, dialog.percent, dialog.unknown, dialog.all_button):
        assert not control.isEnabled()
    dialog.apply()
    dialog.show_all()
    assert "no damage layer" in dialog.shown.text()
    assert dialog.notice.text() == ""


def test_the_filter_stays_when_the_dialog_is_closed(dialog, damage_layer):
    layer = damage_layer("damage")
    dialog.slider.setValue(50)
    dialog.apply()
    dialog.buttons.rejected.emit()
    assert not dialog.isVisible()
    assert count(layer) == 3
    dialog.show()
    assert dialog.percent.value() == 50


def test_after_the_plugin_was_unloaded_it_hears_nothing(interface, damage_layer, project):
    dialog = ConfidenceDialog(interface, interface.window)
    dialog.shut_down()
    project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32618", "other", "memory"))
    # whoever still listens would have taken it off the list
    assert dialog.layer.count() == 1
