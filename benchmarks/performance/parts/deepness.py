"""Deepness, another plugin that runs networks in QGIS: side by side where it can be had."""

from __future__ import annotations

from ..outcome import Outcome
from ..part import Part, Skipped
from ..settings import Settings

_EARLIER = (
    "Deepness is no Python package but a plugin of QGIS's repository, which could not be reached from the machine that "
    "measured; an earlier measurement elsewhere gave 1.19 × bare ONNX Runtime and 1.6 GB at 38 megapixels"
)


def _measure(settings: Settings) -> Outcome:
    # it works on a layer in a running QGIS: whoever has it installed measures by hand, docs/performance.md says how
    raise Skipped(_EARLIER)


PART = Part("deepness", "Deepness on the same mosaic", 1, _measure)
