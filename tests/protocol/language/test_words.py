"""Texts in a language, and what happens where there are none."""

from __future__ import annotations

import pytest

from xview2_qgis.protocol.language.catalogue import catalogue
from xview2_qgis.protocol.language.words import Words, words_of

UKRAINIAN = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "Destroyed"
msgstr "Зруйновано"

msgid "{n} building in {place}"
msgid_plural "{n} buildings in {place}"
msgstr[0] "{place}: {n} будівля"
msgstr[1] "{place}: {n} будівлі"
msgstr[2] "{place}: {n} будівель"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "uk.po").write_text(UKRAINIAN, encoding="utf-8")
    (tmp_path / "fr.po").write_text("nonsense", encoding="utf-8")
    catalogue.cache_clear()
    return tmp_path


def test_texts_and_plurals(folder):
    words = words_of("uk_UA", folder=folder)
    assert words.language == "uk_UA"
    assert words.tr("Destroyed") == "Зруйновано"
    told = [words.trn("{n} building in {place}", "{n} buildings in {place}", n, place="Київ") for n in (1, 3, 5, 1021)]
    assert told == ["Київ: 1 будівля", "Київ: 3 будівлі", "Київ: 5 будівель", "Київ: 1,021 будівля"]
    assert words.tr("Not translated") == "Not translated"


@pytest.mark.parametrize("language", ["de", "fr", "no such language", "", "C"])
def test_english_where_there_is_no_translation(folder, language):
    words = words_of(language, folder=folder)
    assert words.language == "en"
    assert words.tr("Destroyed") == "Destroyed"
    assert words.trn("{n} building", "{n} buildings", 1) == "1 building"
    assert words.trn("{n} building", "{n} buildings", 0) == "0 buildings"
    assert not words.right_to_left


def test_english_of_a_country_stays_that(folder):
    assert words_of("en_GB", folder=folder).language == "en_GB"


def test_the_head_of_a_file_is_no_text(folder):
    assert words_of("uk", folder=folder).tr("") == ""
    assert Words().tr("") == ""


def test_direction():
    assert Words("ar").right_to_left
    assert not Words("vi").right_to_left
