"""What a product calls event and place, in names of files and layers."""

from __future__ import annotations

import re
import unicodedata

from ..stored.run import StoredRun


def event_title(run: StoredRun) -> str:
    """Return the name of the event; what comes nearest to it where nobody has given one."""
    event = run.facts.event
    return _first(event.name, event.glide, event.area, _image(run)) or "assessment"


def place_title(run: StoredRun) -> str:
    """Return the name of the place; what comes nearest to it where nobody has given one."""
    event = run.facts.event
    return _first(event.area, event.name, event.glide, _image(run)) or "assessment"


def slug(text: str, gap: str = "-") -> str:
    """Return a text as letters and digits of ASCII, for names of files and layers.

    Args:
        text: the text.
        gap: what stands between its words.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9]+", gap, plain).strip(gap or None)


def _first(*titles: str) -> str:
    return next((title for title in titles if slug(title)), "")


def _image(run: StoredRun) -> str:
    """Return the name of the post-event image without its ending."""
    return re.sub(r"\.[A-Za-z0-9]{1,8}$", "", run.post)
