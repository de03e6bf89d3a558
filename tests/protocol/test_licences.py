"""Which licences exclude commercial use, and what is said of them."""

import pytest

from xview2_qgis.protocol.licences import is_non_commercial, licence_address, licence_in_words


@pytest.mark.parametrize(
    "licence",
    [
        "CC BY-NC-SA 4.0",
        "cc-by-nc-4.0",
        "Creative Commons Attribution-NonCommercial 4.0",
        "free for non-commercial purposes",
        "Not for commercial use.",
        "for research purposes only",
    ],
)
def test_licences_that_exclude_commercial_use(licence):
    assert is_non_commercial(licence)
    assert "not for commercial use" in licence_in_words(licence).lower()
    assert licence_in_words(licence_in_words(licence)) == licence_in_words(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0",
        "CC BY-SA 4.0",
        "CC0-1.0",
        "University of Illinois/NCSA Open Source License",
        "Incorporated",
        "",
    ],
)
def test_other_licences_are_left_as_they_are(licence):
    assert not is_non_commercial(licence)
    assert licence_in_words(licence) == licence


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("weights: CC-BY-4.0, code: MIT", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY 4.0.evil", ""),
        ("MIT", ""),
    ],
)
def test_the_text_of_a_licence_is_found(licence, address):
    assert licence_address(licence) == address
