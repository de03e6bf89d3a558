"""What has to be told with zones: event, images, method, limits, licence. No paths and no names of users."""

from __future__ import annotations

from collections.abc import Iterator

from ....protocol.language.mark import mark
from ....protocol.licences import licence_in_words
from ....protocol.scene_facts import ImageFacts
from ... import __version__
from ...language.wording import Wording
from ...stored.run import StoredRun
from ..counted_zones import CountedZones
from ..ranges import LEAST_REVIEWED
from .zone_words import origin_in_words

NOT_VALIDATED = mark("Not validated in the field: the classes are estimates of a neural network and of reviewers.")
_COUNTED_ONCE = mark(
    "Each building is counted once, by its final class: in the zone in which a point of its outline lies, and where"
    " zones overlap in the one that shares most ground with it. What lies in no zone is counted as outside all zones."
)
_SHARES = mark("Shares of destroyed and damaged buildings are parts of the buildings whose class is known.")
_NOT_OBSERVED = mark(
    "Where nothing was assessed, no building in this table does not mean that nothing is damaged: such zones are called"
    " not observed. Of zones that were assessed in part only, buildings elsewhere in them are missing."
)
_MISSED = mark("Buildings that the result does not hold are in no number.")
_RANGES = mark(
    "Ranges (at least, at most) hold the true number in at least 19 of 20 cases; they come from the reviewed"
    " random sample. A zone has one where at least {n} buildings of the sample were reviewed in it. Estimates of zones"
    " do not add up to that of the whole result."
)
_PROVISIONAL = mark("The ranges are provisional: {done} of {all} buildings of the sample have been reviewed.")


def about_lines(counted: CountedZones, run: StoredRun, wording: Wording) -> Iterator[tuple[str, str]]:
    """Yield what has to be told, each a heading and a text.

    Args:
        counted: the zones.
        run: the record of the run, of a merged result what all of its runs agree on.
        wording: the language.
    """
    words = wording.words
    event = run.facts.event
    date = wording.moment(event.date) if event.date else ""
    yield words.tr("Event"), _joined(event.name, event.type and words.tr(event.type), date)
    yield words.tr("GLIDE number"), event.glide
    yield words.tr("Place"), _joined(event.area, event.country)
    yield words.tr("Pre-event image"), _image(run.pre, run.facts.pre, wording)
    yield words.tr("Post-event image"), _image(run.post, run.facts.post, wording)
    yield words.tr("Zones"), origin_in_words(counted.zones.origin, words)
    yield words.tr("Validation"), words.tr(NOT_VALIDATED)
    yield words.tr("Method"), f"{words.tr(_COUNTED_ONCE)} {words.tr(_SHARES)}"
    yield words.tr("Limits"), f"{words.tr(_NOT_OBSERVED)} {words.tr(_MISSED)}"
    if counted.with_ranges:
        yield words.tr("Ranges"), " ".join(_ranges(counted, wording))
    yield words.tr("Model"), _joined(run.model_id, licence_in_words(run.model_licence, words))
    yield words.tr("Assessed"), wording.moment(run.started_at) if run.started_at else ""
    yield words.tr("Contact"), event.contact
    yield words.tr("Made with"), _joined(f"xView2 for QGIS {__version__}", run.run_id)


def _ranges(counted: CountedZones, wording: Wording) -> Iterator[str]:
    yield wording.tr(_RANGES).format(n=LEAST_REVIEWED)
    totals = counted.totals
    if not totals.complete:
        yield wording.tr(_PROVISIONAL).format(done=wording.number(totals.reviewed), all=wording.number(totals.sampled))


def _image(name: str, facts: ImageFacts, wording: Wording) -> str:
    size = wording.length(facts.gsd_m) if facts.gsd_m else ""
    taken = wording.moment(facts.acquired) if facts.acquired else ""
    return _joined(name, facts.source, facts.sensor, taken, size, facts.credit, facts.licence)


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)
