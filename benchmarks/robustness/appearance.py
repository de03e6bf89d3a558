"""Distortions of what an image looks like: haze, light, season, storage and the order of its bands."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from .placed_image import PlacedImage

#: Share of the light of the ground that comes through the haze, and the brightness of the haze; red, green, blue.
_CLEAR, _HAZE = (0.65, 0.60, 0.52), (185.0, 195.0, 210.0)
_DARK = (0.58, 0.54, 0.50)  # a low sun is dim and reddish
#: Digital numbers that become 0 and 255 in the bytes, as of Maxar's bands: 11 bits, blue lifted by the air.
_DARKEST, _BRIGHTEST = (110.0, 180.0, 230.0), (1150.0, 1320.0, 1240.0)


def haze(image: PlacedImage) -> PlacedImage:
    """Return an image through haze: I·t + A·(1 - t) (Koschmieder 1924), with more of it in blue."""
    clear = _bands(_CLEAR)
    return _with(image, image.pixels * clear + _bands(_HAZE) * (1.0 - clear))


def dark(image: PlacedImage) -> PlacedImage:
    """Return an image under a low sun: about half as bright, and redder."""
    return _with(image, image.pixels * _bands(_DARK))


def dry(image: PlacedImage) -> PlacedImage:
    """Return an image of the dry season: what is green becomes straw-coloured, what is not stays as it is."""
    red, green, blue = image.pixels.astype(np.float32)
    leaves = np.maximum(green - 0.5 * (red + blue), 0.0)
    return _with(image, np.stack([red + 2.4 * leaves, green + 0.6 * leaves, blue - 0.6 * leaves]))


def jpeg(image: PlacedImage, quality: int) -> PlacedImage:
    """Return what is left of an image that was stored as JPEG.

    Args:
        image: uint8.
        quality: 1…100 of libjpeg.

    Raises:
        ValueError: OpenCV was built without JPEG.
    """
    done, data = cv2.imencode(".jpg", np.moveaxis(image.pixels[::-1], 0, -1), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the image could not be stored as JPEG")
    return replace(image, pixels=np.ascontiguousarray(np.moveaxis(cv2.imdecode(data, cv2.IMREAD_COLOR), -1, 0)[::-1]))


def eleven_bits(image: PlacedImage) -> PlacedImage:
    """Return the digital numbers of a sensor of 11 bits that the bytes may come from, uint16."""
    low, high = _bands(_DARKEST), _bands(_BRIGHTEST)
    return replace(image, pixels=np.rint(low + image.pixels / 255.0 * (high - low)).astype(np.uint16))


def blue_first(image: PlacedImage) -> PlacedImage:
    """Return an image whose red and blue are exchanged by mistake."""
    return replace(image, pixels=np.ascontiguousarray(image.pixels[::-1]))


def _bands(values: tuple[float, float, float]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)[:, None, None]


def _with(image: PlacedImage, pixels: NDArray[np.float32]) -> PlacedImage:
    # black means no data to some readers: what was not black stays so
    return replace(image, pixels=np.clip(np.rint(pixels), 1, 255).astype(np.uint8))
