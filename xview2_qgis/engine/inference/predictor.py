"""Inference: from a batch of tile pairs to building and class probabilities.

A bundle holds ``joint`` networks (both answers in one file) or ``localization`` and ``damage`` networks; several of a
kind are averaged. Damage comes either given a building (four channels) or with background first (five channels); here
it always becomes class probabilities given a building. The decision rule of the bundle decides what goes on of a tile:
these probabilities, or certainties (0 or 1) of a rule that decides a whole image of its authors' size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...protocol.codes import ErrorCode
from ..bundle import Bundle
from ..decision.class_given_building import building_beside_background, class_given_building
from ..decision.tile_prediction import TilePrediction
from ..decision.views import Tta
from ..errors import RuntimeFailure
from ..run.events import EventSink
from ..scene.pair_tile import PairTile
from ..scene.tiling import EdgeTiles
from .devices import ONE_SIZE_DEVICES, LoadedNetworks, RuntimeOptions, RuntimeReport, open_networks
from .ensemble import FEATURES, Array, Ensemble

_GATE_SHARE = 0.5  # of the lowest building threshold; blending never lifts a pixel above what some tile saw


@dataclass(frozen=True)
class _Networks:
    """The loaded networks of a bundle.

    Attributes:
        all: all of them.
        first: those with building probabilities.
        second: damage networks, which run where ``first`` leaves something above the gate.
        gate: building probability; below 0 they always run.
    """

    all: Ensemble
    first: Ensemble
    second: Ensemble
    gate: float


@dataclass(frozen=True)
class _BatchOutputs:
    """What the networks give for a batch of tiles, see :class:`.rule.TileOutputs`.

    Attributes:
        networks: the networks.
        tiles: the tiles.
        images: their ``pre`` and ``post``, uint8 (N, 3, H, W); may hold more than those.
    """

    networks: _Networks
    tiles: Sequence[PairTile]
    images: Mapping[str, NDArray[np.uint8]]

    @property
    def count(self) -> int:
        return len(self.tiles)

    def probabilities(self) -> list[TilePrediction]:
        means = self.networks.first.mean(self.images)
        building = (means["building"] if "building" in means else building_beside_background(means["damage"]))[:, 0]
        np.clip(building, 0.0, 1.0, out=building)
        wanted = [tile.has_footprints or self._passes(building[i], tile.asked) for i, tile in enumerate(self.tiles)]
        if self.networks.second.sessions and any(wanted):
            means |= self.networks.second.mean(self.images)
        raw = means.get("damage")
        damage = None if raw is None else class_given_building(raw)
        features = means.get(FEATURES)
        return [
            TilePrediction(
                building[i],
                _undecided(building[i].shape) if damage is None else damage[i],
                gated=damage is None,
                features=features[i] if features is not None and wanted[i] else None,
            )
            for i in range(self.count)
        ]

    def truncated(self) -> dict[str, NDArray[np.uint8]]:
        return self.networks.all.truncated_mean(self.images)

    def _passes(self, building: Array, asked: NDArray[np.bool_] | None) -> bool:
        """Return whether a building probability (H, W) passes the gate where buildings are asked for."""
        # -1: where none are asked for there is nothing, not even below a gate that lets everything pass
        return bool((building if asked is None else building[asked]).max(initial=-1.0) > self.networks.gate)


class Predictor:
    """Runs the networks of a bundle on tiles.

    Args:
        bundle: the bundle.
        loaded: its networks.
        tta: test-time augmentation; ``mirror`` averages two runs, ``flips`` four. None for what belongs to the model.
        gate: run damage networks only where localization leaves something above half the building threshold. Rules
            that find buildings by damage alone are never gated.
        events: warned of a device that runs out of memory in the middle of a run.
    """

    def __init__(
        self,
        bundle: Bundle,
        loaded: LoadedNetworks,
        *,
        tta: Tta | None = None,
        gate: bool = True,
        events: EventSink | None = None,
    ) -> None:
        self.bundle = bundle
        self._events = events
        self._loaded = loaded
        tta, rule = tta or bundle.tta, bundle.decision
        self._networks = _Networks(
            Ensemble(loaded.sessions, tta),
            Ensemble([s for s in loaded.sessions if s.network.role != "damage"], tta),
            Ensemble([s for s in loaded.sessions if s.network.role == "damage"], tta),
            _GATE_SHARE * rule.lowest_threshold if gate else -1.0,
        )
        self._at_once = loaded.batch_size
        self._fixed = any(network.batch_size is not None for network in bundle.networks)
        rule.load()

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

    @property
    def edges(self) -> EdgeTiles:
        """What tiles at the border of a scene may be; a batch is of one size."""
        device = self.report.device
        multiple = self.bundle.size_multiple if device not in ONE_SIZE_DEVICES else None
        return EdgeTiles.of(multiple, cut=device == "cpu" and self.batch_size == 1)

    def predict(self, tiles: Sequence[PairTile]) -> list[TilePrediction]:
        """Return the predictions of up to ``batch_size`` tiles.

        Where they take more memory than the device has left, they are predicted by halves, from then on.

        Args:
            tiles: the images, of one size. Damage networks run where a tile holds a footprint, or a building where it
                is asked for.

        Raises:
            RuntimeFailure: the device failed, or the networks returned numbers that are not finite.
        """
        if not 0 < len(tiles) <= self.batch_size:
            raise ValueError(f"{len(tiles)} tiles do not fit a batch of {self.batch_size}")
        predictions: list[TilePrediction] = []
        while len(predictions) < len(tiles):
            try:
                predictions += self._predicted(tiles[len(predictions) :][: self._at_once])
            except RuntimeFailure as error:
                if error.code != ErrorCode.OUT_OF_MEMORY or self._at_once == 1 or self._fixed:
                    raise
                self._halve()
        return predictions

    def _halve(self) -> None:
        """Predict half as many tiles at a time from now on, and say so: the run takes longer."""
        before, self._at_once = self._at_once, -(-self._at_once // 2)
        if self._events is not None:
            self._events.warning(
                "batch-halved",
                f"{self.report.device} ran out of memory with {before} tiles at a time: from now on it computes "
                f"{self._at_once}, which takes longer; close other programs, or use --batch-size {self._at_once} "
                "next time",
            )

    def _predicted(self, tiles: Sequence[PairTile]) -> list[TilePrediction]:
        """Return the predictions of the tiles of one run."""
        # the last batch is filled up: every new shape costs memory and time
        filled = [*tiles, *[tiles[-1]] * (self._at_once - len(tiles))]
        images = {"pre": _stacked([self._pre(tile) for tile in filled]), "post": _stacked([t.post for t in filled])}
        return self.bundle.decision.decide(_BatchOutputs(self._networks, tiles, images))

    def _pre(self, tile: PairTile) -> NDArray[np.uint8]:
        """Return what the networks are given as pre-event image, uint8 (3, H, W)."""
        if tile.pre is not None:
            return tile.pre
        if self.bundle.missing_pre is None:
            raise ValueError(f"model {self.bundle.id} needs a pre-event image")
        return tile.post if self.bundle.missing_pre == "post" else np.zeros_like(tile.post)


def open_predictor(
    bundle: Bundle, options: RuntimeOptions, events: EventSink, *, tta: Tta | None = None, gate: bool = True
) -> Predictor:
    """Load the networks of a bundle and return what predicts with them; arguments as of :class:`Predictor`.

    Raises:
        RuntimeFailure: the device does not work, or the bundle has no network of the precision asked for.
        ModelError: ONNX Runtime refuses a network.
    """
    return Predictor(bundle, open_networks(bundle, options, events), tta=tta, gate=gate, events=events)


def _stacked(images: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return images (3, H, W) as a batch, uint8 (N, 3, H, W); a single one is not copied."""
    return images[0][None] if len(images) == 1 else np.stack(images)


def _undecided(shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(np.float32(0.25), (4, *shape))
