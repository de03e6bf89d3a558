"""The post-event image behind a stored result, found again for its map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...protocol.options.assessment import ImageOptions
from ...protocol.stored_result import images_of_run
from ..errors import InputError
from ..geo.grid import Grid
from ..raster.opening import open_source
from ..retraining.run_images import find_image, recorded_options
from ..scene.pair_images import PairImages, Shift
from ..stored.result import StoredResult
from .map.backdrop import Backdrop, small_picture


@dataclass(frozen=True)
class MapImage:
    """The image of a map.

    Attributes:
        options: where it lies, and how it is read.
        shift: by which the run moved it.
    """

    options: ImageOptions
    shift: Shift


def image_of(result: StoredResult, given: str | None, folders: Sequence[Path] = ()) -> MapImage | None:
    """Return the post-event image of a result: as given, in the folders, at the place on record, or beside the result.

    Args:
        result: the result.
        given: the image that the user names; None to look for it.
        folders: where images lie.

    Returns:
        The image; None where it is not found. Results of several scenes have none but a given one.

    Raises:
        InputError: the record of the run cannot be read.
    """
    shift = Shift(*result.run.shift_m, 1) if result.run.shift_m else Shift()
    if given is not None:
        return MapImage(recorded_options("post", given, result.run.parameters), shift)
    names = None if result.merged else images_of_run(result.path)
    if names is None or not names[1]:
        return None
    try:
        place = find_image(names[1], result.path, folders)
    except InputError:  # it lies elsewhere: the map goes without
        return None
    return MapImage(recorded_options("post", place, result.run.parameters), shift)


def backdrop_of(image: MapImage, grid: Grid) -> Backdrop | None:
    """Return the small picture of an image; None where it shows nothing of the place.

    Raises:
        InputError: the image cannot be opened or read.
    """
    with _opened(image) as images:
        return small_picture(images, grid)


@contextmanager
def _opened(image: MapImage) -> Iterator[PairImages]:
    options = image.options
    with open_source(options.path, options.bands, options.crs, options.shown_bands, options.nodata) as post:
        alone = PairImages.of(None, post)
        yield PairImages(None, post, alone.stretches, image.shift)
