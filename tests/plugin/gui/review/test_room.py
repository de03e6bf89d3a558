"""A low dock shows either the building or a page with tables, and takes no keys for a building out of sight."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication, Qt


@pytest.fixture
def show_tab(dock, interface):
    """Show a tab, by its title, in a window of some height in pixels."""

    def show(title, height):
        interface.window.resize(1000, height)
        index = next(index for index in range(dock.tabs.count()) if dock.tabs.tabText(index) == title)
        dock.tabs.setCurrentIndex(index)
        QCoreApplication.processEvents()
        return dock.face.has_building_in_sight

    return show


def test_a_low_dock_shows_the_totals_instead_of_the_building(dock, town_layer, show_tab, press):
    assert not show_tab("Totals", 620)
    assert dock.tabs.height() > 0.8 * dock.face.height()
    press(Qt.Key.Key_4)
    assert dock.session.progress().done == 0
    assert show_tab("Which", 620)
    press(Qt.Key.Key_4)
    assert dock.session.progress().done == 1


def test_agreement_stays_beside_the_building_and_a_high_dock_has_room_for_all(town_layer, show_tab):
    assert show_tab("Agreement", 620)
    assert not show_tab("Totals", 620)
    assert show_tab("Totals", 1500)
