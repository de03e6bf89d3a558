"""What is to be reviewed, in which order, and where one was: kept between sessions of QGIS."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from qgis.core import QgsSettings, QgsVectorLayer

from ..writing.layer_writing import layer_path
from .order import Order
from .review_filter import ReviewFilter

_KEY = "xview2/review"


@dataclass(frozen=True)
class Plan:
    """A review of one layer.

    Attributes:
        order: in which buildings come.
        filter: which buildings come.
    """

    order: Order = Order.DOUBT
    filter: ReviewFilter = field(default_factory=ReviewFilter)


def kept_plan(layer: QgsVectorLayer) -> tuple[Plan, int | None]:
    """Return the plan that was kept for the file of a layer and the building one was at; else the usual plan.

    The view is not kept: it would be a rectangle that nobody sees.
    """
    try:
        kept = json.loads(str(QgsSettings().value(_key(layer), "") or "{}"))
        wanted = ReviewFilter(
            str(kept["class"]), float(kept["margin"]), float(kept["area"]), not_reviewed=bool(kept["not_reviewed"])
        )
        at = kept["at"]
        return Plan(Order(kept["order"]), wanted), at if isinstance(at, int) else None
    except (ValueError, KeyError, TypeError):
        return Plan(), None


def keep_plan(layer: QgsVectorLayer, plan: Plan, at: int | None) -> None:
    """Keep a plan, and the building one is at, for the file of a layer."""
    wanted = plan.filter
    kept = {
        "order": plan.order.value,
        "class": wanted.model_class,
        "margin": wanted.most_margin,
        "area": wanted.least_area,
        "not_reviewed": wanted.not_reviewed,
        "at": at,
    }
    QgsSettings().setValue(_key(layer), json.dumps(kept))


def _key(layer: QgsVectorLayer) -> str:
    # a path has slashes, which are groups in the settings
    place = layer_path(layer) or layer.source()
    return f"{_KEY}/{hashlib.blake2b(place.encode('utf-8', 'surrogateescape'), digest_size=8).hexdigest()}"
