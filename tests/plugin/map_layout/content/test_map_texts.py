"""What a map says of results of every kind."""

from __future__ import annotations

import gettext
import sqlite3
from pathlib import Path

import pytest

from tests.plugin.map_layout.conftest import FACTS, set_facts
from xview2_qgis.map_layout.content import map_words
from xview2_qgis.map_layout.content.map_facts import read_facts
from xview2_qgis.map_layout.content.map_texts import MapTexts, Wishes
from xview2_qgis.map_layout.content.map_words import MapWords, offered_languages
from xview2_qgis.protocol.language.words import Words
from xview2_qgis.protocol.totals.stored_sample import NotAResultError


@pytest.fixture
def texts_of(qgis_app):
    def read(path, **wishes):
        return MapTexts(read_facts(Path(path)), MapWords.of("en"), Wishes(**wishes))

    return read


def test_what_a_run_recorded_of_folders_is_not_told(town_file, texts_of):
    set_facts(town_file, {"pre": "/home/somebody/secret/before.tif", "post": r"C:\Users\somebody\after_2.tif"})
    texts = texts_of(town_file)
    everything = " ".join((texts.title(), texts.imagery("none"), texts.method(), texts.production(True)))
    assert "somebody" not in everything
    assert "secret" not in everything
    assert texts.title() == "Building damage: after 2"
    assert texts.imagery("none") == "Pre-event: before.tif, date not stated.\nPost-event: after_2.tif, date not stated."


def test_a_post_event_image_alone(town_file, texts_of):
    set_facts(town_file, {**FACTS, "pre": None})
    texts = texts_of(town_file)
    assert "Pre-event" not in texts.imagery("none")
    assert texts.imagery("post").endswith("\nThe map shows the post-event image.")
    assert "in the post-event image alone" in texts.method()


def test_wishes_come_first(town_file, texts_of):
    set_facts(town_file, FACTS)
    texts = texts_of(town_file, title="Hatay", organisation="Red Cross", contact="cross@example.org")
    assert texts.title() == "Hatay"
    assert texts.subtitle().startswith("Kahramanmaraş earthquakes · Earthquake · February 6, 2023 · Antakya, Türkiye")
    lines = texts.production(False).splitlines()
    assert lines[:3] == ["Red Cross", "Contact: cross@example.org", "Analysed on February 3, 2026"]
    assert lines[-1] == (
        "Licence of the model's weights: CC BY-NC-SA 4.0 (not for commercial use), "
        "creativecommons.org/licenses/by-nc-sa/4.0"
    )


def test_a_licence_that_excludes_nothing(town_file, texts_of):
    set_facts(town_file, {"model_licence": "MIT"})
    assert "weights: MIT" in texts_of(town_file).production(False)
    assert "commercial" not in texts_of(town_file).production(False)


def test_several_scenes_in_one_file(town_file, texts_of):
    database = sqlite3.connect(town_file)
    columns = [row[1] for row in database.execute("PRAGMA table_info(run)") if not row[5]]
    names = ", ".join(columns)
    for _ in range(3):
        database.execute(f"INSERT INTO run ({names}) SELECT {names} FROM run LIMIT 1")
    database.commit()
    database.close()
    texts = texts_of(town_file)
    assert texts.imagery("none").endswith("and 2 more scenes")
    assert texts.title() == "Building damage"


def test_no_scene_of_several_loses_its_credit_or_licence(town_file, texts_of):
    database = sqlite3.connect(town_file)
    columns = [row[1] for row in database.execute("PRAGMA table_info(run)") if not row[5]]
    names = ", ".join(columns)
    for _ in range(3):
        database.execute(f"INSERT INTO run ({names}) SELECT {names} FROM run LIMIT 1")
    database.commit()
    database.close()
    set_facts(town_file, {"post_credit": "Vantor 2023"})
    database = sqlite3.connect(town_file)
    database.execute(
        "UPDATE run SET post_credit = '© Planet', model_id = 'other', model_licence = 'MIT' "
        "WHERE rowid = (SELECT max(rowid) FROM run)"
    )
    database.commit()
    database.close()
    texts = texts_of(town_file)
    assert texts.imagery("none").endswith("and 2 more scenes\n© Vantor 2023 · © Planet")
    assert ", other)" in texts.method()
    licences = [line for line in texts.production(False).splitlines() if line.startswith("Licence")]
    assert len(licences) == 2
    assert licences[1].endswith("MIT")


def test_another_file_is_no_result(tmp_path):
    path = tmp_path / "other.gpkg"
    sqlite3.connect(path).close()
    with pytest.raises(NotAResultError):
        read_facts(path)


@pytest.mark.parametrize(
    ("language", "number", "area", "moment"),
    [
        ("en", "1,234,567", "0.63 km²", "February 7, 2023, 08:16 UTC"),
        ("es", "1.234.567", "0,63 km²", "7 de febrero de 2023, 08:16 UTC"),
        ("uk", "1\u00a0234\u00a0567", "0,63 km²", "7 лютого 2023 р., 08:16 UTC"),
        ("tr", "1.234.567", "0,63 km²", "7 Şubat 2023, 08:16 UTC"),
        ("ar", "1,234,567", "0.63 km²", "7 فبراير 2023, 08:16 UTC"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(qgis_app, monkeypatch, language, number, area, moment):
    monkeypatch.setattr(
        map_words, "words_of", lambda code, *number: Words(language, gettext.NullTranslations(), *number)
    )
    words = MapWords.of(language)
    assert words.number(1_234_567) == number
    assert words.area(630_000.0) == area
    assert words.area(25_000.0).endswith(" ha")
    assert words.moment("2023-02-07T08:16:09Z") == moment
    assert "2023" in words.moment("2023-02-07")
    assert words.moment("after the flood") == "after the flood"


def test_english_is_always_offered(qgis_app):
    assert offered_languages()[0] == "en"
    assert not MapWords.of("nothing such").right_to_left
    assert MapWords.of("xx").words.language == "en"
