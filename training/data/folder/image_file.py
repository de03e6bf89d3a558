"""Image files of data sets: PNG, TIFF, JPEG and WebP as 8-bit RGB."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray

from .dataset_error import DatasetError

#: Endings of image files, the preferred one first; TIFF files are georeferenced copies, the last three lose a little.
ENDINGS = (".png", ".tif", ".tiff", ".webp", ".jpg", ".jpeg")
_TIFF = (".tif", ".tiff")


def read_image(path: Path, enlarge: int = 1) -> NDArray[np.uint8]:
    """Read an image as uint8 (H, W, 3) RGB.

    Args:
        path: the file.
        enlarge: how many times as many pixels each way are returned, interpolated with cubic splines.

    Raises:
        DatasetError: the file cannot be read, or is not 8-bit RGB.
    """
    image = _read_tiff(path) if path.suffix in _TIFF else _read_picture(path)
    if enlarge == 1:
        return image
    larger = cv2.resize(image, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, dtype=np.uint8)


def _read_picture(path: Path) -> NDArray[np.uint8]:
    # without ANYDEPTH the lower half of 16 bits is cut off, and images of 11 bits come out nearly black
    image = cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise DatasetError(f"{path}: unreadable image")
    if image.dtype != np.uint8:
        raise DatasetError(f"{path}: {8 * image.dtype.itemsize} bits a channel; 8-bit RGB is wanted, stretch it first")
    return np.ascontiguousarray(image[..., ::-1], dtype=np.uint8)


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
