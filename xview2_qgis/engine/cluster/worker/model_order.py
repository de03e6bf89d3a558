"""The order for a model: what every worker of a run loads."""

from __future__ import annotations

from dataclasses import dataclass, field

from ... import __version__
from ...decision.views import Tta
from ...inference.devices import RuntimeOptions


@dataclass(frozen=True)
class ModelOrder:
    """A model and how it is run.

    Attributes:
        model: its name, or its path on shared storage.
        options: device, precision and batch size.
        tta: test-time augmentation; None for what belongs to the model.
        checksum: of the model that the caller has; a worker that finds another one refuses.
        single: whether the run has a single tile.
        engine: version of the caller's engine; a worker that joins later may have another one, and refuses.
    """

    model: str = field(repr=False)
    options: RuntimeOptions
    tta: Tta | None
    checksum: str
    single: bool = False
    engine: str = __version__
