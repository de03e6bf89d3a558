"""Ranges of the zones: what the reviewed sample of a result says about a part of it.

A zone is a domain of the stratified sample: it cuts across the strata. Which zone and which stratum a building is in is
known for all of them, so that the number of units of a stratum in a zone is known, too. Given how many of these were
drawn, they are a simple random sample of that part (W. G. Cochran, *Sampling Techniques*, 3rd ed. 1977, sections 2.13
and 5A.14; C.-E. Särndal, B. Swensson, J. Wretman, *Model Assisted Survey Sampling*, 1992, chapter 10). So the parts of
the strata in a zone are its own strata, and estimate and interval are those of the totals
(:mod:`...protocol.totals.stratified_totals`), with the slope that all of the sample gives.

Of a part of which no building was reviewed nothing is certain: its estimate is that of its stratum, its range goes from
none to all. Where such parts are large, or few buildings of a zone were reviewed, there is no range at all.

Estimates of zones do not add up to that of the whole: each uses what is known of its own zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...protocol.totals.category import NONE
from ...protocol.totals.review_sample import DAMAGED
from ...protocol.totals.stratified_totals import Estimate, Stratum, estimate

#: Buildings of a zone that have to be reviewed for a range, where not all are.
LEAST_REVIEWED = 10
#: Share of the buildings of a zone that may be of strata of which none was reviewed there.
MOST_UNSEEN = 0.2

#: What is estimated of a zone: name, and numbers of the categories that count.
ESTIMATED: dict[str, tuple[int, ...]] = {
    "buildings": tuple(range(NONE)),
    "damaged": DAMAGED,
    "major_or_worse": DAMAGED[1:],
    "destroyed": DAMAGED[2:],
}


@dataclass(frozen=True)
class ZonePart:
    """The buildings of a stratum that lie in a zone.

    Attributes:
        units: their number, means of the model, and those that were reviewed.
        share: of each category over the whole stratum, by its sample.
    """

    units: Stratum
    share: tuple[float, ...]


@dataclass(frozen=True)
class Domain:
    """A zone as a part of what was sampled.

    Attributes:
        parts: of the strata, those with at least one building.
        known: buildings of each category that are in no stratum, because they are known.
        reviewed: buildings of the sample that were reviewed, without those known as a whole.
    """

    parts: tuple[ZonePart, ...]
    known: tuple[int, ...]
    reviewed: int

    @property
    def outlines(self) -> int:
        """Number of outlines in it."""
        return sum(part.units.size for part in self.parts) + sum(self.known)

    @property
    def suffices(self) -> bool:
        """Whether enough was reviewed for a range."""
        unsure = sum(part.units.size - len(part.units.categories) for part in self.parts)
        if not unsure:
            return True
        unseen = sum(part.units.size for part in self.parts if not part.units.categories)
        return self.reviewed >= LEAST_REVIEWED and unseen <= MOST_UNSEEN * sum(p.units.size for p in self.parts)


def ranges_of(domain: Domain, slope: float) -> dict[str, Estimate]:
    """Return an estimate for each of :data:`ESTIMATED`; none where too little was reviewed.

    Args:
        domain: the zone.
        slope: of the whole sample.
    """
    return estimates_of(domain, slope) if domain.suffices else {}


def estimates_of(domain: Domain, slope: float) -> dict[str, Estimate]:
    """Return an estimate for each of :data:`ESTIMATED`, however little was reviewed."""
    return {name: _range(domain, members, slope) for name, members in ESTIMATED.items()}


def _range(domain: Domain, members: Sequence[int], slope: float) -> Estimate:
    seen = [part.units for part in domain.parts if part.units.categories]
    found = estimate(seen, members, slope) if seen else Estimate(0.0, 0.0, 0.0)
    value, high = found.value, found.high
    for part in domain.parts:
        if not part.units.categories:
            value += part.units.size * min(sum(part.share[member] for member in members), 1.0)
            high += part.units.size
    return Estimate(value, found.low, high).plus(sum(domain.known[member] for member in members))
