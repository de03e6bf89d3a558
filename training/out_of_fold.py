"""Out-of-fold predictions: what networks say about the pairs that their own runs held back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .checkpoint import load_network
from .configuration import Configuration, load_configuration
from .decision_search import Sight
from .labels import IGNORED
from .prediction import Predictor
from .section import ConfigurationError
from .validation import Validation
from .xbd import read_pair


def configuration_of(checkpoint: Path) -> Configuration:
    """Return the configuration of the run that a checkpoint lies in.

    Raises:
        ConfigurationError: it is missing or cannot be used.
    """
    path = checkpoint.parent / "configuration.json"
    if not path.is_file():
        raise ConfigurationError(
            f"{checkpoint}: no configuration.json beside it; give a checkpoint in its run's folder"
        )
    return load_configuration(path)


def held_back_sights(checkpoint: Path, flips: bool = False) -> Iterator[Sight]:
    """Yield what a network says about the pairs that its run held back.

    Args:
        checkpoint: in the folder of its run.
        flips: average over four flips.

    Raises:
        CheckpointError: the checkpoint cannot be used.
        ConfigurationError: nothing was held back, or the network does not say both building and damage.
        DatasetError: a file is missing or unusable.
    """
    validation = Validation.of(configuration_of(checkpoint))
    if validation is None:
        raise ConfigurationError(f"{checkpoint}: its run held nothing back; set data.folds and data.fold, or another")
    predictor = Predictor.of(load_network(checkpoint), validation.localization, flips)
    for files in validation.files:
        pair = read_pair(files)
        said = predictor.predict(pair.pre, pair.post)
        if said.damage is None:
            raise ConfigurationError(f"{checkpoint}: the network says nothing about damage")
        # a building without a class is a building: its pixels count for localization
        truth = np.where((pair.building == 1) & (pair.damage == 0), IGNORED, pair.damage).astype(np.uint8)
        yield Sight(np.rint(said.building * 255).astype(np.uint8), np.rint(said.damage * 255).astype(np.uint8), truth)
