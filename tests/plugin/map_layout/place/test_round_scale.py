from __future__ import annotations

import random

import pytest
from qgis.core import QgsPointXY, QgsRectangle

from xview2_qgis.map_layout.page.page_plan import page_plan
from xview2_qgis.map_layout.place.round_scale import ROUND_SCALES, round_scale, settled, shown_at


def test_scales_are_round_and_close_together():
    assert {500, 1000, 2500, 5000, 25_000, 250_000} <= set(ROUND_SCALES)
    assert list(ROUND_SCALES) == sorted(set(ROUND_SCALES))
    steps = [ROUND_SCALES[number + 1] / scale for number, scale in enumerate(ROUND_SCALES[:-1])]
    assert max(steps) < 1.51


def test_all_has_room_and_the_next_larger_scale_would_have_none():
    frame, chance = page_plan("A4", True).map, random.Random(5)
    for _ in range(200):
        wide, tall = 10 ** chance.uniform(1, 5), 10 ** chance.uniform(1, 5)
        extent = QgsRectangle(0, 0, wide, tall)
        scale = round_scale(extent, frame)
        shown = shown_at(extent.center(), scale, frame)
        assert shown.contains(extent)
        if scale > ROUND_SCALES[0]:
            larger = ROUND_SCALES[ROUND_SCALES.index(scale) - 1]
            closer = shown_at(extent.center(), larger, frame)
            closer.scale(1 / 1.05)
            assert not closer.contains(extent)


def test_a_frame_shows_what_its_scale_says():
    frame = page_plan("A3", False).map
    shown = shown_at(QgsPointXY(500000, 4000000), 5000, frame)
    assert shown.width() == pytest.approx(5 * frame.width)
    assert shown.height() == pytest.approx(5 * frame.height)
    assert shown.center() == QgsPointXY(500000, 4000000)


def test_a_map_shows_its_subject_and_what_is_around_it():
    frame, chance = page_plan("A4", True).map, random.Random(6)
    for _ in range(200):
        around = QgsRectangle(0, 0, 10 ** chance.uniform(2, 4), 10 ** chance.uniform(2, 4))
        corner = chance.uniform(0, 0.9), chance.uniform(0, 0.9)
        subject = QgsRectangle(
            corner[0] * around.width(), corner[1] * around.height(),
            chance.uniform(corner[0], 1) * around.width(), chance.uniform(corner[1], 1) * around.height(),
        )  # fmt: skip
        scale = round_scale(subject, frame)
        shown = shown_at(settled(subject, around, scale, frame), scale, frame)
        grown = QgsRectangle(shown)
        grown.grow(1e-6)
        assert grown.contains(subject)
        if shown.width() <= around.width() and shown.height() <= around.height():
            around.grow(1e-6)
            assert around.contains(shown)
