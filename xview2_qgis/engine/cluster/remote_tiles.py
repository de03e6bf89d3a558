"""Tiles that workers read and predict, in the place of images that this process reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rasterio.windows import Window

from ..raster.source import RasterSource
from ..scene.gating import Gating
from ..scene.pair_tile import PairTile
from .connection import Connection
from .worker.refusal import Refusal
from .worker.scene_recipe import SceneRecipe
from .worker.tasks import Answer, Place, predict_tiles

if TYPE_CHECKING:
    from distributed import Future

_FOR_EACH_THREAD = 2  # batches under way: one at work, one that waits for it
_AHEAD = 2  # and some more, so that a worker that joins has something to do
_COUNT_S = 5.0  # between two counts of the workers


@dataclass(frozen=True)
class RemoteScene:
    """A scene on a cluster.

    Attributes:
        plugin: name of the plugin that holds the model.
        key: of the scene.
        recipe: the scene, as the result of a task.
        batch_size: tiles that go together.
    """

    plugin: str
    key: str
    recipe: Future[SceneRecipe]
    batch_size: int


class _Batch:
    """Some windows, and what workers answer.

    Attributes:
        places: the windows.
        future: the task.
        answers: what came of it, once somebody has waited for it.
    """

    def __init__(self, places: tuple[Place, ...], future: Future[tuple[Answer, ...] | Refusal]) -> None:
        self.places, self.future = places, future
        self.answers: Mapping[Place, Answer] | None = None
        self.lock = threading.Lock()


class RemoteTiles:
    """A source of tiles that come with their predictions. A context manager, which takes back what was asked for.

    Tiles are asked for ahead of their turn, as many as the workers are busy with and a few more: they wait in the
    memory of the workers, and only those whose turn it is come here.

    Args:
        connection: to the cluster.
        scene: what the tiles belong to.
        windows: of all tiles, in their order.
        gating: which of them are read.
        images: of the scene; parts that workers cannot read are noted with them, in the order of the tiles.
    """

    def __init__(
        self,
        connection: Connection,
        scene: RemoteScene,
        windows: Iterator[Window],
        gating: Gating,
        images: tuple[RasterSource, ...],
    ) -> None:
        self._connection, self._scene, self._gating, self._images = connection, scene, gating, images
        self._places = (_place(window) for window in windows)
        self._lock = threading.Lock()
        self._waiting: dict[Place, _Batch | None] = {}  # those asked for; None where there is nothing to assess
        self._under_way: list[_Batch] = []
        self._room, self._counted = 0, float("-inf")

    def read(self, window: Window) -> PairTile | None:
        """Return a tile with its prediction, None where there is nothing to assess.

        Raises:
            EngineError: of a worker, which it names; or of the cluster, see :meth:`.connection.Connection.result`.
        """
        place = _place(window)
        with self._lock:
            self._ask_up_to(place)
            self._ask_ahead()
            batch = self._waiting.pop(place)
        if batch is None:
            return None
        answer = self._answers(batch)[place]
        if isinstance(answer, Refusal):
            raise answer.error()
        for damage in answer.damage:
            damage.note(self._images)
        return None if answer.tile is None else answer.tile.tile(window)

    def __enter__(self) -> RemoteTiles:
        return self

    def __exit__(self, *failure: object) -> None:
        with self._lock:
            self._connection.cancel([batch.future for batch in self._under_way])
            self._under_way.clear()
            self._waiting.clear()

    def _answers(self, batch: _Batch) -> Mapping[Place, Answer]:
        """Wait for a batch; its memory on the workers is free then."""
        with batch.lock:
            if batch.answers is None:
                column, row, *_ = batch.places[0]
                result = self._connection.result(batch.future, f"the tile at column {column}, row {row} of the grid")
                self._connection.release(batch.future)
                with self._lock:
                    if batch in self._under_way:
                        self._under_way.remove(batch)
                if isinstance(result, Refusal):
                    raise result.error()
                batch.answers = dict(zip(batch.places, result, strict=True))
            return batch.answers

    def _ask_up_to(self, place: Place) -> None:
        """Make sure that a tile was asked for. Those before it that nobody has asked for are not wanted."""
        if place in self._waiting:
            return
        for following in self._places:
            if following == place:
                break
        self._ask(place)

    def _ask_ahead(self) -> None:
        now = time.monotonic()
        if now - self._counted > _COUNT_S:
            self._room = _FOR_EACH_THREAD * sum(self._connection.workers().values()) + _AHEAD
            self._counted = now
        while len(self._under_way) < self._room and (following := next(self._places, None)) is not None:
            self._ask(following)

    def _ask(self, first: Place) -> None:
        """Ask for a tile, and for those after it that fill its batch."""
        places: list[Place] = []
        place: Place | None = first
        while place is not None:
            if self._gating.reaches(Window(*place)):
                places.append(place)
            else:
                self._waiting[place] = None
            if len(places) == self._scene.batch_size or (not places and place == first):
                break
            place = next(self._places, None)
        if not places:
            return
        scene = self._scene
        key = f"{scene.key}-{places[0][0]}-{places[0][1]}"
        batch = _Batch(
            tuple(places),
            self._connection.submit(key, predict_tiles, scene.plugin, scene.key, scene.recipe, tuple(places)),
        )
        self._under_way.append(batch)
        self._waiting.update(dict.fromkeys(places, batch))


def _place(window: Window) -> Place:
    return int(window.col_off), int(window.row_off), int(window.width), int(window.height)
