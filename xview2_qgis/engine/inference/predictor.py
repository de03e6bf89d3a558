"""Inference: from a batch of tile pairs to building and class probabilities.

A bundle holds ``joint`` networks (both answers in one file) or ``localization`` and ``damage`` networks; several of a
kind are averaged. Damage comes either given a building (four channels) or with background first (five channels); here
it always becomes class probabilities given a building. Published rules decide a whole image of their authors' size, so
they are applied here, tile by tile: what goes on are certainties, 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..bundle import Bundle
from ..bundle.manifest import Tta
from ..run.events import EventSink
from ..scene.pair_tile import PairTile
from .devices import LoadedNetworks, RuntimeOptions, RuntimeReport, open_networks
from .ensemble import Array, Ensemble

if TYPE_CHECKING:
    from ..decision.published_rules import PublishedMap

_TINY = 1e-6  # background so sure of itself that no class is left: all classes are then equally likely
_GATE_SHARE = 0.5  # of the lowest building threshold; blending never lifts a pixel above what some tile saw


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
        tta: test-time augmentation; ``mirror`` averages two runs, ``flips`` four. None for what belongs to the model.
        gate: run damage networks only where localization leaves something above half the building threshold. The rule
            ``second-place`` finds buildings by damage alone, so it is never gated.
    """

    def __init__(self, bundle: Bundle, loaded: LoadedNetworks, *, tta: Tta | None = None, gate: bool = True) -> None:
        self.bundle = bundle
        self._loaded = loaded
        tta = tta or bundle.tta
        self._all = Ensemble(loaded.sessions, tta)
        self._first = Ensemble([s for s in loaded.sessions if s.network.role != "damage"], tta)
        self._second = Ensemble([s for s in loaded.sessions if s.network.role == "damage"], tta)
        decision = bundle.decision
        self._gate = _GATE_SHARE * min(decision.building_threshold, decision.damaged_building_threshold)
        if not gate:
            self._gate = -1.0
        if decision.by_pixels:
            # A third of a second that other rules need not wait for. Now and not at the first tile: by then another
            # thread imports the same libraries, and their circular imports do not bear two at a time
            from ..decision import published_rules  # noqa: F401

    @property
    def report(self) -> RuntimeReport:
        """What computes."""
        return self._loaded.report

    @property
    def batch_size(self) -> int:
        """Tiles per run; ``predict`` takes up to so many."""
        return self._loaded.batch_size

    @property
    def workers(self) -> int:
        """Calls of ``predict`` at the same time, each from a thread of its own, that are fastest."""
        return self._loaded.workers

    def predict(self, tiles: Sequence[PairTile]) -> list[TilePrediction]:
        """Return the predictions of up to ``batch_size`` tiles.

        Args:
            tiles: the images. Damage networks run where a tile holds a footprint, or a building where it is asked for.

        Raises:
            RuntimeFailure: the device failed, or the networks returned numbers that are not finite.
        """
        if not 0 < len(tiles) <= self.batch_size:
            raise ValueError(f"{len(tiles)} tiles do not fit a batch of {self.batch_size}")
        # the last batch is filled up: every new shape costs memory and time
        filled = [*tiles, *[tiles[-1]] * (self.batch_size - len(tiles))]
        images = {"pre": np.stack([tile.pre for tile in filled]), "post": np.stack([tile.post for tile in filled])}
        if self.bundle.decision.rule == "second-place":
            from ..decision.published_rules import second_place

            grey = self._all.truncated_mean(images)
            return [_certain(second_place(grey["building"][i, 0], grey["damage"][i, 1:])) for i in range(len(tiles))]
        predictions = self._probabilities(images, tiles)
        if self.bundle.decision.rule == "fifth-place":
            from ..decision.published_rules import fifth_place

            return [_certain(fifth_place(p.building, p.damage), gated=p.gated) for p in predictions]
        return predictions

    def _probabilities(self, images: dict[str, NDArray[np.uint8]], tiles: Sequence[PairTile]) -> list[TilePrediction]:
        means = self._first.mean(images)
        # else the background channel of the damage output tells
        building = means["building"][:, 0] if "building" in means else np.float32(1.0) - means["damage"][:, 0]
        np.clip(building, 0.0, 1.0, out=building)
        if self._second.sessions and any(
            tile.has_footprints or self._passes(building[i], tile.asked) for i, tile in enumerate(tiles)
        ):
            means |= self._second.mean(images)
        raw = means.get("damage")
        damage = None if raw is None else _given_building(raw)
        return [
            TilePrediction(
                building[i], _undecided(building[i].shape) if damage is None else damage[i], gated=damage is None
            )
            for i in range(len(tiles))
        ]

    def _passes(self, building: Array, asked: NDArray[np.bool_] | None) -> bool:
        """Return whether a building probability (H, W) passes the gate where buildings are asked for."""
        # -1: where none are asked for there is nothing, not even below a gate that lets everything pass
        return bool((building if asked is None else building[asked]).max(initial=-1.0) > self._gate)


def open_predictor(
    bundle: Bundle, options: RuntimeOptions, events: EventSink, *, tta: Tta | None = None, gate: bool = True
) -> Predictor:
    """Load the networks of a bundle and return what predicts with them; arguments as of :class:`Predictor`.

    Raises:
        RuntimeFailure: the device does not work, or the bundle has no network of the precision asked for.
        ModelError: ONNX Runtime refuses a network.
    """
    return Predictor(bundle, open_networks(bundle, options, events), tta=tta, gate=gate)


def _given_building(damage: Array) -> Array:
    """Return class probabilities given a building (N, 4, H, W) from four or five (background first) channels.

    In the place of what is given: memory for so many numbers, for every tile anew, would take longer than the rest.
    """
    classes = damage[:, -4:]
    np.maximum(classes, np.float32(0.0), out=classes)
    classes += np.float32(_TINY / 4)
    total = classes.sum(axis=1, keepdims=True)
    classes /= total
    return classes


def _undecided(shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.float32(0.25), (4, *shape))


def _certain(decided: PublishedMap, *, gated: bool = False) -> TilePrediction:
    """Return a decided tile as probabilities of 0 and 1."""
    classes = np.arange(1, 5, dtype=np.uint8)[:, None, None]
    return TilePrediction(decided.building.astype(np.float32), (decided.damage == classes).astype(np.float32), gated)
