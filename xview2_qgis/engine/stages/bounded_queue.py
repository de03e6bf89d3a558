"""A bounded queue between two stages: the slower one sets the pace, and memory does not grow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from .group import StageGroup

Item = TypeVar("Item")


class BoundedQueue(Generic[Item]):
    """A queue of at most ``capacity`` items. Waiting at it ends with its group, as ``queue.Queue`` does not.

    Args:
        stages: the group of both stages.
        capacity: items that may wait.
    """

    def __init__(self, stages: StageGroup, capacity: int) -> None:
        self._stages, self._capacity = stages, capacity
        self._items: deque[Item] = deque()
        self._closed = False

    def put(self, item: Item) -> None:
        """Add an item; wait while the queue is full.

        Raises:
            Stopped: another stage has failed.
        """
        self._stages.check()
        with self._stages.changing():
            self._stages.wait_until(lambda: len(self._items) < self._capacity)
            self._items.append(item)

    def close(self) -> None:
        """End the queue: no more items come."""
        with self._stages.changing():
            self._closed = True

    def __iter__(self) -> Iterator[Item]:
        """Yield the items until the queue is closed and empty; several stages may share them.

        Raises:
            Stopped: another stage has failed.
        """
        while True:
            self._stages.check()
            with self._stages.changing():
                self._stages.wait_until(lambda: bool(self._items) or self._closed)
                if not self._items:
                    return
                item = self._items.popleft()
            yield item
            del item  # or it would live on while the next one is waited for
