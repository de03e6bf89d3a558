"""What an event does: the mix asked for, worst where it was severest, and ruins that look like their hazard."""

import numpy as np
import pytest

from xview2_qgis.engine.synthetic.canvas import Sun
from xview2_qgis.engine.synthetic.damage import Event, damage_roof, rubble, strike, surroundings
from xview2_qgis.engine.synthetic.layout import House, Part, TownLayout
from xview2_qgis.engine.synthetic.palette import ASH, MUD, PALETTES, RUBBLE_COLOURS
from xview2_qgis.engine.synthetic.roofs import house_patch, roof_colours
from xview2_qgis.protocol.schema import Damage

WIDTH, HEIGHT = 320, 240
HAZARDS = ("wind", "fire", "flood")
GRASS = (94, 110, 72)
DAMAGES = tuple(Damage)[1:]
PALETTE = PALETTES["temperate"]
HOUSE = House(160.0, 120.0, 0.3, (Part(0, 0, 20, 12),), "gable", (150.0, 92.0, 70.0), 6.0, 0.4, 1)


def town(count=200):
    rng = np.random.default_rng(9)
    places = rng.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    return TownLayout(houses=[House(x, y, 0.0, HOUSE.parts, "hip", HOUSE.colour, 6.0, 0.4, 1) for x, y in places])


def hit(layout, hazard, mix, seed=2):
    return strike(np.random.default_rng(seed), layout, HEIGHT, WIDTH, hazard, mix)


def damaged(damage, hazard, seed=0):
    place = house_patch(HOUSE, (HEIGHT, WIDTH, 3), 6.0)
    colours = roof_colours(HOUSE, place, Sun(150, 50))
    return place, colours, damage_roof(np.random.default_rng(seed), place, colours, damage, hazard)


@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("mix", [(0.4, 0.3, 0.2, 0.1), (5, 1, 1, 3), (0.1, 0.1, 0.1, 0.7)])
def test_the_houses_are_damaged_in_the_mix_and_worst_where_the_event_was_severest(hazard, mix):
    layout = town()
    event = hit(layout, hazard, mix)
    counts = [event.damages.count(damage) for damage in DAMAGES]
    np.testing.assert_allclose(counts, 200 * np.array(mix) / sum(mix), atol=1)
    assert (event.hazard, event.severity.shape, event.severity.dtype) == (hazard, (HEIGHT, WIDTH), np.float32)
    at = np.array([event.severity[int(house.y), int(house.x)] for house in layout.houses])
    means = [at[np.equal(event.damages, damage)].mean() for damage in DAMAGES]
    assert means == sorted(means)
    again = hit(layout, hazard, mix)
    np.testing.assert_array_equal(again.severity, event.severity)
    assert again.damages == event.damages
    assert hit(layout, hazard, mix, seed=3).damages != event.damages


def test_an_event_over_open_land_damages_nothing():
    event = hit(TownLayout(), "wind", (1, 1, 1, 1))
    assert (event.damages, event.severity.shape) == ((), (HEIGHT, WIDTH))


def test_rubble_is_a_mixture_of_its_colours_in_small_pieces():
    pieces = rubble(np.random.default_rng(1), 150, 200)
    assert pieces.shape == (150, 200, 3)
    np.testing.assert_allclose(pieces.mean(axis=(0, 1)), np.mean(RUBBLE_COLOURS, axis=0), atol=8)
    assert pieces.std() > 20
    assert abs(np.corrcoef(pieces[:, :-12, 0].ravel(), pieces[:, 12:, 0].ravel())[0, 1]) < 0.1
    np.testing.assert_array_equal(pieces, rubble(np.random.default_rng(1), 150, 200))


def scene(hazard, damage, severity):
    canvas = np.full((HEIGHT, WIDTH, 3), GRASS, np.float32)
    event = Event(hazard, np.asarray(severity, np.float32), (damage,))
    density = surroundings(np.random.default_rng(1), canvas, TownLayout(houses=[HOUSE]), event, PALETTE)
    return canvas, density


@pytest.mark.parametrize("hazard", HAZARDS)
def test_debris_lies_around_damaged_houses_and_the_more_the_worse_they_are(hazard):
    rows, cols = np.ogrid[:HEIGHT, :WIDTH]
    far = np.hypot(cols - HOUSE.x, rows - HOUSE.y) > HOUSE.radius + 90
    amounts = []
    for damage in DAMAGES:
        canvas, density = scene(hazard, damage, np.full((HEIGHT, WIDTH), -2.0))
        assert density.shape == (HEIGHT, WIDTH)
        littered = np.abs(canvas - GRASS).max(axis=2) > 1
        assert not (littered | (density > 0.01))[far].any()
        amounts.append((density.sum(), littered.sum()))
    for none, minor, major, destroyed in zip(*amounts, strict=True):
        assert none == 0 < minor < major < destroyed


def test_severe_flood_leaves_muddy_water_severe_fire_dark_ground_and_neither_elsewhere():
    half = np.where(np.arange(WIDTH) < 160, -2.0, 1.0) * np.ones((HEIGHT, 1))
    for hazard in ("fire", "flood"):
        canvas, _ = scene(hazard, Damage.NO_DAMAGE, half)
        np.testing.assert_allclose(canvas[:, :140], np.broadcast_to(GRASS, (HEIGHT, 140, 3)), atol=1)
        there = canvas[:, 180:].mean(axis=(0, 1))
        if hazard == "flood":
            np.testing.assert_allclose(there, np.add(MUD, PALETTE.water) / 2, atol=6)
        else:
            assert there[1] < GRASS[1] - 3
            assert there[0] - there[1] > GRASS[0] - GRASS[1] + 5  # it is less green


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_roof_looks_the_worse_and_stands_the_lower_the_more_it_is_damaged(hazard):
    changes, standing = [], []
    for damage in DAMAGES:
        share = []
        for seed in range(8):
            place, colours, roof = damaged(damage, hazard, seed)
            assert roof.colours.shape == colours.shape
            assert 0 <= roof.alpha.min() <= roof.alpha.max() <= 1
            assert np.isfinite(roof.colours).all()
            changed = np.abs(roof.colours - colours).max(axis=2) > 12
            share.append(changed[place.inside > 0].mean())
            if damage < Damage.MAJOR:
                np.testing.assert_array_equal(roof.alpha, place.cover)
        changes.append(np.mean(share))
        standing.append(roof.standing)
    assert changes[0] == 0
    assert 0.05 < changes[1] < 0.45 < changes[2] < 0.85 < changes[3]
    assert standing[0] == standing[1] == 1 > standing[2] > 0.5 > standing[3] > 0
    np.testing.assert_array_equal(damaged(Damage.MAJOR, hazard)[2].colours, damaged(Damage.MAJOR, hazard)[2].colours)


def test_what_is_left_of_a_house_has_the_colour_of_its_hazard():
    means = {}
    for hazard in HAZARDS:
        ruins = [damaged(Damage.DESTROYED, hazard, seed) for seed in range(8)]
        means[hazard] = np.mean([roof.colours[place.inside > 4].mean(axis=0) for place, _, roof in ruins], axis=0)
    warmth = {hazard: mean[0] - mean[2] for hazard, mean in means.items()}
    assert warmth["fire"] < warmth["flood"]  # ash is grey, mud is brown
    assert np.linalg.norm(means["flood"] - MUD) < np.linalg.norm(means["fire"] - MUD)
    assert np.linalg.norm(means["fire"] - ASH) < np.linalg.norm(means["flood"] - ASH)
