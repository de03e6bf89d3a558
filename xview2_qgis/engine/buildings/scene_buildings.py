"""The buildings of a scene: known footprints, and those that the model finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..decision.rule import DecisionRule
from ..probability.source import ProbabilitySource
from ..run.context import RunContext
from ..scene.hidden.area import HiddenArea
from ..scene.pair import Scene
from .building import Building


def scene_buildings(
    scene: Scene,
    raster: ProbabilitySource,
    decision: DecisionRule,
    folder: Path,
    context: RunContext,
    *,
    right_angles: bool = False,
) -> Iterator[Building]:
    """Yield the buildings of a scene: footprints, and among them, from the top down, what the model finds beside them.

    Args:
        scene: with an area of its own if another thread uses the scene.
        raster: the probabilities; may still be being filled.
        decision: the rule of the model.
        folder: for working files.
        context: as of :func:`.extraction.find_buildings` and :func:`.footprint_damage.assess_footprints`.
        right_angles: as of the first of them; footprints are never changed.

    Raises:
        Cancelled: the run is to stop.
        RuntimeFailure: the raster cannot be read, or the disk is full.
    """
    # importing it takes a while, in which the networks already run
    from .extraction import find_buildings

    found = find_buildings(raster, decision, context, area=scene.asked, right_angles=right_angles)
    found = _rated(found, scene.hidden)
    if scene.footprints is None:
        yield from found
        return
    from .footprint_damage import CoveredArea, FootprintRatings, Places, with_footprints

    with CoveredArea(folder / "footprints.tif", scene.grid) as covered:
        places = Places(
            scene.asked, scene.hidden, "the post-event image" if scene.images.pre is None else "the pre-event image"
        )
        ratings = FootprintRatings(scene.footprints, raster, decision, covered, places)
        yield from with_footprints(found, ratings, context)


def _rated(buildings: Iterable[Building], hidden: HiddenArea | None) -> Iterator[Building]:
    """Yield buildings in the CRS of the grid, those that are mostly hidden as unknown."""
    for building in buildings:
        if hidden is not None and hidden.hides(building.geometry):
            yield replace(building, vote=building.vote.hidden())
        else:
            yield building
