"""What goes with every product in words: event, images, method, review, limits, licences; no folders, no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ....protocol.licences import licence_in_words
from ....protocol.scene_facts import ImageFacts
from ....protocol.schema import Damage
from ... import __version__
from ...language.wording import Wording
from ...stored.result import StoredResult
from ...stored.run import StoredRun
from .class_tally import ClassTally


@dataclass(frozen=True)
class Paragraph:
    """A part of the statement.

    Attributes:
        title: a word or two.
        text: one sentence or more, one line.
    """

    title: str
    text: str


def statement(result: StoredResult, tally: ClassTally, wording: Wording, contact: str = "") -> list[Paragraph]:
    """Return what is to be known of a product.

    Args:
        result: what it was made of.
        tally: the buildings that are in it.
        wording: language of the texts.
        contact: whom to ask about the product; else whom the event names.
    """
    run = result.run
    contact = contact or run.facts.event.contact
    return [
        Paragraph(wording.tr("Validation"), validation(wording)),
        *_event(run, wording),
        *_images(run, wording),
        Paragraph(wording.tr("Method"), method(run, wording)),
        Paragraph(wording.tr("Review"), review(tally, wording)),
        Paragraph(wording.tr("Buildings"), counts(tally, wording)),
        Paragraph(wording.tr("Area"), _area(result.assessed_m2(), run, wording)),
        Paragraph(wording.tr("Limits"), limits(wording)),
        Paragraph(wording.tr("Licence"), licence(run, wording)),
        *([Paragraph(wording.tr("Contact"), contact)] if contact else []),
    ]


def plain_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return paragraphs as the text of a file."""
    return "".join(f"{paragraph.title}\n{paragraph.text}\n\n" for paragraph in paragraphs).rstrip("\n") + "\n"


def class_label(damage: Damage, wording: Wording) -> str:
    """Return a class in words for people."""
    return {
        Damage.UNKNOWN: wording.tr("Unknown"),
        Damage.NO_DAMAGE: wording.tr("No damage"),
        Damage.MINOR: wording.tr("Minor damage"),
        Damage.MAJOR: wording.tr("Major damage"),
        Damage.DESTROYED: wording.tr("Destroyed"),
    }[damage]


def title(run: StoredRun, wording: Wording) -> str:
    """Return a title: what it is, of which event, where."""
    event = run.facts.event
    place = ", ".join(filter(None, [event.area, event.country]))
    known = [text for text in (event.name, place) if text]
    if not known:
        known = [text for text in (run.scene, run.post) if text][:1]
    return " – ".join([wording.tr("Building damage"), *known])


def validation(wording: Wording) -> str:
    """Return the sentence that no product goes without."""
    return wording.tr("Preliminary result of an automatic analysis of satellite images, not validated in the field.")


def method(run: StoredRun, wording: Wording) -> str:
    """Return how the classes came about."""
    if run.pair:
        text = wording.tr(
            "Buildings were outlined and given a damage class by a neural network, which compares an image from before"
            " the event with one from after it."
        )
    else:
        text = wording.tr(
            "Buildings were outlined and given a damage class by a neural network from an image from after the event"
            " alone."
        )
    model = wording.tr("Model: {model}. Program: xView2 for QGIS {version}.").format(
        model=run.model_id or "–", version=run.versions.get("xview2", __version__)
    )
    kept = wording.tr("Given footprints kept their outlines.") if run.parameters.get("footprints") else ""
    return " ".join(filter(None, (text, kept, model)))


def review(tally: ClassTally, wording: Wording) -> str:
    """Return how many buildings people have checked."""
    if not tally.reviewed:
        return wording.tr("No building was checked by a person.")
    return wording.trn(
        "{n} of {total} buildings was checked by a person; that class counts.",
        "{n} of {total} buildings were checked by a person; their class counts.",
        tally.reviewed, total=wording.number(tally.buildings),
    )  # fmt: skip


def counts(tally: ClassTally, wording: Wording) -> str:
    """Return the number of buildings of each class, worst first."""
    parts = [
        f"{class_label(damage, wording)}: {wording.number(tally.counts[damage])}"
        for damage in sorted(Damage, reverse=True)
    ]
    total = wording.trn("{n} building", "{n} buildings", tally.buildings)
    return f"{total}. {'; '.join(parts)}."


def limits(wording: Wording) -> str:
    """Return what the product cannot tell."""
    return " ".join(
        [
            wording.tr("Damage that cannot be seen from above, as to walls or inside, is not found."),
            wording.tr("Single buildings may be missed, be wrongly outlined or have a wrong class."),
            wording.tr("Minor and major damage are often confused with each other."),
            wording.tr("Outside the assessed area nothing was looked at: no building there does not mean no damage."),
        ]
    )


def licence(run: StoredRun, wording: Wording) -> str:
    """Return the licences of what the product was made of."""
    parts = []
    if run.model_licence:
        parts.append(f"{wording.tr('Model')}: {licence_in_words(run.model_licence, wording.words)}.")
    for name, facts in _named_images(run, wording):
        if facts.licence:
            parts.append(f"{name}: {facts.licence}.")
    return " ".join(parts) or wording.tr("Not stated.")


def _event(run: StoredRun, wording: Wording) -> list[Paragraph]:
    event = run.facts.event
    known = [
        event.name, wording.tr(event.type) if event.type else "", wording.date(event.date) if event.date else "",
        event.glide,
        ", ".join(filter(None, [event.area, event.country])),
    ]  # fmt: skip
    return [Paragraph(wording.tr("Event"), "; ".join(filter(None, known)))] if any(known) else []


def _images(run: StoredRun, wording: Wording) -> list[Paragraph]:
    found = []
    for name, facts in _named_images(run, wording):
        text = image_text(facts, wording)
        if text:
            found.append(Paragraph(name, text))
    return found


def image_text(facts: ImageFacts, wording: Wording) -> str:
    """Return what is known of an image, empty where nothing is."""
    known = [facts.source, facts.sensor, wording.moment(facts.acquired) if facts.acquired else ""]
    if facts.gsd_m is not None:
        known.append(wording.tr("{size} m per pixel").format(size=wording.number(facts.gsd_m, 2)))
    if facts.off_nadir_deg is not None:
        known.append(wording.tr("{angle}° off nadir").format(angle=wording.number(facts.off_nadir_deg, 1)))
    return "; ".join(filter(None, [*known, facts.credit]))


def _named_images(run: StoredRun, wording: Wording) -> list[tuple[str, ImageFacts]]:
    return [
        (wording.tr("Pre-event image"), run.facts.pre),
        (wording.tr("Post-event image"), run.facts.post),
    ]


def _area(assessed_m2: float, run: StoredRun, wording: Wording) -> str:
    text = wording.tr("Assessed: {area}.").format(area=wording.area(assessed_m2))
    if not run.not_visible_m2:
        return text
    hidden = wording.tr("Not visible, for example under clouds: {area}.")
    return f"{text} {hidden.format(area=wording.area(run.not_visible_m2))}"
