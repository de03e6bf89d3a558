"""Which buildings are to be reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from ..building import ReviewedBuilding


@dataclass(frozen=True)
class Box:
    """A rectangle in the CRS of the layer."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, building: ReviewedBuilding) -> bool:
        """Return whether the middle of a building lies in it."""
        return self.west <= building.x <= self.east and self.south <= building.y <= self.north


@dataclass(frozen=True)
class ReviewFilter:
    """What is asked of a building.

    Attributes:
        model_class: the machine's class, empty for any.
        most_margin: greatest lead of the likeliest class over the next one, 0–1; 1 for any.
        least_area: square metres.
        not_reviewed: only buildings without a review.
        view: only buildings in this rectangle; None for everywhere.
    """

    model_class: str = ""
    most_margin: float = 1.0
    least_area: float = 0.0
    not_reviewed: bool = True
    view: Box | None = None

    def concerns(self, building: ReviewedBuilding) -> bool:
        """Return whether a building is one to be reviewed, whether or not it has been already."""
        return (
            (not self.model_class or building.machine_class == self.model_class)
            and (self.most_margin >= 1.0 or (bool(building.probabilities) and building.margin <= self.most_margin))
            and building.area_m2 >= self.least_area
            and (self.view is None or self.view.holds(building))
        )
