"""Where an image comes from, and how it was taken."""

from __future__ import annotations

from dataclasses import dataclass

from .values import moment_value, number_value, text_value

_FINEST_M, _COARSEST_M = 0.01, 1000.0
_SIDEWAYS_DEG = 90.0


@dataclass(frozen=True)
class ImageFacts:
    """What is known of an image beside its pixels. What is not known is empty or None.

    Attributes:
        source: who gives it: a vendor, an agency, a catalogue.
        sensor: the satellite, or the camera.
        acquired: when it was taken, ISO 8601: a day, or a moment in UTC such as 2023-02-07T08:16:09Z.
        gsd_m: ground sampling distance, metres.
        off_nadir_deg: angle between the view and the vertical, degrees, 0 to 90.
        licence: under which it may be used.
        credit: what has to be written beside it.

    Raises:
        FactsFault: a value is not of its kind.
    """

    source: str = ""
    sensor: str = ""
    acquired: str = ""
    gsd_m: float | None = None
    off_nadir_deg: float | None = None
    licence: str = ""
    credit: str = ""

    def __post_init__(self) -> None:
        for name in ("source", "sensor", "licence", "credit"):
            object.__setattr__(self, name, text_value(name, getattr(self, name)))
        object.__setattr__(self, "acquired", moment_value("acquired", self.acquired))
        object.__setattr__(self, "gsd_m", number_value("gsd_m", self.gsd_m, _FINEST_M, _COARSEST_M))
        angle = number_value("off_nadir_deg", self.off_nadir_deg, 0.0, _SIDEWAYS_DEG)
        object.__setattr__(self, "off_nadir_deg", angle)
