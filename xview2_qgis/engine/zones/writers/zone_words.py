"""What files of zones call things for people."""

from __future__ import annotations

from ....protocol.language.mark import mark
from ....protocol.language.words import Words
from ..counted_zones import CountedZones
from ..kinds.zone_set import ZoneOrigin
from ..zone_row import Observed, RangeRemark, ZoneRow

_OBSERVED = {
    Observed.ALL: mark("assessed"),
    Observed.PARTLY: mark("partly assessed"),
    Observed.NOT: mark("not observed"),
}
_REMARKS = {
    RangeRemark.NO_SAMPLE: mark("no sample was drawn"),
    RangeRemark.NOT_REVIEWED: mark("the sample has not been reviewed yet"),
    RangeRemark.FEW: mark("too few buildings of the sample were reviewed here"),
    RangeRemark.CHANGED: mark("classes were adapted anew since the sample was drawn"),
}
#: Rows that are no zones: id in files, and what people read.
TOGETHER, OUTSIDE, WHOLE = "all-zones", "outside", "whole-result"
_SUMS = {
    TOGETHER: mark("All zones together"),
    OUTSIDE: mark("Outside all zones"),
    WHOLE: mark("Whole result"),
}


def in_words(value: str, words: Words) -> str:
    """Return for people what stands in files as a short word: how much was observed, why there is no range."""
    known: dict[str, str] = {str(key): text for key, text in (*_OBSERVED.items(), *_REMARKS.items())}
    return words.tr(known.get(value, value))


def observed_labels(words: Words) -> dict[str, str]:
    """Return what people read for each word of the field ``observed``."""
    return {str(key): words.tr(text) for key, text in _OBSERVED.items()}


def sums(counted: CountedZones) -> tuple[tuple[str, ZoneRow], ...]:
    """Return the rows that are no zones, with their ids."""
    return (TOGETHER, counted.together), (OUTSIDE, counted.outside), (WHOLE, counted.whole)


def sum_title(row: str, words: Words) -> str:
    """Return what people read for a row that is no zone."""
    return words.tr(_SUMS[row])


def origin_in_words(origin: ZoneOrigin, words: Words) -> str:
    """Return where zones come from."""
    if origin.kind == "grid":
        return words.tr("Square grid, cells of {size} m").format(size=origin.size)
    if origin.kind == "h3":
        return words.tr("Hexagons of H3, resolution {size}").format(size=origin.size)
    return words.tr("Polygons of {source}").format(source=origin.source)
