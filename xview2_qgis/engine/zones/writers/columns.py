"""The columns of zones: names in files, headings for people, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

from ....protocol.language.mark import mark
from ..ranges import ESTIMATED
from ..zone_row import ZoneRow

Value = str | int | float | None
Unit = Literal["text", "number", "square metres", "share", "estimate"]

#: Words of the classes in names of fields, in the order of the counts of a row.
CLASS_FIELDS = ("no_damage", "minor_damage", "major_damage", "destroyed", "unknown")
_COUNTS = (
    mark("No damage"), mark("Minor damage"), mark("Major damage"), mark("Destroyed"), mark("Unknown"),
)  # fmt: skip
_AREAS = (
    mark("No damage, m²"), mark("Minor damage, m²"), mark("Major damage, m²"), mark("Destroyed, m²"),
    mark("Unknown, m²"),
)  # fmt: skip
_ESTIMATES = {
    "buildings": (
        mark("Buildings, estimate"), mark("Buildings, at least"), mark("Buildings, at most"),
    ),
    "damaged": (
        mark("Minor damage or worse, estimate"), mark("Minor damage or worse, at least"),
        mark("Minor damage or worse, at most"),
    ),
    "major_or_worse": (
        mark("Major damage or worse, estimate"), mark("Major damage or worse, at least"),
        mark("Major damage or worse, at most"),
    ),
    "destroyed": (
        mark("Destroyed, estimate"), mark("Destroyed, at least"), mark("Destroyed, at most"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        field: its name in files, never translated.
        heading: for people, in English.
        unit: what its values are.
        value: its value of a row; None where there is none.
        sampled: whether it is empty without a sample.
    """

    field: str
    heading: str
    unit: Unit
    value: Callable[[ZoneRow], Value]
    sampled: bool = False


def rounded(column: Column, row: ZoneRow) -> Value:
    """Return a value as it stands in files; bounds are never rounded towards the estimate."""
    value = column.value(row)
    if not isinstance(value, float):
        return value
    if column.unit == "share":
        return round(value, 6)
    if column.unit == "estimate" and column.field.endswith(("_low", "_high")):
        away = floor(value * 10 + 1e-6) if column.field.endswith("_low") else ceil(value * 10 - 1e-6)
        return away / 10
    return round(value, 1)


def zone_columns(*, sampled: bool) -> tuple[Column, ...]:
    """Return the columns behind the name of a zone.

    Args:
        sampled: with those that a sample fills.
    """
    columns = (*_place_columns(), *_count_columns(), *_area_columns(), *_sample_columns())
    return tuple(column for column in columns if sampled or not column.sampled)


def _place_columns() -> Iterable[Column]:
    yield Column("observed", mark("Observed"), "text", lambda row: row.observed)
    yield Column("area_m2", mark("Area, m²"), "square metres", lambda row: row.area_m2)
    yield Column("assessed_m2", mark("Assessed, m²"), "square metres", lambda row: row.seen_m2)
    yield Column("share_assessed", mark("Share assessed"), "share", lambda row: row.share_seen)


def _count_columns() -> Iterable[Column]:
    yield Column("buildings", mark("Buildings"), "number", lambda row: None if row.silent else row.buildings)
    for place, (field, heading) in enumerate(zip(CLASS_FIELDS, _COUNTS, strict=True)):
        yield Column(field, heading, "number", _count(place))
    yield Column("share_destroyed", mark("Share destroyed"), "share", lambda row: row.share_destroyed)
    yield Column(
        "share_major_or_worse", mark("Share with major damage or worse"), "share",
        lambda row: row.share_major_or_worse,
    )  # fmt: skip


def _area_columns() -> Iterable[Column]:
    yield Column(
        "buildings_m2", mark("Buildings, m²"), "square metres", lambda r: None if r.silent else sum(r.areas_m2)
    )
    for place, (field, heading) in enumerate(zip(CLASS_FIELDS, _AREAS, strict=True)):
        yield Column(f"{field}_m2", heading, "square metres", _area(place))


def _sample_columns() -> Iterable[Column]:
    yield Column("reviewed", mark("Buildings of the sample reviewed"), "number", lambda row: row.reviewed, True)
    for name in ESTIMATED:
        estimate, low, high = _ESTIMATES[name]
        yield Column(f"{name}_estimate", estimate, "estimate", _estimate(name, "value"), True)
        yield Column(f"{name}_low", low, "estimate", _estimate(name, "low"), True)
        yield Column(f"{name}_high", high, "estimate", _estimate(name, "high"), True)
    yield Column("range_remark", mark("Why no range"), "text", lambda row: row.remark, True)


def _count(place: int) -> Callable[[ZoneRow], Value]:
    return lambda row: None if row.silent else row.counts[place]


def _area(place: int) -> Callable[[ZoneRow], Value]:
    return lambda row: None if row.silent else row.areas_m2[place]


def _estimate(name: str, part: str) -> Callable[[ZoneRow], Value]:
    def value(row: ZoneRow) -> Value:
        found = row.ranges.get(name)
        return None if found is None else float(getattr(found, part))

    return value
