"""Counted zones: the rows of all zones, of all of them together, of what lies outside, and of the whole result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...protocol.totals.review_sample import CategoryTotal, Totals
from ...protocol.totals.stratified_totals import Estimate
from .domain_sample import DomainSample
from .kinds.zone_set import ZoneSet
from .observation import Observation
from .ranges import Domain, estimates_of, ranges_of
from .tally import COUNTED, Tally
from .zone_row import RangeRemark, ZoneRow


@dataclass(frozen=True)
class CountedZones:
    """The buildings of a result by zone. The names of rows that are no zones are empty.

    Attributes:
        zones: the zones.
        rows: one for each of them, in their order.
        together: all zones together: the sums of their rows.
        outside: what lies outside of all zones.
        whole: all of the result.
        totals: of the result, as ``xview2 totals`` gives them.
    """

    zones: ZoneSet
    rows: tuple[ZoneRow, ...]
    together: ZoneRow
    outside: ZoneRow
    whole: ZoneRow
    totals: Totals

    @property
    def with_ranges(self) -> bool:
        """Whether anything has a range."""
        return any(row.ranges for row in (*self.rows, self.outside, self.whole))


@dataclass(frozen=True)
class _Ranges:
    """What the sample says: of each zone, and of all.

    Attributes:
        domains: one for each zone, then what lies outside; None without ranges of zones.
        slope: of the whole sample.
        remark: why there are none.
    """

    domains: Sequence[Domain] | None
    slope: float
    remark: RangeRemark | None

    @classmethod
    def of(cls, sample: DomainSample | None) -> _Ranges:
        if sample is None:
            return cls(None, 0.0, RangeRemark.NO_SAMPLE)
        whole = sample.whole()
        if whole is None:
            return cls(None, 0.0, RangeRemark.NOT_REVIEWED)
        domains = sample.domains()
        return cls(domains, whole[1], None if domains is not None else RangeRemark.CHANGED)

    def row(self, place: int) -> tuple[dict[str, Estimate], int | None, RangeRemark | None]:
        """Return ranges of a zone, its reviewed buildings, and why it has no range."""
        if self.domains is None:
            return {}, None, self.remark
        domain = self.domains[place]
        ranges = ranges_of(domain, self.slope) if domain.outlines else {}
        return ranges, domain.reviewed, None if ranges or not domain.outlines else RangeRemark.FEW


def counted(
    zones: ZoneSet, tally: Tally, observation: Observation, sample: DomainSample | None, totals: Totals
) -> CountedZones:
    """Return the rows of what was counted.

    Args:
        zones: the zones.
        tally: sums of all buildings that have an outline.
        observation: how much of each zone was assessed.
        sample: what is known of the sample in each zone; None without a sample.
        totals: of the result. Buildings without an outline are in them only, and lie outside of all zones.
    """
    plain = np.array([total.plain for total in totals.categories[:COUNTED]], np.int64)
    counts = tally.counts.copy()
    counts[-1] += plain - counts.sum(axis=0)
    found = _Ranges.of(sample)
    rows = []
    for place, name in enumerate(zones.names):
        ranges, reviewed, remark = found.row(place)
        area, seen = float(observation.areas_m2[place]), float(observation.seen_m2[place])
        rows.append(
            ZoneRow(
                name, _whole(counts[place]), _real(tally.areas_m2[place]), area if area == area else None, seen,
                reviewed, ranges, remark,
            )
        )  # fmt: skip
    ranges, reviewed, remark = found.row(len(zones))
    outside = ZoneRow(
        "", _whole(counts[-1]), _real(tally.areas_m2[-1]), reviewed=reviewed, ranges=ranges, remark=remark
    )
    areas = tally.areas_m2[:-1].sum(axis=0)
    together = ZoneRow(
        "", _whole(counts[:-1].sum(axis=0)), _real(areas), _sum(row.area_m2 for row in rows),
        _sum(row.seen_m2 for row in rows),
    )  # fmt: skip
    ranges = _whole_ranges(sample, totals)
    whole = ZoneRow(
        "", _whole(plain), _real(tally.areas_m2.sum(axis=0)), reviewed=totals.reviewed if sample else None,
        ranges=ranges, remark=None if ranges else found.remark,
    )  # fmt: skip
    return CountedZones(zones, tuple(rows), together, outside, whole, totals)


def _whole_ranges(sample: DomainSample | None, totals: Totals) -> dict[str, Estimate]:
    """Return the ranges of all of the result: those of the totals, and what these do not give by the same formula."""
    found = None if sample is None else sample.whole()
    if found is None:
        return {}
    ranges = estimates_of(*found)
    given: dict[str, CategoryTotal] = {
        "buildings": totals.buildings, "damaged": totals.damaged, "destroyed": totals.categories[3],
    }  # fmt: skip
    return {name: given[name].estimate or value if name in given else value for name, value in ranges.items()}


def _whole(values: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(values.tolist())


def _real(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
