"""What one file, or the tags of an image, say of it: untrusted, so what cannot be published is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...protocol.plain_text import text_fault
from ...protocol.scene_facts import FactsFault, ImageFacts

_LONGEST = 200
#: A place on somebody's machine, which may also hold the name of a user.
_PLACE = re.compile(r"(?:^|[\s\"'=(,;:])(?:/[\w.~-]+/|~/|[A-Za-z]:[\\/]|\\\\)|file:|/vsi|\\users\\", re.IGNORECASE)


@dataclass(frozen=True)
class Description:
    """What is said of an image. What is not is empty or None.

    Attributes:
        origin: where that stands, for messages: the name of a file, or of a metadata item.
        moment: when the image was taken, in the words of the origin.
        facts: everything else.
    """

    origin: str
    moment: str = ""
    facts: ImageFacts = ImageFacts()  # noqa: RUF009 - a frozen dataclass


@dataclass(frozen=True)
class Said:
    """Values of an image as a file says them, of any type.

    Attributes:
        source: who gives it.
        sensor: the satellite.
        gsd_m: ground sampling distance, metres.
        off_nadir_deg: angle to the vertical, degrees; towards one side it may be negative.
        licence: its licence.
        credit: its owner.
    """

    source: object = None
    sensor: object = None
    gsd_m: object = None
    off_nadir_deg: object = None
    licence: object = None
    credit: object = None

    def facts(self) -> ImageFacts:
        """Return what of it is fit to be published."""
        angle = _number("off_nadir_deg", self.off_nadir_deg)
        return ImageFacts(
            source=_text(self.source),
            sensor=_text(self.sensor),
            gsd_m=_number("gsd_m", self.gsd_m),
            off_nadir_deg=None if angle is None else round(angle, 2),
            licence=_text(self.licence),
            credit=_text(self.credit),
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    text = " ".join(value.strip().strip('"').split())
    return "" if text_fault(text, _LONGEST) or _PLACE.search(text) else text


def _number(name: str, value: object) -> float | None:
    if isinstance(value, str):
        value = value.strip().strip('"')
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        one: dict[str, Any] = {name: abs(value)}
        found: float | None = getattr(ImageFacts(**one), name)
    except (FactsFault, OverflowError):
        return None
    return found
