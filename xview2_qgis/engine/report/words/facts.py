"""The facts of a report in tables: event, imagery, what was seen, how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....protocol.licences import licence_in_words
from ....protocol.plain_text import printable
from ....protocol.scene_facts import ImageFacts
from ...language.wording import Wording
from ...stored.run import StoredRun
from .event import event_type


@dataclass(frozen=True)
class Fact:
    """A line of a table.

    Attributes:
        name: what it is, for people.
        values: one, or one for each column.
        source: it stands as it was given, whatever the language of the page.
    """

    name: str
    values: tuple[str, ...]
    source: bool = False


def event_facts(run: StoredRun, wording: Wording) -> list[Fact]:
    """Return what is known of the event."""
    event = run.facts.event
    known = [
        Fact(wording.tr("Event"), (event.name,), source=True),
        Fact(wording.tr("Kind"), (event_type(run, wording),)),
        Fact(wording.tr("Date"), (wording.moment(event.date) if event.date else "",)),
        Fact(wording.tr("GLIDE number"), (event.glide,), source=True),
        Fact(wording.tr("Place"), (event.area,), source=True),
        Fact(wording.tr("Country"), (event.country,), source=True),
    ]
    return [fact for fact in known if fact.values[0]]


def image_facts(run: StoredRun, wording: Wording) -> list[Fact]:
    """Return what is known of the images: a column for each, the pre-event image first where there is one."""
    roles = [("pre", run.pre, run.facts.pre), ("post", run.post, run.facts.post)]
    shown = [(role, name, facts) for role, name, facts in roles if name or role == "post"]
    lines: list[tuple[str, list[str], bool]] = [
        (wording.tr("File"), [name for _, name, _ in shown], True),
        (wording.tr("Source"), [facts.source for _, _, facts in shown], True),
        (wording.tr("Sensor"), [facts.sensor for _, _, facts in shown], True),
        (wording.tr("Taken"), [_moment(facts.acquired, wording) for _, _, facts in shown], False),
        (wording.tr("Pixel size"), [_pixel(role, facts, run, wording) for role, _, facts in shown], False),
        (wording.tr("Off-nadir angle"), [_angle(facts, wording) for _, _, facts in shown], False),
        (wording.tr("Licence"), [facts.licence for _, _, facts in shown], True),
        (wording.tr("Credit"), [facts.credit for _, _, facts in shown], True),
    ]
    return [Fact(name, tuple(text or "–" for text in texts), source) for name, texts, source in lines if any(texts)]


def scene_facts(runs: Sequence[StoredRun], wording: Wording) -> list[Fact]:
    """Return the scenes of a merged result: pre-event image, post-event image, and when that was taken; else none."""
    if len(runs) < 2:
        return []
    return [
        Fact(run.scene, (run.pre or "–", run.post, _moment(run.facts.post.acquired, wording) or "–")) for run in runs
    ]


def credits(run: StoredRun) -> str:
    """Return what has to be written beside the images, each once; their sources where no credit is known."""
    images = (run.facts.post, run.facts.pre) if run.pre else (run.facts.post,)
    return " · ".join(dict.fromkeys(text for facts in images if (text := facts.credit or facts.source)))


def processing_facts(run: StoredRun, wording: Wording) -> list[Fact]:
    """Return how the result came about."""
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    known = [
        *_bands(run, wording),
        Fact(wording.tr("Model"), (run.model_id,), source=True),
        Fact(wording.tr("Model licence"), (licence_in_words(run.model_licence, wording.words),), source=True),
        Fact(wording.tr("Model checksum"), (run.model_checksum,), source=True),
        Fact(wording.tr("Device used"), (_device(run),), source=True),
        Fact(wording.tr("Started"), (wording.moment(run.started_at) if run.started_at else "",)),
        Fact(wording.tr("Duration"), (_duration(run.seconds, wording) if run.seconds else "",)),
        Fact(wording.tr("Versions"), (versions,), source=True),
        Fact(wording.tr("Run id"), (run.run_id,), source=True),
    ]
    return [Fact(f.name, tuple(map(printable, f.values)), f.source) for f in known if f.values[0]]


def _moment(iso: str, wording: Wording) -> str:
    return wording.moment(iso) if iso else ""


def _pixel(role: str, facts: ImageFacts, run: StoredRun, wording: Wording) -> str:
    """Return the ground sampling distance that is stated, else the size of the pixels."""
    size = facts.gsd_m
    if size is None:
        image = run.images.get(role)
        sizes = image.get("pixel_size_m") if isinstance(image, Mapping) else None
        if not isinstance(sizes, list) or not sizes or not all(isinstance(side, int | float) for side in sizes):
            return ""
        size = max(sizes)
    return wording.tr("{number} m").format(number=wording.number(size, 2))


def _angle(facts: ImageFacts, wording: Wording) -> str:
    if facts.off_nadir_deg is None:
        return ""
    return wording.tr("{number}°").format(number=wording.number(facts.off_nadir_deg, 1))


def _bands(run: StoredRun, wording: Wording) -> list[Fact]:
    """Return which bands were taken for red, green and blue, and why."""
    titles = {"pre": wording.tr("Bands of the pre-event image"), "post": wording.tr("Bands of the post-event image")}
    found = []
    for role, title in titles.items():
        image = run.images.get(role)
        bands = image.get("bands") if isinstance(image, Mapping) else None
        if isinstance(image, Mapping) and isinstance(bands, list):
            numbers = ", ".join(map(str, bands))
            found.append(Fact(title, (f"{numbers} (by {image.get('bands_reason', '')})",), source=True))
    return found


def _device(run: StoredRun) -> str:
    details = ", ".join(filter(None, (run.provider, run.precision)))
    return f"{run.device} ({details})" if details else run.device


def _duration(seconds: float, wording: Wording) -> str:
    if seconds < 120:
        return wording.tr("{number} s").format(number=wording.number(seconds, 1))
    return wording.tr("{number} min").format(number=wording.number(seconds / 60))
