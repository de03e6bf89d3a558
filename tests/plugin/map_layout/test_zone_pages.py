"""Pages of zones: which there are, their numbers and the names of their files."""

from __future__ import annotations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer

from tests.plugin.map_layout.drawn_result import CORNER
from tests.plugin.map_layout.shown import texts
from xview2_qgis.map_layout.production import NothingToShowError
from xview2_qgis.map_layout.zone_pages import file_names, touched_zones


@pytest.fixture
def zones(project):
    """The columns of the small town's houses in two halves that overlap by a house, and a zone far away."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32616&field=name:string(40)", "districts", "memory")
    for name, west, east in (("Süd/Ost", 42, 110), ("West", 0, 48), ("Far", 5000, 6000)):
        feature = QgsFeature(layer.fields())
        feature["name"] = name
        feature.setGeometry(
            QgsGeometry.fromRect(QgsRectangle(CORNER[0] + west, CORNER[1] - 110, CORNER[0] + east, CORNER[1]))
        )
        layer.dataProvider().addFeature(feature)
    return project.addMapLayer(layer)


def test_each_building_counts_once(told_layer, zones, project):
    found = {zone.name: sum(zone.counts.values()) for zone in touched_zones(told_layer, zones, "name", project)}
    # columns begin at 10, 30, 50 and 70 m
    assert found == {"West": 6, "Süd/Ost": 6}
    expected = {"West": {}, "Süd/Ost": {}}
    for building in told_layer.getFeatures():
        west = building.geometry().boundingBox().xMinimum() - CORNER[0] < 45
        counts = expected["West" if west else "Süd/Ost"]
        counts[building["final_class"]] = counts.get(building["final_class"], 0) + 1
    from xview2_qgis.protocol.schema import CLASS_NAMES

    for zone in touched_zones(told_layer, zones, "name", project):
        assert {CLASS_NAMES[damage]: count for damage, count in zone.counts.items()} == expected[zone.name]


def test_each_page_has_its_zone_and_its_numbers(told_layer, zones, compose):
    production, layout = compose(told_layer, zones=zones, zone_field="name")
    atlas = layout.atlas()
    assert atlas.beginRender()
    assert atlas.count() == len(production.pages.zones) == 2
    said = []
    for number in range(atlas.count()):
        atlas.seekTo(number)
        shown = texts(layout)
        said.append((shown["Title"], shown["Legend, All buildings, counted"]))
        zone = layout.reportContext().feature().geometry().boundingBox()
        assert layout.referenceMap().extent().contains(zone)
        assert shown["Scale"].startswith("Scale 1:")
        assert f"{round(layout.referenceMap().scale()):,}" in shown["Scale"]
    atlas.endRender()
    assert said == [("Building damage: Antakya – Süd/Ost", "6"), ("Building damage: Antakya – West", "6")]


def test_zones_of_another_place_are_refused(told_layer, project, compose):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "elsewhere", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(1, 1, 2, 2)))
    layer.dataProvider().addFeature(feature)
    with pytest.raises(NothingToShowError, match="elsewhere"):
        compose(told_layer, zones=project.addMapLayer(layer))


def test_names_of_files_are_names_everywhere_and_never_the_same():
    names = ["Süd/Ost", "süd\\ost", "a:b*?", "", "x" * 300, "[% 1 %]"]
    files = list(file_names(names, "{map}_{zone}_{number}", "map"))
    assert files[0] == "map_Süd_Ost_001"
    assert len({file.lower() for file in files}) == len(names)
    assert all(not set('<>:"/\\|?*%') & set(file) and 0 < len(file) <= 90 for file in files)
    assert list(file_names(["A", "a"], "{zone}", "map")) == ["A", "a_2"]
