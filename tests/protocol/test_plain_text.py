"""What may stand in one line for people, against what Python itself holds for printable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.plain_text import is_text, printable, text_fault


@pytest.mark.parametrize(
    "text", ["", "CC BY-NC-SA 4.0", "Übersicht «é»", "地震 2024", "می‌خواهم", "क्‍ष", "👩‍🚒", "a\u00a0b"]
)
def test_words_of_people(text):
    assert text_fault(text, 100) == ""
    assert printable(text) == text


@pytest.mark.parametrize(
    "letter",
    [
        "\x00",
        "\n",
        "\r",
        "\t",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9b",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2066",
        "\ud800",
        "\ufffe",
        "\U0010ffff",
        "\ufdd0",
    ],
)
def test_what_a_terminal_or_a_file_could_obey(letter):
    assert text_fault(f"a{letter}b", 100) == "must be one line without control characters"
    shown = printable(f"a{letter}b")
    assert shown.isascii()
    assert shown.isprintable()
    assert shown.encode("ascii").decode("unicode_escape") == f"a{letter}b"


def test_length():
    assert text_fault("x" * 5, 5) == ""
    assert text_fault("x" * 6, 5) == "is longer than 5 characters"


@given(st.text(st.characters()))
def test_nothing_hidden_is_left(text):
    shown = printable(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert shown.encode("utf-8").decode() == shown  # can be written anywhere
    assert text_fault(shown, len(shown)) == ""
    assert (text_fault(text, len(text)) == "") == (shown == text)


@pytest.mark.parametrize(
    ("name", "text"), [("a/b.tif", True), ("Łódź/東京.tif", True), ("", True), ("a\udce9.tif", False)]
)
def test_names_of_files_may_be_no_text(name, text):
    assert is_text(name) is text
