"""The event that a scene shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .fault import FactsFault
from .values import moment_value, shown, text_value

#: Kinds of events, in the words that Copernicus EMS Rapid Mapping uses for its activations, in small letters.
EVENT_TYPES = (
    "earthquake", "flood", "storm", "wildfire", "volcanic eruption", "tsunami", "landslide", "explosion", "tornado",
    "avalanche", "industrial accident", "conflict", "other",
)  # fmt: skip

# glidenumber.net: hazard, year, number within the year, ISO 3166 code of the country
_GLIDE = re.compile(r"[A-Z]{2}-(?:19|20)\d{2}-\d{6}-[A-Z]{3}")


@dataclass(frozen=True)
class EventFacts:
    """What is said of an event. What is not known is empty.

    Attributes:
        name: what people call it.
        type: one of :data:`EVENT_TYPES`.
        date: when it happened, ISO 8601: a day, or a moment in UTC.
        glide: its GLIDE number, as EQ-2023-000015-TUR.
        area: the place that the scene shows.
        country: name of its country, or ISO 3166 code.
        contact: whom to ask about the result; it is published.

    Raises:
        FactsFault: a value is not of its kind.
    """

    name: str = ""
    type: str = ""
    date: str = ""
    glide: str = ""
    area: str = ""
    country: str = ""
    contact: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "area", "country", "contact"):
            object.__setattr__(self, name, text_value(name, getattr(self, name)))
        object.__setattr__(self, "type", _type(self.type))
        object.__setattr__(self, "date", moment_value("date", self.date))
        object.__setattr__(self, "glide", _glide(self.glide))


def _type(value: object) -> str:
    text = text_value("type", value)
    word = " ".join(re.split(r"[\s_-]+", text.lower()))
    if word and word not in EVENT_TYPES:
        raise FactsFault("type", f"is {shown(text)}", f"give one of {', '.join(EVENT_TYPES)}")
    return word


def _glide(value: object) -> str:
    number = text_value("glide", value).upper()
    if number and not _GLIDE.fullmatch(number):
        raise FactsFault("glide", f"is {shown(number)}", "give a GLIDE number such as EQ-2023-000015-TUR")
    return number
