"""What is known of a pair, in words: a line for each image, and one that says whether the pair can be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..i18n.number import number_text, rough_number_text
from ..i18n.translation import tr, trn
from ..protocol.events import ImageFacts, PairFacts, Warned
from ..protocol.plain_text import sentence
from .pair_report import PairReport

#: Doubts that are told in full; the tool tip has all of them.
_MOST = 3

_PLAIN = ("1, 2, 3", 3)  # bands of which nothing need be said


@dataclass(frozen=True)
class PairWords:
    """A line about a pair.

    Attributes:
        text: what is said.
        details: the same at length.
        doubtful: whether something should be looked at before the run.
    """

    text: str
    details: str = ""
    doubtful: bool = False


def image_words(facts: ImageFacts | None) -> str:
    """Return date, pixel size, size and bands of an image in one line; empty without an image."""
    if facts is None:
        return ""
    parts = [facts.acquired.replace("T", " ").replace("Z", " UTC") or tr("date unknown")]
    if facts.pixel_size_m is not None:
        parts.append(metres(facts.pixel_size_m))
    parts.append(tr("{} × {} px").format(facts.width, facts.height))
    if facts.bands and (facts.bands, facts.band_count) != _PLAIN:
        parts.append(tr("bands {bands} of {count}").format(bands=facts.bands, count=facts.band_count))
    else:
        parts.append(trn("{n} band", "{n} bands", facts.band_count))
    return " · ".join(parts)


def pair_words(report: PairReport) -> PairWords:
    """Return what to say about a pair of two different images."""
    details = [sentence(warning.message) for warning in report.warnings]
    if report.failure:
        return PairWords(report.failure, "\n".join([report.failure, *details]), doubtful=True)
    doubts = _doubts(report)
    if doubts:
        shown = [f"⚠ {doubt}" for doubt in doubts[:_MOST]]
        if len(doubts) > _MOST:
            shown.append(trn("{n} more: rest the mouse here.", "{n} more: rest the mouse here.", len(doubts) - _MOST))
        return PairWords("\n".join(shown), "\n\n".join(details or doubts), doubtful=True)
    return PairWords(_good_news(report))


def metres(size: float) -> str:
    """Return a pixel size."""
    return tr("{} m").format(number_text(size, 2 if size < 10 else 0))


def square_kilometres(area_m2: float) -> str:
    """Return an area, with two digits that count."""
    area = area_m2 / 1e6
    return tr("{} km²").format(number_text(area, 2) if area >= 0.1 else rough_number_text(area))


def _good_news(report: PairReport) -> str:
    parts = []
    if report.pair is not None:
        parts.append(tr("{} overlap").format(square_kilometres(report.pair.overlap_m2)))
    sizes = [facts.pixel_size_m for facts in (report.pre, report.post) if facts is not None and facts.pixel_size_m]
    if sizes:
        parts.append(tr("pixels of {}").format(metres(max(sizes))))
    days = [facts.acquired[:10] for facts in (report.pre, report.post) if facts is not None and facts.acquired]
    parts.append(" → ".join(days) if len(days) == 2 else tr("dates not known for both: is the order right?"))
    if not report.by_engine:
        return " · ".join(parts)
    return "✔ " + " · ".join(parts)


def _doubts(report: PairReport) -> list[str]:
    """Return what speaks against a pair, the order first."""
    if not report.by_engine:
        return _doubts_of_qgis(report)
    return [_short(warning, report) for warning in report.warnings]


def _doubts_of_qgis(report: PairReport) -> list[str]:
    doubts = []
    if report.pre is not None and report.post is not None:
        first, second = report.pre.acquired[:10], report.post.acquired[:10]
        if first and second and first > second:
            doubts.append(_wrong_order(report.pre, report.post))
    if report.pair is not None and report.pair.overlap_m2 <= 0.0:
        doubts.append(tr("The images do not overlap."))
    return doubts


def _short(warning: Warned, report: PairReport) -> str:
    made = _SHORT.get(warning.code)
    words = made(warning, report.pre, report.post, report.pair) if made is not None else ""
    return words or sentence(warning.message)


def _order(_: Warned, pre: ImageFacts | None, post: ImageFacts | None, __: PairFacts | None) -> str:
    if pre is None or post is None or not pre.acquired or not post.acquired:
        return ""
    if pre.acquired[:10] == post.acquired[:10] and not _has_times(pre, post):
        return tr("Both images are of the same day, {}.").format(pre.acquired[:10])
    return _wrong_order(pre, post)


def _wrong_order(pre: ImageFacts, post: ImageFacts) -> str:
    return tr("The pre-event image ({}) is newer than the post-event image ({}): swap them?").format(
        pre.acquired[:10], post.acquired[:10]
    )


def _has_times(*images: ImageFacts) -> bool:
    return all(len(facts.acquired) > 10 for facts in images)


def _coarse(warning: Warned, pre: ImageFacts | None, post: ImageFacts | None, pair: PairFacts | None) -> str:
    of_pre = "pre-event image" in warning.message
    facts = pre if of_pre else post
    if facts is None or facts.pixel_size_m is None or pair is None or not pair.model_gsd_m:
        return ""
    text = (
        tr("The pixels of the pre-event image ({}) are too coarse for this model ({}): damage is not seen.")
        if of_pre
        else tr("The pixels of the post-event image ({}) are too coarse for this model ({}): damage is not seen.")
    )
    return text.format(metres(facts.pixel_size_m), metres(pair.model_gsd_m))


def _overlap(_: Warned, __: ImageFacts | None, ___: ImageFacts | None, pair: PairFacts | None) -> str:
    if pair is None:
        return ""
    return tr("The images overlap on {} only: do both show the same place?").format(square_kilometres(pair.overlap_m2))


def _exchanged(warning: Warned, _: ImageFacts | None, __: ImageFacts | None, ___: PairFacts | None) -> str:
    of_pre, of_post = ("--pre-bands" in warning.message, "--post-bands" in warning.message)
    if of_pre and of_post:
        return tr("Red and blue of one of the images seem to be exchanged: check the colours, and give its bands.")
    if of_pre:
        return tr("Red and blue of the pre-event image seem to be exchanged: check the colours, and give its bands.")
    return tr("Red and blue of the post-event image seem to be exchanged: check the colours, and give its bands.")


_SHORT: dict[str, Callable[[Warned, ImageFacts | None, ImageFacts | None, PairFacts | None], str]] = {
    "dates-order": _order,
    "bands-exchanged": _exchanged,
    "coarse-pixels": _coarse,
    "small-overlap": _overlap,
}
