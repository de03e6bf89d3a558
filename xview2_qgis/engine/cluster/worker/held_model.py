"""What a worker holds for a run: one loaded model, and the scene that tiles are asked of."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass

from rasterio.windows import Window

from ....protocol.events import Event, Warned
from ... import __version__
from ...errors import ModelError, RuntimeFailure
from ...inference.devices import RuntimeReport
from ...run.events import EventSink
from ...scene.alignment import AlignedPair
from ...scene.pair_tile import PairTile
from ...scene.tiling import EdgeTiles
from ...session import RunPredictor, Session
from .model_order import ModelOrder
from .scene_recipe import SceneRecipe
from .sent_tile import SentTile
from .tile_answer import SentDamage

_MANY_TILES = 2  # for a session: anything above one


@dataclass(frozen=True)
class Readiness:
    """What a worker has loaded.

    Attributes:
        report: what computes.
        batch_size: tiles per run.
        edges: what tiles at the border of a scene may be.
        warnings: codes and messages of what its device had to say.
    """

    report: RuntimeReport
    batch_size: int
    edges: EdgeTiles
    warnings: tuple[tuple[str, str], ...]


class HeldModel:
    """A model and a scene in a worker. Loaded when first asked for; methods may be called from several threads.

    Tiles are read by one thread at a time, and predicted by as many as the device runs best at the same time.

    Args:
        order: what is loaded.
        worker: address of this worker, for messages.
    """

    def __init__(self, order: ModelOrder, worker: str) -> None:
        self._order, self._worker = order, worker
        self._changing, self._reading = threading.Lock(), threading.Lock()
        self._running = threading.Semaphore(1)
        self._noted = _Noted()
        self._session: Session | None = None
        self._predictor: RunPredictor | None = None
        self._scene_key = ""
        self._pair: AlignedPair | None = None
        self._files = ExitStack()
        self._last_used = time.monotonic()

    def ready(self) -> Readiness:
        """Load the model and return what it runs on.

        Raises:
            ModelError: it is not here, or another one than that of the caller (``cluster-model``).
            RuntimeFailure: the device does not work, or the engine is another one (``cluster-version``).
        """
        predictor = self._loaded()
        return Readiness(predictor.report, predictor.batch_size, predictor.edges, tuple(self._noted.warnings))

    def see(self, key: str, recipe: SceneRecipe) -> AlignedPair:
        """Open a scene, in the place of an earlier one.

        Args:
            key: that tells scenes apart.
            recipe: the scene.

        Raises:
            InputError: an image cannot be read here (``cluster-file``).
        """
        with self._reading:
            return self._opened(key, recipe)

    def read(self, key: str, recipe: SceneRecipe, window: Window) -> tuple[PairTile | None, tuple[SentDamage, ...]]:
        """Return a tile of a scene, None where there is nothing to assess, and what of it could not be read.

        Raises:
            InputError: an image cannot be read.
        """
        with self._reading, self._opened(key, recipe) as pair:
            return pair.read(window), SentDamage.taken_from(pair.images.all)

    def predict(self, tiles: list[PairTile]) -> list[SentTile]:
        """Return the predictions of some tiles, ready to be sent."""
        predictor = self._loaded()
        size = predictor.batch_size
        found: list[SentTile] = []
        for begin in range(0, len(tiles), size):
            batch = tiles[begin : begin + size]
            with self._running:
                predictions = predictor.predict(batch)
            found += [SentTile.of(*pair) for pair in zip(batch, predictions, strict=True)]
        self._last_used = time.monotonic()
        return found

    def close(self, unused_s: float = 0.0) -> None:
        """Give everything back, unless a tile is at work; what is asked for later is loaded again.

        Args:
            unused_s: only if nothing was asked for as long, in seconds.
        """
        if time.monotonic() - self._last_used < unused_s:
            return
        with self._changing:
            # a tile at work keeps what it uses until it is done
            self._session = self._predictor = None
        if self._reading.acquire(blocking=False):
            try:
                self._files.close()
                self._pair, self._scene_key = None, ""
            finally:
                self._reading.release()

    def _loaded(self) -> RunPredictor:
        with self._changing:
            if self._predictor is None:
                order = self._order
                if order.engine != __version__:
                    raise RuntimeFailure(
                        f"worker {self._worker} has version {__version__} of the engine, and the caller {order.engine}",
                        "install the same version on the scheduler and on all workers", "cluster-version",
                    )  # fmt: skip
                session = Session(order.model, order.options, order.tta)
                try:
                    bundle = session.bundle
                except ModelError as error:
                    raise ModelError(
                        f"the model is not there for worker {self._worker} ({error.message})",
                        "install it there with xview2 models install, or give its path on shared storage",
                        "cluster-model",
                    ) from error
                if bundle.checksum != order.checksum:
                    raise ModelError(
                        f"model {bundle.id} on worker {self._worker} is another one than here",
                        "install the same model everywhere, or give its path on shared storage", "cluster-model",
                    )  # fmt: skip
                predictor = session.predictor(1 if order.single else _MANY_TILES, self._noted)
                self._running = threading.Semaphore(max(1, predictor.workers))
                self._session, self._predictor = session, predictor
            self._last_used = time.monotonic()
            return self._predictor

    def _opened(self, key: str, recipe: SceneRecipe) -> AlignedPair:
        """Return what reads a scene; to be called by one thread at a time."""
        if self._pair is None or self._scene_key != key:
            self._files.close()
            self._pair = None
            self._pair = self._files.enter_context(recipe.open(self._worker))
            self._scene_key = key
        self._last_used = time.monotonic()
        return self._pair


class _Noted(EventSink):
    """Keeps warnings, each once."""

    def __init__(self) -> None:
        self.warnings: dict[tuple[str, str], None] = {}

    def emit(self, event: Event) -> None:
        """Keep a warning."""
        if isinstance(event, Warned):
            self.warnings[event.code, event.message] = None
