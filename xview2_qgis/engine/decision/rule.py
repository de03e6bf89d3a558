"""A decision rule: what makes buildings and classes of the probabilities that the networks of a bundle give.

``model.json`` names the rule and its parameters. The rule reads its parameters from there and knows what networks it
needs, how a tile is decided, where there is a building and of what class, whether pixels have classes of their own, and
at what probabilities something is decided; nothing else depends on its name. :mod:`.registry` lists the rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from .tile_prediction import TilePrediction
from .vote import Pixels, Vote, vote


class RuleParameters(Protocol):
    """The object ``decision`` of a manifest; what is missing or out of range is refused with its name."""

    def has(self, key: str) -> bool:
        """Return whether there is such a key."""

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number within limits."""

    def four_factors(self, key: str) -> tuple[float, float, float, float]:
        """Return four numbers of at least 0, not all 0."""


class RatedNetwork(Protocol):
    """A network of a bundle, as far as a rule depends on it."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names among ``building``, ``damage``."""

    @property
    def damage_channels(self) -> int | None:
        """5 (background first), 4 (given a building), or None without ``damage``."""


class TileOutputs(Protocol):
    """What the networks of a bundle give for a batch of tiles; computed when it is asked for."""

    @property
    def count(self) -> int:
        """Tiles in the batch."""

    def probabilities(self) -> list[TilePrediction]:
        """Return the mean probabilities of each tile; damage networks may be gated."""

    def truncated(self) -> dict[str, NDArray[np.uint8]]:
        """Return the mean of each output × 255 without fractions, uint8 (``count`` or more, channels, H, W)."""


class DecisionRule(ABC):
    """How probabilities become buildings and classes; the parameters are those of one bundle.

    Attributes:
        name: in the manifest.
        by_pixels: every pixel has a class of its own, which the damage raster shows.
        whole_tiles: a tile is decided as a whole, so that all must have the size that its authors chose.
        minimum_area_m2: smaller objects are not reported.
    """

    name: ClassVar[str]
    by_pixels: ClassVar[bool] = False
    whole_tiles: ClassVar[bool] = False
    minimum_area_m2: float

    @classmethod
    @abstractmethod
    def read(cls, parameters: RuleParameters) -> DecisionRule:
        """Return the rule with the parameters of a manifest."""

    @abstractmethod
    def manifest(self) -> dict[str, object]:
        """Return the object ``decision`` of a manifest, from which :meth:`read` gives the same rule."""

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Building probabilities of the networks at which something is decided, rising."""
        return (0.5,)

    @property
    def lowest_threshold(self) -> float:
        """No building is where the building probability does not exceed this anywhere."""
        return 0.5

    def needed_networks(self, networks: Sequence[RatedNetwork]) -> str | None:
        """Return in words what networks the rule needs if these do not suit it, None if they do."""
        del networks
        return None

    def load(self) -> None:
        """Import libraries that :meth:`decide` needs and other rules need not wait for.

        To be called before threads begin: circular imports of such libraries do not bear two threads at a time.
        """
        return

    def decide(self, outputs: TileOutputs) -> list[TilePrediction]:
        """Return what goes on of each tile: probabilities, or certainties where the rule decides tile by tile."""
        return outputs.probabilities()

    def building_mask(self, building: NDArray[np.uint8], damage: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return where there is a building.

        Args:
            building: building probability × 255, shape (H, W).
            damage: class probabilities given a building × 255, shape (4, H, W).
        """
        del damage
        # whole numbers: above 127.5 means above 127, and bytes compare many times faster than floats
        return np.asarray(building > np.uint8(127))

    def pixel_classes(self, building: NDArray[np.uint8], damage: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the class of every pixel, 0 where there is no building, uint8 (H, W); for rules that decide pixels.

        Arguments as of :meth:`building_mask`.
        """
        return np.where(self.building_mask(building, damage), (damage.argmax(axis=0) + 1).astype(np.uint8), np.uint8(0))

    def winner(self, probabilities: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return the winning class number 1…4 along the first axis of ``probabilities`` (4, …)."""
        return np.asarray(np.argmax(probabilities, axis=0) + 1)

    def classify(self, labels: NDArray[np.int32], count: int, pixels: Pixels) -> list[Vote]:
        """Return the class of each building, in the order of their numbers.

        Args:
            labels: number of the building of each pixel, 0 for none, int32 (H, W).
            count: how many buildings there are, numbered 1 … ``count``.
            pixels: probabilities of the same pixels.
        """
        return vote(labels, count, pixels, self.winner)
