"""Sampling: which crop is sample number n of a run.

A sample depends on the seed and its number only. There is no state to save, so a resumed run sees exactly the crops
that an uninterrupted one would have seen, whatever the number of loader processes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from .augmentation import Augmentation, draw_crop
from .cache import CachedPair


@dataclass(frozen=True)
class SamplingRule:
    """Where crops come from.

    Attributes:
        size: edge length in pixels.
        building_share: share of the crops that are centred on a building.
        class_weights: how often each damage class is chosen for such a crop, relative to the others.
        damaged_share: least share of every batch that is centred on a damaged building.
    """

    size: int = 256
    building_share: float = 0.8
    class_weights: tuple[float, float, float, float] = (1.0, 1.2, 1.2, 0.8)
    damaged_share: float = 0.25


@dataclass(frozen=True)
class Source:
    """A set of pairs and how often it is drawn from, relative to the other sets."""

    pairs: list[CachedPair]
    weight: float


class CropDataset(Dataset[dict[str, Tensor]]):
    """All samples of a run, numbered from zero.

    Args:
        sources: sets of pairs.
        rule: where crops come from.
        augmentation: how strongly they vary.
        samples: number of samples of the run.
        batch: batch size, for the guaranteed share of damage.
        seed: seed of the run.
    """

    def __init__(
        self,
        sources: list[Source],
        rule: SamplingRule,
        augmentation: Augmentation,
        samples: int,
        batch: int,
        seed: int,
    ) -> None:
        self._sources = sources
        self._rule = rule
        self._augmentation = augmentation
        self._samples = samples
        self._batch = batch
        self._seed = seed
        weights = np.array([s.weight for s in sources], dtype=float)
        self._source_p = weights / weights.sum()
        # pairs that contain each class, per source: a rare class is drawn from everywhere it occurs
        self._holders = [{c: [p for p in s.pairs if c in p.classes] for c in (1, 2, 3, 4)} for s in sources]

    def __len__(self) -> int:
        return self._samples

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        """Return sample ``number``: ``pre`` and ``post`` uint8 (3, S, S), ``building`` and ``damage`` uint8 (S, S)."""
        rng = np.random.default_rng([self._seed, number])
        source = int(rng.choice(len(self._sources), p=self._source_p))
        must_be_damaged = number % self._batch < self._rule.damaged_share * self._batch
        pair, centre = self._place(source, must_be_damaged, rng)
        crop = draw_crop(pair.open(), centre, self._rule.size, self._augmentation, rng)
        return {
            "pre": torch.from_numpy(crop.pre),
            "post": torch.from_numpy(crop.post),
            "building": torch.from_numpy(crop.building),
            "damage": torch.from_numpy(crop.damage),
        }

    def _place(
        self, source: int, must_be_damaged: bool, rng: np.random.Generator
    ) -> tuple[CachedPair, tuple[float, float]]:
        """Choose a pair and the centre of the crop."""
        pairs, holders = self._sources[source].pairs, self._holders[source]
        if must_be_damaged or rng.random() < self._rule.building_share:
            weights = np.array(self._rule.class_weights) * [bool(holders[c]) for c in (1, 2, 3, 4)]
            if must_be_damaged and weights[1:].any():
                weights[0] = 0
            if weights.any():
                value = int(rng.choice(4, p=weights / weights.sum())) + 1
                pair = holders[value][rng.integers(len(holders[value]))]
                anchors = pair.anchors[pair.anchors[:, 2] == value]
                row, column, _ = anchors[rng.integers(len(anchors))]
                jitter = rng.uniform(-0.4, 0.4, 2) * self._rule.size
                return pair, self._inside(pair, row + jitter[0], column + jitter[1])
        pair = pairs[rng.integers(len(pairs))]
        height, width = pair.open().shape[:2]
        return pair, self._inside(pair, rng.uniform(0, height), rng.uniform(0, width))

    def _inside(self, pair: CachedPair, row: float, column: float) -> tuple[float, float]:
        """Keep the centre so far inside that little of the crop is empty."""
        height, width = pair.open().shape[:2]
        margin = min(0.4 * self._rule.size, height / 2, width / 2)
        return float(np.clip(row, margin, height - margin)), float(np.clip(column, margin, width - margin))
