"""The plugin that Dask puts into each worker, also into those that join later, for as long as a session lasts."""

from __future__ import annotations

from distributed import Worker, WorkerPlugin
from tornado.ioloop import PeriodicCallback

from .greeting import greet
from .held_model import HeldModel
from .model_order import ModelOrder

_LOOK_MS = 30_000
_UNUSED_S = 600.0  # a caller that was killed cannot take the plugin away; the memory is given back all the same


class ModelPlugin(WorkerPlugin):
    """Holds the model of a session in a worker.

    Args:
        order: the model.
        name: unique among the sessions on a cluster.
    """

    def __init__(self, order: ModelOrder, name: str) -> None:
        self._order = order
        self.name = name
        self.held: HeldModel | None = None
        self._watch: PeriodicCallback | None = None

    def setup(self, worker: Worker) -> None:
        """Begin; nothing is loaded before it is asked for."""
        greet()
        held = self.held = HeldModel(self._order, worker.address)
        self._watch = PeriodicCallback(lambda: held.close(_UNUSED_S), _LOOK_MS)
        self._watch.start()

    def teardown(self, worker: Worker) -> None:
        """End: give the memory back."""
        del worker
        if self._watch is not None:
            self._watch.stop()
        if self.held is not None:
            self.held.close()
