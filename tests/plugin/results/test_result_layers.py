from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.protocol.events import Result
from xview2_qgis.results.result_layers import ResultLayers, headline_of, result_extent


@pytest.mark.parametrize(
    ("counts", "headline"),
    [
        ({"destroyed": 160, "major-damage": 132, "minor-damage": 173, "no-damage": 213, "unknown": 37},
         "715 buildings, 160 destroyed, 305 damaged"),
        ({"no-damage": 651}, "651 buildings, no damage found"),
        ({"no-damage": 2, "unknown": 5}, "7 buildings, no damage found, 5 unknown"),
        # what nobody has seen is not undamaged
        ({"unknown": 3}, "3 buildings, 3 unknown"),
        ({}, "no building found"),
    ],
)  # fmt: skip
def test_headline(qgis_app, counts, headline):
    assert headline_of(Result(buildings=sum(counts.values()), counts=counts)) == headline


@pytest.fixture
def buildings(project, tmp_path):
    """The layers of a result with two buildings, in UTM."""
    path = str(tmp_path / "out.gpkg")
    write_geopackage(path)
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    return ResultLayers(project.layerTreeRoot(), layer, ())


def test_extent_of_a_result_has_a_narrow_rim(project, buildings):
    project.setCrs(buildings.damage.crs())
    extent, exact = result_extent(project, buildings), buildings.damage.extent()
    assert extent.contains(exact)
    assert extent.width() == pytest.approx(1.1 * exact.width())


def test_extent_of_a_result_in_the_crs_of_the_map(project, buildings):
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    # the corners of the two buildings, as PROJ has them
    assert result_extent(project, buildings).contains(QgsRectangle(-74.99988, 36.14481, -74.99901, 36.14543))
    assert result_extent(project, buildings).width() < 0.1


def test_a_result_without_buildings_has_no_extent(project, buildings):
    assert buildings.damage.dataProvider().truncate()
    buildings.damage.updateExtents()
    assert result_extent(project, buildings).isNull()


def test_a_map_on_which_the_result_has_no_place(project, buildings):
    # the half of the Earth that is seen from above the Indian Ocean
    project.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=ortho +lat_0=-36 +lon_0=105"))
    assert result_extent(project, buildings).isNull()
