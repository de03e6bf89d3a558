"""A channel: a bounded queue between two threads that ends well.

``queue.Queue`` blocks for ever when the thread at the other end has died. A channel can be closed (no more items come)
and aborted (nobody wants them any more), and whoever waits at it notices both.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

# Waiting is cut into slices: Python runs signal handlers on Windows only between two of them
_SLICE_S = 0.1


class Aborted(Exception):  # noqa: N818 - not an error, another stage has it
    """The channel was aborted."""


class Channel(Generic[Item]):
    """A queue of at most ``capacity`` items from one thread to another.

    Args:
        capacity: items that may wait.
        check: called before each item and while waiting; what it raises reaches the thread that waits.
    """

    def __init__(self, capacity: int, check: Callable[[], None]) -> None:
        self._capacity = capacity
        self._check = check
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._aborted = False

    def put(self, item: Item) -> None:
        """Add an item; wait while the channel is full.

        Raises:
            Aborted: the channel was aborted.
        """
        self._check()
        with self._changed:
            while len(self._items) >= self._capacity and not self._aborted:
                self._wait()
            if self._aborted:
                raise Aborted
            self._items.append(item)
            self._changed.notify_all()

    def close(self) -> None:
        """Say that no more items come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abort(self) -> None:
        """Drop all items and wake whoever waits."""
        with self._changed:
            self._aborted = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        """Yield the items until the channel is closed and empty.

        Raises:
            Aborted: the channel was aborted.
        """
        while True:
            self._check()
            with self._changed:
                while not self._items and not self._closed and not self._aborted:
                    self._wait()
                if self._aborted:
                    raise Aborted
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item
            del item  # or it would live on while the next one is waited for

    def _wait(self) -> None:
        self._changed.wait(_SLICE_S)
        self._check()
