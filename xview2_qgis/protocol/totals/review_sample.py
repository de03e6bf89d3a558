"""A drawn sample, and its totals as soon as people have reviewed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .category import CATEGORIES, NONE, UNKNOWN, category_of
from .sample_table import REVIEWED_BEFORE
from .stratified_totals import Estimate, Stratum, estimate, slope

_NO_MODEL = (0.0, 0.0)  # probabilities of the categories that a model does not tell
#: Categories of damage, numbers: minor, major, destroyed.
DAMAGED = (1, 2, 3)


@dataclass(frozen=True)
class SampledBuilding:
    """A building of the sample, as it was drawn.

    Attributes:
        building_id: its number in the result.
        stratum: name of its stratum.
        stratum_size: buildings of the stratum.
        probabilities: of the four classes, by the model.
        stratum_means: the same, mean of the stratum.
    """

    building_id: int
    stratum: str
    stratum_size: int
    probabilities: tuple[float, ...]
    stratum_means: tuple[float, ...]


@dataclass(frozen=True)
class ReviewSample:
    """The sample of a result.

    Attributes:
        buildings: its buildings, in random order; review them in this order.
        seed: of the random numbers.
        drawn_at: time, ISO 8601.
    """

    buildings: tuple[SampledBuilding, ...]
    seed: int
    drawn_at: str

    @property
    def drawn(self) -> tuple[SampledBuilding, ...]:
        """The buildings that were drawn, without those that had been reviewed before."""
        return tuple(building for building in self.buildings if building.stratum != REVIEWED_BEFORE)


@dataclass(frozen=True)
class BuildingNow:
    """What a result says about a building now.

    Attributes:
        building_id: its number; None for one that somebody drew by hand.
        model_class: class by the model, in xBD's words.
        review: content of ``review_class``.
        final_class: what counts.
    """

    building_id: int | None
    model_class: str
    review: str | None
    final_class: str


@dataclass(frozen=True)
class CategoryTotal:
    """One line of the totals.

    Attributes:
        members: numbers of the categories that are counted.
        plain: number by the final classes of the result.
        estimate: from the sample; None as long as it says too little.
    """

    members: tuple[int, ...]
    plain: int
    estimate: Estimate | None


@dataclass(frozen=True)
class Totals:
    """The totals of a result.

    Attributes:
        categories: a line for each category, in the order of :data:`.category.CATEGORIES`.
        damaged: minor damage or worse.
        buildings: outlines that hold a building, assessable or not.
        outlines: number of all outlines now.
        sampled: buildings that were drawn.
        reviewed: those of them that have been reviewed.
    """

    categories: tuple[CategoryTotal, ...]
    damaged: CategoryTotal
    buildings: CategoryTotal
    outlines: int
    sampled: int
    reviewed: int

    @property
    def complete(self) -> bool:
        """Whether all of the sample has been reviewed."""
        return 0 < self.sampled == self.reviewed

    @property
    def not_assessable(self) -> CategoryTotal:
        """Outlines whose building cannot be assessed."""
        return self.categories[UNKNOWN]


def totals_of(sample: ReviewSample | None, buildings: Iterable[BuildingNow]) -> Totals:
    """Return the totals of a result.

    Buildings without any valid pixel of the post-event image are in no sample: their final class counts. So does that
    of a building drawn by hand. A drawn building that has been deleted counts as no building. Reviews of buildings
    outside the sample change the plain counts, and nothing else.

    Args:
        sample: the sample; None for plain counts only.
        buildings: all buildings of the result, in any order.
    """
    drawn = {building.building_id for building in sample.buildings} if sample else set()
    plain: Counter[int] = Counter()
    known: Counter[int] = Counter()
    reviews: dict[int, int | None] = dict.fromkeys(drawn, NONE)
    for building in buildings:
        final = category_of(building.final_class)
        final = UNKNOWN if final is None else final
        plain[final] += 1
        if building.building_id in drawn:
            reviews[building.building_id] = category_of(building.review)
        elif building.building_id is None or building.model_class == CATEGORIES[UNKNOWN]:
            known[final] += 1
    strata = _strata(sample, reviews) if sample else ()
    ready = bool(strata) and all(stratum.categories for stratum in strata)
    followed = slope(strata) if ready else 0.0

    def total(*members: int) -> CategoryTotal:
        counted = estimate(strata, members, followed).plus(sum(known[m] for m in members)) if ready else None
        return CategoryTotal(members, sum(plain[member] for member in members), counted)

    categories = tuple(total(number) for number in range(len(CATEGORIES)))
    chosen = sample.drawn if sample else ()
    return Totals(
        categories, total(*DAMAGED), total(*(n for n in range(len(CATEGORIES)) if n != NONE)), sum(plain.values()),
        len(chosen), sum(reviews[building.building_id] is not None for building in chosen),
    )  # fmt: skip


def _strata(sample: ReviewSample, reviews: dict[int, int | None]) -> tuple[Stratum, ...]:
    """Return the strata with the buildings that have been reviewed."""
    groups: dict[str, list[SampledBuilding]] = {}
    for building in sample.buildings:
        groups.setdefault(building.stratum, []).append(building)
    strata = []
    for group in groups.values():
        found = [(building, reviews[building.building_id]) for building in group]
        strata.append(
            Stratum(
                group[0].stratum_size,
                group[0].stratum_means + _NO_MODEL,
                tuple(category for _, category in found if category is not None),
                tuple(building.probabilities + _NO_MODEL for building, category in found if category is not None),
            )
        )
    return tuple(strata)
