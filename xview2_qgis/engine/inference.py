"""Inference: from a batch of tile pairs to building and class probabilities.

A bundle holds ``joint`` networks (both answers in one file) or ``localization`` and ``damage`` networks; several of a
kind are averaged. Damage comes either given a building (four channels) or with background first (five channels); here
it always becomes class probabilities given a building.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from .bundle import Bundle
from .errors import RuntimeFailure
from .events import EventSink
from .runtime import LoadedNetworks, NetworkSession, RuntimeOptions, RuntimeReport, open_networks

Tta = Literal["none", "flips"]
Array = NDArray[np.float32]

#: Flips of (N, C, H, W) by test-time augmentation mode: none, left-right, up-down, both.
_FLIPS: dict[Tta, tuple[tuple[int, ...], ...]] = {"none": ((),), "flips": ((), (3,), (2,), (2, 3))}
_TINY = 1e-6  # background so sure of itself that no class is left: all classes are then equally likely
_GATE_SHARE = 0.5  # of the lowest building threshold; blending never lifts a pixel above what some tile saw


class ImagePair(Protocol):
    """The images of a tile, as :class:`.alignment.PairTile` has them: uint8 (3, H, W)."""

    @property
    def pre(self) -> NDArray[np.uint8]:
        """The image before."""

    @property
    def post(self) -> NDArray[np.uint8]:
        """The image after."""


@dataclass(frozen=True)
class TilePrediction:
    """What the networks say about a tile.

    Attributes:
        building: building probability, float32 (H, W).
        damage: class probabilities given a building, float32 (4, H, W), sum 1.
        gated: the damage networks did not run, for there is no building; the classes are then equally likely.
    """

    building: Array
    damage: Array
    gated: bool


class Predictor:
    """Runs the networks of a bundle on tiles.

    Args:
        bundle: the bundle.
        loaded: its networks.
        tta: test-time augmentation; ``flips`` averages four mirrored runs.
        gate: run damage networks only where localization leaves something above half the building threshold. Off when
            buildings come from elsewhere.
    """

    def __init__(self, bundle: Bundle, loaded: LoadedNetworks, *, tta: Tta = "none", gate: bool = True) -> None:
        self.bundle = bundle
        self._loaded = loaded
        self._flips = _FLIPS[tta]
        decision = bundle.decision
        self._gate = _GATE_SHARE * min(decision.building_threshold, decision.damaged_building_threshold)
        if not gate:
            self._gate = -1.0
        self._first = [s for s in loaded.sessions if s.network.role != "damage"]
        self._second = [s for s in loaded.sessions if s.network.role == "damage"]

    @property
    def report(self) -> RuntimeReport:
        """What computes."""
        return self._loaded.report

    @property
    def batch_size(self) -> int:
        """Tiles per run; ``predict`` takes up to so many."""
        return self._loaded.batch_size

    def predict(self, tiles: Sequence[ImagePair]) -> list[TilePrediction]:
        """Return the predictions of up to ``batch_size`` tiles.

        Raises:
            RuntimeFailure: the device failed, or the networks returned numbers that are not finite.
        """
        if not 0 < len(tiles) <= self.batch_size:
            raise ValueError(f"{len(tiles)} tiles do not fit a batch of {self.batch_size}")
        # the last batch is filled up: every new shape costs memory and time
        filled = [*tiles, *[tiles[-1]] * (self.batch_size - len(tiles))]
        images = {"pre": np.stack([tile.pre for tile in filled]), "post": np.stack([tile.post for tile in filled])}

        means = self._mean_outputs(self._first, images)
        building = np.clip(means["building"][:, 0], 0.0, 1.0) if "building" in means else None
        if building is None:  # the background channel of the damage output tells
            building = np.clip(1.0 - means["damage"][:, 0], 0.0, 1.0)
        _check_finite(building)
        wanted = [bool(building[i].max() > self._gate) for i in range(len(tiles))]
        if self._second and any(wanted):
            means |= self._mean_outputs(self._second, images)
        raw = means.get("damage")
        damage = None if raw is None else _given_building(raw)
        return [
            TilePrediction(
                building[i], _undecided(building[i].shape) if damage is None else damage[i], gated=damage is None
            )
            for i in range(len(tiles))
        ]

    def _mean_outputs(
        self, sessions: Sequence[NetworkSession], images: dict[str, NDArray[np.uint8]]
    ) -> dict[str, Array]:
        """Return the mean of each output over the networks that have it and over the flips."""
        sums: dict[str, Array] = {}
        counts: dict[str, int] = {}
        for axes in self._flips:
            flipped = {name: np.ascontiguousarray(np.flip(batch, axes)) for name, batch in images.items()}
            for session in sessions:
                for name, values in session.run(flipped).items():
                    back = np.flip(values, axes)
                    counts[name] = counts.get(name, 0) + 1
                    if name in sums:
                        sums[name] += back
                    else:  # a lone output needs no copy
                        sums[name] = back.copy() if len(self._flips) * len(sessions) > 1 else back
        return {name: total if counts[name] == 1 else total / np.float32(counts[name]) for name, total in sums.items()}


def open_predictor(
    bundle: Bundle, options: RuntimeOptions, events: EventSink, *, tta: Tta = "none", gate: bool = True
) -> Predictor:
    """Load the networks of a bundle and return what predicts with them; arguments as of :class:`Predictor`.

    Raises:
        RuntimeFailure: the device does not work, or the bundle has no network of the precision asked for.
        ModelError: ONNX Runtime refuses a network.
    """
    return Predictor(bundle, open_networks(bundle, options, events), tta=tta, gate=gate)


def _given_building(damage: Array) -> Array:
    """Return class probabilities given a building (N, 4, H, W) from four or five (background first) channels."""
    classes = np.maximum(damage[:, -4:], 0.0)
    classes += np.float32(_TINY / 4)
    total = classes.sum(axis=1, keepdims=True)
    _check_finite(total)
    classes /= total
    return classes


def _undecided(shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.float32(0.25), (4, *shape))


def _check_finite(values: Array) -> None:
    if not np.isfinite(values).all():
        raise RuntimeFailure(
            "the networks returned numbers that are not finite", "use --precision fp32 or --device cpu", "not-finite"
        )
