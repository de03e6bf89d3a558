"""Two image files that shall be assessed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ImageFiles:
    """A pair of files, for the window that assesses them.

    Attributes:
        pre: image from before the event.
        post: image from after the event.
    """

    pre: Path
    post: Path

    def paths(self) -> tuple[Path, Path]:
        """Return both, the pre-event image first."""
        return self.pre, self.post
