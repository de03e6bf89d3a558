"""The zones of a report, made of counted ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from ...protocol.schema import CLASS_COLOURS, CLASS_LABELS, CLASS_NAMES, DAMAGE_CLASSES, Damage
from ..language.wording import Wording
from ..zones.counted_zones import CountedZones
from ..zones.writers.zone_words import OUTSIDE, TOGETHER, origin_in_words, sum_title
from ..zones.zone_row import ZoneRow
from .charts import WIDTH, label_width
from .zone_view import ZoneBar, ZoneLine, ZonePart, ZoneView

#: Zones of a grid in the table: the worst of them. All zones of the user are shown, up to a number nobody reads on.
_OF_GRID, _OF_USER = 10, 200
_IN_CHART = 12
_NUMBERS = 60.0  # to the right of a bar
_ROUNDING = 1e-6
#: Position of each class among the counts of a zone.
_ORDER = (*DAMAGE_CLASSES, Damage.UNKNOWN)


def zone_view(counted: CountedZones, wording: Wording) -> ZoneView:
    """Return zones for a report."""
    most = _OF_GRID if counted.zones.origin.kind != "polygons" else _OF_USER
    order = sorted(range(len(counted.rows)), key=lambda index: (*_badness(counted.rows[index]), index))
    if counted.zones.origin.kind != "polygons":  # of a grid, cells without a building say nothing
        order = [index for index in order if counted.rows[index].buildings]
    chosen = order[:most]
    lines = tuple(_line(str(place), counted.rows[index], wording) for place, index in enumerate(chosen, 1))
    sums = [(TOGETHER, counted.together)]
    if counted.outside.buildings:
        sums.append((OUTSIDE, counted.outside))
    bars, left = _bars(lines[:_IN_CHART])
    return ZoneView(
        origin=origin_in_words(counted.zones.origin, wording.words),
        lines=lines,
        sums=tuple(_line("", row, wording, sum_title(name, wording.words)) for name, row in sums),
        left_out=len(order) - len(chosen),
        bars=bars,
        left=left,
        ranged=any(line.interval for line in lines),
        shapes=tuple((str(place), counted.zones.shapes[index]) for place, index in enumerate(chosen, 1)),
        crs=counted.zones.crs,
    )


def _badness(row: ZoneRow) -> tuple[int, ...]:
    """Return what zones are sorted by, the worst first: destroyed, then major, then minor, then all buildings."""
    counts = dict(zip(_ORDER, row.counts, strict=True))
    return -counts[Damage.DESTROYED], -counts[Damage.MAJOR], -counts[Damage.MINOR], -row.buildings


def _line(code: str, row: ZoneRow, wording: Wording, title: str = "") -> ZoneLine:
    counts: dict[str, int | None] = {CLASS_NAMES[d]: n for d, n in zip(_ORDER, row.counts, strict=True)}
    counts["buildings"] = row.buildings
    if row.silent:
        counts = dict.fromkeys(counts)
    shown = {name: "–" if number is None else wording.number(number) for name, number in counts.items()}
    interval = ""
    if (found := row.ranges.get("destroyed")) is not None:
        low, high = floor(found.low + _ROUNDING), ceil(found.high - _ROUNDING)  # never towards the estimate
        interval = wording.span(wording.number(low), wording.number(high))
    destroyed, seen = row.share_destroyed, row.share_seen
    return ZoneLine(
        code, title or row.name, counts, shown, "–" if destroyed is None else wording.share(destroyed, 1),
        "–" if seen is None else wording.share(seen), interval,
    )  # fmt: skip


def _bars(lines: Sequence[ZoneLine]) -> tuple[tuple[ZoneBar, ...], float]:
    labels = [f"{line.code}  {line.name}" for line in lines]
    left = label_width(labels)
    most = max([1, *(line.counts["buildings"] or 0 for line in lines)])
    unit = (WIDTH - left - _NUMBERS) / most
    bars = []
    for line, label in zip(lines, labels, strict=True):
        x, parts = left, []
        for damage in sorted(Damage, reverse=True):
            number = line.counts[CLASS_NAMES[damage]] or 0
            if number:
                parts.append(ZonePart(CLASS_LABELS[damage], CLASS_COLOURS[damage], x, unit * number))
            x += unit * number
        bars.append(ZoneBar(label, tuple(parts), x, line.shown["buildings"]))
    return tuple(bars), left
