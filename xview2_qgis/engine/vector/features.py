"""Features of a vector layer in pages: polygons with the ids of their features.

A layer is read from its beginning to its end once, however many features it has, because formats such as GeoJSON are
parsed anew for every access. Memory holds one page.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from .arrow_stream import Column, Value, batches
from .polygon_batch import PolygonBatch, polygon_batch
from .polygon_layer import PolygonLayer

_PAGE = 20_000
_EVERYWHERE = (-1e300, -1e300, 1e300, 1e300)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FeaturePage:
    """Some features of a layer.

    Attributes:
        polygons: those of use; its rows count in ``fids`` and ``ids``.
        fids: number by which the file knows each feature.
        ids: id of each as text, None where it has none.
        wrong_letters: number of ids not written as the file declares: letters were replaced, or are no letters.
    """

    polygons: PolygonBatch
    fids: list[int]
    ids: list[str | None]
    wrong_letters: int


def feature_pages(
    layer: PolygonLayer,
    boxes: Sequence[Box] | None = None,
    id_fields: Sequence[str] = (),
    check: Callable[[], None] = lambda: None,
) -> Iterator[FeaturePage]:
    """Yield the features of a layer, at most some ten thousand at once.

    Args:
        layer: the layer.
        boxes: only polygons whose box meets one of these (west, south, east, north), in the CRS of the layer; all where
            None. What is no polygon is counted where GDAL finds it without reading everything, else in the whole layer.
        id_fields: fields with ids; of each feature the first counts that holds something.
        check: called for each page; may raise to stop.

    Raises:
        ValueError, pyogrio's errors: the layer cannot be read to its end, see :data:`.source.READ_ERRORS`.
    """
    if boxes is not None and layer.indexed:
        for box in boxes:
            for columns in _columns(layer, id_fields, check, box):
                yield _page(columns, layer, id_fields)
        return
    count = 0
    for columns in _columns(layer, id_fields, check, None):
        page = _page(columns, layer, id_fields)
        count += len(page.fids)
        yield page if boxes is None else _near(page, boxes)
    if layer.counted and layer.features == count:
        return
    # GDAL's stream ends without a word where some formats break off; reading features one by one raises what is wrong
    _fids(layer, _EVERYWHERE)


def without_outline(layer: PolygonLayer, most: int) -> NDArray[np.bool_]:
    """Return which features of an indexed layer have no geometry at all, bool (N,): no box finds them.

    Empty for a layer of more than ``most`` features, of which counting would take long.
    """
    nothing = np.zeros(0, bool)
    if "sql" in layer.selection or not 0 < layer.features <= most:
        return nothing
    with _quiet():
        _, bounds = pyogrio.read_bounds(layer.file.path, layer=layer.layer, where=layer.condition)
    return np.asarray(np.isnan(bounds).any(axis=0))


def is_empty(layer: PolygonLayer) -> bool:
    """Return whether a layer has no feature at all, or none that its filter lets through."""
    return len(_fids(layer, most=1)) == 0


def _columns(
    layer: PolygonLayer, id_fields: Sequence[str], check: Callable[[], None], box: Box | None
) -> Iterator[list[Column]]:
    with (
        _quiet(),
        pyogrio.raw.open_arrow(
            layer.file.path, columns=list(id_fields), bbox=box, return_fids=True, use_pyarrow=False,
            batch_size=_PAGE, **layer.selection,
        ) as (_, source),
    ):  # fmt: skip
        for columns in batches(source):
            check()
            yield columns


def _page(columns: list[Column], layer: PolygonLayer, id_fields: Sequence[str]) -> FeaturePage:
    fids = [int(value) for value in columns[0].values if value is not None]
    outlines = next((column for column in columns[1:] if column.binary), None)
    wkb = [value if isinstance(value, bytes) else None for value in outlines.values] if outlines else [None] * len(fids)
    named = {column.name: column for column in columns[1:]}
    given = [named[field] for field in id_fields if field in named]
    texts = [next(filter(None, (_text(column.values[row]) for column in given)), None) for row in range(len(fids))]
    wrong = sum(_has_wrong_letters(text) for text in texts if text is not None)
    return FeaturePage(polygon_batch(wkb, layer.geometry_type), fids, texts, wrong)


def _near(page: FeaturePage, boxes: Sequence[Box]) -> FeaturePage:
    polygons = page.polygons
    west, south, east, north = shapely.bounds(polygons.shapes).reshape(-1, 4).T
    near = np.zeros(len(polygons.shapes), bool)
    for left, bottom, right, top in boxes:
        near |= (west <= right) & (east >= left) & (south <= top) & (north >= bottom)
    kept = PolygonBatch(
        polygons.shapes[near], polygons.rows[near], polygons.others, polygons.empty, polygons.broken, polygons.strange
    )
    return FeaturePage(kept, page.fids, page.ids, page.wrong_letters)


def _fids(layer: PolygonLayer, box: Box | None = None, most: int | None = None) -> NDArray[np.int64]:
    with _quiet():
        _, fids, _, _ = pyogrio.raw.read(
            layer.file.path, columns=[], bbox=box, read_geometry=False, return_fids=True, max_features=most,
            **layer.selection,
        )  # fmt: skip
    return np.asarray(fids)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what GDAL warns of rings that are not closed and the like, which are mended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _has_wrong_letters(text: str) -> bool:
    """Return whether a text was read in a wrong code page: letters replaced, control signs, or UTF-8 letter by byte."""
    if text.isascii():
        return False
    if "\N{REPLACEMENT CHARACTER}" in text or any("\x80" <= sign <= "\x9f" for sign in text):
        return True
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _text(value: Value) -> str | None:
    """Return an id as text: whole numbers as such, in whatever type they are stored."""
    if isinstance(value, bytes):
        return value.decode(errors="replace").strip() or None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    return None if value is None else str(value)
