"""A submission to the xView2 challenge: PNG files of all pairs of a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..data.folder.dataset_error import DatasetError
from ..data.folder.image_file import read_image
from ..data.xbd import PairFiles, list_image_pairs, list_pairs, read_pair
from ..labels import IGNORED
from .challenge_files import ChallengeFileError, ChallengePair, write_names, write_pair
from .prediction import Predictor


def predict_folder(
    predictor: Predictor,
    folder: Path,
    output: Path,
    threshold: float = 0.5,
    progress: bool = False,
) -> dict[str, str]:
    """Write the challenge's prediction files for all pairs of a folder with ``images/``; labels are not looked at.

    The pairs are numbered in the order of their names; ``names.csv`` beside the files says which is which. A
    localization network alone writes localization files only.

    Args:
        predictor: the networks.
        folder: folder that holds ``images/``.
        output: where the files go; created if it does not exist.
        threshold: building where its probability exceeds this.
        progress: show a progress bar.

    Returns:
        The names by ids.

    Raises:
        DatasetError: an image is missing or unusable, or a file cannot be written.
        PredictionError: no network says where buildings are.
    """
    files = list_image_pairs(folder)
    names = _start(output, files)
    for number, one in enumerate(tqdm(files, disable=not progress, unit="pair")):
        pre, post = read_image(one.image("pre")), read_image(one.image("post"))
        if pre.shape != post.shape:
            raise DatasetError(f"{one.image('post')}: {post.shape[:2]} pixels, the pre-event image has {pre.shape[:2]}")
        prediction = predictor.predict(pre, post)
        damage = None if prediction.damage is None else prediction.mask(threshold)
        building = (prediction.building > threshold).astype(np.uint8)
        write_pair(output, ChallengePair.numbered(number), "prediction", building, damage)
    return names


def write_targets(folder: Path, output: Path) -> dict[str, str]:
    """Write the challenge's target files for all pairs of an xBD folder, with the ids of :func:`predict_folder`.

    Un-classified buildings are buildings in the localization file and 0 in the damage file, where the official scorer
    passes over them: it knows no value for "ignored".

    Raises:
        DatasetError: a file is missing or unusable, or cannot be written.
    """
    files = list_pairs(folder)
    names = _start(output, files)
    for number, one in enumerate(files):
        pair = read_pair(one)
        damage = np.where(pair.damage == IGNORED, np.uint8(0), pair.damage)
        building = (pair.building == 1).astype(np.uint8)
        write_pair(output, ChallengePair.numbered(number), "target", building, damage)
    return names


def _start(output: Path, files: list[PairFiles]) -> dict[str, str]:
    """Create the folder with its table of names."""
    names = {ChallengePair.numbered(number).id: one.name for number, one in enumerate(files)}
    try:
        output.mkdir(parents=True, exist_ok=True)
        write_names(output, names)
    except OSError as error:
        raise ChallengeFileError(f"{output}: cannot be written ({error.strerror})") from error
    return names
