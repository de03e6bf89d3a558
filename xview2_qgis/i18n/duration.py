"""Durations in words."""

from __future__ import annotations

from .number import number_text
from .translation import tr


def duration_text(seconds: float) -> str:
    """Return a duration for people, coarse enough not to flicker."""
    if seconds < 60:
        return tr("{} s").format(number_text(max(1, round(seconds))))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("{} min").format(number_text(minutes))
    return tr("{hours} h {minutes} min").format(hours=number_text(minutes // 60), minutes=f"{minutes % 60:02d}")
