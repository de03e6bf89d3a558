"""Results that are too uniform to be trusted unchecked, and what to check then.

A pair in the wrong order, bands in another order or a wrong nodata value give a clean run with a calm result: all
buildings undamaged, none found, most of them not visible. A reader would take "0 destroyed" for an all-clear.
"""

from __future__ import annotations

from ...protocol.schema import CLASS_LABELS, Damage
from ..run.notice import Notice
from .summary import Summary

#: Buildings with a class from which on one class for all of them is no chance: a village may well be undamaged.
FEWEST_OF_ONE_CLASS = 10

#: Share from which on one class counts as that of all: networks err now and then, also in images that do not fit.
NEARLY_ALL = 0.995

#: Area from which on it is worth a word that no building stands in it, square metres.
LEAST_EMPTY_M2 = 10_000.0

_ORDER = "the images are in the right order (pre-event first, post-event second; see their dates)"
_ROLE = "the image is from after the event (see its date)"
_FITNESS = "that both hold red, green and blue in this order, that their nodata values are right"
_RESOLUTION = "that their pixels are not much larger than 0.5 m"


def doubts(
    summary: Summary, assessed_m2: float, not_visible_m2: float = 0.0, *, pair: bool = True
) -> tuple[Notice, ...]:
    """Return what is striking in a result; empty where nothing is.

    Codes: ``nothing-found``, ``mostly-unknown``, ``one-class``.

    Args:
        summary: counts of the buildings written.
        assessed_m2: area that both images show, square metres.
        not_visible_m2: area that the user excluded, square metres.
        pair: there are two images, which may be exchanged.
    """
    found = (_nothing_found(summary, assessed_m2), _mostly_unknown(summary, not_visible_m2), _one_class(summary, pair))
    return tuple(doubt for doubt in found if doubt is not None)


def _nothing_found(summary: Summary, assessed_m2: float) -> Notice | None:
    if summary.buildings or assessed_m2 < LEAST_EMPTY_M2:
        return None
    return Notice(
        "nothing-found",
        f"no building was found on {assessed_m2 / 1e6:,.2f} km²: check that the place is built-up, {_FITNESS}, "
        f"{_RESOLUTION}, and that the images are not nearly black",
    )


def _mostly_unknown(summary: Summary, not_visible_m2: float) -> Notice | None:
    unknown = summary.counts[Damage.UNKNOWN]
    if 2 * unknown <= summary.buildings:
        return None
    excluded = ", and the polygons that you excluded" if not_visible_m2 else ""
    return Notice(
        "mostly-unknown",
        f"{unknown:,} of {summary.buildings:,} buildings are unknown, because the images do not show them: "
        f"check that the images cover the same place, and their nodata values and masks{excluded}",
    )


def _one_class(summary: Summary, pair: bool) -> Notice | None:
    known = {damage: count for damage, count in summary.counts.items() if damage is not Damage.UNKNOWN}
    total = sum(known.values())
    damage, most = max(known.items(), key=lambda item: item[1])
    if total < FEWEST_OF_ONE_CLASS or most < NEARLY_ALL * total:
        return None
    order = _ORDER if pair else _ROLE
    how_many = f"all {total:,}" if most == total else f"{most:,} of {total:,}"
    return Notice(
        "one-class",
        f"{how_many} buildings have the class “{CLASS_LABELS[damage].lower()}”: check that {order}, {_FITNESS}, "
        f"and {_RESOLUTION}",
    )
