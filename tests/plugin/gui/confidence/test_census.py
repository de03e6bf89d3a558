"""Counts per class with and without the filter, against counts that SQL makes of the same file."""

from __future__ import annotations

import itertools

import pytest
from osgeo import ogr, osr
from qgis.core import QgsVectorLayer

from xview2_qgis.gui.confidence.census import take_census
from xview2_qgis.gui.confidence.class_counts import counts_table, total
from xview2_qgis.gui.confidence.filter import ConfidenceFilter, Show

CLASSES = ("unknown", "no-damage", "minor-damage", "major-damage", "destroyed", "no-building")


def write(path, buildings, fields):
    """A damage layer in a GeoPackage."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32618)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    damage = data.CreateLayer("damage", reference, ogr.wkbPolygon)
    for name, kind in fields.items():
        damage.CreateField(ogr.FieldDefn(name, kind))
    damage.StartTransaction()
    for values in buildings:
        feature = ogr.Feature(damage.GetLayerDefn())
        for name, value in values.items():
            feature[name] = value
        damage.CreateFeature(feature)
    damage.CommitTransaction()
    del damage, data
    return QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")


@pytest.fixture
def layer(qgis_app, tmp_path):
    texts, reals = ("damage_class", "final_class"), ("confidence", "p_no_damage", "p_destroyed")
    fields = dict.fromkeys(texts, ogr.OFTString) | dict.fromkeys(reals, ogr.OFTReal)
    buildings = [
        {
            "damage_class": "destroyed", "final_class": CLASSES[number % 6],
            "confidence": None if number % 7 == 0 else (number % 10) / 10,
            "p_no_damage": None if number % 7 == 0 else 0.65, "p_destroyed": None if number % 7 == 0 else 0.3,
        }
        for number in range(200)
    ]  # fmt: skip
    return write(str(tmp_path / "damage.gpkg"), buildings, fields)


@pytest.mark.parametrize(
    ("show", "limit", "unknown"), list(itertools.product(Show, (0.0, 0.3, 0.65, 0.99), (True, False)))
)
def test_it_counts_what_the_layer_shows(layer, show, limit, unknown):
    wanted = ConfidenceFilter(show, limit, unknown)
    census = take_census(layer, "")
    assert wanted.apply(layer)
    counts = {name: 0 for name in CLASSES}
    for feature in layer.getFeatures():
        counts[feature["final_class"]] += 1
    assert {name: census.shown(wanted)[name] for name in CLASSES} == counts
    assert layer.setSubsetString("")
    assert sum(census.all.values()) == 200


def test_the_given_class_is_not_always_the_likeliest(layer):
    expected = sum(1 for feature in layer.getFeatures('"confidence" < 0.65'))
    assert take_census(layer, "").unlikely == expected > 0


def test_a_filter_of_somebody_else_stays_in_force(layer):
    census = take_census(layer, "\"final_class\" = 'destroyed'")
    assert set(census.all) == {"destroyed"}
    assert layer.subsetString() == ""


def test_a_large_layer_and_an_older_one_without_final_classes(qgis_app, tmp_path):
    """QGIS forgets the filter of a GeoPackage with more than 100 000 features when it counts."""
    fields = {"damage_class": ogr.OFTString, "confidence": ogr.OFTReal}
    buildings = ({"damage_class": "destroyed", "confidence": number % 4 / 4} for number in range(120_000))
    layer = write(str(tmp_path / "large.gpkg"), buildings, fields)
    wanted = ConfidenceFilter(Show.SURE, 0.5)
    assert wanted.apply(layer)
    census = take_census(layer, "")
    assert (census.shown(wanted)["destroyed"], census.all["destroyed"]) == (60_000, 120_000)


def test_counting_leaves_the_count_of_the_layer(layer):
    assert ConfidenceFilter(Show.SURE, 0.5).apply(layer)
    before = layer.featureCount()
    for _ in range(3):
        take_census(layer, "")
        assert layer.featureCount() == before


def test_the_table_is_worst_first_and_names_what_is_hidden(layer):
    census = take_census(layer, "")
    wanted = ConfidenceFilter(Show.DOUBTFUL, 0.5)
    table = counts_table(census.shown(wanted), census.all)
    order = [table.index(label) for label in ("Destroyed", "Major", "Minor", "No damage", "Unknown", "No building")]
    assert order == sorted(order)
    assert total(census.all) == 200 - census.all["no-building"]


def test_a_class_of_nobody_is_text_and_no_html(qgis_app, tmp_path):
    fields = {"damage_class": ogr.OFTString, "confidence": ogr.OFTReal}
    layer = write(str(tmp_path / "odd.gpkg"), [{"damage_class": "<img src=x>", "confidence": 0.5}], fields)
    census = take_census(layer, "")
    assert "&lt;img" in counts_table(census.all, census.all)
