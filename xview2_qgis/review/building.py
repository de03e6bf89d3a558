"""One building of a damage layer, as far as the review needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..protocol.schema import CLASS_NAMES, NO_BUILDING

#: What ``review_class`` takes; anything else is no review, as in the triggers of the file.
REVIEW_CLASSES: tuple[str, ...] = (*CLASS_NAMES.values(), NO_BUILDING)


@dataclass(frozen=True)
class ReviewedBuilding:
    """A row of the layer ``damage``.

    Attributes:
        fid: by which QGIS knows the feature.
        building_id: its number in the result; None for one that was drawn by hand.
        model_class: the model's class; ``unknown`` where it gave none.
        adapted_class: class after an adaptation, or empty.
        probabilities: of the four classes, least damage first, 0–1; empty where there are none.
        area_m2: area of the outline, square metres.
        review_class: one of ``REVIEW_CLASSES``, or empty.
        note: what a reviewer wrote.
        x, y: middle of the outline's box, in the CRS of the layer.
    """

    fid: int
    building_id: int | None
    model_class: str
    adapted_class: str = ""
    probabilities: tuple[float, ...] = ()
    area_m2: float = 0.0
    review_class: str = ""
    note: str = ""
    x: float = 0.0
    y: float = 0.0

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody has given it a class."""
        return bool(self.review_class)

    @property
    def machine_class(self) -> str:
        """The class that counts as long as nobody has reviewed it: the adapted one, else the model's."""
        return self.adapted_class or self.model_class

    @property
    def margin(self) -> float:
        """The lead of the likeliest class over the next one, 0–1; 0 where there are no probabilities.

        The smaller, the more a review may change ("margin sampling": Scheffer, Decomain and Wrobel 2001, "Active hidden
        Markov models for information extraction").
        """
        first, second = sorted((*self.probabilities, 0.0, 0.0), reverse=True)[:2]
        return first - second


def word_of_review(value: object) -> str:
    """Return a stored review as the triggers of the file understand it, or empty: case and blanks do not matter."""
    word = re.sub(r"[\t\n\r]", "", str(value or "")).strip(" ").lower()
    return word if word in REVIEW_CLASSES else ""
