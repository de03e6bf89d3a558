"""What a package says of itself: event, imagery, method, and how far it can be trusted."""

from __future__ import annotations

from .....protocol.licences import licence_in_words
from .....protocol.products import PublishOptions
from .....protocol.scene_facts import ImageFacts
from .....protocol.totals.category import LABELS
from .....protocol.totals.review_sample import CategoryTotal, Totals
from ....stored.result import StoredResult
from ...mapping import NOT_VALIDATED, low_confidence_rule
from .package_name import UNKNOWN, PackageName
from .tally import GradeTally


def package_notes(
    result: StoredResult, name: PackageName, tally: GradeTally, options: PublishOptions
) -> list[tuple[str, str]]:
    """Return titles and texts; nothing in them names a folder or a person but the contact given for that."""
    run, event = result.run, result.run.facts.event
    told = [
        ("Product", name.package),
        ("Status", f"{NOT_VALIDATED}. No product of Copernicus EMS: only its structure is used."),
        ("Event", ", ".join(filter(None, (event.name, event.type, event.date))) or UNKNOWN),
        ("GLIDE", event.glide or UNKNOWN),
        ("Place", ", ".join(filter(None, (event.area, event.country))) or UNKNOWN),
        *(
            (f"{phase} image", _image(facts))
            for phase, facts in (("Pre-event", run.facts.pre), ("Post-event", run.facts.post))
        ),
        (
            "Method",
            f"Outlines and damage by the neural network {run.model_id or UNKNOWN}, automatic extraction; "
            f"{tally.reviewed:,} of {tally.buildings:,} buildings were looked at by a person.",
        ),
        ("Low confidence", low_confidence_rule(options.low_confidence)),
        (
            "Limits",
            "Damage that is not visible from above is not in it. Where there is no building in the analysed area, none "
            "was found. Nothing is drawn of the event itself.",
        ),
        ("Licence of the model", licence_in_words(run.model_licence) or UNKNOWN),
        ("Organisation", options.organisation or UNKNOWN),
        ("Contact", options.contact or event.contact or UNKNOWN),
        ("Run id", run.run_id or UNKNOWN),
    ]
    return told + _ranges(result.totals())


def _image(facts: ImageFacts) -> str:
    off_nadir = "" if facts.off_nadir_deg is None else f"off-nadir angle {facts.off_nadir_deg:g}°"
    known = (facts.sensor, facts.source, facts.acquired, off_nadir, facts.licence, facts.credit)
    return "; ".join(filter(None, known)) or UNKNOWN


def _ranges(totals: Totals) -> list[tuple[str, str]]:
    """Return the estimates of the reviewed sample, where there are any."""
    rows = [("Buildings", totals.buildings), ("Damaged buildings", totals.damaged)]
    rows += [(LABELS[total.members[0]], total) for total in totals.categories]
    return [(f"Estimate: {label}", text) for label, total in rows if (text := _range(total))]


def _range(total: CategoryTotal) -> str:
    estimate = total.estimate
    if estimate is None:
        return ""
    return f"{estimate.value:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f}, 95 %), by a reviewed random sample"
