"""The folders of an installation, all beside each other, so that one takes the place of another by a change of name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class InstallationPlaces:
    """Where an installation works.

    Attributes:
        engine: the engine that is used. It appears there only when it is complete.
    """

    engine: Path

    @property
    def unfinished(self) -> Path:
        """The engine while it is being installed; one that works stays in use meanwhile."""
        return self.engine.with_name(f"{self.engine.name}-unfinished")

    @property
    def replaced(self) -> Path:
        """The engine before, for the moment in which another one takes its place."""
        return self.engine.with_name(f"{self.engine.name}-replaced")

    @property
    def downloads(self) -> Path:
        """Packages that were downloaded and not installed yet."""
        return self.engine.with_name(f"{self.engine.name}-downloads")

    @property
    def source(self) -> Path:
        """File that names the offline package which the downloads come from; not there where that is the index."""
        return self.downloads / "offline-package.txt"

    @property
    def python(self) -> Path:
        """A standalone Python that came with an offline package."""
        return self.engine.with_name(f"{self.engine.name}-python")

    @property
    def lock(self) -> Path:
        """File that is locked while something is installed or removed."""
        return self.engine.with_name(f"{self.engine.name}.lock")
