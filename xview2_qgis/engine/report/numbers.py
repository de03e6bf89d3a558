"""The numbers of a report, counted once through the buildings of a stored result."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from geopandas import GeoDataFrame

from ...protocol.schema import CLASS_NAMES, NO_BUILDING, SOURCE_REVIEW, Damage
from ...protocol.totals.category import NUMBERS, category_of
from ...protocol.totals.review_sample import Totals

#: Classes of confidence in the histogram, each a tenth wide.
CONFIDENCE_BINS = 10


@dataclass
class ReviewNumbers:
    """What people said of the outlines of a result.

    Attributes:
        reviewed: outlines that a review gave a class, or called no building, by the word of the review.
        kept: those of them whose review agrees with the class before it, by the same words.
        drawn: buildings that were drawn by hand.
        adapted: buildings whose class the adaptation to the event changed.
        adapted_all: buildings that the adaptation looked at.
    """

    reviewed: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    drawn: int = 0
    adapted: int = 0
    adapted_all: int = 0

    @property
    def all_reviewed(self) -> int:
        """Outlines with a review."""
        return sum(self.reviewed.values())

    @property
    def all_kept(self) -> int:
        """Those whose class stayed as it was."""
        return sum(self.kept.values())


@dataclass
class ReportNumbers:
    """Counts and areas by final class. Outlines that a review calls no building are in none of them.

    Attributes:
        counts: buildings of each class.
        areas_m2: their ellipsoidal area.
        confidences: of buildings with a class by the model, by its confidence 0–0.1, 0.1–0.2, ….
        reviews: what people said.
    """

    counts: dict[Damage, int] = field(default_factory=lambda: dict.fromkeys(Damage, 0))
    areas_m2: dict[Damage, float] = field(default_factory=lambda: dict.fromkeys(Damage, 0.0))
    confidences: list[int] = field(default_factory=lambda: [0] * CONFIDENCE_BINS)
    reviews: ReviewNumbers = field(default_factory=ReviewNumbers)

    @classmethod
    def of(cls, totals: Totals) -> ReportNumbers:
        """Return the counts of a result, which know also of rows of the layer without an outline."""
        return cls({damage: totals.categories[NUMBERS[name]].plain for damage, name in CLASS_NAMES.items()})

    def add(self, batch: GeoDataFrame) -> None:
        """Add areas, confidences and reviews of some outlines.

        Args:
            batch: outlines, those without a building among them; fields as of :class:`..stored.result.StoredResult`.
        """
        _count_reviews(batch, self.reviews)
        held = batch[batch["final_class"] != NO_BUILDING]
        for damage, name in CLASS_NAMES.items():
            of_class = held[held["final_class"] == name]
            self.areas_m2[damage] += float(np.nansum(of_class["area_m2"].to_numpy(np.float64)))
        confidences = held["confidence"].to_numpy(np.float64)
        confidences = confidences[np.isfinite(confidences)]
        bins = np.clip((confidences * CONFIDENCE_BINS).astype(int), 0, CONFIDENCE_BINS - 1)
        for index, found in enumerate(np.bincount(bins, minlength=CONFIDENCE_BINS).tolist()):
            self.confidences[index] += found

    @property
    def buildings(self) -> int:
        """Number of all buildings."""
        return sum(self.counts.values())

    @property
    def visible(self) -> int:
        """Buildings with a class."""
        return self.buildings - self.counts[Damage.UNKNOWN]

    @property
    def area_m2(self) -> float:
        """Area of all buildings."""
        return sum(self.areas_m2.values())


def _count_reviews(batch: GeoDataFrame, reviews: ReviewNumbers) -> None:
    rows = zip(
        batch["review_class"].tolist(), batch["adapted_class"].tolist(), batch["damage_class"].tolist(),
        batch["final_class"].tolist(), batch["source"].tolist(), strict=True,
    )  # fmt: skip
    for review, adapted, model, final, source in rows:
        by_hand = source == SOURCE_REVIEW
        reviews.drawn += by_hand
        before = adapted if isinstance(adapted, str) and adapted else model  # newer pandas has NaN for no text
        if before is adapted:
            reviews.adapted_all += 1
            reviews.adapted += adapted != model
        if category_of(review) is None or by_hand:
            continue
        reviews.reviewed[final] = reviews.reviewed.get(final, 0) + 1
        reviews.kept[final] = reviews.kept.get(final, 0) + (final == before)
