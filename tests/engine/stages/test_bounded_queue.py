"""Queues hand items over in order, hold few of them, and their stages end with their group."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.stages.patience import ends, nothing
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.stages.bounded_queue import BoundedQueue
from xview2_qgis.engine.stages.group import StageGroup


def produce(queue, count, at=lambda number: None):
    for number in range(count):
        at(number)
        queue.put(number)
    queue.close()


def consume(queue, at=lambda number: None):
    items = []
    for number in queue:
        at(number)
        items.append(number)
    return items


def test_items_arrive_in_order_and_few_wait():
    largest = []

    def run():
        with StageGroup(nothing) as stages:
            queue = BoundedQueue(stages, 2)
            stages.start("producer", lambda: produce(queue, 100, lambda _: largest.append(len(queue._items))))
            return consume(queue)

    assert ends(run) == list(range(100))
    assert max(largest) <= 2


def test_consumers_share_the_items():
    def run():
        with StageGroup(nothing) as stages:
            queue = BoundedQueue(stages, 3)
            consumers = [stages.start("consumer", lambda: consume(queue)) for _ in range(3)]
            produce(queue, 60)
        return sorted(number for consumer in consumers for number in consumer.result)

    assert ends(run) == list(range(60))


def test_nothing_that_was_handed_over_is_kept_while_the_next_item_is_waited_for():
    class Large:
        def __init__(self, freed):
            self._freed = freed

        def __del__(self):
            self._freed.set()

    def discard(queue):
        for item in queue:
            del item

    def run():
        freed = threading.Event()
        with StageGroup(nothing) as stages:
            queue = BoundedQueue(stages, 1)
            stages.start("consumer", lambda: discard(queue))
            queue.put(Large(freed))
            assert freed.wait(5)
            queue.close()

    assert ends(run) is None


@settings(max_examples=60, deadline=None)
@given(
    capacity=st.integers(1, 3),
    items=st.integers(0, 12),
    failing=st.sampled_from(["producer", "filter", "consumer", "block", "cancel", "none"]),
    moment=st.integers(0, 11),
)
def test_whichever_stage_fails_whenever_its_error_is_raised_and_no_thread_is_left(capacity, items, failing, moment):
    error, cancellation = ZeroDivisionError(), Cancellation()

    def at(stage):
        def act(number):
            if number == moment and failing == "cancel" and stage == "filter":
                cancellation.request()
            if number == moment and stage == failing:
                raise error

        return act

    def passing(source, target):
        for number in source:
            at("filter")(number)
            target.put(number)
        target.close()

    def run():
        with StageGroup(cancellation.check) as stages:
            first, second = BoundedQueue(stages, capacity), BoundedQueue(stages, capacity)
            stages.start("producer", lambda: produce(first, items, at("producer")))
            stages.start("filter", lambda: passing(first, second))
            consumer = stages.start("consumer", lambda: consume(second, at("consumer")))
            if failing == "block":
                raise error
        return consumer.result

    outcome = ends(run)
    if failing == "block" or (failing in ("producer", "filter", "consumer") and moment < items):
        assert outcome is error
    elif failing == "cancel" and moment < items - 1:
        assert isinstance(outcome, Cancelled)
    elif failing != "cancel":
        assert outcome == list(range(items))


def test_a_full_queue_does_not_hold_a_group_that_ends():
    def run():
        with StageGroup(nothing) as stages:
            queue = BoundedQueue(stages, 1)
            stages.start("producer", lambda: produce(queue, 5))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        raise ends(run)
