"""Workers: several threads that do the same to different items, with results in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from .bounded_queue import BoundedQueue
from .group import StageGroup

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Task(Generic[Item, Result]):
    """An item and, later, what came of it."""

    result: Result

    def __init__(self, item: Item) -> None:
        self.item = item
        self.error: BaseException | None = None
        self.done = False

    def run(self, work: Callable[[Item], Result], stages: StageGroup) -> None:
        try:
            self.result = work(self.item)
        except BaseException as error:
            self.error = error
        with stages.changing():
            self.done = True

    def outcome(self, stages: StageGroup) -> tuple[Item, Result]:
        stages.wait_until(lambda: self.done)
        if self.error is not None:
            raise self.error
        return self.item, self.result


def in_order(
    stages: StageGroup, name: str, work: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[tuple[Item, Result]]:
    """Yield each item with its result. An error is raised in its turn, so what came before it is always yielded.

    Args:
        stages: the group that the workers belong to.
        name: of their threads.
        work: called by one worker for each item.
        items: taken one more at a time than there are workers, so that none of them waits.
        workers: number of threads.

    Raises:
        Stopped: another stage has failed.
    """
    waiting: BoundedQueue[_Task[Item, Result]] = BoundedQueue(stages, workers + 1)

    def serve() -> None:
        for task in waiting:
            task.run(work, stages)
            del task  # or it would live on while the next one is waited for

    for _ in range(workers):
        stages.start(name, serve)
    running: deque[_Task[Item, Result]] = deque()
    for item in items:
        running.append(_Task(item))
        waiting.put(running[-1])
        if len(running) > workers:
            yield running.popleft().outcome(stages)
    waiting.close()
    while running:
        yield running.popleft().outcome(stages)
