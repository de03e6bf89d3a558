"""Event and imagery in words, for metadata and headlines of results. English, as all metadata inside files."""

from __future__ import annotations

from ...protocol.scene_facts import EventFacts, ImageFacts, SceneFacts


def event_in_words(event: EventFacts) -> str:
    """Return what is known of an event in one line, without a full stop; empty where nothing is."""
    glide = f"GLIDE {event.glide}" if event.glide else ""
    place = ", ".join(part for part in (event.area, event.country) if part)
    type_told = "" if event.type == "other" or event.type in event.name.lower() else event.type
    return ", ".join(part for part in (event.name, type_told, event.date, place, glide) if part)


def image_in_words(role: str, name: str, image: ImageFacts) -> str:
    """Return where an image comes from and how it was taken, in one line without a full stop.

    Args:
        role: what it is, such as ``Pre-event image``.
        name: name of its file.
        image: what is known of it.
    """
    who = ", ".join(part for part in (image.source, image.sensor) if part)
    size = "" if image.gsd_m is None else f"{image.gsd_m:g} m"
    angle = "" if image.off_nadir_deg is None else f"{image.off_nadir_deg:g}° off nadir"
    told = [part for part in (name, who, image.acquired, size, angle, image.licence) if part]
    return f"{role}: {', '.join(told)}"


def credits_of(facts: SceneFacts) -> tuple[str, ...]:
    """Return what has to be written beside a result, each once: the credits of the images, else who gives them."""
    named = (image.credit or image.source for image in (facts.pre, facts.post))
    return tuple(dict.fromkeys(credit for credit in named if credit))
