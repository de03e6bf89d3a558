"""The way through a layer: where one is after each step, and what is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from qgis.core import QgsVectorLayer

from xview2_qgis.review.selection.order import Order
from xview2_qgis.review.selection.plan import Plan
from xview2_qgis.review.selection.review_filter import ReviewFilter
from xview2_qgis.review.session import ReviewSession


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def session(town_layer, clock):
    session = ReviewSession(town_layer, None, clock)
    yield session
    session.leave()


def numbers(session, count):
    found = []
    for _ in range(count):
        found.append(session.current.building_id)
        session.skip()
    return found


def test_it_begins_with_the_least_sure_and_a_class_leads_on(session):
    # margins 0.01, 0.02, 0.02, 0.1 …, see tests/engine/output/geopackage/review_town.py
    assert numbers(session, 4) == [3, 10, 9, 2]
    session.go_to(3)
    session.judge("destroyed")
    assert session.current.building_id == 10
    session.back()
    assert (session.current.building_id, session.current.review_class) == (3, "destroyed")
    assert (session.progress().done, session.progress().total) == (1, 12)


def test_accept_is_the_word_of_the_machine(session):
    session.accept()
    session.back()
    assert session.current.review_class == session.current.model_class == "major-damage"


def test_undo_goes_back_to_the_building(session):
    first = session.current
    session.judge("destroyed")
    session.annotate("second one")
    session.undo()
    session.undo()
    assert session.current == first
    refused = []
    session.refused.connect(refused.append)
    session.undo()
    assert "nothing to undo" in refused[0]


def test_counting_and_rate(session, clock):
    session.set_plan(Plan(Order.DOUBT, ReviewFilter(most_margin=0.3)))
    assert session.progress().total == 5
    for _ in range(4):
        clock.now += 4.0
        session.judge("minor-damage")
    assert session.progress().done == 4
    assert session.rate.per_minute() == pytest.approx(15)
    clock.now += 3600
    session.judge("minor-damage")
    assert session.rate.per_minute() is None
    assert session.confusion().total == 5
    assert session.confusion().agreed == 3


def test_plan_and_place_are_there_in_the_next_session(town_layer, town_file, project):
    session = ReviewSession(town_layer)
    plan = Plan(Order.PLACE, ReviewFilter("minor-damage", 0.5, 20.0, not_reviewed=False))
    session.set_plan(plan)
    session.skip()
    at = session.current.fid
    session.leave()
    # the project owns the layer, so that it does not outlive QGIS
    layer = project.addMapLayer(QgsVectorLayer(f"{town_file}|layername=damage", "again", "ogr"))
    again = ReviewSession(layer)
    assert (again.plan, again.current.fid) == (plan, at)
    again.leave()


def test_what_others_do_to_the_layer_is_seen(session, town_layer, wait_until):
    first = session.current.fid
    town_layer.startEditing()
    town_layer.changeAttributeValue(first, town_layer.fields().indexOf("review_class"), " Destroyed\n")
    wait_until(lambda: session.progress().done == 1)
    town_layer.deleteFeature(7)
    wait_until(lambda: session.progress().total == 11)
    town_layer.rollBack()
    wait_until(lambda: (session.progress().done, session.progress().total) == (0, 12))
    town_layer.setSubsetString("\"damage_class\" = 'destroyed'")
    wait_until(lambda: session.progress().total == 2)


def test_a_building_that_is_selected_in_qgis_is_the_next_one(session, town_layer):
    town_layer.selectByIds([8])
    assert session.current.building_id == 8
    town_layer.selectByIds([1, 2])
    assert session.current.building_id == 8


def test_a_sample_is_offered_in_the_order_of_its_draw(session, town_file):
    from xview2_qgis.protocol.totals.sample_table import COLUMNS

    assert session.sample == {}
    with closing(sqlite3.connect(town_file)) as database, database:
        database.execute(f"CREATE TABLE review_sample ({', '.join(f'{n} {t}' for n, t in COLUMNS.items())})")
        for position, number in enumerate((7, 2, 11)):
            facts = [number, position, "all", 12, 3, 0.25, *[0.25] * 8, 1, "2026-01-01T00:00:00Z"]
            marks = ", ".join("?" * len(facts))
            database.execute(f"INSERT INTO review_sample VALUES ({marks})", facts)
    session.look_for_sample()
    session.set_plan(Plan(Order.SAMPLE))
    assert session.progress().total == 3
    assert set(numbers(session, 3)) == {7, 2, 11}
    session.go_to(7)
    assert numbers(session, 3) == [7, 2, 11]
