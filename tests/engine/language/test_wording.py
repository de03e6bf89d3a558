"""Numbers, measures and dates against what CLDR's tables and printed usage say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from xview2_qgis.engine.language.wording import Wording


@pytest.fixture(autouse=True)
def translated(monkeypatch):
    """As if every language had a translation, whichever there are."""
    import gettext

    from xview2_qgis.protocol.language import words

    monkeypatch.setattr(words, "catalogue", lambda code, folder: gettext.NullTranslations())


@pytest.mark.parametrize(
    ("language", "number", "share"),
    [
        ("en", "1,234,567", "62.5%"),
        ("es", "1.234.567", "62,5\xa0%"),
        ("fr", "1\u202f234\u202f567", "62,5\xa0%"),
        ("tr", "1.234.567", "%62,5"),
        ("uk", "1\xa0234\xa0567", "62,5%"),
        ("vi", "1.234.567", "62,5%"),
        ("id", "1.234.567", "62,5%"),
    ],
)
def test_numbers(language, number, share):
    wording = Wording(language)
    assert wording.number(1234567) == number
    assert wording.share(0.625, 1) == share


def test_digits_of_arabic_are_latin():
    wording = Wording("ar")
    told = wording.number(1234.5, 1) + wording.date("2026-11-29") + wording.area(2.5e6)
    assert any(letter.isdecimal() for letter in told)
    assert all(letter.isascii() for letter in told if letter.isdecimal())
    assert wording.direction == "rtl"


def test_measures():
    wording = Wording("en")
    assert wording.area(540.4) == "540 m²"
    assert wording.area(1_234_567) == "1.23 km²"
    assert wording.area(2.5e9) == "2,500 km²"
    assert wording.length(0.5) == "0.50 m"
    assert wording.length(1500) == "1.5 km"
    assert Wording("fr").area(1_234_567) == "1,23\u202fkm²" or Wording("fr").area(1_234_567) == "1,23\xa0km²"


def test_days_and_moments():
    assert Wording("en").date("2026-11-29T14:05:00Z") == Wording("en").date(date(2026, 11, 29)) == "November 29, 2026"
    assert Wording("es").date("2026-11-29") == "29 de noviembre de 2026"
    assert Wording("uk").date("2026-11-29") == "29 листопада 2026\u202fр."
    moment = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert Wording("en").moment("2026-11-29T14:05:09Z") == Wording("en").moment(there) == "November 29, 2026, 14:05 UTC"
    assert Wording("en").moment(moment.replace(tzinfo=None)) == "November 29, 2026, 14:05 UTC"
    assert Wording("en").moment("2026-11-29") == "November 29, 2026"
    assert Wording("fr").date("yesterday") == "yesterday"


def test_lists_and_spans():
    assert Wording("en").list(["a", "b", "c"]) == "a, b, and c"
    assert Wording("es").list(["a", "b", "c"]) == "a, b y c"
    assert Wording("en").span("1", "5") == "1–5"
    assert Wording("en").span("1", "1") == "1"


def test_tags_of_pages():
    assert (Wording("pt_BR").tag, Wording("pt_BR").direction) == ("pt-BR", "ltr")
    assert Wording("ar").tag == "ar"


def test_a_page_is_of_one_language(monkeypatch):
    """Without a translation not only the texts are English, but also the numbers beside them."""
    from xview2_qgis.protocol.language import words

    monkeypatch.setattr(words, "catalogue", lambda code, folder: None)
    wording = Wording("de")
    assert (wording.tag, wording.number(1234.5, 1)) == ("en", "1,234.5")
