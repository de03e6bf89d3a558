"""The fields of the layer ``damage`` as readers get them: all of them, whichever version wrote the file."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES, NO_BUILDING, PROBABILITY_FIELDS, SCENE_FIELD, Damage

_INTEGERS = ("building_id", "damage", "final_damage")
_REALS = ("confidence", *PROBABILITY_FIELDS, "area_m2", "valid_fraction", "adapted_confidence")

#: Fields, in their order. Integers may be missing (``Int64``), real numbers are NaN, texts None where there is none.
BUILDING_FIELDS = (
    "building_id", "damage", "damage_class", "confidence", *PROBABILITY_FIELDS, "area_m2", "valid_fraction", "source",
    "footprint_id", "review_class", "review_note", "reviewed_at", "reviewed_by", "final_damage", "final_class",
    "adapted_class", "adapted_confidence",
)  # fmt: skip

_NUMBERS = {name: int(damage) for damage, name in CLASS_NAMES.items()}
_UNKNOWN = CLASS_NAMES[Damage.UNKNOWN]
_FINAL = (*_NUMBERS, NO_BUILDING)
_ADAPTED = tuple(CLASS_NAMES[damage] for damage in DAMAGE_CLASSES)


def complete(frame: GeoDataFrame) -> GeoDataFrame:
    """Return buildings with all fields, in their order and of their types, that of the scene first where there is one.

    ``final_class`` is one of the words that it may be: a file without the field gets what its triggers would write.
    """
    columns: dict[str, object] = {}
    if SCENE_FIELD in frame.columns:
        columns[SCENE_FIELD] = texts(frame[SCENE_FIELD])
    for name in BUILDING_FIELDS:
        if name not in frame.columns:
            given = pd.Series([None] * len(frame), dtype=object)
        else:
            given = frame[name].reset_index(drop=True)
        if name in _INTEGERS:
            columns[name] = pd.to_numeric(given, errors="coerce").round().astype("Int64").array
        elif name in _REALS:
            columns[name] = pd.to_numeric(given, errors="coerce").astype(np.float64).to_numpy()
        else:
            columns[name] = texts(given)
    columns["damage_class"] = _words(columns["damage_class"], _NUMBERS, _UNKNOWN)
    columns["final_class"] = _final(columns, stored="final_class" in frame.columns)
    numbers = [_NUMBERS.get(str(word)) for word in np.asarray(columns["final_class"]).tolist()]
    columns["final_damage"] = pd.array(numbers, "Int64")
    # said of texts, because pandas may choose a type for them that has no None
    typed = {name: pd.Series(found, dtype=getattr(found, "dtype", None)) for name, found in columns.items()}
    return GeoDataFrame(typed, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def texts(values: pd.Series) -> NDArray[np.object_]:
    """Return texts, None where there is none or only blanks; moments as ISO 8601, object (N,)."""
    found = np.full(len(values), None, object)
    for index, value in enumerate(values.tolist()):
        if value is None or value is pd.NaT or value != value:
            continue
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        found[index] = text if text.strip() else None
    return found


def _final(columns: dict[str, object], *, stored: bool) -> NDArray[np.object_]:
    if stored:
        return _words(columns["final_class"], _FINAL, _UNKNOWN)
    reviewed, adapted = (
        _words(columns["review_class"], _FINAL, None), _words(columns["adapted_class"], _ADAPTED, None),
    )  # fmt: skip
    model = np.asarray(columns["damage_class"], object)
    return np.where(reviewed != None, reviewed, np.where(adapted != None, adapted, model))  # noqa: E711 - elementwise


def _words(values: object, known: tuple[str, ...] | dict[str, int], otherwise: str | None) -> NDArray[np.object_]:
    """Return words in their spelling; ``otherwise`` in the place of what is none of the known ones."""
    read = [str(value).strip().lower() if value is not None else "" for value in np.asarray(values, object).tolist()]
    return np.array([word if word in known else otherwise for word in read], object)
