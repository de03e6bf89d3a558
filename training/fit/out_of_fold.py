"""Out-of-fold predictions: what networks predict for the pairs that their own runs held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from xview2_qgis.engine.decision.views import Tta

from ..data.xbd import read_pair
from ..evaluation.pair_prediction import PairPrediction
from ..evaluation.prediction import Predictor
from ..labels import IGNORED
from ..run.checkpoint import load_network
from ..run.folder import configuration_of
from ..section import ConfigurationError
from .validation import Validation


def held_back(checkpoint: Path) -> Validation:
    """Return the pairs that the run of a checkpoint held back, and the network that masked its validation.

    Raises:
        CheckpointError: the localization network of the run cannot be read.
        ConfigurationError: there is no run beside the checkpoint, or it held nothing back.
        DatasetError: a file is missing or unusable.
    """
    validation = Validation.of(configuration_of(checkpoint))
    if validation is None:
        raise ConfigurationError(f"{checkpoint}: its run held nothing back; set data.folds and data.fold, or another")
    return validation


def check_disjoint(checkpoints: Sequence[Path]) -> None:
    """Refuse checkpoints whose runs held back the same pairs: pooled, these would count twice.

    Raises:
        CheckpointError: the localization network of a run cannot be read.
        ConfigurationError: two of them share pairs, or a run cannot be used, see :func:`held_back`.
        DatasetError: a file is missing or unusable.
    """
    owners: dict[tuple[Path, str], Path] = {}
    for checkpoint in checkpoints:
        files = [f.identity for f in held_back(checkpoint).files]
        if both := [owners[f] for f in files if f in owners]:
            raise ConfigurationError(
                f"{checkpoint}: its run held back {len(both)} of the pairs that the run of {both[0]} did; "
                "give one checkpoint for each part of the pairs"
            )
        owners |= dict.fromkeys(files, checkpoint)


def held_back_predictions(
    checkpoint: Path, tta: Tta = "none", device: torch.device | None = None
) -> Iterator[PairPrediction]:
    """Yield what a network predicts for the pairs that its run held back.

    Args:
        checkpoint: in the folder of its run.
        tta: views of an image that are averaged, see :data:`~xview2_qgis.engine.decision.views.VIEWS`.
        device: where the networks compute; the CPU by default.

    Raises:
        CheckpointError: the checkpoint cannot be used.
        ConfigurationError: nothing was held back, or the network does not predict both building and damage.
        DatasetError: a file is missing or unusable.
    """
    validation = held_back(checkpoint)
    network, localization = load_network(checkpoint, device), validation.localization
    if localization is not None and device is not None:
        localization.to(device)
    predictor = Predictor.of(network, localization, tta)
    for files in validation.files:
        pair = read_pair(files)
        prediction = predictor.predict(pair.pre, pair.post)
        if prediction.damage is None:
            raise ConfigurationError(f"{checkpoint}: the network says nothing about damage")
        # a building without a class is a building: its pixels count for localization
        truth = np.where((pair.building == 1) & (pair.damage == 0), IGNORED, pair.damage).astype(np.uint8)
        building, damage = (np.rint(p * 255).astype(np.uint8) for p in (prediction.building, prediction.damage))
        yield PairPrediction(building, damage, truth)
