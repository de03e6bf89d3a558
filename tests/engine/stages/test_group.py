"""The stages of a group end together, and the first error is the one that is raised."""

import threading
import time

import pytest

from tests.engine.stages.patience import ends, nothing
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.stages.group import StageGroup, Stopped


def never():
    return False


def test_what_a_stage_returns_is_there_after_the_block():
    def run():
        with StageGroup(nothing) as stages:
            slow = stages.start("slow", lambda: time.sleep(0.05) or "slow")
            quick = stages.start("quick", lambda: "quick")
        return slow.result, quick.result

    assert ends(run) == ("slow", "quick")


@pytest.mark.parametrize("failing", ["block", "stage"])
def test_an_error_wakes_all_that_wait_and_is_raised(failing):
    error, ended = ZeroDivisionError("nothing to divide by"), []

    def fail():
        time.sleep(0.02)
        raise error

    def wait(stages):
        try:
            stages.wait_until(never)
        except Stopped:
            ended.append(time.monotonic())
            raise

    def run():
        with StageGroup(nothing) as stages:
            stages.start("waiting", lambda: wait(stages))
            if failing == "stage":
                stages.start("failing", fail)
                wait(stages)
            fail()

    begun = time.monotonic()
    assert ends(run) is error
    assert len(ended) == 1 + (failing == "stage")
    assert max(ended) - begun < 5


def test_what_follows_the_first_error_is_not_raised():
    first, second = ValueError("first"), ValueError("second")
    failed = threading.Event()

    def fail_first():
        raise first

    def fail_later(stages):
        try:
            stages.wait_until(never)
        finally:
            failed.set()
            raise second

    def run():
        with StageGroup(nothing) as stages:
            stages.start("later", lambda: fail_later(stages))
            stages.start("first", fail_first)
            failed.wait()

    assert ends(run) is first


def test_cancelling_reaches_all_that_wait_and_all_that_ask():
    cancellation, heard = Cancellation(), []

    def wait(stages):
        try:
            stages.wait_until(never)
        except (Cancelled, Stopped) as error:
            heard.append(error)
            raise

    def run():
        with StageGroup(cancellation.check) as stages:
            stages.start("one", lambda: wait(stages))
            stages.start("two", lambda: wait(stages))
            cancellation.request()
            with pytest.raises((Cancelled, Stopped)):
                stages.check()

    assert isinstance(ends(run), Cancelled)
    assert len(heard) == 2


def test_a_condition_that_held_still_holds_when_the_change_is_made():
    stock, seen = [], []

    def fill(stages):
        for _ in range(200):
            with stages.changing():
                stages.wait_until(lambda: len(stock) < 3)
                stock.append(None)
                seen.append(len(stock))

    def run():
        with StageGroup(nothing) as stages:
            stages.start("one", lambda: fill(stages))
            stages.start("two", lambda: fill(stages))
            for _ in range(400):
                with stages.changing():
                    stages.wait_until(lambda: bool(stock))
                    stock.pop()

    assert ends(run) is None
    assert max(seen) <= 3


def test_an_error_of_an_outer_group_ends_an_inner_one():
    error = ZeroDivisionError()

    def fail(begun):
        begun.wait()
        raise error

    def run():
        begun = threading.Event()
        with StageGroup(nothing) as outer:
            outer.start("failing", lambda: fail(begun))
            with StageGroup(nothing) as inner:
                inner.start("asking", lambda: begun.set() or outer.wait_until(never))
                inner.wait_until(never)

    assert ends(run) is error
