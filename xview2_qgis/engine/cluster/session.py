"""A session on a cluster: each worker loads the model once; tiles are read and predicted there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ...protocol.locations import AUTOMATIC_MODEL, DEFAULT_MODEL
from ...protocol.options.assessment import AssessmentParameters
from ..decision.views import Tta
from ..inference.devices import RuntimeOptions
from ..inference.pipeline import TileSource
from ..run.context import RunContext
from ..run.events import EventSink
from ..scene.pair import Scene
from ..scene.tiling import EQUAL_TILES, Tiling
from ..session import Session
from .address import openness
from .connection import Connection
from .patience import Patience
from .remote_predictor import RemotePredictor
from .remote_tiles import RemoteScene, RemoteTiles
from .worker.model_order import ModelOrder
from .worker.plugin import ModelPlugin
from .worker.refusal import Refusal
from .worker.scene_recipe import SceneRecipe, gating_of
from .worker.tasks import make_ready, open_scene, passed_on

Answer = TypeVar("Answer")


class ClusterSession(Session):
    """A model on the workers of a Dask cluster; a context manager as :class:`.session.Session` is.

    Args:
        scheduler: address of the scheduler.
        model: name of a model or path of a bundle, the same on all workers.
        options: device, precision and batch size of each worker.
        tta: test-time augmentation; None for what belongs to the model.
        patience: time limits.
    """

    def __init__(
        self,
        scheduler: str,
        model: str,
        options: RuntimeOptions,
        tta: Tta | None = None,
        patience: Patience | None = None,
    ) -> None:
        # workers may have processors of several kinds, and one run has one model
        super().__init__(DEFAULT_MODEL if model == AUTOMATIC_MODEL else model, options, tta)
        self._scheduler, self._patience = scheduler, patience or Patience()
        self._connection: Connection | None = None
        self._plugin: ModelPlugin | None = None
        self._order: ModelOrder | None = None
        self._batch_size = 1

    @classmethod
    def of(cls, parameters: AssessmentParameters) -> ClusterSession:
        """Return a session for the scheduler, the model and the device that the parameters of a run name."""
        if parameters.scheduler is None:
            raise ValueError("no scheduler")
        options = RuntimeOptions(parameters.device, parameters.precision, batch_size=parameters.batch_size)
        return cls(parameters.scheduler, parameters.model, options, parameters.tta)

    def applied_to(self, parameters: AssessmentParameters) -> AssessmentParameters:
        """Return the parameters of a run with the model, options and scheduler of this session."""
        return replace(super().applied_to(parameters), scheduler=self._scheduler)

    def reach(self, context: RunContext) -> None:
        """Connect to the scheduler, and see that all workers have the engine of this process.

        Raises:
            UsageError: the address is none (``cluster-address``).
            RuntimeFailure: there is no scheduler (``cluster-unreachable``), it has no workers (``cluster-workers``), or
                a worker has another engine (``cluster-version``).
            Cancelled: the run is to stop.
        """
        if self._connection is not None and self._connection.is_open:
            self._connection.check = context.check
            return
        self._connection = self._plugin = None  # a scheduler that is started again knows nothing of an earlier one
        notice = openness(self._scheduler)
        if notice is not None:
            context.warning(notice.code, notice.message)
        self._connection = Connection(self._scheduler, context.check, self._patience)
        threads = self._connection.await_workers()
        self._connection.greet()
        if max(threads.values()) > 2:
            context.warning(
                "cluster-threads",
                "workers have more than two threads, which wait for their one model: start more workers with one thread"
                " each (dask worker --nworkers N --nthreads 1)",
            )

    def predictor(self, tiles: int, events: EventSink) -> RemotePredictor:
        """Let all workers load the model, and return what takes their predictions.

        Args:
            tiles: of the run, at most.
            events: warned of what the devices of workers have to say, and where they differ (``cluster-mixed``).

        Raises:
            ModelError: a worker has no such model, or another one (``cluster-model``).
            RuntimeFailure: the device of a worker does not work, or the cluster fails.
            Cancelled: the run is to stop.
        """
        name = str(Path(self._model).absolute()) if Path(self._model).exists() else self._model
        order = ModelOrder(name, self._options, self._tta, self.bundle.checksum, single=tiles == 1)
        if self._plugin is None or order != self._order:
            self._take_plugin_away()
            self._order, self._plugin = order, ModelPlugin(order, f"xview2-model-{uuid.uuid4().hex}")
            self._connected.add_plugin(self._plugin)
        plugin = self._plugin.name
        ready = self._of_each("ready", make_ready, plugin)
        for code, message in dict.fromkeys(warning for answer in ready.values() for warning in answer.warnings):
            events.warning(code, message)
        reports = {answer.report for answer in ready.values()}
        if len(reports) > 1:
            kinds = sorted({f"{report.device} {report.precision}" for report in reports})
            events.warning(
                "cluster-mixed",
                f"workers compute differently ({', '.join(kinds)}): tiles may differ in the last digits",
            )
        self._batch_size = max(answer.batch_size for answer in ready.values())
        edges = {answer.edges for answer in ready.values()}
        return RemotePredictor(next(iter(ready.values())).report, edges.pop() if len(edges) == 1 else EQUAL_TILES)

    @contextmanager
    def tiles(self, scene: Scene, tiling: Tiling, first_row: int = 0) -> Iterator[TileSource]:
        """Let all workers open a scene, and yield what asks them for its tiles.

        Raises:
            InputError: a worker cannot read an image (``cluster-file``).
            RuntimeFailure: the cluster fails.
            Cancelled: the run is to stop.
        """
        if self._plugin is None:
            raise ValueError("there is no predictor yet")
        key = f"xview2-scene-{uuid.uuid4().hex}"
        recipe = self._connected.submit(key, passed_on, SceneRecipe.of(scene))
        self._of_each("scene", open_scene, self._plugin.name, key, recipe)
        remote = RemoteScene(self._plugin.name, key, recipe, self._batch_size)
        windows = (tiling.tile(index).window for index in range(first_row * tiling.columns, len(tiling)))
        with RemoteTiles(self._connected, remote, windows, gating_of(scene), scene.images.all) as source:
            yield source

    def close(self) -> None:
        """Give the memory on the workers back and end the connection."""
        super().close()
        self._take_plugin_away()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _connected(self) -> Connection:
        if self._connection is None:
            raise ValueError("the cluster was not reached yet")
        return self._connection

    def _of_each(self, name: str, task: Callable[..., Answer | Refusal], *given: object) -> Mapping[str, Answer]:
        """Let each worker do a task once and return what they say.

        Raises:
            EngineError: one of them refuses.
        """
        connection = self._connected
        futures = {
            worker: connection.submit(f"xview2-{name}-{uuid.uuid4().hex}", task, *given, worker=worker)
            for worker in connection.workers()
        }
        found: dict[str, Answer] = {}
        for worker, answer in connection.of_each(futures).items():
            if isinstance(answer, Refusal):
                raise answer.error()
            found[worker] = answer
        return found

    def _take_plugin_away(self) -> None:
        if self._plugin is not None:
            self._connected.remove_plugin(self._plugin.name)
            self._plugin = None
