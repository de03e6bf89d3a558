"""xBD folders: ``images/``, ``labels/`` or ``targets/``, and what is in them."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray

from ..errors import TrainingError
from ..labels import LabelError, label_rule

#: Endings of image files, the preferred one first; TIFF files are georeferenced copies.
_ENDINGS = (".png", ".tif", ".tiff")

_DATES = ("pre", "post")

_IMAGE = re.compile(r"(.+)_(?:pre|post)_disaster\.(?:png|tiff?)$")
_NUMBERED = re.compile(r"._\d+$")  # of names in xBD, whose first part is the disaster
#: Names that a reader takes for an image of a pair, also in formats that are not read here.
_ANY_IMAGE = re.compile(r"_(?:pre|post)_disaster\.(?:png|tiff?|jpe?g)$", re.IGNORECASE)


class DatasetError(TrainingError):
    """A file of the data set is missing or unusable; the message names it."""


@dataclass(frozen=True)
class PairFiles:
    """Where the files of one pair are.

    Attributes:
        name: ``<disaster>_<number>``.
        folder: the folder that holds ``images`` and ``labels``.
    """

    name: str
    folder: Path

    @property
    def disaster(self) -> str:
        """Name of the event."""
        return self.name.rsplit("_", 1)[0]

    @property
    def identity(self) -> tuple[Path, str]:
        """What two mentions of one pair share, however its folder is written."""
        return self.folder.resolve(), self.name

    def image(self, date: str) -> Path:
        """Return the image file of ``pre`` or ``post``: PNG, or TIFF where there is no PNG."""
        stem = self.folder / "images" / f"{self.name}_{date}_disaster"
        paths = [stem.with_name(stem.name + ending) for ending in _ENDINGS]
        return next((p for p in paths if p.is_file()), paths[0])

    def label(self, date: str) -> Path:
        """Return the label file of ``pre`` or ``post``."""
        return self.folder / "labels" / f"{self.name}_{date}_disaster.json"

    def target(self, date: str) -> Path:
        """Return the drawn mask of ``pre`` or ``post``."""
        return self.folder / "targets" / f"{self.name}_{date}_disaster_target.png"

    @property
    def has_targets(self) -> bool:
        """Whether the masks are drawn already: ``targets`` counts where there is no ``labels``."""
        return not (self.folder / "labels").is_dir() and (self.folder / "targets").is_dir()

    def truth(self, date: str) -> Path:
        """Return the file that holds the truth of ``pre`` or ``post``."""
        return self.target(date) if self.has_targets else self.label(date)


@dataclass(frozen=True)
class LabelledPair:
    """One pair in memory, or mapped into it.

    Attributes:
        name: ``<disaster>_<number>``.
        pre: uint8 (H, W, 3) RGB.
        post: uint8 (H, W, 3) RGB.
        building: uint8 (H, W), 1 building, 0 not, 255 ignored.
        damage: uint8 (H, W), 0 background, 1…4, 255 ignored.
    """

    name: str
    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]


def list_pairs(folder: Path) -> list[PairFiles]:
    """List the pairs of an xBD folder in the order of their names.

    Raises:
        DatasetError: there are none, one of a pair's four files is missing, or an image has another name than xBD's.
    """
    pairs = _name_pairs(folder)
    for problem in _misnamed(folder):
        raise DatasetError(problem)
    for pair in pairs:
        for path in _missing(pair):
            raise DatasetError(f"{path}: missing")
    return pairs


def list_image_pairs(folder: Path) -> list[PairFiles]:
    """List the pairs of a folder that needs no labels, in the order of their names, which need no number.

    Raises:
        DatasetError: there are none, or one image of a pair is missing.
    """
    names = sorted({m[1] for p in _listed(folder) if (m := _IMAGE.match(p.name))})
    if not names:
        raise DatasetError(f"{folder}: no images/*_pre_disaster.png; give the folder that holds images/")
    pairs = [PairFiles(name, folder) for name in names]
    for pair in pairs:
        for date in _DATES:
            if not pair.image(date).is_file():
                raise DatasetError(f"{pair.image(date)}: missing")
    return pairs


def read_image(path: Path) -> NDArray[np.uint8]:
    """Read an image as uint8 (H, W, 3) RGB.

    Raises:
        DatasetError: the file cannot be read, or is not 8-bit RGB.
    """
    if path.suffix != ".png":
        return _read_tiff(path)
    # without ANYDEPTH the lower half of 16 bits is cut off, and images of 11 bits come out nearly black
    image = cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise DatasetError(f"{path}: unreadable image")
    if image.dtype != np.uint8:
        raise DatasetError(f"{path}: {8 * image.dtype.itemsize} bits a channel; 8-bit RGB is wanted, stretch it first")
    return np.ascontiguousarray(image[..., ::-1], dtype=np.uint8)


def read_pair(files: PairFiles, rule: str = "ours") -> LabelledPair:
    """Read one pair with its masks.

    Args:
        files: of the pair.
        rule: name of the rule that draws labels (:func:`training.labels.label_rule`); drawn targets need none.

    Raises:
        ConfigurationError: there is no such rule.
        DatasetError: an image is unreadable, the sizes differ, or a label is wrong.
    """
    pre, post = read_image(files.image("pre")), read_image(files.image("post"))
    if pre.shape != post.shape:
        raise DatasetError(
            f"{files.image('post')}: {_size(post.shape)} pixels, the pre-event image has {_size(pre.shape)}; "
            "give both images of a pair the same size"
        )
    shape = pre.shape[:2]
    return LabelledPair(files.name, pre, post, _read_building(files, shape, rule), _read_damage(files, shape, rule))


def check_folder(folder: Path, rule: str = "ours") -> list[str]:
    """Read everything in an xBD folder and return all problems, one line each; none when it can be trained on.

    Raises:
        ConfigurationError: there is no such rule.
    """
    try:
        pairs = _name_pairs(folder)
    except DatasetError as error:
        return [*_misnamed(folder), str(error)]
    return [*_misnamed(folder), *(problem for pair in pairs for problem in _problems(pair, rule))]


def _problems(files: PairFiles, rule: str) -> Iterator[str]:
    missing = _missing(files)
    yield from (f"{path}: missing" for path in missing)
    shapes: list[tuple[int, ...]] = []
    for date in _DATES:
        if (path := files.image(date)) in missing:
            continue
        try:
            shapes.append(read_image(path).shape[:2])
        except DatasetError as error:
            yield str(error)
    if len(set(shapes)) > 1:
        yield f"{files.image('post')}: {_size(shapes[1])} pixels, the pre-event image has {_size(shapes[0])}"
    if not shapes or any(files.truth(d) in missing for d in _DATES):
        return  # the masks need the size of an image, and some rules both labels
    for read in (_read_building, _read_damage):
        try:
            read(files, shapes[0], rule)
        except DatasetError as error:
            yield str(error)


def _listed(folder: Path) -> list[Path]:
    return sorted((folder / "images").glob("*"))


def _name_pairs(folder: Path) -> list[PairFiles]:
    names = sorted({m[1] for p in _listed(folder) if (m := _IMAGE.match(p.name)) and _NUMBERED.search(m[1])})
    if not names:
        raise DatasetError(f"{folder}: no images/*_pre_disaster.png; give the folder that holds images/ and labels/")
    return [PairFiles(name, folder) for name in names]


def _misnamed(folder: Path) -> Iterator[str]:
    """Name every image of a pair that is not listed because of its name."""
    for path in _listed(folder):
        match = _IMAGE.match(path.name)
        if _ANY_IMAGE.search(path.name) and not (match and _NUMBERED.search(match[1])):
            yield f"{path}: the name is not <disaster>_<number>_pre_disaster or …_post_disaster with .png or .tif"


def _missing(files: PairFiles) -> list[Path]:
    return [p for date in _DATES for p in (files.image(date), files.truth(date)) if not p.is_file()]


def _read_building(files: PairFiles, shape: tuple[int, ...], rule: str) -> NDArray[np.uint8]:
    if files.has_targets:
        return (_read_target(files.target("pre"), shape) > 0).astype(np.uint8)
    _check_label(files.label("pre"), shape)
    try:
        return label_rule(rule).building_mask(files.label("pre"), files.label("post"), *shape)
    except LabelError as error:
        raise DatasetError(str(error)) from error


def _read_damage(files: PairFiles, shape: tuple[int, ...], rule: str) -> NDArray[np.uint8]:
    if files.has_targets:
        return _read_target(files.target("post"), shape)
    _check_label(files.label("post"), shape)
    try:
        return label_rule(rule).damage_mask(files.label("post"), *shape)
    except LabelError as error:
        raise DatasetError(str(error)) from error


def _check_label(path: Path, shape: tuple[int, ...]) -> None:
    """Refuse a label that was drawn on an image of another size; labels without a size are believed."""
    try:
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata") or {}
        size = (metadata.get("height", shape[0]), metadata.get("width", shape[1]))
    except (OSError, ValueError, AttributeError) as error:
        raise DatasetError(f"{path}: not an xBD label file ({error})") from error
    if size != tuple(shape):
        raise DatasetError(f"{path}: label of an image of {_size(size)} pixels, the image has {_size(shape)}")


def _read_target(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if mask is None:
        raise DatasetError(f"{path}: unreadable image")
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise DatasetError(f"{path}: {mask.dtype} with {mask[0, 0].size} bands; one band of uint8 is wanted")
    if mask.shape != tuple(shape):
        raise DatasetError(f"{path}: {_size(mask.shape)} pixels, the image has {_size(shape)}")
    if (worst := int(mask.max())) > 4:
        raise DatasetError(f"{path}: class {worst}; classes are 0 to 4")
    return np.asarray(mask, dtype=np.uint8)


def _read_tiff(path: Path) -> NDArray[np.uint8]:
    try:
        # no other driver: some of them do more with a file than read it
        with warnings.catch_warnings(), rasterio.open(path, driver="GTiff") as dataset:
            bands, kind = dataset.count, dataset.dtypes[0]
            if bands < 3 or kind != "uint8":
                raise DatasetError(f"{path}: {bands} bands of {kind}; three bands of uint8 (RGB) are wanted")
            return np.ascontiguousarray(dataset.read([1, 2, 3]).transpose(1, 2, 0), dtype=np.uint8)
    except rasterio.errors.RasterioError as error:
        raise DatasetError(f"{path}: unreadable image") from error


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]}x{shape[0]}"
