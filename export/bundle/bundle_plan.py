"""What a bundle will hold, before anything of it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import nn

from training.evaluation.calibration import Scaling
from xview2_qgis.engine.decision.rule import DecisionRule
from xview2_qgis.engine.decision.views import Tta

from .card import Card
from .form import Form


@dataclass(frozen=True)
class Part:
    """A network of a bundle.

    Attributes:
        name: of its file, without ending.
        load: builds it with its weights; called once, so that an ensemble need not fit into memory.
        weight: how often it counts in the mean over the networks with the same output.
        margin: pixels by which its images are mirrored outwards, see :class:`.export_graph.ExportGraph`.
        scaling: of the damage scores.
        origin: where its weights come from, written into the manifest.
    """

    name: str
    load: Callable[[], nn.Module]
    weight: float = 1.0
    margin: int = 0
    scaling: Scaling = field(default_factory=Scaling)
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BundlePlan:
    """A bundle before it is written.

    Attributes:
        card: its description.
        parts: its networks.
        form: how they are written.
        decision: rule, with the parameters that go into the manifest.
        tta: test-time augmentation that belongs to the decision.
        overlap: of neighbouring tiles in pixels.
        gsd_m: ground sampling distance the networks were trained at, metres.
    """

    card: Card
    parts: tuple[Part, ...]
    form: Form
    decision: DecisionRule
    tta: Tta = "none"
    overlap: int = 256
    gsd_m: float = 0.5
