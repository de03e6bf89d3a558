"""Vector sources: one layer of a file, as GDAL and QGIS write it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyogrio
import shapely

from .errors import InputError, brief
from .public_name import public_name

_READ_ERRORS = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    shapely.errors.GEOSException,  # surfaces that shapely does not know, such as TIN
)  # fmt: skip


@dataclass(frozen=True)
class VectorSource:
    """A layer of a vector file.

    Attributes:
        path: file, folder or address, anything OGR opens.
        layer: name or number of the layer in it; the first one where nothing else is said.
        condition: which features count, as of SQL; None for all.
    """

    path: str
    layer: str | int = 0
    condition: str | None = None

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return brief(public_name(self.path))

    @classmethod
    def parse(cls, path_or_uri: str) -> VectorSource:
        """Take a path apart that may have the additions of QGIS: ``path|layername=NAME|subset=CONDITION``.

        Raises:
            ValueError: ``layerid`` is no number.
        """
        path, *additions = path_or_uri.split("|")
        options = dict(part.partition("=")[::2] for part in additions)
        layer: str | int = options.get("layername") or int(options.get("layerid") or 0)
        return cls(path, layer, options.get("subset"))


@contextmanager
def opening(path_or_uri: str, what: str, code: str) -> Iterator[VectorSource]:
    """Give the source of a path, and tell what went wrong while it was opened and read in the block.

    Args:
        path_or_uri: anything OGR opens, also ``path|layername=NAME|subset=CONDITION``.
        what: what the layer is for, such as "the area of interest".
        code: code of the error.

    Raises:
        InputError: there is no such file or layer, or it cannot be read.
    """
    path = path_or_uri.partition("|")[0]
    name = VectorSource(path).name
    try:
        yield VectorSource.parse(path_or_uri)
    except InputError:
        raise
    except (*_READ_ERRORS, OSError, ValueError) as error:
        # Path.exists() fails where a name is too long; GeoJSON may be given in the place of a path
        if not os.path.exists(path) and "://" not in path and not path.startswith(("/vsi", "{")):
            raise InputError(f"there is no file {brief(path, 300)}", f"check the path of {what}", code) from error
        raise InputError(
            f"cannot read {what} from {name}",
            "rename it or its folder: ! stands for an archive there"
            if "!" in path
            else "give a polygon layer that GDAL can open",
            code,
        ) from error
