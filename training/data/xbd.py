"""xBD folders: ``images/``, ``labels/`` or ``targets/``, and what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

from ..labels import LabelError, label_rule, read_features
from .folder.dataset_error import DatasetError
from .folder.image_file import ENDINGS, read_image
from .folder.layout import PAIRS, POST_ONLY, Layout

_DATES = ("pre", "post")

_ENDING = "|".join(ending[1:] for ending in ENDINGS)
_IMAGE = re.compile(rf"(.+)_(pre|post)_disaster\.(?:{_ENDING})$")
_NUMBERED = re.compile(r"._\d+$")  # of names in xBD, whose first part is the disaster
#: Names that a reader takes for an image of a pair, also in formats that are not read here.
_ANY_IMAGE = re.compile(rf"_(?:pre|post)_disaster\.(?:{_ENDING}|jp2|gif|bmp)$", re.IGNORECASE)


@dataclass(frozen=True)
class PairFiles:
    """Where the files of one pair are.

    Attributes:
        name: ``<disaster>_<number>``.
        folder: the folder that holds ``images`` and ``labels``.
        layout: of the folder.
    """

    name: str
    folder: Path
    layout: Layout = PAIRS

    @property
    def disaster(self) -> str:
        """Name of the event."""
        return self.name.rsplit("_", 1)[0]

    @property
    def identity(self) -> tuple[Path, str]:
        """What two mentions of one pair share, however its folder is written."""
        return self.folder.resolve(), self.name

    @property
    def dates(self) -> tuple[str, ...]:
        """Dates of which there are images: ``pre`` and ``post``, or ``post`` alone."""
        return _DATES[1:] if self.layout.post_only else _DATES

    def image(self, date: str) -> Path:
        """Return the image file of ``pre`` or ``post``: PNG, or what there is instead."""
        stem = self.folder / "images" / f"{self.name}_{date}_disaster"
        paths = [stem.with_name(stem.name + ending) for ending in ENDINGS]
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
        post_only: there is no pre-event image, and ``pre`` is the post-event image.
    """

    name: str
    pre: NDArray[np.uint8]
    post: NDArray[np.uint8]
    building: NDArray[np.uint8]
    damage: NDArray[np.uint8]
    post_only: bool = False


def list_pairs(folder: Path, layout: Layout = PAIRS) -> list[PairFiles]:
    """List the pairs of an xBD folder in the order of their names.

    Raises:
        DatasetError: there are none, one of a pair's files is missing, an image has another name than xBD's, or a
            folder of post-event images alone holds pre-event images.
    """
    pairs = _name_pairs(folder, layout)
    for problem in _misnamed(folder):
        raise DatasetError(problem)
    for pair in pairs:
        for problem in (*_unexpected(pair), *_missing(pair)):
            raise DatasetError(problem)
    return pairs


def list_post_images(folder: Path) -> list[PairFiles]:
    """List the post-event images of a folder as images alone, in the order of their names, with pre-event ones or not.

    Raises:
        DatasetError: there are none, or one of an image's files is missing.
    """
    pairs = _name_pairs(folder, POST_ONLY)
    for pair in pairs:
        for problem in _missing(pair):
            raise DatasetError(problem)
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


def read_pair(files: PairFiles, rule: str = "ours") -> LabelledPair:
    """Read one pair with its masks.

    Args:
        files: of the pair.
        rule: name of the rule that draws labels (:func:`training.labels.label_rule`); drawn targets need none.

    Raises:
        ConfigurationError: there is no such rule.
        DatasetError: an image is unreadable, the sizes differ, or a label is wrong.
    """
    pre, post = _read_images(files)
    if pre.shape != post.shape:
        raise DatasetError(
            f"{files.image('post')}: {_size(post.shape)} pixels, the pre-event image has {_size(pre.shape)}; "
            "give both images of a pair the same size"
        )
    building, damage = _read_masks(files, pre.shape[:2], rule)
    return LabelledPair(files.name, pre, post, building, damage, files.layout.post_only)


def check_folder(folder: Path, rule: str = "ours", layout: Layout = PAIRS) -> list[str]:
    """Read everything in an xBD folder and return all problems, one line each; none when it can be trained on.

    Raises:
        ConfigurationError: there is no such rule.
    """
    try:
        pairs = _name_pairs(folder, layout)
    except DatasetError as error:
        return [*_misnamed(folder), str(error)]
    return [*_misnamed(folder), *(problem for pair in pairs for problem in _problems(pair, rule))]


def _problems(files: PairFiles, rule: str) -> Iterator[str]:
    yield from _unexpected(files)
    missing = [path for path in _wanted(files) if not path.is_file()]
    yield from _missing(files)
    shapes: list[tuple[int, ...]] = []
    for date in files.dates:
        if (path := files.image(date)) in missing:
            continue
        try:
            shapes.append(read_image(path).shape[:2])
        except DatasetError as error:
            yield str(error)
    if len(set(shapes)) > 1:
        yield f"{files.image('post')}: {_size(shapes[1])} pixels, the pre-event image has {_size(shapes[0])}"
    if not shapes or any(files.truth(d) in missing for d in files.dates):
        return  # the masks need the size of an image, and some rules both labels
    for read in (_read_building, _read_damage):
        try:
            read(files, shapes[0], rule)
        except DatasetError as error:
            yield str(error)


def _listed(folder: Path) -> list[Path]:
    return sorted((folder / "images").glob("*"))


def _name_pairs(folder: Path, layout: Layout) -> list[PairFiles]:
    found = [m for p in _listed(folder) if (m := _IMAGE.match(p.name)) and _NUMBERED.search(m[1])]
    if not found:
        date = "post" if layout.post_only else "pre"
        raise DatasetError(f"{folder}: no images/*_{date}_disaster.png; give the folder that holds images/ and labels/")
    if not layout.post_only and all(m[2] == "post" for m in found):
        raise DatasetError(f"{folder}: there are no pre-event images; say post_only if that is right")
    return [PairFiles(name, folder, layout) for name in sorted({m[1] for m in found})]


def _unexpected(files: PairFiles) -> Iterator[str]:
    """Name the pre-event image of a folder that is said to hold none."""
    if files.layout.post_only and (path := files.image("pre")).is_file():
        yield f"{path}: a pre-event image in a folder of post-event images alone; train on it as on pairs"


def _misnamed(folder: Path) -> Iterator[str]:
    """Name every image of a pair that is not listed because of its name."""
    for path in _listed(folder):
        match = _IMAGE.match(path.name)
        if _ANY_IMAGE.search(path.name) and not (match and _NUMBERED.search(match[1])):
            yield (
                f"{path}: the name is not <disaster>_<number>_pre_disaster or …_post_disaster with .png, .tif, .webp"
                " or .jpg"
            )


def _wanted(files: PairFiles) -> list[Path]:
    return [path for date in files.dates for path in (files.image(date), files.truth(date))]


def _missing(files: PairFiles) -> Iterator[str]:
    yield from (f"{path}: missing" for path in _wanted(files) if not path.is_file())


def _read_images(files: PairFiles) -> list[NDArray[np.uint8]]:
    """Read the pre-event and the post-event image, or the latter twice."""
    images = [read_image(files.image(date), files.layout.enlarge) for date in files.dates]
    return images * (2 // len(images))


def _read_masks(files: PairFiles, shape: tuple[int, ...], rule: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read both masks in the pixels of the enlarged images, uint8 (H, W) each."""
    times = files.layout.enlarge
    own = (shape[0] // times, shape[1] // times)
    building, damage = _read_building(files, own, rule), _read_damage(files, own, rule)
    if times == 1:
        return building, damage
    return _repeated(building, times), _repeated(damage, times)


def _repeated(mask: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(mask.repeat(times, axis=0).repeat(times, axis=1))


def _read_building(files: PairFiles, shape: tuple[int, ...], rule: str) -> NDArray[np.uint8]:
    date = files.dates[0]  # where there is no pre-event image the other label knows the buildings
    if files.has_targets:
        return (_read_target(files.target(date), shape) > 0).astype(np.uint8)
    _check_label(files, date, shape)
    try:
        return label_rule(rule).building_mask(files.label(date), files.label("post"), *shape)
    except LabelError as error:
        raise DatasetError(str(error)) from error


def _read_damage(files: PairFiles, shape: tuple[int, ...], rule: str) -> NDArray[np.uint8]:
    if files.has_targets:
        return _read_target(files.target("post"), shape)
    _check_label(files, "post", shape)
    try:
        return label_rule(rule).damage_mask(files.label("post"), *shape)
    except LabelError as error:
        raise DatasetError(str(error)) from error


def _check_label(files: PairFiles, date: str, shape: tuple[int, ...]) -> None:
    """Refuse a label that was drawn on an image of another size; labels without a size are believed.

    Labels that were made coarser together with their image often keep the size it had before. They are believed, too,
    where nothing in them lies outside the image.
    """
    path = files.label(date)
    try:
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata") or {}
        size = (metadata.get("height", shape[0]), metadata.get("width", shape[1]))
    except (OSError, ValueError, AttributeError) as error:
        raise DatasetError(f"{path}: not an xBD label file ({error})") from error
    times = files.layout.enlarge
    before = times > 1 and size == (shape[0] * times, shape[1] * times) and _fits(path, shape)
    if size != tuple(shape) and not before:
        raise DatasetError(f"{path}: label of an image of {_size(size)} pixels, the image has {_size(shape)}")


def _fits(path: Path, shape: tuple[int, ...]) -> bool:
    """Return True if no outline of a label reaches beyond the right or lower edge by more than a pixel."""
    try:
        outlines = [feature.geometry for feature in read_features(path)]
    except LabelError as error:
        raise DatasetError(str(error)) from error
    return not outlines or bool((shapely.total_bounds(outlines)[2:] <= np.array([shape[1], shape[0]]) + 1).all())


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


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]}x{shape[0]}"
