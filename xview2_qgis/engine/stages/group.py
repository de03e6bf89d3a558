"""A stage group: threads that work for one run and end together.

Stages wait in their group for what they need: an item of a queue, room in it, pixels of a raster. A stage that waits is
therefore woken when another one fails, and notices when the user cancels. The first error is the one that is raised.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Generic, TypeVar

Result = TypeVar("Result")

# Waiting is cut into slices: cancelling wakes no thread, and Python runs signal handlers on Windows only between two
_SLICE_S = 0.1


class Stopped(Exception):  # noqa: N818 - the error is another stage's
    """Another stage of the group has failed."""


class Stage(Generic[Result]):
    """A function at work in a thread.

    Attributes:
        result: what it returned; there once the ``with`` block of its group has ended.
    """

    result: Result


class StageGroup:
    """Runs stages beside a ``with`` block, which is a stage itself; leaving the block waits for all of them.

    Args:
        check: called before each item and while waiting; raises to end the group.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def start(self, name: str, work: Callable[[], Result]) -> Stage[Result]:
        """Start a stage.

        Args:
            name: of its thread.
            work: what it does. Its error ends the group.
        """
        stage: Stage[Result] = Stage()

        def run() -> None:
            try:
                stage.result = work()
            except BaseException as error:
                self._fail(error)

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
        return stage

    def check(self) -> None:
        """Raise if the group is to end.

        Raises:
            Stopped: another stage has failed.
        """
        if self._error is not None:
            raise Stopped
        self._check()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change what stages wait for: one thread at a time; afterwards all that wait check again."""
        with self._changed:
            yield
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds. Inside :meth:`changing` it still holds when this returns.

        Raises:
            Stopped: another stage has failed.
        """
        with self._changed:
            while True:
                if self._error is not None:
                    raise Stopped
                if condition():
                    return
                self._check()
                self._changed.wait(_SLICE_S)

    def __enter__(self) -> StageGroup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._fail(error)
        for thread in self._threads:
            while thread.is_alive():
                thread.join(_SLICE_S)
        if self._error is not None and self._error is not error:
            raise self._error

    def _fail(self, error: BaseException) -> None:
        with self.changing():
            if self._error is None:
                self._error = error
