"""The interval of a share: which shares of a stratum are in keeping with what a random sample of it holds.

Wilson's score interval, because intervals of the form "estimate ± 1.96 standard errors" have no width where a sample
holds none of a class, and miss rare classes far more often than once in twenty.

Sources: E. B. Wilson, *Probable inference, the law of succession, and statistical inference* (1927), for the interval,
and L. D. Brown, T. T. Cai, A. DasGupta, *Interval estimation for a binomial proportion* (2001), for how well it holds,
and that a few events need the bound of a Poisson distribution; W. G. Cochran, *Sampling Techniques* (3rd ed. 1977),
section 3.2, for the variance of a share in a finite population.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

_Z = 1.959963984540054  # quantile of the normal distribution for intervals of 95 %

#: Least mean of a Poisson distribution with which 0, 1, 2 … events, or more, still occur once in forty times: half the
#: 2.5 % quantile of the chi-squared distribution with 0, 2, 4 … degrees of freedom (F. Garwood 1936).
_POISSON_LEAST = (
    0.0, 0.025317808, 0.242209279, 0.618672125, 1.089865397, 1.623486390, 2.201894248, 2.814363089, 3.453832183,
    4.115373129, 4.795388696,
)  # fmt: skip


@dataclass(frozen=True)
class SampledShare:
    """What a simple random sample of a stratum says about a share of it.

    Attributes:
        size: units of the stratum.
        sampled: units of the sample, at least one.
        count: units of the sample that have the property.
        share: estimate of the share, 0 to 1; ``count / sampled``, or what a model makes of it.
        quantile: of Student's distribution, see :func:`student`.
        variance_ratio: variance of the estimate as a part of that of ``count / sampled``; below 1 where a model helps.
    """

    size: int
    sampled: int
    count: int
    share: float
    quantile: float = _Z
    variance_ratio: float = 1.0

    def interval(self) -> tuple[float, float]:
        """Return the bounds of the share, 95 %; they hold what the sample itself proves, and nothing it disproves."""
        low, high = _wilson(self.share, self._effective, self.quantile)
        least, most = self.count / self.size, 1.0 - (self.sampled - self.count) / self.size
        return max(low, least), min(high, most)

    @property
    def _effective(self) -> float:
        """Size of a sample from an endless population, by counting alone, with the same variance."""
        unseen = self.size - self.sampled
        return inf if unseen <= 0 else self.sampled * (self.size - 1) / (unseen * self.variance_ratio)


def rare_part(count: float) -> float:
    """Return the lower bound of a mean as a part of so many events that were seen, 95 %; 1 where they are not few.

    Args:
        count: events, or of events that weigh differently the number of equal ones that would vary as much: the square
            of the sum of their weights by the sum of the squares (M. P. Fay, E. J. Feuer, *Confidence intervals for
            directly standardized rates*, Statistics in Medicine 16, 1997).
    """
    whole = int(count)
    if whole + 1 >= len(_POISSON_LEAST):
        return 1.0
    if count <= 0:
        return 0.0
    least, next_one = _POISSON_LEAST[whole], _POISSON_LEAST[whole + 1]
    return (least + (count - whole) * (next_one - least)) / count


def student(freedom: int) -> float:
    """Return the quantile of Student's distribution for intervals of 95 %, by its expansion (R. A. Fisher 1925).

    Args:
        freedom: degrees of freedom; fewer than 5 count as 5.
    """
    freedom = max(freedom, 5)
    first = (_Z**3 + _Z) / 4
    second = (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96
    return _Z + first / freedom + second / freedom**2


def _wilson(share: float, size: float, z: float) -> tuple[float, float]:
    if size == inf:
        return share, share
    shift = z * z / size
    middle = (share + shift / 2) / (1 + shift)
    half = z * sqrt(share * (1 - share) / size + shift / size / 4) / (1 + shift)
    return max(0.0, middle - half), min(1.0, middle + half)
