"""Distortions of the place of an image: moved, bent, and with other pixels."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from affine import Affine
from numpy.typing import NDArray

from .placed_image import PlacedImage

_WAVELENGTH_M = 220.0  # of the displacements: as slopes and the edges of orthorectified strips displace
_TURN = 2.399963  # radians: the golden angle spreads the directions of any number of pairs


def moved(image: PlacedImage, distance_m: float, number: int) -> PlacedImage:
    """Return an image that is said to lie elsewhere; its pixels stay as they are.

    Args:
        image: the image.
        distance_m: by how much it is displaced.
        number: of the pair; each is displaced in another direction.
    """
    east, north = direction(number)
    per_x, per_y = image.metres
    step = Affine.translation(distance_m * east / per_x, distance_m * north / per_y)
    return replace(image, transform=step @ image.transform)


def direction(number: int) -> tuple[float, float]:
    """Return the unit vector (east, north) in which the pair of a number is displaced."""
    return float(np.cos(number * _TURN)), float(np.sin(number * _TURN))


def bent(image: PlacedImage, largest_m: float) -> PlacedImage:
    """Return an image whose content is displaced smoothly, by ``largest_m`` at most and nothing on average."""
    height, width = image.pixels.shape[1:]
    right, down = displacements((height, width), largest_m / image.gsd_m, _WAVELENGTH_M / image.gsd_m)
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    # what comes to lie at a pixel is looked up where it was
    pixels = cv2.remap(
        np.ascontiguousarray(np.moveaxis(image.pixels, 0, -1)), columns - right, rows - down,
        cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    return replace(image, pixels=np.ascontiguousarray(np.moveaxis(pixels, -1, 0)))


def displacements(
    shape: tuple[int, int], largest: float, wavelength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return smooth displacements to the right and downwards, float32 (H, W) each, in pixels.

    Waves in both directions, a quarter of a period apart, so that the length is ``largest`` at most.

    Args:
        shape: rows and columns.
        largest: length of the longest displacement, pixels.
        wavelength: of the waves, pixels.
    """
    phase = 2.0 * np.pi / wavelength
    rows, columns = np.arange(shape[0])[:, None] * phase, np.arange(shape[1])[None, :] * phase
    right = largest * np.sin(rows) * np.cos(columns)
    down = largest * np.cos(rows) * np.sin(columns)
    return right.astype(np.float32), down.astype(np.float32)


def with_pixels_of(image: PlacedImage, size_m: float) -> PlacedImage:
    """Return an image of the same ground with pixels of another size, averaged where they are larger."""
    height, width = image.pixels.shape[1:]
    factor = image.gsd_m / size_m
    columns, rows = max(1, round(width * factor)), max(1, round(height * factor))
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    pixels = cv2.resize(np.ascontiguousarray(np.moveaxis(image.pixels, 0, -1)), (columns, rows), interpolation=how)
    return replace(
        image,
        pixels=np.ascontiguousarray(np.moveaxis(pixels, -1, 0)),
        transform=image.transform @ Affine.scale(width / columns, height / rows),
    )
