"""Sampling: which crop is sample number n of a run.

A sample depends on the seed and its number only. There is no state to save, so a resumed run sees exactly the crops
that an uninterrupted one would have seen, whatever the number of loader processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Annotated

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor
from torch.utils.data import Dataset

from ..augmentation.geometry import Subject
from ..augmentation.presets import Amount, Augmentation, Factor, Share
from .cache import CachedPair
from .crops import Crop, draw_crop
from .cutmix import mix
from .epochs import Epoch

_DAMAGED = (2, 3, 4)


@dataclass(frozen=True)
class SamplingRule:
    """Where crops come from.

    A crop shows either a building, chosen by its class from all pairs that hold one, or the next pair of the epoch's
    list. The recipes: ours is the default; the described sampler is ``building_share=0, damaged_weight=3``; the fifth
    place and the localization networks of the second place list every pair alike, ``building_share=0,
    damaged_share=0, overhang=0``, the latter with ``repeats=(0, 1, 1, 1)``; to these the damage networks of the second
    place add ``box_class=2`` and their multiplier.

    Attributes:
        size: edge length in pixels.
        building_share: share of the crops that show a building of a drawn class.
        class_weights: how often each damage class is drawn for such a crop, relative to the others.
        damaged_share: least share of every batch that shows a damaged building.
        damaged_weight: how many times as often a pair that holds damage is listed.
        repeats: how many times more a pair is listed for each of the classes 1…4 that it holds.
        multiplier: how many times an epoch goes through its list.
        box_class: a crop of a listed pair shows a whole connected area of this class where the pair has one.
        overhang: how much of a crop's edge may lie outside the image.
        mixed_share: share of the crops that get a rectangle of another crop, which shows a damaged building where any
            pair has one, see :mod:`training.data.cutmix`.
        post_only_share: share of the crops that lose their pre-event image, so that the network learns to do without;
            those of images without one always do.
    """

    size: Annotated[int, Field(gt=0)] = 256
    building_share: Share = 0.8
    class_weights: tuple[Amount, Amount, Amount, Amount] = (1.0, 1.2, 1.2, 0.8)
    damaged_share: Share = 0.25
    damaged_weight: Factor = 1.0
    repeats: tuple[Amount, Amount, Amount, Amount] = (0.0, 0.0, 0.0, 0.0)
    multiplier: Factor = 1.0
    box_class: Annotated[int, Field(ge=1, le=4)] | None = None
    overhang: Share = 0.1
    mixed_share: Share = 0.0
    post_only_share: Share = 0.0

    def listed(self, classes: Sequence[int]) -> float:
        """Return how often a pair that holds these classes is listed in an epoch."""
        damaged = any(c in _DAMAGED for c in classes)
        return (1 + sum(self.repeats[c - 1] for c in classes)) * (self.damaged_weight if damaged else 1)


@dataclass(frozen=True)
class Source:
    """A set of pairs and how often it is drawn from, relative to the other sets."""

    pairs: list[CachedPair]
    weight: float


def samples_per_epoch(sources: Sequence[Source], rule: SamplingRule) -> int:
    """Return the length of the list that an epoch goes through, times the multiplier."""
    return max(1, round(rule.multiplier * sum(rule.listed(p.classes) for s in sources for p in s.pairs)))


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
        filled = [s for s in sources if s.pairs and s.weight > 0]
        if not filled:
            raise ValueError("no pairs to draw samples from")
        self._rule = rule
        self._augmentation = augmentation
        self._samples = samples
        self._seed = seed
        self._damaged_slots = _spread_slots(rule.damaged_share, batch)
        self._weights = np.array([s.weight for s in filled], dtype=float)
        # pairs that contain each class, per source: a rare class is drawn from everywhere it occurs
        self._holders = [{c: [p for p in s.pairs if c in p.classes] for c in (1, 2, 3, 4)} for s in filled]
        self._pairs = [p for s in filled for p in s.pairs]
        shares: list[float] = []
        for source in filled:
            listed = np.array([rule.listed(p.classes) for p in source.pairs])
            # a single source keeps whole numbers: its pairs come exactly as often as they are listed
            shares.extend(listed * (source.weight / listed.sum() if len(filled) > 1 else 1.0))
        self._epoch = Epoch.of(shares, samples_per_epoch(filled, rule), seed)
        self._order: tuple[int, NDArray[np.int64]] = (0, self._epoch.order(0))

    def __len__(self) -> int:
        return self._samples

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        """Return sample ``number``: ``pre`` and ``post`` uint8 (3, S, S), ``building`` and ``damage`` uint8 (S, S)."""
        rng = np.random.default_rng([self._seed, number])
        crop = self._crop(*self._place(number, rng), rng)
        if self._rule.mixed_share and rng.random() < self._rule.mixed_share:
            donor = self._building(np.array(self._rule.class_weights) * [0, 1, 1, 1], rng)
            if donor is not None:
                crop = mix(crop, self._crop(*donor, rng), rng)
        if self._rule.post_only_share and rng.random() < self._rule.post_only_share:
            crop = crop.without_pre()
        return {
            "pre": torch.from_numpy(crop.pre),
            "post": torch.from_numpy(crop.post),
            "building": torch.from_numpy(crop.building),
            "damage": torch.from_numpy(crop.damage),
        }

    def _crop(self, pair: CachedPair, subject: Subject | None, rng: np.random.Generator) -> Crop:
        return draw_crop(pair.open(), self._rule.size, self._augmentation, rng, subject, self._rule.overhang)

    def _place(self, number: int, rng: np.random.Generator) -> tuple[CachedPair, Subject | None]:
        """Choose a pair and what its crop must contain."""
        weights = np.array(self._rule.class_weights)
        if self._damaged_slots[number % len(self._damaged_slots)]:
            chosen = self._building(weights * [0, 1, 1, 1], rng)
        elif rng.random() < self._rule.building_share:
            chosen = self._building(weights, rng)
        else:
            chosen = None
        if chosen is not None:
            return chosen
        pair = self._listed(number)
        boxes = pair.boxes[pair.boxes[:, 4] == self._rule.box_class] if self._rule.box_class else pair.boxes[:0]
        if not len(boxes):
            return pair, None
        left, top, right, bottom, _ = (float(v) for v in boxes[rng.integers(len(boxes))])
        return pair, Subject((left, top, right, bottom))

    def _building(self, weights: NDArray[np.float64], rng: np.random.Generator) -> tuple[CachedPair, Subject] | None:
        """Draw a source, a class that it holds, a pair that holds the class and a point of it."""
        per_source = np.array([[bool(h[c]) for c in (1, 2, 3, 4)] for h in self._holders]) * weights
        source_weights = self._weights * (per_source.sum(1) > 0)
        if not source_weights.any():
            return None
        source = int(rng.choice(len(source_weights), p=source_weights / source_weights.sum()))
        value = int(rng.choice(4, p=per_source[source] / per_source[source].sum())) + 1
        holders = self._holders[source][value]
        pair = holders[rng.integers(len(holders))]
        anchors = pair.anchors[pair.anchors[:, 2] == value]
        row, column, _ = (float(v) for v in anchors[rng.integers(len(anchors))])
        return pair, Subject((column, row, column + 1, row + 1), margin=0.1)

    def _listed(self, number: int) -> CachedPair:
        """Return the pair at this place of its epoch's list."""
        epoch, place = divmod(number, self._epoch.samples)
        if self._order[0] != epoch:
            self._order = (epoch, self._epoch.order(epoch))
        return self._pairs[int(self._order[1][place])]


def _spread_slots(share: float, batch: int) -> list[bool]:
    """Which places of a batch are set aside, evenly spread, so that every part of a batch gets its share."""
    bounds = [ceil(round(share * n, 9)) for n in range(batch + 1)]
    return [after > before for before, after in pairwise(bounds)]
