"""The version of a checkout: read from every file in which it stands, and set in all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A line in which the version stands, as a pattern whose second group it is."""

    file: str
    pattern: str


PLACES = (
    Place("metadata.txt", r"^(version=)(.*)()$"),
    Place("pyproject.toml", r'^(version = ")(.*)(")$'),
    Place("xview2_qgis/engine/__init__.py", r'^(__version__ = ")(.*)(")$'),
)


def number(version: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared.

    Raises:
        ValueError: it is not of the form 1.2.3.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ValueError(f"{version!r} is no version: give three numbers, such as 0.2.0")
    return tuple(int(part) for part in version.split("."))


def current_version(root: Path) -> str:
    """Return the version of a checkout.

    Raises:
        ValueError: the files do not agree, or one does not state it.
        OSError: a file cannot be read.
    """
    found = {}
    for place in PLACES:
        match = re.search(place.pattern, (root / place.file).read_text(encoding="utf-8"), re.MULTILINE)
        if match is None:
            raise ValueError(f"{place.file} states no version")
        found[place.file] = match[2]
    if len(set(found.values())) != 1:
        raise ValueError("the versions do not agree: " + ", ".join(f"{name} {text}" for name, text in found.items()))
    return next(iter(found.values()))


def set_version(root: Path, version: str, changelog: str) -> None:
    """Write a version into every file in which it stands.

    Args:
        root: the checkout.
        version: the new version.
        changelog: what is new, in one line, for the plugin manager of QGIS.

    Raises:
        OSError: a file cannot be read or written.
    """
    for place in (*PLACES, Place("metadata.txt", r"^(changelog=)(.*)()$")):
        path = root / place.file
        new = version if place in PLACES else f"{version}: {changelog}"
        text = path.read_text(encoding="utf-8")
        # a function: the new text is no pattern of groups
        text = re.sub(
            place.pattern, lambda match, new=new: match[1] + new + match[3], text, count=1, flags=re.MULTILINE
        )
        path.write_bytes(text.encode("utf-8"))
