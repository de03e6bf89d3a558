"""What the parts of a run share: sizes, the model, and a folder for scenes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes:
        folder: for scenes and results, removed after the run; parts find there what an earlier one has drawn.
        model: name or folder of the bundle.
        real: folder of real pairs in the layout of xBD, in the place of drawn towns; None for these.
        quick: small scenes and few repetitions, to try the suite.
        device: ``cpu`` or ``cuda``.
    """

    folder: Path
    model: str = "compact"
    real: Path | None = None
    quick: bool = False
    device: str = "cpu"

    @property
    def repetitions(self) -> int:
        """Whole-process runs of which the median counts."""
        return 2 if self.quick else 7

    @property
    def edge(self) -> int:
        """Images of 1024 pixels along the edge of the dense scene."""
        return 2 if self.quick else 4
