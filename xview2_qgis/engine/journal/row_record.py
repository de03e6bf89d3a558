"""The record of a finished row of tiles, as its run keeps it on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from ..inference.feature_store import FeaturePart
from ..inference.pipeline import CHANNELS

#: A part of an image that cannot be read: number of the image, first row and column, row and column after the last.
Unread: TypeAlias = tuple[int, int, int, int, int]

#: Channels of a strip that a row leaves to the next one: what is blended, and its weight.
STRIP_CHANNELS = CHANNELS + 1


@dataclass(frozen=True)
class RowRecord:
    """What is kept of a row of tiles.

    Attributes:
        row: its number, from 0.
        pixels: whether its band of the probability raster has a file.
        strips: columns of tiles for which it leaves a strip to the next row.
        features: what is kept of the features of its tiles.
        sizes: bytes of its files that are needed to the end of the run, by their names.
        seconds: that the run had taken when it was finished, in all its parts.
        unreadable: what turned out to be damaged in the images meanwhile.
    """

    row: int
    pixels: bool
    strips: tuple[int, ...]
    features: tuple[FeaturePart, ...]
    sizes: Mapping[str, int]
    seconds: float
    unreadable: tuple[Unread, ...] = ()

    def encode(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode("ascii")

    @classmethod
    def decode(cls, text: bytes) -> RowRecord:
        """Return the record that a text holds.

        Raises:
            ValueError: it holds none.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            return cls(
                row=int(values["row"]),
                pixels=bool(values["pixels"]),
                strips=tuple(map(int, values["strips"])),
                features=tuple(_part(part) for part in values["features"]),
                sizes={str(name): int(size) for name, size in values["sizes"].items()},
                seconds=float(values["seconds"]),
                unreadable=tuple(_unread(part) for part in values["unreadable"]),
            )
        except (TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"no record of a row ({error})") from error


def _unread(values: Sequence[Any]) -> Unread:
    image, top, left, bottom, right = map(int, values)
    return image, top, left, bottom, right


def _part(values: Mapping[str, Any]) -> FeaturePart:
    height, width, channels = map(int, values["shape"])
    top, left = map(int, values["corner"])
    down, right = map(float, values["scale"])
    return FeaturePart(int(values["tile"]), int(values["place"]), (height, width, channels), (top, left), (down, right))
