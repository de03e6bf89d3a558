"""What the model said, against what the reviewer said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .building import ReviewedBuilding


@dataclass(frozen=True)
class Confusion:
    """Counts of reviewed buildings.

    Attributes:
        counts: buildings by the model's class and the reviewer's.
    """

    counts: Counter[tuple[str, str]]

    @classmethod
    def of(cls, buildings: Iterable[ReviewedBuilding]) -> Confusion:
        """Count; buildings that were drawn by hand have no class of the model and stay out."""
        return cls(
            Counter((b.model_class, b.review_class) for b in buildings if b.is_reviewed and b.building_id is not None)
        )

    @property
    def total(self) -> int:
        """Reviewed buildings."""
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        """Buildings for which both said the same."""
        return sum(count for (model, reviewer), count in self.counts.items() if model == reviewer)
