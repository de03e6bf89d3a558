"""What a bundle says about labelled pairs, how well, and how fast: the figures by which int8 is judged."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.xbd import LabelledPair
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.inference.predictor import open_predictor
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.scene.pair_tile import PairTile
from xview2_qgis.engine.scoring.challenge import CLASS_KEYS, Score

from ..sessions.image_pairs import as_tile


@dataclass(frozen=True)
class Rating:
    """Figures of one bundle.

    Attributes:
        score: official figures over all pairs, decided pixel by pixel.
        seconds: median time of a pair.
        maps: decided class 0…4 of every pixel, one (H, W) for each pair.
        probabilities: building and the four classes, × 255, one (5, H, W) for each pair.
    """

    score: Score
    seconds: float
    maps: tuple[NDArray[np.uint8], ...]
    probabilities: tuple[NDArray[np.uint8], ...]

    @property
    def figures(self) -> dict[str, float]:
        """The figures by name.

        ``seconds``; ``judged``, a score over the classes that the pairs hold, which does not collapse when one is
        missing; and those of the official scorer, without classes that the pairs lack and without means over them.
        """
        found = {
            "seconds": self.seconds,
            "judged": 0.3 * self.score.localization.f1 + 0.7 * self.score.present_damage_f1,
        }
        present = {f"damage_f1_{key}": c.present for key, c in zip(CLASS_KEYS, self.score.damage, strict=True)}
        for key, value in self.score.as_dict().items():
            if key == "localization_f1" or present.get(key, all(present.values())):
                found[key] = value
        return found


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
    score, seconds, maps, probabilities = Score(), [], [], []
    for pair in pairs:
        tile = as_tile(pair)
        begin = time.perf_counter()
        prediction = predictor.predict([PairTile.of_images(tile.pre, tile.post)])[0]
        seconds.append(time.perf_counter() - begin)
        building, damage = (np.rint(p * 255).astype(np.uint8) for p in (prediction.building, prediction.damage))
        mask = bundle.decision.building_mask(building, damage)
        classes = np.where(mask, bundle.decision.winner(prediction.damage), 0).astype(np.uint8)
        score.add(mask, classes, pair.building, pair.damage)
        maps.append(classes)
        probabilities.append(np.concatenate([building[None], damage]))
    return Rating(score, float(np.median(seconds)), tuple(maps), tuple(probabilities))


def agreement(one: Rating, other: Rating) -> float:
    """Return the share of pixels that two bundles decide alike."""
    return float(np.mean([np.mean(a == b) for a, b in zip(one.maps, other.maps, strict=True)]))


def largest_difference(one: Rating, other: Rating) -> float:
    """Return the largest difference of any probability between two bundles, in steps of 1/255."""
    pairs = zip(one.probabilities, other.probabilities, strict=True)
    return max(int(np.abs(a.astype(np.int16) - b).max()) for a, b in pairs) / 255
