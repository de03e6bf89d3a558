"""The composed map: what it says, and that nothing overlaps or is cut off."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsLayoutItemMap, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QLocale

from tests.plugin.map_layout.conftest import FACTS, set_facts
from tests.plugin.map_layout.drawn_result import write_result
from tests.plugin.map_layout.shown import box, items, labels, letters, texts
from tests.pseudo_language import Pseudo, foreign_words
from xview2_qgis.map_layout.content.map_texts import Wishes
from xview2_qgis.map_layout.content.map_words import MapWords
from xview2_qgis.map_layout.damage_map import area_of, ground_of
from xview2_qgis.map_layout.page.type_face import TypeFace
from xview2_qgis.map_layout.production import NothingToShowError
from xview2_qgis.protocol.language.words import Words
from xview2_qgis.protocol.schema import CLASS_LABELS, CLASS_NAMES, Damage

PAGES = [(paper, way) for paper in ("A4", "A3") for way in ("landscape", "portrait")]
ENDLESS = "The rather long name of an organisation that coordinates many other organisations, with all of its parts. "


def assert_nothing_overlaps(layout):
    page = layout.pageCollection().page(0).pageSize()
    placed = items(layout)
    for item in placed:
        place = box(item)
        assert place.left() >= -0.01, item.id()
        assert place.right() <= page.width() + 0.01, item.id()
        assert place.top() >= -0.01, item.id()
        assert place.bottom() <= page.height() + 0.01, item.id()
    texts = [item for item in placed if item.id() in labels(layout)]
    maps = [item for item in placed if isinstance(item, QgsLayoutItemMap)]
    for one, other in combinations([*texts, *maps], 2):
        common = box(one).intersected(box(other))
        # what is measured generously may touch
        assert common.width() < 0.5 or common.height() < 0.8, (one.id(), other.id())


def assert_nothing_is_cut_off(layout):
    for name, label in labels(layout).items():
        size, bold = letters(label)
        face = TypeFace(size, bold)
        place = box(label)
        assert face.height(label.currentText(), place.width()) <= place.height() + 0.05, name
        assert size > 3.3, name


@pytest.mark.parametrize(("paper", "way"), PAGES)
def test_all_that_belongs_on_a_map(told_layer, compose, paper, way):
    production, layout = compose(told_layer, paper=paper, orientation=way)
    said = texts(layout)
    everything = "\n".join(said.values())
    assert said["Title"] == "Building damage: Antakya"
    for part in (
        "Kahramanmaraş earthquakes", "Earthquake", "February 6, 2023", "GLIDE EQ-2023-000015-TUR", "Türkiye",
        "WorldView-3", "December 22, 2022, 08:31 UTC", "0.31 m pixels", "© Vantor 2022", "© Vantor 2023",
        "February 7, 2023, 08:16 UTC", "21.5° off nadir", "CC BY-NC 4.0.", "tiny", "maps@example.org",
        "Not validated in the field", "CC BY-NC-SA 4.0 (not for commercial use)", "minor and major damage",
        "WGS 84 / UTM zone 16N", "EPSG:32616", f"on {paper}", "xView2 for QGIS", "Natural Earth",
    ):  # fmt: skip
        assert part in everything, part
    assert {"Main map", "Overview map", "Scale bar", "North arrow"} <= {item.id() for item in items(layout)}
    page_map = layout.referenceMap()
    assert page_map.scale() == pytest.approx(production.map.view.scale, rel=1e-6)
    assert page_map.grids().size() == 1
    assert_nothing_overlaps(layout)
    assert_nothing_is_cut_off(layout)


@pytest.mark.parametrize(("paper", "way"), PAGES[:2])
def test_long_texts_have_room(told_file, told_layer, compose, paper, way):
    set_facts(told_file, {**FACTS, "post_credit": ENDLESS * 3, "pre_credit": ENDLESS * 2, "event_name": ENDLESS * 2})
    wishes = Wishes("Damage to buildings after " + ENDLESS * 2, ENDLESS, "https://example.org/" + "a" * 200)
    _, layout = compose(told_layer, paper=paper, orientation=way, wishes=wishes)
    assert_nothing_overlaps(layout)
    assert_nothing_is_cut_off(layout)


def test_the_legend_counts_what_the_layer_says_also_after_a_review(told_layer, compose):
    provider = told_layer.dataProvider()
    review = told_layer.fields().indexOf("review_class")
    rows = sorted(feature.id() for feature in told_layer.getFeatures())
    words = ("no-building", "destroyed", "destroyed", "major-damage")
    assert provider.changeAttributeValues({row: {review: word} for row, word in zip(rows, words)})  # noqa: B905
    _, layout = compose(told_layer)
    counted = Counter(feature["final_class"] for feature in told_layer.getFeatures())
    assert counted["no-building"] == 1
    said = texts(layout)
    for damage, label in CLASS_LABELS.items():
        assert said[f"Legend, {label}, counted"] == str(counted[CLASS_NAMES[damage]])
    assert said["Legend, All buildings, counted"] == "11"
    assert "4 of 12 outlines were checked" in said["Method"]


def test_the_filter_of_a_layer_changes_no_number(told_layer, compose):
    told_layer.setSubsetString("final_class = 'destroyed'")
    production, layout = compose(told_layer)
    assert texts(layout)["Legend, All buildings, counted"] == "12"
    assert production.map.layers.damage.featureCount() == 12


def test_huge_numbers_have_room(told_layer, compose, monkeypatch):
    from dataclasses import replace

    from xview2_qgis.map_layout import production

    read = production.read_facts

    def huge(path):
        facts = read(path)
        totals = facts.totals
        categories = tuple(replace(total, plain=total.plain + 12_345_678) for total in totals.categories)
        buildings = replace(totals.buildings, plain=61_728_390)
        return replace(facts, totals=replace(totals, categories=categories, buildings=buildings))

    monkeypatch.setattr(production, "read_facts", huge)
    for way in ("landscape", "portrait"):
        _, layout = compose(told_layer, orientation=way)
        assert texts(layout)["Legend, All buildings, counted"] == "61,728,390"
        assert_nothing_is_cut_off(layout)
        assert_nothing_overlaps(layout)


@pytest.mark.parametrize("way", ["landscape", "portrait"])
def test_arabic_is_laid_out_from_right_to_left(told_layer, compose, monkeypatch, way):
    _, there = compose(told_layer, orientation=way)
    arabic = MapWords(Words("ar"), QLocale("ar"))  # whatever is translated
    monkeypatch.setattr(MapWords, "of", classmethod(lambda cls, language: arabic))
    _, mirrored = compose(told_layer, orientation=way)
    width = there.pageCollection().page(0).pageSize().width()
    names = {item.id(): box(item) for item in items(there)}
    for name in ("Main map", "Title", "Overview map", "Notice, frame"):
        place = next(box(item) for item in items(mirrored) if item.id() == name)
        assert place.right() == pytest.approx(width - names[name].left(), abs=0.01)
    assert_nothing_overlaps(mirrored)
    assert_nothing_is_cut_off(mirrored)


@pytest.mark.parametrize(
    ("language", "paper", "way"), [("xx", *PAGES[0]), ("xx", *PAGES[1]), ("xr", *PAGES[1]), ("xr", *PAGES[2])]
)
def test_long_languages_have_room_and_nothing_stays_english(told_layer, compose, monkeypatch, language, paper, way):
    """Every text two fifths longer, from left to right and from right to left."""
    pseudo = MapWords(Words(language, Pseudo(right_to_left=language == "xr")), QLocale("en"))
    monkeypatch.setattr(MapWords, "of", classmethod(lambda cls, language: pseudo))
    _, layout = compose(told_layer, paper=paper, orientation=way)
    assert_nothing_overlaps(layout)
    assert_nothing_is_cut_off(layout)
    said = "\n".join(texts(layout).values())
    names = re.findall(r"[^\W\d_]{2,}", " ".join(map(str, FACTS.values())))
    expected = {*names, "tiny", "GLIDE", "EPSG", "WGS", "UTM", "zone", "CC", "BY", "NC", "SA", "February", "December"}
    assert set(foreign_words(said)) - expected <= {"creativecommons", "org", "licenses", "by", "nc", "sa", paper}


def test_event_names_compute_nothing(told_file, told_layer, compose):
    set_facts(told_file, {"event_name": "Flood [% 6 * 7 %]", "event_area": "Ahr [% 1 + 1 %]"})
    _, layout = compose(told_layer)
    said = "\n".join(texts(layout).values())
    assert "42" not in said
    assert "6 * 7" in said
    assert "Ahr [ % 1 + 1 %]" in said


@pytest.mark.parametrize("middle", [(36.15, 36.2), (180.0, -16.8), (-180.0, 65.0), (-70.9, -33.4)])
def test_results_in_degrees_are_drawn_in_metres(tmp_path, project, compose, middle):
    """One side of the second and third place lies on the other side of the antimeridian."""
    east, north = middle
    boxes = [
        (name, east + step * 1e-3, north, east + step * 1e-3 + 1e-4, north + 1e-4)
        for step, name in enumerate(("destroyed", "minor-damage", "no-damage"), -1)
    ]
    path = write_result(tmp_path / "far.gpkg", boxes)
    layer = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "far", "ogr"))
    production, layout = compose(layer)
    view = production.map.view
    assert not view.crs.isGeographic()
    assert view.scale <= 2500
    assert view.extent.width() < 500
    assert texts(layout)["Legend, All buildings, counted"] == "3"


def test_a_scene_of_fifty_kilometres_is_drawn_in_dots(tmp_path, project, compose):
    boxes = [
        (CLASS_NAMES[Damage(1 + number % 4)], x, y, x + 12, y + 12)
        for number, (x, y) in enumerate(
            (500_000 + 2500 * column, 4_000_000 + 2500 * row) for column in range(20) for row in range(20)
        )
    ]
    path = write_result(tmp_path / "wide.gpkg", boxes, 32637)
    layer = project.addMapLayer(QgsVectorLayer(f"{path}|layername=damage", "wide", "ogr"))
    production, layout = compose(layer)
    assert 200_000 <= production.map.view.scale <= 400_000
    assert "Each dot is a building" in texts(layout)["Legend, remark"]


def test_a_result_without_anything_is_refused(told_layer, compose):
    assert told_layer.dataProvider().deleteFeatures(told_layer.allFeatureIds())
    with pytest.raises(NothingToShowError, match="nothing to show"):
        compose(told_layer)


def test_ground_that_two_scenes_show_counts_once(qgis_app, project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32637", "areas", "memory")
    for west in (500_000, 500_050):
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 4_000_000, west + 100, 4_000_100)))
        layer.dataProvider().addFeature(feature)
    assert area_of(layer, project) == pytest.approx(20_000, rel=2e-3)
    assert ground_of(layer, project) == pytest.approx(15_000, rel=2e-3)
