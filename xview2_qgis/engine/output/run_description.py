"""A run in words: title and abstract of its results, and its moment."""

from __future__ import annotations

import re
from datetime import datetime

from .facts_in_words import event_in_words, image_in_words
from .run_record import RunRecord
from .summary import Summary


def run_title(run: RunRecord) -> str:
    """Return the headline of a result: the event and its area, else the name of the post-event image."""
    event = run.facts.event
    if event.name or event.area:
        return f"Building damage: {', '.join(part for part in (event.name, event.area) if part)}"
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", run.post)
    return f"Building damage: {stem.replace('_', ' ').strip() or run.post}"


def run_abstract(run: RunRecord, summary: Summary) -> str:
    """Return what a result is, how it came about, and how far it can be trusted."""
    counts = ", ".join(f"{name} {count}" for name, count in reversed(summary.named_counts.items()))
    event = event_in_words(run.facts.event)
    return (
        f"{event + '. ' if event else ''}{summary.buildings} buildings ({counts}), "
        f"assessed from {images_in_words(run)} with the model {run.model_id} on {moment(run.started_at)}. "
        "The classes are estimates of a neural network, not verified on the ground; "
        "reviews are in the fields review_class and final_class."
    )


def images_in_words(run: RunRecord) -> str:
    """Return from which images a result comes."""
    if run.pre is None:
        return f"{run.post} (post-event image only)"
    return f"{run.pre} (pre-event) and {run.post} (post-event)"


def run_lineage(run: RunRecord) -> tuple[str, ...]:
    """Return of what and how a result was made, a sentence each."""
    facts = run.facts
    pre = () if run.pre is None else (f"{image_in_words('Pre-event image', run.pre, facts.pre)}.",)
    return (
        *pre,
        f"{image_in_words('Post-event image', run.post, facts.post)}.",
        f"Assessed on {moment(run.started_at)} by xView2 for QGIS with the model {run.model_id} ({run.precision}).",
    )


def moment(iso: str) -> str:
    """Return a moment (ISO 8601) in words, with its time zone."""
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    zone = read.strftime("%z")
    return f"{read:%Y-%m-%d %H:%M} " + ("UTC" if zone in ("", "+0000") else f"UTC{zone[:3]}:{zone[3:5]}")
