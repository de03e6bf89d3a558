"""Damage products of others: which of their layers hold the buildings, and which say what was analysed.

A package of Copernicus EMS has a layer ``builtUpA`` or ``builtUpP``; what it analysed is the image footprint inside the
area of interest without ``notAnalysedA``: elsewhere the absence of a building says nothing. Files of UNOSAT have
``Damage_Sites_…`` and an extent of the analysis. Layers carry versions and names of places, Shapefiles the name of the
whole product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from ..access.layer_address import LayerAddress
from ..vector.file import vector_file

_BUILDINGS = (
    re.compile(r"(?:^|_)built_?up_?([ap])?(?=_|$)", re.IGNORECASE),
    re.compile(r"damage_?(?:sites|assessment)", re.IGNORECASE),
)
_AREA = re.compile(r"area_?of_?interest|analysis_?extent|assessed_?area", re.IGNORECASE)
_FOOTPRINT = re.compile(r"image_?footprint", re.IGNORECASE)
_HIDDEN = re.compile(r"not_?analy[sz]ed", re.IGNORECASE)


@dataclass(frozen=True)
class ForeignProduct:
    """The layers of a product; addresses are such as ``path|layername=NAME``.

    Attributes:
        areas: what was to be analysed.
        footprints: what the images show.
        hidden: what of it could not be analysed.
    """

    areas: tuple[str, ...] = ()
    footprints: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @classmethod
    def beside(cls, address: str) -> ForeignProduct:
        """Return the layers about the analysis in the same file as buildings, or in files beside theirs; maybe none."""
        parsed = LayerAddress.parse(address)
        named = [*_in_file(parsed), *_beside(Path(parsed.path))]
        return cls(*(_all(named, pattern) for pattern in (_AREA, _FOOTPRINT, _HIDDEN)))


def building_layer(path: str, layers: Iterable[tuple[str, str | None]]) -> str | None:
    """Return the layer of buildings of a product; None where there is none, or it is unclear which.

    A package may list what it has outlines of and what it has points of: then the layer with more features counts.

    Args:
        path: what OGR opens.
        layers: name and kind of geometry of each.
    """
    for pattern in _BUILDINGS:
        found = [name for name, kind in layers if kind is not None and pattern.search(name)]
        if len(found) > 1:
            counts = {name: int(pyogrio.read_info(path, layer=name)["features"]) for name in found}
            return max(found, key=lambda name: counts[name])
        if found:
            return found[0]
    return None


def _in_file(parsed: LayerAddress) -> list[tuple[str, str]]:
    """Return name and address of each layer with geometries of the file."""
    opened = vector_file(parsed.path, parsed.options).path
    found = [(str(name), kind) for name, kind in pyogrio.list_layers(opened)]
    return [(name, f"{parsed.path}|layername={name}") for name, kind in found if kind is not None]


def _beside(path: Path) -> list[tuple[str, str]]:
    """Return name and address of the files of the same product beside one of buildings."""
    for pattern in _BUILDINGS:
        match = pattern.search(path.stem)
        if match is not None and path.is_file():
            head = path.stem[: match.start()]
            if not head:  # nothing says which files belong together
                return []
            return [
                (other.stem, str(other))
                for other in sorted(path.parent.glob(f"*{path.suffix}"))
                if other != path and other.stem.startswith(head)
            ]
    return []


def _all(named: Sequence[tuple[str, str]], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for name, address in named if pattern.search(name)))
