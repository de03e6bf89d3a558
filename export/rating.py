"""What a bundle says about labelled pairs, how well, and how fast: the figures by which int8 is judged."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.scoring import Score
from training.xbd import LabelledPair
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.events import TextEvents
from xview2_qgis.engine.inference import open_predictor
from xview2_qgis.engine.runtime import RuntimeOptions

from .image_pairs import as_tile


@dataclass(frozen=True)
class Rating:
    """Figures of one bundle.

    Attributes:
        score: official figures over all pairs, decided pixel by pixel.
        seconds: median time of a pair.
        maps: decided class 0…4 of every pixel, one (H, W) for each pair.
    """

    score: Score
    seconds: float
    maps: tuple[NDArray[np.uint8], ...]


def rate(folder: Path, pairs: Sequence[LabelledPair]) -> Rating:
    """Run a bundle of the rule ``object-vote`` on pairs of its tile size, on the CPU.

    Raises:
        ModelError: the bundle is not in order.
        RuntimeFailure: it does not run.
    """
    bundle = open_bundle(folder)
    quiet = TextEvents(io.StringIO(), io.StringIO())
    # a network that waits for buildings would look faster on empty pairs
    predictor = open_predictor(bundle, RuntimeOptions(device="cpu", batch_size=1), quiet, gate=False)
    score, seconds, maps = Score(), [], []
    for pair in pairs:
        tile = as_tile(pair)
        begin = time.perf_counter()
        prediction = predictor.predict([tile])[0]
        seconds.append(time.perf_counter() - begin)
        building, damage = (np.rint(p * 255).astype(np.uint8) for p in (prediction.building, prediction.damage))
        mask = bundle.decision.building_mask(building, damage)
        classes = np.where(mask, bundle.decision.winner(prediction.damage), 0).astype(np.uint8)
        score.add(mask, classes, pair.building, pair.damage)
        maps.append(classes)
    return Rating(score, float(np.median(seconds)), tuple(maps))


def agreement(one: Rating, other: Rating) -> float:
    """Return the share of pixels that two bundles decide alike."""
    return float(np.mean([np.mean(a == b) for a, b in zip(one.maps, other.maps, strict=True)]))
