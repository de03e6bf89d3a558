"""The summary of a result as rows: each class, and all of them, with ranges where a sample has been reviewed."""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.schema import CLASS_NAMES, Damage
from ....protocol.totals.category import NUMBERS
from ....protocol.totals.review_sample import CategoryTotal, Totals
from ...language.wording import Wording
from ..content.class_tally import ClassTally
from ..content.statement import class_label


@dataclass(frozen=True)
class SummaryRow:
    """A row.

    Attributes:
        label: for people.
        word: of the class in files; empty for sums.
        buildings: number by the final classes.
        share: of the buildings that were visible, 0 to 1; None where that says nothing.
        area_m2: area of the outlines.
        estimate: number of buildings by the reviewed sample; None where there is none.
        low: lower bound of its 95 % interval.
        high: upper bound.
    """

    label: str
    word: str
    buildings: int
    share: float | None
    area_m2: float
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


def summary_rows(tally: ClassTally, totals: Totals, wording: Wording) -> list[SummaryRow]:
    """Return the rows: all buildings, minor damage or worse, then the classes, worst first.

    Args:
        tally: the buildings of the product.
        totals: of the result they come from.
        wording: language of the labels.
    """
    damaged = (Damage.MINOR, Damage.MAJOR, Damage.DESTROYED)
    rows = [
        _row(wording.tr("All buildings"), "", tally, tuple(Damage), totals.buildings),
        _row(wording.tr("Minor damage or worse"), "", tally, damaged, totals.damaged),
    ]
    for damage in sorted(Damage, reverse=True):
        word = CLASS_NAMES[damage]
        rows.append(_row(class_label(damage, wording), word, tally, (damage,), totals.categories[NUMBERS[word]]))
    return rows


def _row(label: str, word: str, tally: ClassTally, members: tuple[Damage, ...], total: CategoryTotal) -> SummaryRow:
    buildings = sum(tally.counts[damage] for damage in members)
    told = tally.assessed and Damage.UNKNOWN not in members
    found = total.estimate
    return SummaryRow(
        label, word, buildings, buildings / tally.assessed if told else None,
        sum(tally.areas_m2[damage] for damage in members),
        *((None, None, None) if found is None else (found.value, found.low, found.high)),
    )  # fmt: skip


def remarks(totals: Totals, wording: Wording) -> list[str]:
    """Return what is to be known of the numbers, sentences."""
    texts = [wording.tr("Shares are of the buildings that were visible. Areas are those of the outlines.")]
    if totals.sampled:
        texts.append(
            wording.tr("{reviewed} of {sampled} buildings of the random sample have been reviewed.").format(
                reviewed=wording.number(totals.reviewed), sampled=wording.number(totals.sampled)
            )
        )
        if not totals.complete:
            texts.append(wording.tr("Provisional: ranges are sound only when all of them have been reviewed."))
    else:
        texts.append(wording.tr("No sample was drawn: there are no ranges."))
    return [*texts, wording.tr("Buildings that the result does not hold are in no number.")]
