"""The page: its numbers are those of the layer, it needs nothing beside it, and it tells no paths or names."""

import json
import re

import pytest

from tests.engine.report.page_outline import PageOutline
from tests.engine.report.reported_town import FACTS, asked, change, tell, write_town
from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.report.content import frame_of_result, read_content
from xview2_qgis.engine.report.map.backdrop import plain_ground
from xview2_qgis.engine.report.page import render
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.schema import CLASS_COLOURS

COUNTS = "SELECT final_class, count(*) FROM damage GROUP BY final_class"


@pytest.fixture
def result(tmp_path):
    return write_town(tmp_path / "town.gpkg")


def page(path, **changes):
    stored, wording = StoredResult(path), Wording()
    frame = frame_of_result(stored)
    return render(read_content(stored, plain_ground(frame), wording, **changes), wording)


def counted(text):
    """Numbers of the table, without those of classes that have no buildings."""
    return {name: number for name, number in PageOutline(text).values("data-class").items() if number}


def test_numbers_are_those_of_the_layer_before_and_after_a_review(result):
    def compare():
        stored = asked(result, COUNTS)
        stored.pop("no-building", None)
        buildings, damaged = sum(stored.values()), sum(
            number for name, number in stored.items() if name not in ("no-damage", "unknown")
        )  # fmt: skip
        assert counted(page(result)) == stored | {"buildings": buildings, "damaged": damaged}

    compare()
    change(result, "UPDATE damage SET review_class = 'destroyed' WHERE building_id <= 3")
    change(result, "UPDATE damage SET review_class = 'no-building' WHERE building_id IN (4, 12)")
    change(result, "UPDATE damage SET review_class = ' Minor-Damage ' WHERE building_id = 5")
    change(result, "UPDATE damage SET review_class = 'perhaps' WHERE building_id = 6")
    compare()
    change(result, "DELETE FROM damage WHERE building_id = 7")
    compare()


def test_reviews_are_told_by_class(result):
    assert "Nobody has reviewed this result" in page(result)
    change(result, "UPDATE damage SET review_class = 'minor-damage' WHERE building_id IN (2, 3)")
    change(result, "UPDATE damage SET review_class = 'no-building' WHERE building_id = 5")
    outline = PageOutline(page(result))
    assert outline.values("data-reviewed") == {"minor-damage": 2, "no-building": 1}
    # the model says minor of the second building, and major of the third
    assert "People have reviewed 3 of 12 outlines. They kept the class of 1 (33%)." in outline.words
    assert "1 outline holds no building" in outline.words
    assert "The model was not adapted to this event." in outline.words
    change(result, "UPDATE damage SET adapted_class = 'destroyed', adapted_confidence = 0.6 WHERE building_id > 6")
    assert "5 buildings got another class" in PageOutline(page(result)).words


def test_the_page_needs_nothing_beside_it(result):
    text = page(result)
    outline = PageOutline(text)
    assert not re.search(r"""(?:src|href|xlink:href)\s*=\s*["'](?!data:)""", text)
    assert not re.search(r"url\((?!#)", text)
    assert "http" not in text
    assert not {"script", "iframe", "link", "object"} & {tag for tag, _ in outline.tags}
    (picture,) = outline.all("image")
    assert picture["xlink:href"].startswith("data:image/png;base64,")


def test_one_can_read_it_without_eyes_and_without_colours(result):
    outline = PageOutline(page(result))
    assert [tag for tag, _ in outline.tags if tag == "h1"] == ["h1"]
    assert (outline.all("html")[0]["lang"], outline.all("html")[0]["dir"]) == ("en", "ltr")
    drawings = [svg for svg in outline.all("svg") if svg.get("aria-hidden") != "true"]
    assert len(drawings) == 3
    assert all("aria-labelledby" in svg and svg["role"] == "img" for svg in drawings)
    ids = {found.get("id") for _, found in outline.tags}
    assert all(set(svg["aria-labelledby"].split()) <= ids for svg in drawings)
    assert all(cell.get("scope") in ("col", "row") for cell in outline.all("th"))
    bars = [rect["data-bar"] for rect in outline.all("rect") if "data-bar" in rect]
    assert bars == ["destroyed", "major-damage", "minor-damage", "no-damage", "unknown"]
    assert {rect["fill"] for rect in outline.all("rect") if "data-bar" in rect} == set(CLASS_COLOURS.values())


def test_event_and_imagery(result):
    tell(result, **FACTS)
    outline = PageOutline(page(result))
    words = outline.words
    assert "Building damage: Storm Ada, Mexico Beach, United States" in words
    for fact in (
        "Storm · February 1, 2026 · GLIDE ST-2026-000012-USA", "Example Imaging", "EX-3", "0.48 m", "24.6°",
        "CC BY 4.0", "maps@example.org", "pre.tif", "post.tif", "onnxruntime",
        "CC BY-NC-SA 4.0 (not for commercial use)",
    ):  # fmt: skip
        assert fact in words
    # on plain ground there is no image to give credit for
    assert "Imagery: " not in words


def test_no_paths_and_no_names_of_people(result):
    tell(
        result, post="/home/jane/images/post.tif", pre="C:\\Users\\jane\\pre.tif",
        parameters=json.dumps({"post": "/home/jane/images/post.tif", "output": "/home/jane/town.gpkg"}),
    )  # fmt: skip
    change(result, "UPDATE damage SET review_class = 'destroyed', reviewed_by = 'Jane Doe', review_note = 'see /home'")
    text = page(result)
    assert "jane" not in text.lower()
    assert "/home" not in text
    assert str(result.parent) not in text
    assert "post.tif" in text
    assert "pre.tif" in text


def test_texts_are_escaped(result):
    tell(result, event_name="<script>alert(1)</script>", event_area="a < b & c")
    text = page(result, warnings=("<i> is “not” a tag",))
    assert "<script>" not in text
    assert "a &lt; b &amp; c" in text
    assert "&lt;i&gt;" in text
    PageOutline(text)


def test_what_the_run_warned_of_comes_before_the_numbers_of_classes(result):
    tell(result, warnings=json.dumps(["all 12 buildings have one class"]), shift="[6.4, -0.5]")
    text = page(result)
    assert text.index("All 12 buildings have one class.") < text.index("Buildings by class")
    assert "moved by +6.4 m east and −0.5 m north" in text
    tell(result, warnings="{", shift="north", model_card="[1]", versions="x", images="null")
    PageOutline(page(result))


def test_measured_shares_are_told_in_words(result):
    card = {
        "title": "Tiny", "summary": "Half of <all> outlines fit.", "training_data": "drawn towns",
        "scores": [
            {"set": "towns", "metric": metric, "value": value, "date": "2026-01-02", "images": "pair"}
            for metric, value in (
                ("buildings: localization recall", 0.578), ("buildings: localization precision", 0.536),
                ("damage F1", 0.5),
            )
        ],
    }  # fmt: skip
    tell(result, model_card=json.dumps(card))
    words = PageOutline(page(result)).words
    assert "In tests, about 6 of 10 real buildings were outlined well." in words
    assert "About 5 of 10 outlines fitted a real building." in words
    assert "of those called destroyed" not in words.lower()
    assert "damage F1 0.500 towns" in words
    assert "Half of <all> outlines fit." in words
    tell(result, pre=None)  # measured on pairs, and this was none
    assert "In tests" not in PageOutline(page(result)).words
    tell(result, model_card=json.dumps({"title": "Tiny"}))
    assert "How often this model is right has not been measured." in PageOutline(page(result)).words


def test_a_result_without_buildings_has_a_report(result):
    change(result, "DELETE FROM damage")
    outline = PageOutline(page(result))
    assert "No building was found" in outline.words
    assert "No building could be given a class" in outline.words
    assert outline.values("data-key")["buildings"] == 0
