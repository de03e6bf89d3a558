"""``CHANGELOG.md``: what is not released yet, what a version holds, and the step from the one to the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNRELEASED = "## [Unreleased]"
_LONGEST_SUMMARY = 400  # characters; it stands in the plugin manager of QGIS
_LONGEST_WORD = 30  # wider ones, such as addresses, make the page there scroll sideways


@dataclass(frozen=True)
class Part:
    """What stands under one heading.

    Attributes:
        summary: the first paragraph, in one line.
        text: all of it, without the heading.
    """

    summary: str
    text: str


def unreleased_part(changelog: str) -> Part:
    """Return what is not released yet.

    Raises:
        ValueError: there is no such part, it is empty, or its first paragraph is not fit for the plugin manager.
    """
    part = _part(changelog, re.escape(_UNRELEASED))
    if not part.text:
        raise ValueError("under [Unreleased] in CHANGELOG.md stands nothing: say what is new")
    if not part.summary or part.summary.startswith(("#", "-", "*")):
        raise ValueError(
            "under [Unreleased] in CHANGELOG.md the first paragraph must say the news in a sentence or two"
        )
    too_long = [word for word in part.summary.split() if len(word) > _LONGEST_WORD]
    if len(part.summary) > _LONGEST_SUMMARY or too_long:
        raise ValueError(
            f"the first paragraph under [Unreleased] in CHANGELOG.md may have {_LONGEST_SUMMARY} letters and no word "
            f"longer than {_LONGEST_WORD}: QGIS shows it in the plugin manager"
        )
    return part


def part_of_version(changelog: str, version: str) -> Part:
    """Return what a version holds.

    Raises:
        ValueError: there is no such part.
    """
    return _part(changelog, rf"## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d")


def released(changelog: str, version: str, date: str) -> str:
    """Return the text in which what was not released is what a version holds.

    Args:
        changelog: the text as it is.
        version: the version.
        date: its day, as YYYY-MM-DD.
    """
    return changelog.replace(f"{_UNRELEASED}\n", f"{_UNRELEASED}\n\n## [{version}] - {date}\n", 1)


def _part(changelog: str, heading: str) -> Part:
    found = re.search(rf"^{heading}$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        shown = heading.replace("\\", "").partition(" - ")[0]
        raise ValueError(f"CHANGELOG.md has no part {shown.removeprefix('## ')}")
    text = found[1].strip()
    return Part(" ".join(text.partition("\n\n")[0].split()), text)
