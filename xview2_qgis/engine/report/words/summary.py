"""The first lines of a report: what a decision maker reads, in sentences."""

from __future__ import annotations

from ....protocol.schema import CLASS_NAMES, Damage
from ....protocol.totals.review_sample import Totals
from ....protocol.totals.totals_table import DAMAGED, table_rows
from ...language.wording import Wording
from ..class_view import range_texts
from ..numbers import ReportNumbers


def count_sentences(numbers: ReportNumbers, assessed_m2: float, wording: Wording) -> tuple[str, ...]:
    """Return what was counted."""
    if not numbers.buildings:
        return (
            wording.tr("No building was found on the {area} that were assessed.").format(
                area=wording.area(assessed_m2)
            ),
        )
    sentences = [
        wording.trn(
            "{n} building was assessed on {area}.", "{n} buildings were assessed on {area}.", numbers.buildings,
            area=wording.area(assessed_m2),
        )
    ]  # fmt: skip
    destroyed = numbers.counts[Damage.DESTROYED]
    partly = numbers.counts[Damage.MAJOR] + numbers.counts[Damage.MINOR]
    if numbers.visible:
        sentences.append(
            wording.trn(
                "{n} of them is called destroyed ({share} of those that can be seen).",
                "{n} of them are called destroyed ({share} of those that can be seen).", destroyed,
                share=wording.share(destroyed / numbers.visible, 1),
            )
        )  # fmt: skip
        sentences.append(
            wording.trn(
                "{n} has minor or major damage ({share}).", "{n} have minor or major damage ({share}).", partly,
                share=wording.share(partly / numbers.visible, 1),
            )
        )  # fmt: skip
    if unknown := numbers.counts[Damage.UNKNOWN]:
        sentences.append(
            wording.trn(
                "{n} cannot be seen in the post-event image and has no class.",
                "{n} cannot be seen in the post-event image and have no class.", unknown,
            )
        )  # fmt: skip
    return tuple(sentences)


def range_sentences(totals: Totals, wording: Wording) -> tuple[str, ...]:
    """Return what the reviewed sample says of the true numbers; empty as long as it says too little."""
    rows = {row.name: row for row in table_rows(totals)}
    _, destroyed = range_texts(rows[CLASS_NAMES[Damage.DESTROYED]], wording)
    _, damaged = range_texts(rows[DAMAGED], wording)
    if not destroyed or not damaged:
        return ()
    sentences = [
        wording.trn(
            "People checked {n} building of a random sample.", "People checked {n} buildings of a random sample.",
            totals.reviewed,
        ),
        wording.tr(
            "From it follows, with 95 % confidence: {destroyed} buildings are destroyed, {damaged} have minor damage "
            "or worse."
        ).format(destroyed=destroyed, damaged=damaged),
    ]  # fmt: skip
    if not totals.complete:
        sentences.append(wording.tr("These ranges are provisional until all of the sample has been checked."))
    return tuple(sentences)
