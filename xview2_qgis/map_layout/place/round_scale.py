"""Round scales, such as 1:2,500, and the extents that they give."""

from __future__ import annotations

from qgis.core import QgsPointXY, QgsRectangle

from ..page.box import Box

_MANTISSAS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
#: The largest scale: one building alone shall not fill the sheet.
_LARGEST = 500
#: Room around what is shown, as a part of it.
_ROOM = 1.05
_DECADES = range(2, 8)

#: All round scales, the largest first.
ROUND_SCALES: tuple[int, ...] = tuple(
    scale for decade in _DECADES for scale in (round(part * 10**decade) for part in _MANTISSAS) if scale >= _LARGEST
)


def round_scale(extent: QgsRectangle, frame: Box) -> int:
    """Return the denominator of the largest round scale at which an extent has room in a frame.

    Args:
        extent: metres.
        frame: of the map on paper.
    """
    needed = 1000.0 * _ROOM * max(extent.width() / frame.width, extent.height() / frame.height)
    return next((scale for scale in ROUND_SCALES if scale >= needed), ROUND_SCALES[-1])


def settled(subject: QgsRectangle, around: QgsRectangle, scale: float, frame: Box) -> QgsPointXY:
    """Return the middle of a map that shows all of its subject, and beside it as much as can be of what is around.

    Args:
        subject: what has to be seen, metres.
        around: what lies around it, as the assessed area.
        scale: denominator.
        frame: on paper.
    """
    width, height = frame.width / 1000.0 * scale, frame.height / 1000.0 * scale
    return QgsPointXY(
        _middle((subject.xMinimum(), subject.xMaximum()), (around.xMinimum(), around.xMaximum()), width),
        _middle((subject.yMinimum(), subject.yMaximum()), (around.yMinimum(), around.yMaximum()), height),
    )


def _middle(subject: tuple[float, float], around: tuple[float, float], size: float) -> float:
    """Return the middle along one axis."""
    middle = sum(subject) / 2
    low, high = around[0] + size / 2, around[1] - size / 2
    wished = min(max(middle, low), high) if low <= high else sum(around) / 2
    first, last = subject[1] - size / 2, subject[0] + size / 2
    return min(max(wished, first), last) if first <= last else middle


def shown_at(centre: QgsPointXY, scale: float, frame: Box) -> QgsRectangle:
    """Return what a frame shows at a scale, metres.

    Args:
        centre: of the map.
        scale: its denominator.
        frame: on paper.
    """
    width, height = frame.width / 1000.0 * scale, frame.height / 1000.0 * scale
    return QgsRectangle(
        centre.x() - width / 2, centre.y() - height / 2, centre.x() + width / 2, centre.y() + height / 2
    )
