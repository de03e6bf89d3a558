"""The buildings of a scene: known footprints, and those that the model finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..decision.rule import DecisionRule
from ..probability.source import ProbabilitySource
from ..run.context import RunContext
from ..scene.pair import Scene
from .building import Building


def scene_buildings(
    scene: Scene, raster: ProbabilitySource, decision: DecisionRule, folder: Path, context: RunContext
) -> Iterator[Building]:
    """Yield the buildings of a scene: footprints first, then those that the model finds beside them.

    Args:
        scene: with an area of its own if another thread uses the scene.
        raster: the probabilities; may still be being filled.
        decision: the rule of the model.
        folder: for working files.
        context: as of :func:`.extraction.find_buildings` and :func:`.footprint_damage.assess_footprints`.

    Raises:
        Cancelled: the run is to stop.
        RuntimeFailure: the raster cannot be read, or the disk is full.
    """
    # importing it takes a while, in which the networks already run
    from .extraction import find_buildings

    found = find_buildings(raster, decision, context, area=scene.asked)
    if scene.footprints is None:
        yield from found
        return
    from .footprint_damage import CoveredArea, assess_footprints, without_covered

    with CoveredArea(folder / "footprints.tif", scene.grid) as covered:
        yield from assess_footprints(scene.footprints, raster, decision, covered, context, area=scene.asked)
        yield from without_covered(found, covered, scene.footprints)
