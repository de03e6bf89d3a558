"""A building: what stands in it unless said otherwise, and that nobody changes it afterwards."""

import dataclasses

import pytest
from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.protocol.schema import Damage

UTM = CRS.from_epsg(32618)
VOTE = Vote(Damage.MAJOR, (0.1, 0.1, 0.7, 0.1), 0.7, 1.0)


def test_unless_said_otherwise_the_model_drew_it():
    building = Building(box(0, 0, 1, 1), UTM, VOTE)
    assert (building.source, building.footprint_id) == (Source.MODEL, None)


def test_the_sources_are_called_as_in_the_field_of_the_file():
    assert [source.value for source in Source] == ["model", "footprint"]
    assert Source("footprint") is Source.FOOTPRINT
    with pytest.raises(ValueError, match="osm"):
        Source("osm")


def test_a_building_is_not_changed_but_replaced():
    building = Building(MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]), UTM, VOTE, Source.FOOTPRINT, "way/17")
    with pytest.raises(dataclasses.FrozenInstanceError):
        building.vote = VOTE
    unknown = dataclasses.replace(building, vote=Vote(Damage.UNKNOWN, None, None, 0.0))
    assert building.vote is VOTE
    assert (unknown.geometry, unknown.crs, unknown.source, unknown.footprint_id) == (
        building.geometry,
        UTM,
        Source.FOOTPRINT,
        "way/17",
    )


def test_buildings_are_the_same_when_all_about_them_is():
    assert Building(box(0, 0, 1, 1), UTM, VOTE) == Building(box(0, 0, 1, 1), CRS.from_epsg(32618), VOTE)
    assert Building(box(0, 0, 1, 1), UTM, VOTE) != Building(box(0, 0, 1, 2), UTM, VOTE)
    assert Building(box(0, 0, 1, 1), UTM, VOTE) != Building(box(0, 0, 1, 1), UTM, VOTE, Source.FOOTPRINT)
