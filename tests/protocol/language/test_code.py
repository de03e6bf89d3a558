"""Codes of languages."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from xview2_qgis.protocol.language.code import candidates, is_right_to_left, language_code


@pytest.mark.parametrize(
    ("text", "code"),
    [("es", "es"), ("pt-br", "pt_BR"), ("de_AT.UTF-8", "de_AT"), ("sr@latin", "sr"), ("zh-hant-tw", "zh_Hant_TW"),
     ("es_419", "es_419"), ("C", "en"), ("POSIX", "en"), (" uk ", "uk")],
)  # fmt: skip
def test_one_spelling(text, code):
    assert language_code(text) == code


@pytest.mark.parametrize("text", ["", "Spanish", "../es", "e", "es_", "es;ls", "ab_1"])
def test_what_is_no_code(text):
    with pytest.raises(ValueError, match="such as es"):
        language_code(text)


def test_the_country_may_lack_a_translation_of_its_own():
    assert candidates("pt_BR") == ["pt_BR", "pt"]
    assert candidates("zh_Hant_TW") == ["zh_Hant_TW", "zh_Hant", "zh"]


def test_right_to_left_is_what_cldr_says():
    for code in ("es", "fr", "tr", "uk", "vi", "id", "ar", "he", "fa", "ur", "en", "de", "ar_EG"):
        assert code in locale_identifiers()
        assert is_right_to_left(code) == (Locale.parse(code).character_order == "right-to-left")
