"""Channels hand items over in order and never leave anybody waiting."""

import threading

import pytest

from xview2_qgis.engine.stages.bounded_queue import Aborted, Channel

PATIENCE_S = 20  # far more than needed; only a deadlock reaches it


def in_thread(function):
    """Run a function in a thread and return a function that waits for its outcome."""
    outcome = []

    def run():
        try:
            outcome.append(function())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def wait():
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "deadlock"
        return outcome[0]

    return wait


def nothing():
    """No reason to stop."""


def test_items_arrive_in_order_and_few_wait():
    channel = Channel(2, nothing)
    largest = []

    def produce():
        for number in range(100):
            channel.put(number)
            largest.append(len(channel._items))
        channel.close()

    wait = in_thread(produce)
    assert list(channel) == list(range(100))
    assert wait() is None
    assert max(largest) <= 2


def test_abort_wakes_the_producer_and_the_consumer():
    full, empty = Channel(1, nothing), Channel(1, nothing)
    full.put(0)
    waits = [in_thread(lambda: full.put(1)), in_thread(lambda: list(empty))]
    full.abort()
    empty.abort()
    assert all(isinstance(wait(), Aborted) for wait in waits)
    with pytest.raises(Aborted):
        full.put(2)


def test_the_check_reaches_whoever_waits():
    stop = threading.Event()

    def check():
        if stop.is_set():
            raise KeyboardInterrupt

    full = Channel(1, check)
    full.put(0)
    waits = [in_thread(lambda: full.put(1)), in_thread(lambda: list(Channel(1, check)))]
    stop.set()
    assert all(isinstance(wait(), KeyboardInterrupt) for wait in waits)
