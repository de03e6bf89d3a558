"""A follower: a thread that works on a raster while it is being filled.

It lives as long as a ``with`` block in which the raster is filled. An error of either side ends both, and the first one
is the one that is raised.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from ..probability.growing_raster import GrowingRaster
from .bounded_queue import Aborted

Result = TypeVar("Result")


class Follower(Generic[Result]):
    """Runs a function in a thread while the ``with`` block fills the raster that the function reads.

    Leaving the block waits for the function: to its end, or, after an error in the block, until it has noticed that
    the raster will not be filled.

    Args:
        raster: what the block fills; it counts as complete when the block ends.
        work: reads it; told to stop by :class:`Aborted` where it reads.
    """

    def __init__(self, raster: GrowingRaster, work: Callable[[], Result]) -> None:
        self._raster, self._work = raster, work
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    @property
    def result(self) -> Result:
        """What the function returned; there once the block has ended."""
        return self._results[0]

    def __enter__(self) -> Follower[Result]:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._raster.complete()
        else:
            self._raster.abort()
        while self._thread.is_alive():  # in slices, for the sake of signal handlers on Windows
            self._thread.join(0.1)
        if error is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except Aborted:
            # the block has the error
            pass  # nosec B110
        except BaseException as error:
            self._error = error
            self._raster.fail(error)
