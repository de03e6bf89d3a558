"""A raster as another process opens it: its address and what was found out about it, without its pixels."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import cast

import rasterio
from rasterio.io import DatasetReader

from ...errors import InputError
from ...raster.damage.unreadable import UnreadableParts
from ...raster.file import GDAL_OPTIONS, open_dataset
from ...raster.source import RasterSource

_NOT_OPEN = cast(DatasetReader, None)


@dataclass(frozen=True)
class SharedImage:
    """A raster that was found fit for use, to be opened where it is sent.

    Attributes:
        path: as another process finds it.
        source: what is known of it; not open. It is in no text of this object, for an address may hold a key.
        size: bytes of the file, None where it is not a single file that this process sees.
    """

    path: str = field(repr=False)
    source: RasterSource = field(repr=False)
    size: int | None

    @classmethod
    def of(cls, source: RasterSource) -> SharedImage:
        """Return an image that is open here for others to open."""
        path = os.path.abspath(source.path) if os.path.exists(source.path) else source.path
        return cls(path, replace(source, dataset=_NOT_OPEN, unreadable=UnreadableParts()), _size(path))

    def open(self, worker: str) -> RasterSource:
        """Open the image here.

        Args:
            worker: address of this worker, for messages.

        Raises:
            InputError: it cannot be read here, or is another one (``cluster-file``).
        """
        try:
            with rasterio.Env(**GDAL_OPTIONS):
                dataset = open_dataset(self.path)
        except InputError as error:
            raise InputError(
                f"{self.source.name} cannot be read on worker {worker} ({error.message})",
                "inputs must lie on storage that all workers see under the same path, or at an address that they reach",
                "cluster-file",
            ) from error
        if (dataset.width, dataset.height) != (self.source.width, self.source.height) or self.size != _size(self.path):
            dataset.close()
            raise InputError(
                f"{self.source.name} is another file on worker {worker} than here",
                "inputs must be the same files everywhere", "cluster-file",
            )  # fmt: skip
        return replace(self.source, dataset=dataset, unreadable=UnreadableParts())


def _size(path: str) -> int | None:
    return os.path.getsize(path) if os.path.isfile(path) else None
