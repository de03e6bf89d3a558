"""Features of a vector layer with their fields: of a reference, or of the area in which it counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ...protocol.public_name import public_name
from ...protocol.schema import DAMAGE_LAYER
from ..access.layer_address import LayerAddress
from ..errors import brief
from ..vector.file import vector_file
from ..vector.polygon_layer import is_statement
from ..vector.purpose import OWN_LAYERS, Purpose
from ..vector.source import reading
from .foreign_product import building_layer

REFERENCE = Purpose("the reference", "reference", DAMAGE_LAYER)


@dataclass(frozen=True)
class VectorFeatures:
    """Features of one layer.

    Attributes:
        name: of the file, for messages.
        crs: their CRS.
        shapes: geometries, object (N,); None where a feature has none.
        fields: values of each field, (N,).
    """

    name: str
    crs: CRS
    shapes: NDArray[np.object_]
    fields: dict[str, list[object]]


def read_features(address: str, purpose: Purpose) -> VectorFeatures:
    """Read a layer.

    Args:
        address: anything OGR opens, also ``path|layername=NAME|subset=CONDITION``.
        purpose: what it is for.

    Raises:
        InputError: it cannot be read (``…-open``), names no CRS (``…-crs``), or it is unclear which layer counts.
    """
    with reading(address, purpose):
        parsed = LayerAddress.parse(address)
        name = brief(public_name(parsed.path))
        file = vector_file(parsed.path, parsed.options)
        selection: dict[str, object] = dict(file.open_options)
        if is_statement(parsed.condition):
            selection["sql"] = parsed.condition
        else:
            selection["layer"] = parsed.layer if parsed.layer is not None else _only_layer(file.path, name, purpose)
            selection["where"] = parsed.condition
        meta, _, wkb, columns = pyogrio.raw.read(file.path, **selection)
        crs = meta["crs"] or file.assumed_crs
        shapes = np.full(len(wkb) if wkb is not None else 0, None, object)
        if wkb is not None:
            shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    if crs is None:
        raise purpose.refuse("crs", f"{name} has no CRS", "assign one in QGIS, and save it with the layer")
    try:
        known = CRS.from_user_input(crs)
    except CRSError as error:
        raise purpose.refuse("crs", f"the CRS of {name} is not known", "assign one with an EPSG number") from error
    fields = {str(field): column.tolist() for field, column in zip(meta["fields"], columns, strict=True)}
    return VectorFeatures(name, known, shapes, fields)


def _only_layer(path: str, name: str, purpose: Purpose) -> str | int:
    """Return the layer that counts where the address names none.

    Raises:
        InputError: there are several.
    """
    listed = [(str(layer), kind) for layer, kind in pyogrio.list_layers(path)]
    spatial = [layer for layer, kind in listed if kind is not None]
    if set(spatial) >= OWN_LAYERS:
        return purpose.own_layer
    if len(spatial) == 1:
        return spatial[0]
    buildings = building_layer(path, listed)
    if buildings is not None:
        return buildings
    if not spatial:
        return 0
    raise purpose.refuse(
        "open", f"{name} has {len(spatial)} layers: {brief(', '.join(spatial), 300)}", "add |layername=NAME to the path"
    )
