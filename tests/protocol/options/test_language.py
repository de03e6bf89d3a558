"""The option for the language."""

from __future__ import annotations

import pytest

from xview2_qgis.protocol.options.language import LANGUAGE, language_arguments


def test_english_needs_no_argument():
    assert language_arguments("en") == []
    assert language_arguments("pt_BR") == ["--language=pt_BR"]


def test_codes_are_checked():
    assert LANGUAGE.kind.value("pt-br") == "pt_BR"
    with pytest.raises(ValueError, match="such as es"):
        LANGUAGE.kind.value("Español")
