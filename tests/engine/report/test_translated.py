"""The page in made-up languages: everything is translated, and it runs from right to left where the script does."""

import re

import pytest

from tests.engine.report.page_outline import PageOutline
from tests.engine.report.reported_town import FACTS, change, tell, write_town
from tests.pseudo_language import Pseudo, foreign_words
from xview2_qgis.engine.cli import main
from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.report.content import frame_of_result, read_content
from xview2_qgis.engine.report.map.backdrop import plain_ground
from xview2_qgis.engine.report.page import render
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.language.words import Words

#: What is the same in all languages, and what Babel writes, in English as long as there is no translation.
SAME = {"GLIDE", "UTC", "WGS", "CC", "BY", "NC", "SA", "February", "October"}


def translated(code, *, right_to_left):
    wording = Wording(code)
    # in the place of what it would read of a file
    vars(wording)["words"] = Words(code, Pseudo(right_to_left=right_to_left), wording.number)
    return wording


@pytest.fixture
def result(tmp_path):
    path = write_town(tmp_path / "town.gpkg")
    tell(path, **FACTS, not_visible_m2=2000.0, unreadable_tiles=2, unreadable_m2=300.0, shift="[7.0, 1.0]")
    assert main(["sample", str(path), "--size", "8", "--seed", "3"]) == 0
    change(
        path,
        "UPDATE damage SET review_class = damage_class WHERE building_id IN (SELECT building_id FROM review_sample)",
    )
    change(path, "UPDATE damage SET review_class = 'no-building' WHERE building_id = 1")
    return path


@pytest.mark.parametrize(("code", "right_to_left"), [("de", False), ("ar", True)])
def test_no_text_is_left_in_english(result, code, right_to_left):
    stored, wording = StoredResult(result), translated(code, right_to_left=right_to_left)
    text = render(read_content(stored, plain_ground(frame_of_result(stored)), wording), wording)
    (html,) = PageOutline(text).all("html")
    assert (html["lang"], html["dir"]) == (code, "rtl" if right_to_left else "ltr")
    # what stands as it was given: names, and texts of the model and of the run, which are marked as English
    own = re.sub(r"<bdi>.*?</bdi>|<style>.*?</style>", " ", text, flags=re.S)
    own = re.sub(r'<(\w+) lang="en"[^>]*>.*?</\1>', " ", own, flags=re.S)
    left = [word for word in foreign_words(PageOutline(own).words) if word not in SAME]
    assert [word for word in left if word.isascii()] == []
