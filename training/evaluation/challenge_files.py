"""The PNG files of the xView2 challenge: names, reading, writing, and the official score of two folders of them.

A file is named ``{test|hold}_{localization|damage}_{id}_{prediction|target}.png``. The official scorer takes names
apart at underscores, so an id has none; officially it has five digits. xBD's names have underscores: ids are numbers
here, and a table beside the predictions says which is which. Rules: scorer of the xView2 challenge.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from xview2_qgis.engine.scoring.challenge import Score

from ..data.folder.dataset_error import DatasetError

Kind = Literal["localization", "damage"]
Role = Literal["prediction", "target"]

#: File beside the predictions that says which pair an id stands for.
NAMES_FILE = "names.csv"
_TARGET = re.compile(r"(test|hold)_localization_([^_]+)_target\.png")


class ChallengeFileError(DatasetError):
    """A file of the challenge is missing or not as the official scorer wants it; the message names it."""


@dataclass(frozen=True)
class ChallengePair:
    """Names of the files of one pair.

    Attributes:
        id: text without underscore, officially five digits.
        part: ``test`` or ``hold``.
    """

    id: str
    part: str = "test"

    @classmethod
    def numbered(cls, number: int) -> ChallengePair:
        """Return the pair with this number, counted from 0, as id."""
        return cls(f"{number:05d}")

    def file(self, kind: Kind, role: Role) -> str:
        """Return the name of a file."""
        return f"{self.part}_{kind}_{self.id}_{role}.png"


def list_targets(folder: Path) -> list[ChallengePair]:
    """List the pairs of a folder of targets in the order of their names, by their localization files.

    Raises:
        ChallengeFileError: there are none.
    """
    names = sorted(p.name for p in folder.glob("*_localization_*.png"))
    pairs = [ChallengePair(m[2], m[1]) for n in names if (m := _TARGET.fullmatch(n))]
    if not pairs:
        raise ChallengeFileError(f"{folder}: no test_localization_<id>_target.png (an id without underscores)")
    return pairs


def read_mask(path: Path) -> NDArray[np.uint8]:
    """Read a mask, uint8 (H, W) with values 0…4.

    Raises:
        ChallengeFileError: the file is missing, unreadable, not of one band of 8 bits, or holds another value.
    """
    if not path.is_file():
        raise ChallengeFileError(f"{path}: missing")
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if mask is None:
        raise ChallengeFileError(f"{path}: unreadable image")
    if mask.ndim != 2:
        raise ChallengeFileError(f"{path}: {mask.shape[2]} bands; one band of 8 bits is expected")
    if mask.dtype != np.uint8:
        raise ChallengeFileError(f"{path}: {8 * mask.dtype.itemsize} bits a pixel; one band of 8 bits is expected")
    highest = int(mask.max())
    if highest > 4:
        raise ChallengeFileError(f"{path}: value {highest}; 0 to 4 are expected")
    return np.asarray(mask, dtype=np.uint8)


def write_mask(path: Path, mask: NDArray[np.uint8]) -> None:
    """Write a mask, uint8 (H, W) with values 0…4, as a PNG of one band.

    Raises:
        ChallengeFileError: the file cannot be written.
    """
    _, data = cv2.imencode(".png", mask)
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise ChallengeFileError(f"{path}: cannot be written ({error.strerror})") from error


def write_pair(
    folder: Path, pair: ChallengePair, role: Role, building: NDArray[np.uint8], damage: NDArray[np.uint8] | None
) -> None:
    """Write the masks of a pair, uint8 (H, W), building 0 or 1, damage 0…4; without damage, the first file only.

    Raises:
        ChallengeFileError: a file cannot be written.
    """
    write_mask(folder / pair.file("localization", role), building)
    if damage is not None:
        write_mask(folder / pair.file("damage", role), damage)


def write_names(folder: Path, names: dict[str, str]) -> None:
    """Write the table of ids and the names they stand for, as CSV with the columns ``id`` and ``name``."""
    with (folder / NAMES_FILE).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "name"), *names.items()])


def read_names(folder: Path) -> dict[str, str]:
    """Read the table of ids and names; empty where there is none.

    Raises:
        ChallengeFileError: the table has other columns.
    """
    path = folder / NAMES_FILE
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if not {"id", "name"} <= set(rows.fieldnames or ()):
            raise ChallengeFileError(f"{path}: the columns id and name are expected")
        return {row["id"]: row["name"] for row in rows}


@dataclass(frozen=True)
class MaskPair:
    """Prediction and target of one pair, uint8 (H, W) with values 0…4, all of one size."""

    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    target_building: NDArray[np.uint8]
    target_damage: NDArray[np.uint8]


def read_pairs(predictions: Path, targets: Path) -> Iterator[MaskPair]:
    """Read all pairs that the folder of targets names.

    The official scorer also insists on 1024 × 1024 pixels; here any size will do as long as it is the target's.

    Raises:
        ChallengeFileError: a file is missing, unusable or of another size, or both folders have a table of names and an
            id means another pair in each.
    """
    named, wanted_names = read_names(predictions), read_names(targets)
    for pair in list_targets(targets):
        name, wanted_name = named.get(pair.id), wanted_names.get(pair.id)
        if name is not None and wanted_name is not None and name != wanted_name:
            raise ChallengeFileError(f"{predictions / NAMES_FILE}: {pair.id} is {name}, for the targets {wanted_name}")
        paths = (
            predictions / pair.file("localization", "prediction"),
            predictions / pair.file("damage", "prediction"),
            targets / pair.file("localization", "target"),
            targets / pair.file("damage", "target"),
        )
        masks = [read_mask(path) for path in paths]
        wanted = masks[2].shape
        for path, mask in zip(paths, masks, strict=True):
            if mask.shape != wanted:
                size = " × ".join(map(str, mask.shape))
                raise ChallengeFileError(f"{path}: {size} pixels, {paths[2].name} has {wanted[0]} × {wanted[1]}")
        yield MaskPair(*masks)


def score_files(predictions: Path, targets: Path) -> Score:
    """Return the official score of a folder of predictions against a folder of targets.

    Raises:
        ChallengeFileError: a file is missing, unusable or of another size.
    """
    score = Score()
    for masks in read_pairs(predictions, targets):
        score.add(masks.building, masks.damage, masks.target_building, masks.target_damage)
    return score
