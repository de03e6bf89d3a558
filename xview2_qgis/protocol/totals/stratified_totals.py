"""Totals of a stratified random sample, helped by the model's probabilities, with intervals of 95 %.

Estimator: the combined regression estimator of a stratified sample (W. G. Cochran, *Sampling Techniques*, 3rd ed. 1977,
section 7.10; C.-E. Särndal, B. Swensson, J. Wretman, *Model Assisted Survey Sampling*, 1992, chapter 6). In every
stratum, the share of the sample is moved by as much as the model's probabilities differ between sample and stratum,
times a slope that the sample itself gives. The slope is the same for all classes, so that their totals add up, and is
kept between 0 (the model does not count) and 1 (difference estimator): a model that is wrong widens no interval.

Interval: Wilson's for every stratum (:mod:`.share_interval`), joined by recovering variances from the bounds: the
distances between estimates and bounds add up as squares (G. Y. Zou, A. Donner, *Construction of confidence limits about
effect measures: a general approach*, Statistics in Medicine 27, 2008). Where no sampled unit has a class, the upper
bound is that of all unseen units, and the lower one 0. Of few units in several strata, the bounds are at least as wide
as for a sum of Poisson numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

from .share_interval import SampledShare, rare_part, student

#: Squares that are added to both sides of the ratio of variances: with few units that have a class, the help of the
#: model is not believed.
_DISBELIEF = 5.0
_LEAST_RATIO, _LARGEST_RATIO = 0.3, 1.5


@dataclass(frozen=True)
class Stratum:
    """A stratum with its sample.

    Attributes:
        size: units of it.
        means: mean probability of each category over all of its units, by the model.
        categories: number of the category of each reviewed unit.
        probabilities: probabilities of each reviewed unit, as ``means``.
    """

    size: int
    means: tuple[float, ...]
    categories: tuple[int, ...]
    probabilities: tuple[tuple[float, ...], ...]

    @property
    def weight(self) -> float:
        """Factor of a sum of squares of its sample in the variance of the total; 0 where all or one was reviewed."""
        sampled = len(self.categories)
        if sampled < 2:
            return 0.0
        return self.size * (self.size - sampled) / (sampled * (sampled - 1))


@dataclass(frozen=True)
class Estimate:
    """A number of units with its interval.

    Attributes:
        value: the estimate.
        low: lower bound, 95 %.
        high: upper bound.
    """

    value: float
    low: float
    high: float

    def plus(self, known: float) -> Estimate:
        """Return the estimate with units that are known for certain."""
        return Estimate(self.value + known, self.low + known, self.high + known)

    def out_of(self, size: float) -> Estimate:
        """Return the estimate of the other units of ``size``."""
        return Estimate(size - self.value, size - self.high, size - self.low)


def slope(strata: Sequence[Stratum]) -> float:
    """Return how far the model's probabilities are followed, 0 to 1: least squares over all strata and categories."""
    shared = own = 0.0
    for stratum in strata:
        sampled = len(stratum.categories)
        if not stratum.weight:
            continue
        for category in range(len(stratum.means)):
            given = [row[category] for row in stratum.probabilities]
            mean = sum(given) / sampled
            deviations = [value - mean for value in given]
            own += stratum.weight * sum(d * d for d in deviations)
            hits = (d for d, found in zip(deviations, stratum.categories) if found == category)
            shared += stratum.weight * sum(hits)
    return min(max(shared / own, 0.0), 1.0) if own > 1e-12 else 0.0


def estimate(strata: Sequence[Stratum], members: Collection[int], slope: float) -> Estimate:
    """Return the number of units of some categories in all strata.

    Args:
        strata: strata, each with at least one reviewed unit.
        members: numbers of the categories that count.
        slope: of :func:`slope`.

    Raises:
        ValueError: a stratum has no reviewed unit.
    """
    if any(not stratum.categories for stratum in strata):
        raise ValueError("a stratum has no reviewed unit")
    ratio = _variance_ratio(strata, members, slope)
    # one degree of freedom for the slope, one for the mean of each stratum that is not known as a whole
    quantile = student(sum(len(s.categories) - 1 for s in strata if len(s.categories) < s.size) - 1)
    value = below = above = 0.0
    seen = others = 0
    for stratum in strata:
        sampled = len(stratum.categories)
        count = sum(found in members for found in stratum.categories)
        share = count / sampled + slope * (_of(stratum.means, members) - _mean(stratum.probabilities, members))
        value += stratum.size * share
        likely = min(max(share, count / stratum.size), 1.0 - (sampled - count) / stratum.size)
        low, high = SampledShare(stratum.size, sampled, count, likely, quantile, ratio).interval()
        below += (stratum.size * (likely - low)) ** 2
        above += (stratum.size * (high - likely)) ** 2
        seen, others = seen + count, others + sampled - count
    size = sum(stratum.size for stratum in strata)
    most = float(size - others)
    value = min(max(value, float(seen)), most)
    rest = [number for number in range(len(strata[0].means)) if number not in members]
    low = min(value - sqrt(below), _least(strata, members))
    high = max(value + sqrt(above), size - _least(strata, rest))
    return Estimate(value, max(low, float(seen)), min(high, most))


def _least(strata: Sequence[Stratum], members: Collection[int]) -> float:
    """Return the lower bound of a total by the few units that were seen; what counting says where they are not few."""
    certain = first = second = 0.0
    for stratum in strata:
        count = sum(found in members for found in stratum.categories)
        raised = stratum.size / len(stratum.categories)
        if raised > 1:
            first, second = first + count * raised, second + count * raised**2
        else:
            certain += count
    return certain + (first * rare_part(first**2 / second) if second else 0.0)


def _variance_ratio(strata: Sequence[Stratum], members: Collection[int], slope: float) -> float:
    """Return the variance of the regression estimate as a part of that of counting alone."""
    rest = plain = 0.0
    scale = max((stratum.weight for stratum in strata), default=0.0)
    for stratum in strata:
        hits = [float(found in members) for found in stratum.categories]
        left = [hit - slope * _of(row, members) for hit, row in zip(hits, stratum.probabilities)]
        plain += stratum.weight * _squares(hits)
        rest += stratum.weight * _squares(left)
    doubt = _DISBELIEF * scale
    if not doubt:
        return 1.0
    return min(max((rest + doubt) / (plain + doubt), _LEAST_RATIO), _LARGEST_RATIO)


def _of(values: Sequence[float], members: Collection[int]) -> float:
    return sum(values[member] for member in members)


def _mean(rows: Sequence[Sequence[float]], members: Collection[int]) -> float:
    return sum(_of(row, members) for row in rows) / len(rows)


def _squares(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)
