"""What is said of a zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...protocol.totals.category import UNKNOWN
from ...protocol.totals.stratified_totals import Estimate

_ALL = 0.999  # share that is rounding: borders are bent in different ways
_MAJOR, _DESTROYED = 2, 3


class Observed(StrEnum):
    """How much of a zone was assessed; the values stand in files."""

    ALL = "assessed"
    PARTLY = "partly-assessed"
    NOT = "not-observed"


class RangeRemark(StrEnum):
    """Why a zone has no range; the values stand in files."""

    NO_SAMPLE = "no-sample"
    NOT_REVIEWED = "sample-not-reviewed"
    FEW = "too-few-reviewed"
    CHANGED = "classes-changed-since-draw"


@dataclass(frozen=True)
class ZoneRow:
    """A zone, or several together.

    Attributes:
        name: its name.
        counts: buildings of the four classes, then unknown ones; by their final class.
        areas_m2: their ellipsoidal areas.
        area_m2: ellipsoidal area of the zone; None where it has none of its own.
        seen_m2: the part of it that was assessed and could be seen; None where that is not known.
        reviewed: buildings of the sample in it that were reviewed; None without a sample.
        ranges: estimates of :data:`.ranges.ESTIMATED` by their names, empty where none can be given.
        remark: why there are none.
    """

    name: str
    counts: tuple[int, ...]
    areas_m2: tuple[float, ...]
    area_m2: float | None = None
    seen_m2: float | None = None
    reviewed: int | None = None
    ranges: Mapping[str, Estimate] = field(default_factory=dict)
    remark: RangeRemark | None = None

    @property
    def buildings(self) -> int:
        """All buildings, unknown ones too."""
        return sum(self.counts)

    @property
    def share_seen(self) -> float | None:
        """Share of the zone that was assessed, 0 to 1."""
        if self.seen_m2 is None or not self.area_m2:
            return None
        share = self.seen_m2 / self.area_m2
        return 1.0 if share > _ALL else share

    @property
    def observed(self) -> Observed | None:
        """How much of the zone was assessed; None where that is not known."""
        share = self.share_seen
        if share is None:
            return None
        if share == 1.0:
            return Observed.ALL
        return Observed.PARTLY if self.seen_m2 and share > 0.0 else Observed.NOT

    @property
    def silent(self) -> bool:
        """Whether no count can be given: nothing was looked at, and no building is known either."""
        return self.observed is Observed.NOT and not self.buildings

    def share_of(self, *classes: int) -> float | None:
        """Return the share of some classes, 0 to 3, among buildings whose class is known; None without such."""
        known = self.buildings - self.counts[UNKNOWN]
        return sum(self.counts[number] for number in classes) / known if known else None

    @property
    def share_destroyed(self) -> float | None:
        """Share of destroyed buildings among those whose class is known, 0 to 1."""
        return self.share_of(_DESTROYED)

    @property
    def share_major_or_worse(self) -> float | None:
        """Share of buildings with major damage or destroyed among those whose class is known, 0 to 1."""
        return self.share_of(_MAJOR, _DESTROYED)
