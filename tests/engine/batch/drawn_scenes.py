"""Small scenes with known buildings, for runs of a whole batch."""

from __future__ import annotations

from pathlib import Path

from tests.engine.drawn_houses import draw_houses
from tests.engine.recorder import Recorder
from xview2_qgis.engine.batch.batch import BatchResult, run_batch
from xview2_qgis.engine.batch.place import BatchPlace
from xview2_qgis.engine.batch.scene_plan import SideOutputs, plans
from xview2_qgis.engine.batch.scenes.catalog import Scene
from xview2_qgis.engine.cluster.opening import session_of
from xview2_qgis.engine.run.context import RunContext

_ALONE = SideOutputs()


def draw_pair(folder: Path, name: str, crs: str = "EPSG:32616", size: tuple[int, int] = (400, 340)) -> Scene:
    """Draw both images of a scene and return its line of the list."""
    pre = draw_houses(folder / f"{name}_pre.tif", False, crs=crs, size=size)
    return Scene(name, draw_houses(folder / f"{name}_post.tif", True, crs=crs, size=size), pre)


def assess_all(scenes, folder, model, events=None, *, merged=None, beside=_ALONE, cancellation=None, **words):
    """Run a batch as the command does."""
    texts = {"model": model, "register": "off", "device": "cpu"} | words
    planned = plans(scenes, folder, texts, beside)
    place = BatchPlace(folder, merged)
    context = RunContext(events or Recorder(), cancellation)
    with place.held(), session_of(planned[0].parameters) as session:
        return run_batch(session, planned, place, context, overwrite=bool(words.get("overwrite")))


def statuses(result: BatchResult) -> list[str]:
    return [row.status for row in result.rows]
