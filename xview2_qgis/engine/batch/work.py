"""How much work each scene is: the pixels of its post-event image, as far as they are quickly known."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..errors import EngineError
from ..raster.file import far_away, open_dataset
from .scene_plan import ScenePlan


def weights(plans: Iterable[ScenePlan], check: Callable[[], None]) -> list[float]:
    """Return the pixels of each scene, millions; of one that is far away or cannot be opened the mean of the others.

    Args:
        plans: the scenes.
        check: called before an image is opened, raises to end the work: a thousand images take a while.
    """
    known = []
    for plan in plans:
        check()
        known.append(_pixels(plan.parameters.post.path))
    found = [pixels for pixels in known if pixels is not None]
    mean = sum(found) / len(found) if found else 1.0
    return [mean if pixels is None else pixels for pixels in known]


def _pixels(path: str) -> float | None:
    if far_away(path):
        return None
    try:
        with open_dataset(path) as dataset:
            return float(dataset.width) * float(dataset.height) / 1e6
    except (EngineError, OSError):
        return None
