"""Durations in words."""

from __future__ import annotations

from .translation import tr


def duration_text(seconds: float) -> str:
    """Return a duration for people, coarse enough not to flicker."""
    if seconds < 60:
        return tr("{} s").format(max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("{} min").format(minutes)
    return tr("{hours} h {minutes:02d} min").format(hours=minutes // 60, minutes=minutes % 60)
