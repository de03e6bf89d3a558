"""Vector sources: the polygon layers of what a user names, as GDAL and QGIS write it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from rasterio.crs import CRS
from rasterio.errors import CRSError

from ...protocol.plain_text import is_text
from ...protocol.public_name import public_name
from ..access.drivers import leave_out_other_drivers
from ..access.layer_address import LayerAddress
from ..access.network_access import let_pyogrio_reach
from ..access.pipes import Pipes
from ..errors import InputError, brief
from ..run.events import EventSink
from .file import UnreadableVectorError, VectorFile, vector_file
from .polygon_layer import SINGLE_BYTE, PolygonLayer, is_statement
from .purpose import OWN_LAYERS, Purpose

#: What reading a layer may raise.
READ_ERRORS = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError, shapely.errors.GEOSException, OSError, ValueError,
)  # fmt: skip

#: Formats whose declared number of features reveals a file that breaks off; of a Shapefile outlines go missing alone.
_COUNTING = ("GPKG", "FlatGeobuf", "GeoJSON")
#: Open options that change what is read and name no other file; the rest of an address may be a stranger's.
_HARMLESS = (
    "ENCODING", "GEOM_POSSIBLE_NAMES", "KEEP_GEOM_COLUMNS", "SEPARATOR", "AUTODETECT_TYPE", "AUTODETECT_WIDTH",
    "AUTODETECT_SIZE_LIMIT", "HEADERS", "EMPTY_STRING_AS_NULL", "FLATTEN_NESTED_ATTRIBUTES",
    "NESTED_ATTRIBUTE_SEPARATOR", "ARRAY_AS_STRING", "DATE_AS_STRING", "ADJUST_TYPE", "LIST_ALL_TABLES", "IMMUTABLE",
    "NOLOCK", "VERIFY_BUFFERS", "SWAP_COORDINATES", "CONSIDER_EPSG_AS_URN", "INVERT_AXIS_ORDER_IF_LAT_LONG",
    "CLOSED_LINE_AS_POLYGON", "INLINE_BLOCKS", "DBF_DATE_LAST_UPDATE", "AUTO_REPACK", "X_POSSIBLE_NAMES",
    "Y_POSSIBLE_NAMES", "Z_POSSIBLE_NAMES",
)  # fmt: skip


@dataclass(frozen=True)
class VectorSource:
    """The polygon layers of a source, of which there is at least one.

    Attributes:
        name: of the file, for messages.
        layers: the layers.
    """

    name: str
    layers: tuple[PolygonLayer, ...] = field(default=())


@contextmanager
def reading(path_or_uri: str, purpose: Purpose) -> Iterator[None]:
    """Say what went wrong while a source was opened or read in the block.

    Raises:
        InputError: there is no such file or layer, or it cannot be read (``…-open``).
        RuntimeFailure: GDAL cannot be kept to files (``gdal-drivers``).
    """
    try:
        path = LayerAddress.parse(path_or_uri).path
    except ValueError:
        path = path_or_uri.partition("|")[0]
    name = brief(public_name(path))
    leave_out_other_drivers()
    let_pyogrio_reach(path)
    if (pipe := Pipes().first(path)) is not None:
        raise purpose.refuse(
            "open",
            f"{brief(public_name(pipe))} is no file but a pipe or a device",
            "save what comes out of it",
        )
    try:
        yield
    except InputError:
        raise
    except UnreadableVectorError as error:
        raise purpose.refuse(error.fault, error.message, error.hint) from error
    except READ_ERRORS as error:
        if not os.path.exists(path) and "://" not in path and not path.startswith(("/vsi", "{")):
            raise purpose.refuse(
                "open", f"there is no file {brief(path, 300)}", f"check the path of {purpose.what}"
            ) from error
        hint = "give a polygon layer that GDAL can open"
        if not is_text(path):
            hint = "rename it or its folder: that is not a name of letters (UTF-8)"
        if (
            path.lower().endswith(".shp")
            and os.path.exists(path)
            and not os.path.exists(path[:-1] + ("x" if path[-1] == "p" else "X"))
        ):
            hint = "its .shx is missing: copy all files of the Shapefile"
        if "!" in path:
            hint = "rename it or its folder: ! stands for an archive there"
        raise purpose.refuse("open", f"cannot read {purpose.what} from {name}", hint) from error


def open_polygons(path_or_uri: str, purpose: Purpose, events: EventSink) -> VectorSource:
    """Find the polygon layers of a source and check them before anything is done with them.

    Of a file with several layers, all that may hold polygons count unless the address names one; of a result of this
    program the layer that suits the purpose.

    Args:
        path_or_uri: anything OGR opens, also ``path|layername=NAME|subset=CONDITION``, see :mod:`.layer_address`.
        purpose: what it is for.
        events: warned of what was assumed, and of which layers are used where there are several.

    Raises:
        InputError: it cannot be opened (``…-open``), holds no polygons (``…-type``), or a layer has no CRS (``…-crs``).
    """
    with reading(path_or_uri, purpose):
        address = LayerAddress.parse(path_or_uri)
        name = brief(public_name(address.path))
        _check_options(address, name)
        file = vector_file(address.path, address.options)
        layers = tuple(layer for layer in _opened(file, name, address, purpose) if layer is not None)
        unfit = _without_filter(layers)
        layers = tuple(layer for layer in layers if layer.layer not in unfit)
    kind = (address.geometry_type or "Polygon").lower()
    if not layers or not any(word in kind for word in ("polygon", "surface", "collection")):
        raise purpose.refuse("type", f"{name} holds no polygons", f"give a polygon layer as {purpose.plain}")
    without = [layer for layer in layers if not layer.crs]
    if without:
        of = f" (layer {without[0].layer})" if len(layers) > 1 else ""
        hint = "assign one in QGIS or with ogr2ogr -a_srs EPSG:…"
        if file.options:
            hint = f"write it into {Path(name).stem}.prj beside it, or save the table as GeoPackage in QGIS"
        raise purpose.refuse("crs", f"{name} has no CRS{of}", hint)
    if file.assumed_crs is not None:
        events.warning(
            f"{purpose.prefix}-crs-assumed",
            f"{name} names no CRS; as {file.kind} it is read in {file.assumed_crs}, longitude first",
        )
    if unfit:
        events.warning(
            f"{purpose.prefix}-layers",
            f"the filter of {name} cannot be applied to all of its layers, left out: {brief(_names(unfit), 300)}",
        )
    if len(layers) > 1:
        names = _names([layer.layer for layer in layers])
        events.warning(
            f"{purpose.prefix}-layers",
            f"{name} has {len(layers)} layers that may hold polygons, all of them count as {purpose.plain}: "
            f"{brief(names, 300)}; to use one, add |layername=NAME to the path",
        )
    if any(layer.single_byte for layer in layers):
        events.warning(f"{purpose.prefix}-letters", wrong_letters(name))
    return VectorSource(name, layers)


def wrong_letters(name: str) -> str:
    """Return what to say of a file whose texts are not written in the code page it names."""
    page = f"{Path(name).stem}.cpg" if name.lower().endswith((".shp", ".dbf")) else None
    declared = f"the code page that {page} names (or the table, where there is none)" if page else "UTF-8"
    return f"texts of {name} are not written in {declared}; some letters of ids may be wrong" + (
        f": write the right one into {page}, for example ISO-8859-1" if page else ""
    )


def _check_options(address: LayerAddress, name: str) -> None:
    for option in address.options:
        given = option.partition("=")[0].upper()
        if given not in _HARMLESS:
            raise UnreadableVectorError(
                f"the open option {brief(given)} of {name} is not taken", "remove it, or unpack what counts into a file"
            )


def _opened(file: VectorFile, name: str, address: LayerAddress, purpose: Purpose) -> Iterator[PolygonLayer | None]:
    """Yield the layers of a file that count, None for one without polygons. A file of one layer is opened once."""
    alone = None
    if address.layer is None and not file.options and not is_statement(address.condition):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "More than one layer")
            with suppress(UserWarning, IndexError):  # several layers, none at all
                alone = _info(file, None)
    if alone is not None:
        yield _layer(file, name, address, 0, alone)
        return
    for number in _numbers(file, address, purpose):
        yield _layer(file, name, address, number, _info_of(file, name, number))


def _numbers(file: VectorFile, address: LayerAddress, purpose: Purpose) -> Sequence[str | int]:
    """Return which layers of a file count."""
    if address.layer is not None:
        return [address.layer]
    if file.options or is_statement(address.condition):
        return [0]
    listed = [(str(name), None if kind is None else str(kind)) for name, kind in pyogrio.list_layers(file.path)]
    if {name for name, _ in listed} >= OWN_LAYERS:
        return [purpose.own_layer]
    if len(listed) < 2:
        return [0]
    holding = [(name, kind) for name, kind in listed if kind is not None and _may_hold_polygons(kind)]
    # relations of OpenStreetMap and the like repeat what the layers of polygons hold
    plain = [name for name, kind in holding if "Collection" not in kind]
    return plain or [name for name, _ in holding]


def _info_of(file: VectorFile, name: str, layer: str | int) -> tuple[dict[str, Any], bool]:
    """Return what is known of a layer that an address may have named wrongly."""
    try:
        return _info(file, layer)
    except pyogrio.errors.DataLayerError as error:
        there = [str(listed) for listed, _ in pyogrio.list_layers(file.path)]
        called = f"number {layer}" if isinstance(layer, int) else f"“{brief(layer, 60)}”"
        raise UnreadableVectorError(
            f"there is no layer {called} in {name}", f"it holds {brief(_names(there), 300) or 'no layer'}"
        ) from error


def _layer(
    file: VectorFile, name: str, address: LayerAddress, layer: str | int, known: tuple[dict[str, Any], bool]
) -> PolygonLayer | None:
    info, single_byte = known
    if address.condition is not None and is_statement(address.condition):
        info |= _of_statement(file, name, address.condition)
    if info["driver"] == "ESRI Shapefile" and "float64" in info["dtypes"]:
        # numbers of 19 digits are no real numbers; this reads the table through to see whether they are whole
        file = replace(file, options=(*file.options, "ADJUST_TYPE=YES"))
    if not _may_hold_polygons(info["geometry_type"]):
        return None
    crs = info["crs"] or file.assumed_crs
    return PolygonLayer(
        file, name, layer, address.condition, address.geometry_type, CRS() if crs is None else _crs(crs),
        tuple(str(field) for field in info["fields"]), bool(info["capabilities"]["fast_spatial_filter"]), single_byte,
        int(info["features"]), info["driver"] in _COUNTING and address.condition is None,
    )  # fmt: skip


def _without_filter(layers: Sequence[PolygonLayer]) -> list[str | int]:
    """Return the layers to which their filter cannot be applied.

    Raises:
        UnreadableVectorError: these are all of them.
    """
    unfit: list[str | int] = []
    for layer in layers:
        try:
            _try_filter(layer)
        except UnreadableVectorError:
            if len(unfit) + 1 == len(layers):
                raise
            unfit.append(layer.layer)
    return unfit


def _names(layers: Sequence[str | int]) -> str:
    return ", ".join(map(str, layers))


def _try_filter(layer: PolygonLayer) -> None:
    """Read one feature: some formats give none without a word where the filter is wrong."""
    if layer.condition is None:
        return
    try:
        pyogrio.raw.read(
            layer.file.path, columns=[], read_geometry=False, return_fids=True, max_features=1, **layer.selection
        )
    except READ_ERRORS as error:
        raise _wrong_filter(layer.source_name, error) from error


def _wrong_filter(name: str, error: Exception) -> UnreadableVectorError:
    return UnreadableVectorError(
        f"the filter of {name} cannot be applied ({brief(str(error), 200)})",
        "try it in QGIS (right click on the layer, Filter…)",
    )


def _of_statement(file: VectorFile, name: str, statement: str) -> dict[str, Any]:
    """Return CRS, kind of geometry and fields of what a statement gives, which may come from any layer."""
    try:
        with pyogrio.raw.open_arrow(file.path, sql=statement, use_pyarrow=False, **file.open_options) as (meta, _):
            return {key: meta[key] for key in ("crs", "geometry_type", "fields")}
    except READ_ERRORS as error:
        raise _wrong_filter(name, error) from error


def _info(file: VectorFile, layer: str | int | None) -> tuple[dict[str, Any], bool]:
    """Return what pyogrio knows of a layer (None for the only one), and whether its texts had to be read by letter."""
    with warnings.catch_warnings():
        if layer is not None:
            warnings.simplefilter("ignore")
        try:
            return pyogrio.read_info(file.path, layer=layer, **file.open_options), False
        except UnicodeDecodeError:
            return pyogrio.read_info(file.path, layer=layer, encoding=SINGLE_BYTE, **file.open_options), True


def _crs(text: str) -> CRS:
    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise UnreadableVectorError(
            f"the CRS of the layer is not known ({brief(text)})", "assign one with an EPSG number in QGIS"
        ) from error


def _may_hold_polygons(kind: str | None) -> bool:
    return kind is not None and any(word in kind for word in ("Polygon", "Unknown", "Surface", "GeometryCollection"))
