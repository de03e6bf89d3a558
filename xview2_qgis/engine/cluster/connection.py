"""The connection to a cluster: Dask's client, and what its failures mean to the user."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from distributed import Client, Future
from distributed.scheduler import KilledWorker

from ..errors import EngineError, RuntimeFailure, UsageError, brief
from .patience import Patience
from .worker.greeting import Greeting, check_greetings, greet

_SLICE_S = 0.1  # between two looks at whether the run is cancelled
_LOGGERS = ("distributed", "distributed.client", "tornado")  # Dask gives each a level of its own
_LOOK_S = 2.0  # between two looks at the workers

Result = TypeVar("Result")


class _WorkerLeft(Exception):  # noqa: N818 - others go on
    """The only worker that may do a task is gone."""


class Connection:
    """A connection to a scheduler. All waiting ends when the run is cancelled.

    Args:
        address: of the scheduler, such as ``tcp://host:8786``.
        check: raises when the run is to stop; called while waiting.
        patience: time limits.

    Raises:
        UsageError: the address is none (``cluster-address``).
        RuntimeFailure: nobody answers there (``cluster-unreachable``).
    """

    def __init__(self, address: str, check: Callable[[], None], patience: Patience) -> None:
        self.check, self._patience = check, patience
        for name in _LOGGERS:  # what matters is told in one line
            logging.getLogger(name).setLevel(logging.CRITICAL)
        kind: Any = Client  # only a part of Dask has types
        self._client = kind.__new__(kind)  # held on to: one that fails would try to close for seconds while it goes
        try:
            self._client.__init__(address, timeout=patience.scheduler, set_as_default=False, name="xview2")
        except (ValueError, TypeError, FileNotFoundError) as error:
            self._client.status = "closed"
            raise UsageError(
                f"--scheduler {brief(address)} cannot be used ({brief(str(error), 160)})",
                "give tcp://HOST:PORT, or tls://HOST:PORT with certificates, see docs/cluster.md", "cluster-address",
            ) from error  # fmt: skip
        except Exception as error:  # OSError and its relatives, of several libraries
            self._client.status = "closed"
            raise RuntimeFailure(
                f"no scheduler answers at {brief(address)}",
                "check the address, whether it runs (dask scheduler), its certificates and the firewall",
                "cluster-unreachable",
            ) from error

    @property
    def is_open(self) -> bool:
        """Whether the scheduler is there, as far as is known."""
        return bool(self._client.status == "running")

    def await_workers(self) -> Mapping[str, int]:
        """Wait for the first worker and return all, with the number of their threads.

        Raises:
            RuntimeFailure: there is none (``cluster-workers``).
        """
        begin = time.monotonic()
        while not (workers := self.workers()):
            self.check()
            if time.monotonic() - begin > self._patience.first_worker:
                raise RuntimeFailure(
                    "the scheduler has no workers", "start some: dask worker ADDRESS --nthreads 1", "cluster-workers"
                )
            time.sleep(_SLICE_S)
        return workers

    def workers(self) -> Mapping[str, int]:
        """Return the workers with the number of their threads."""
        with self._noticing_the_end():
            found: dict[str, int] = self._client.nthreads()
        return found

    def greet(self) -> Mapping[str, Greeting]:
        """Ask all workers what they run, and return their answers.

        Raises:
            RuntimeFailure: a worker has no engine or another one (``cluster-version``).
        """
        with self._noticing_the_end():
            answers: dict[str, Any] = self._client.run(greet, on_error="return")
        check_greetings(answers, greet())
        return answers

    def add_plugin(self, plugin: Any) -> None:  # noqa: ANN401 - any of Dask's
        """Put a plugin into all workers, and into those that join later."""
        with self._noticing_the_end():
            self._client.register_plugin(plugin)

    def remove_plugin(self, name: str) -> None:
        """Take a plugin away; one that is not there is no matter."""
        with suppress(Exception):  # the scheduler or the workers have gone, and the plugin with them
            if self.is_open:
                self._client.unregister_worker_plugin(name)

    def submit(
        self, key: str, task: Callable[..., Result], *given: object, worker: str | None = None
    ) -> Future[Result]:
        """Hand a task in.

        Args:
            key: its name.
            task: a function that workers can import.
            given: its arguments; results of other tasks among them are passed on between workers.
            worker: the only one that may do it; None for any.
        """
        with self._noticing_the_end():
            submitted: Future[Result] = self._client.submit(
                task, *given, key=key, pure=False, workers=None if worker is None else [worker],
                allow_other_workers=False,
            )  # fmt: skip
            return submitted

    def of_each(self, futures: Mapping[str, Future[Result]]) -> dict[str, Result]:
        """Wait for a task of each worker and return the results; workers that leave meanwhile are left out.

        Raises:
            RuntimeFailure: all have left (``cluster-workers``), or as of :meth:`result`.
            Cancelled: the run is to stop.
        """
        found: dict[str, Result] = {}
        for worker, future in futures.items():
            with suppress(_WorkerLeft):
                found[worker] = self.result(future, "the model", worker)
        if not found:
            raise RuntimeFailure(
                "all workers have left the cluster", "look into their logs, and run again", "cluster-workers"
            )
        return found

    def release(self, future: Any) -> None:  # noqa: ANN401 - see above
        """Let workers forget a result."""
        future.release()

    def result(self, future: Future[Result], subject: str, worker: str | None = None) -> Result:
        """Wait for a task and return its result.

        Args:
            future: the task.
            subject: what it is about, for messages.
            worker: the only one that may do it.

        Raises:
            RuntimeFailure: several workers died of it (``cluster-tile``), there are no workers any more
                (``cluster-workers``), or the scheduler is gone (``cluster-lost``).
            Cancelled: the run is to stop.
        """
        done = threading.Event()
        watched: Any = future
        watched.add_done_callback(lambda _: done.set())
        seen = looked = time.monotonic()
        while not done.wait(_SLICE_S):
            self.check()
            now = time.monotonic()
            if now - looked > _LOOK_S:
                looked = now
                workers = self.workers()
                if worker is not None and worker not in workers:
                    raise _WorkerLeft
                if workers:
                    seen = now
                elif now - seen > self._patience.next_worker:
                    raise RuntimeFailure(
                        "the scheduler has lost all its workers", "start some and run again", "cluster-workers"
                    )
        with self._noticing_the_end(subject):
            return future.result()

    def cancel(self, futures: list[Future[Any]]) -> None:
        """Take tasks back; those that run end by themselves, and nobody waits for them."""
        if futures and self.is_open:
            with suppress(Exception):  # the scheduler has gone this moment, and the tasks with it
                self._client.cancel(futures, force=True)

    def close(self) -> None:
        """End the connection; the cluster stays."""
        with suppress(TimeoutError, OSError):  # the scheduler has gone, or has no time to say good-bye
            self._client.close(timeout=self._patience.scheduler)

    @contextmanager
    def _noticing_the_end(self, subject: str = "the cluster") -> Iterator[None]:
        """Turn failures of Dask into such of the engine."""
        try:
            yield
        except EngineError:
            raise
        except KilledWorker as error:
            raise RuntimeFailure(
                f"{error.allowed_failures + 1} workers died one after the other while they had {subject}, the last"
                f" was {error.last_worker.address}",
                "look into the logs of the workers; mostly they have too little memory: fewer of them on a machine,"
                " a higher --memory-limit, or --batch-size 1",
                "cluster-tile",
            ) from error
        except MemoryError:
            raise
        except Exception as error:
            if self._client.status == "running" and not _lost(error):
                raise
            raise RuntimeFailure(
                "the connection to the scheduler is lost", "see whether it still runs, and run again", "cluster-lost"
            ) from error


def _lost(error: Exception) -> bool:
    """Return whether an error of Dask says that the scheduler is gone, or has forgotten this client."""
    return isinstance(error, OSError) or type(error).__name__ in ("FutureCancelledError", "CancelledError")
