"""The review of a result in words: who has looked at it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.schema import CLASS_LABELS, CLASS_NAMES, NO_BUILDING, NO_BUILDING_LABEL, Damage
from ....protocol.totals.review_sample import Totals
from ...language.wording import Wording
from ..numbers import ReportNumbers


@dataclass(frozen=True)
class ReviewRow:
    """Reviews of one class.

    Attributes:
        name: word of the class in files.
        label: for people.
        count: outlines that reviewers called so.
        reviewed: the same as text.
        kept: those that had the class before, as text.
    """

    name: str
    label: str
    count: int
    reviewed: str
    kept: str


def review_sentences(numbers: ReportNumbers, totals: Totals, wording: Wording) -> list[str]:
    """Return how far people have looked at a result."""
    reviews, sentences = numbers.reviews, []
    if reviews.all_reviewed:
        sentences += [
            wording.trn(
                "People have reviewed {n} of {all} outlines.", "People have reviewed {n} of {all} outlines.",
                reviews.all_reviewed, all=wording.number(totals.outlines),
            ),
            wording.trn(
                "They kept the class of {n} ({share}).", "They kept the class of {n} ({share}).",
                reviews.all_kept, share=wording.share(reviews.all_kept / reviews.all_reviewed),
            ),
        ]  # fmt: skip
    else:
        sentences.append(wording.tr("Nobody has reviewed this result: all classes are those of the model."))
    if missing := reviews.reviewed.get(NO_BUILDING, 0):
        sentences.append(
            wording.trn(
                "{n} outline holds no building, and is in none of the numbers above.",
                "{n} outlines hold no building, and are in none of the numbers above.", missing,
            )
        )  # fmt: skip
    if reviews.drawn:
        sentences.append(
            wording.trn(
                "{n} building was drawn by hand.", "{n} buildings were drawn by hand.", reviews.drawn
            )
        )  # fmt: skip
    if reviews.adapted_all:
        sentences.append(
            wording.trn(
                "The model was adapted to this event with the reviews: {n} building got another class.",
                "The model was adapted to this event with the reviews: {n} buildings got another class.",
                reviews.adapted,
            )
        )  # fmt: skip
    elif reviews.all_reviewed:
        sentences.append(wording.tr("The model was not adapted to this event."))
    if totals.sampled:
        sentences.append(
            wording.trn(
                "Of the random sample, {n} of {all} buildings has been reviewed.",
                "Of the random sample, {n} of {all} buildings have been reviewed.", totals.reviewed,
                all=wording.number(totals.sampled),
            )
        )  # fmt: skip
    else:
        sentences.append(wording.tr("No random sample was drawn, so the numbers have no ranges."))
    return sentences


def review_rows(numbers: ReportNumbers, wording: Wording) -> list[ReviewRow]:
    """Return a row for each class that reviewers gave, the worst first; none without reviews."""
    labels = {CLASS_NAMES[damage]: CLASS_LABELS[damage] for damage in sorted(Damage, reverse=True)}
    labels[NO_BUILDING] = NO_BUILDING_LABEL
    reviews = numbers.reviews
    return [
        ReviewRow(
            name, wording.tr(label), reviews.reviewed[name], wording.number(reviews.reviewed[name]),
            "–" if name == NO_BUILDING else wording.number(reviews.kept.get(name, 0)),
        )
        for name, label in labels.items()
        if reviews.reviewed.get(name)
    ]  # fmt: skip
