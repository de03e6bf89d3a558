"""Panels of the review dock: each follows the layer that is chosen."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer

from xview2_qgis.gui.review.dock import ReviewDock
from xview2_qgis.gui.review.panel import ReviewPanel
from xview2_qgis.gui.review.panel_entries import panel_entries


class Follower(ReviewPanel):
    def __init__(self):
        super().__init__()
        self.seen = []

    def set_layer(self, layer):
        self.seen.append(layer)


@pytest.fixture
def dock(interface, project):
    dock = ReviewDock(interface, interface.window)
    yield dock
    dock.shut_down()
    dock.deleteLater()


@pytest.fixture
def add_layer(project):
    def add(name):
        fields = "field=damage_class:string&field=review_class:string"
        return project.addMapLayer(QgsVectorLayer(f"Polygon?crs=EPSG:32618&{fields}", name, "memory"))

    return add


def test_a_panel_follows_the_layer_that_is_chosen(dock, add_layer, project):
    panel = Follower()
    dock.add_panel("Follower", panel)
    assert panel.seen == [None]
    first = add_layer("first")
    assert panel.seen[-1] is first
    second = add_layer("second")
    assert dock.layer.damage() is first
    dock.carry_out(second)
    assert panel.seen[-1] is second
    project.removeMapLayer(second.id())
    assert panel.seen[-1] is None
    assert dock.tabs.isAncestorOf(panel)


def test_what_cannot_be_reviewed_is_not_offered(dock, project):
    project.addMapLayer(QgsVectorLayer("Polygon?crs=EPSG:32618&field=damage_class:string", "old", "memory"))
    assert dock.layer.damage() is None
    assert dock.layer.count() == 1


@pytest.mark.parametrize("entry", panel_entries(), ids=lambda entry: getattr(entry, "title", "none"))
def test_a_panel_is_made_and_takes_layers(interface, dock, add_layer, entry):
    panel = entry.make(interface, dock)
    for layer in (None, add_layer("damage"), None):
        panel.set_layer(layer)
        panel.refresh()
