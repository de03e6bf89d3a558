"""Evaluation: pairs of an xBD folder through the networks, and scores of what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from xview2_qgis.engine.scoring.challenge import Score

from ..data.folder.dataset_error import DatasetError
from ..data.xbd import LabelledPair, PairFiles, list_pairs, read_pair
from ..labels import LabelError, read_label
from .object_scoring import ObjectScore
from .objects import (
    SMALLEST_PIXELS,
    Objects,
    classify_by_mask,
    classify_by_probability,
    draw_objects,
    find_objects,
)
from .prediction import Prediction, Predictor
from .score_table import PairScore, ScoreTable, tabulate


def true_objects(files: PairFiles, pair: LabelledPair) -> Objects:
    """Return the buildings of a pair with their classes: its label polygons, or components of its mask without them.

    Raises:
        DatasetError: the label cannot be used.
    """
    label = files.label(files.dates[0])
    if not label.is_file():
        return classify_by_mask(find_objects(pair.building == 1), pair.damage)
    try:
        return draw_objects(read_label(label), pair.damage)
    except LabelError as error:
        raise DatasetError(str(error)) from error


def predicted_objects(prediction: Prediction, threshold: float = 0.5) -> Objects:
    """Return the buildings of a prediction: components of its mask, without specks, with the class they vote for.

    Buildings that touch in the mask stay one here, while the engine separates them: figures of buildings are
    somewhat lower than those of the whole product.
    """
    objects = find_objects(prediction.building > threshold, SMALLEST_PIXELS)
    if prediction.damage is None:
        return objects
    return classify_by_probability(objects, prediction.building, prediction.damage)


def score_pairs(
    predictor: Predictor, files: Iterable[PairFiles], threshold: float = 0.5, objects: bool = True
) -> Iterator[PairScore]:
    """Run pairs through the networks and score each.

    Args:
        predictor: the networks.
        files: pairs, for example of one fold.
        threshold: building where its probability exceeds this.
        objects: count buildings, too.

    Raises:
        DatasetError: a file is missing or unusable.
        PredictionError: no network predicts buildings.
    """
    for one in files:
        pair = read_pair(one)
        prediction = predictor.predict(pair.pre, pair.post)
        damage = None if prediction.damage is None else prediction.classes
        pixels = Score()
        pixels.add(prediction.building > threshold, damage, pair.building == 1, pair.damage)
        counted = None
        if objects:
            counted = ObjectScore()
            counted.add(predicted_objects(prediction, threshold), true_objects(one, pair))
        yield PairScore(one.disaster, pixels, counted)


def evaluate(
    predictor: Predictor,
    pairs: Path | Sequence[PairFiles],
    holdout_disaster: str | None = None,
    threshold: float = 0.5,
    progress: bool = False,
) -> ScoreTable:
    """Return scores by disaster, of pixels and of buildings.

    Args:
        predictor: the networks to evaluate.
        pairs: xBD folder, or pairs, for example those that a run held back.
        holdout_disaster: a disaster that the network was not trained on: its row stands apart from the others' sum.
        threshold: building where its probability exceeds this.
        progress: show a progress bar.

    Raises:
        DatasetError: a file is missing or unusable, or no pair belongs to ``holdout_disaster``.
        PredictionError: no network predicts buildings.
    """
    files = list_pairs(pairs) if isinstance(pairs, Path) else pairs
    disasters = sorted({f.disaster for f in files})
    if holdout_disaster is not None and holdout_disaster not in disasters:
        place = str(pairs) if isinstance(pairs, Path) else f"{len(files)} pairs"
        raise DatasetError(f"{place}: no pair of {holdout_disaster}; there are {', '.join(disasters)}")
    bar = tqdm(files, disable=not progress, unit="pair")
    return tabulate(score_pairs(predictor, bar, threshold), holdout_disaster)
