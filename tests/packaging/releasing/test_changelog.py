"""The changelog: what is new, and the step to a version."""

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script

changelog = script("releasing.changelog")

TEXT = """# Changelog

## [Unreleased]

News in a sentence
over two lines.

### Images

- One.

## [0.1.0] - 2026-01-02

The first.
"""


def test_what_is_new_becomes_a_version():
    part = changelog.unreleased_part(TEXT)
    assert part.summary == "News in a sentence over two lines."
    assert part.text.startswith("News in")
    assert part.text.endswith("- One.")
    after = changelog.released(TEXT, "0.2.0", "2026-12-24")
    assert changelog.part_of_version(after, "0.2.0") == part
    assert changelog.part_of_version(after, "0.1.0").text == "The first."
    assert "## [Unreleased]\n\n## [0.2.0] - 2026-12-24\n\nNews" in after
    with pytest.raises(ValueError, match="stands nothing"):
        changelog.unreleased_part(after)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Changelog\n", r"has no part \[Unreleased\]"),
        ("## [Unreleased]\n\n## [0.1.0] - 2026-01-02\n\nOld.\n", "stands nothing"),
        ("## [Unreleased]\n\n### Images\n\n- One.\n", "must say the news in a sentence"),
        ("## [Unreleased]\n\n- One.\n", "must say the news in a sentence"),
        ("## [Unreleased]\n\nSee https://example.org/a/long/address/of/the/changes\n", "no word longer than 30"),
        ("## [Unreleased]\n\n" + "word " * 90 + "\n", "may have 400 letters"),
    ],
)
def test_what_is_not_fit_for_a_release(text, message):
    with pytest.raises(ValueError, match=message):
        changelog.unreleased_part(text)


def test_other_versions_are_not_there():
    for version in ("0.3.0", "0.1", "0x1.0"):
        with pytest.raises(ValueError, match=rf"has no part \[{version}\]"):
            changelog.part_of_version(TEXT, version)


def test_the_changelog_of_this_checkout_is_of_this_form():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.count("## [Unreleased]\n") == 1
    if text.partition("## [Unreleased]\n")[2].split("\n## ")[0].strip():
        changelog.unreleased_part(text)
