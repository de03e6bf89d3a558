"""How far the review is, in one line."""

from __future__ import annotations

from ...i18n.number import number_text
from ...i18n.translation import tr
from ...review.selection.order import Order
from ...review.selection.plan import Plan
from ...review.selection.queue import Progress
from .building.class_words import legend_words


def progress_text(progress: Progress, plan: Plan, per_minute: float | None) -> str:
    """Return for example ``38 of 124 doubtful done, 14 a minute``.

    Args:
        progress: of the plan.
        plan: what is reviewed.
        per_minute: reviews of a minute; None where it is too early to tell.
    """
    if not progress.total:
        return tr("No building fits the filter.")
    if plan.order is Order.SAMPLE:
        words = tr("{done} of {all} of the sample done")
    elif plan.filter.most_margin < 1:
        words = tr("{done} of {all} doubtful done")
    elif plan.filter.model_class:
        words = tr("{done} of {all} “{name}” done")
    else:
        words = tr("{done} of {all} done")
    name = legend_words().get(plan.filter.model_class, "")
    text = words.format(done=number_text(progress.done), all=number_text(progress.total), name=name)
    return text if per_minute is None else text + ", " + tr("{} a minute").format(number_text(round(per_minute)))
