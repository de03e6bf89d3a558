"""A tile on its way from a worker: what it shows and what was predicted, without the images and without loss.

Margins that no image shows are left out: whatever is predicted there, nothing of it is kept. What remains goes as it
is: float32, because a result must not depend on where its tiles were computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from ...decision.tile_prediction import TilePrediction
from ...scene.pair_tile import PairTile

Value = TypeVar("Value", bound=np.generic)

# pixels around what is shown that go along: at the border of its data, two tiles may differ about a pixel by rounding
_MARGIN = 16


@dataclass(frozen=True)
class PredictedTile(PairTile):
    """A tile without images that has been predicted elsewhere.

    Attributes:
        prediction: probabilities.
    """

    prediction: TilePrediction = field(kw_only=True)


@dataclass(frozen=True)
class SentTile:
    """A predicted tile as it is sent.

    Attributes:
        shape: rows and columns of the tile.
        corner: row and column of the upper left corner of the part that some image shows.
        pre_valid: the pre-event image has data, of that part, eight pixels a byte, uint8 (h, w / 8); None where there
            is no such image.
        post_valid: the same of the post-event image.
        building: building probability of that part, float32 (h, w), or uint8 where they are whole numbers.
        damage: class probabilities given a building, the same (4, h, w); (1, 1, 1) where all are the same number.
        gated: the damage networks did not run.
        features: what a network saw, of the whole tile.
    """

    shape: tuple[int, int]
    corner: tuple[int, int]
    pre_valid: NDArray[np.uint8] | None
    post_valid: NDArray[np.uint8]
    building: NDArray[np.float32] | NDArray[np.uint8]
    damage: NDArray[np.float32] | NDArray[np.uint8]
    gated: bool
    features: NDArray[np.float32] | None

    @classmethod
    def of(cls, tile: PairTile, prediction: TilePrediction) -> SentTile:
        """Return a predicted tile for sending."""
        anything = tile.post_valid if tile.pre_valid is None else tile.pre_valid | tile.post_valid
        rows, columns = _span(np.asarray(anything.any(axis=1))), _span(np.asarray(anything.any(axis=0)))
        height, width = anything.shape
        same = not any(prediction.damage.strides)  # one number in the memory: what is undecided
        return cls(
            (height, width),
            (rows.start, columns.start),
            None if tile.pre_valid is None else np.packbits(tile.pre_valid[rows, columns], axis=1),
            np.packbits(tile.post_valid[rows, columns], axis=1),
            _narrow(prediction.building[rows, columns]),
            prediction.damage[:1, :1, :1] if same else _narrow(prediction.damage[:, rows, columns]),
            prediction.gated,
            prediction.features,
        )

    def tile(self, window: Window) -> PredictedTile:
        """Return the tile again.

        Args:
            window: where on the grid.
        """
        if self.damage.shape == (1, 1, 1):
            damage = np.broadcast_to(np.float32(self.damage[0, 0, 0]), (4, *self.shape))
        else:
            damage = self._whole(self.damage, np.float32)
        building = self._whole(self.building, np.float32)
        return PredictedTile(
            window,
            None,
            np.empty((3, 0, 0), np.uint8),
            None if self.pre_valid is None else self._mask(self.pre_valid),
            self._mask(self.post_valid),
            prediction=TilePrediction(building, damage, self.gated, self.features),
        )

    def _mask(self, bits: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return a mask of the whole tile."""
        return self._whole(np.unpackbits(bits, axis=1, count=self.building.shape[1]), np.bool_)

    def _whole(self, part: NDArray[np.generic], dtype: type[Value]) -> NDArray[Value]:
        """Return an array of the whole tile, 0 outside of the part that was sent."""
        if part.shape[-2:] == self.shape:
            return part.astype(dtype, copy=False)
        top, left = self.corner
        whole = np.zeros((*part.shape[:-2], *self.shape), dtype)
        whole[..., top : top + part.shape[-2], left : left + part.shape[-1]] = part
        return whole


def _narrow(values: NDArray[np.float32]) -> NDArray[np.float32] | NDArray[np.uint8]:
    """Return probabilities as they are, or as bytes where a rule has made certainties of them."""
    bytes_ = values.astype(np.uint8)
    return bytes_ if np.array_equal(bytes_, values) else np.ascontiguousarray(values)


def _span(some: NDArray[np.bool_]) -> slice:
    """Return the rows or columns from the first to the last that is true."""
    places = np.flatnonzero(some)
    if not len(places):
        return slice(0, 0)
    return slice(max(0, int(places[0]) - _MARGIN), min(len(some), int(places[-1]) + 1 + _MARGIN))
