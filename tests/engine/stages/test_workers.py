"""Workers give the results of all items in the order of the items, however long each of them takes."""

import threading
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.stages.patience import ends, nothing
from xview2_qgis.engine.stages.group import StageGroup
from xview2_qgis.engine.stages.workers import in_order


@settings(max_examples=40, deadline=None)
@given(pauses=st.lists(st.sampled_from([0.0, 0.001, 0.003]), max_size=12), workers=st.integers(1, 3))
def test_results_come_in_the_order_of_the_items(pauses, workers):
    def work(item):
        time.sleep(item[1])
        return item[0] ** 2

    def run():
        with StageGroup(nothing) as stages:
            return [(item[0], result) for item, result in in_order(stages, "worker", work, enumerate(pauses), workers)]

    assert ends(run) == [(number, number**2) for number in range(len(pauses))]


def test_all_work_at_the_same_time_and_no_more_items_are_taken_than_one_of_them_needs_next():
    together, taken, given_back = threading.Barrier(3, timeout=10), [], []

    def items():
        for number in range(30):
            taken.append(number)
            yield number

    def work(number):
        together.wait()
        return number

    def run():
        with StageGroup(nothing) as stages:
            for number, _ in in_order(stages, "worker", work, items(), 3):
                given_back.append(number)
                assert len(taken) - len(given_back) <= 3
        return len(given_back)

    assert ends(run) == 30


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 10), failing=st.integers(0, 9), workers=st.integers(1, 3))
def test_an_error_is_raised_after_the_results_of_all_items_before_it(count, failing, workers):
    error, results = ZeroDivisionError(), []

    def work(number):
        if number == failing:
            raise error
        time.sleep(0.001)

    def run():
        with StageGroup(nothing) as stages:
            results.extend(number for number, _ in in_order(stages, "worker", work, range(count), workers))

    assert ends(run) is (error if failing < count else None)
    assert results == list(range(min(count, failing)))
