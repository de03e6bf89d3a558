"""Trees: crowns of their size and colour, shadows away from the sun, and what an event leaves of them."""

import math

import numpy as np
import pytest

from xview2_qgis.engine.synthetic.canvas import Sun
from xview2_qgis.engine.synthetic.layout import Tree
from xview2_qgis.engine.synthetic.palette import PALETTES
from xview2_qgis.engine.synthetic.trees import Crowns, Foliage, TreeState, paint_trees

PALETTE = PALETTES["temperate"]
SUN = Sun(180, 45)  # in the south: shadows fall up in the image
SIDE, GROUND = 120, 150.0
X, Y = np.meshgrid(np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5)


@pytest.fixture(scope="module")
def crowns():
    return Crowns.draw(np.random.default_rng(1), SUN)


def painted(crowns, *states, trees=None, brightness=1.0, tints=None):
    canvas = np.full((SIDE, SIDE, 3), GROUND, np.float32)
    trees = trees or [Tree(60.0, 60.0, 10.0, 0) for _ in states]
    tints = np.ones(len(trees)) if tints is None else tints
    paint_trees(canvas, trees, list(states), Foliage(PALETTE, crowns, tints, brightness), SUN)
    return canvas


def around(x, y, radius):
    return np.hypot(X - x, Y - y) < radius


def test_there_are_six_crowns_of_every_radius_each_about_as_large_as_it_says():
    crowns = Crowns.draw(np.random.default_rng(1), SUN)
    assert sorted(crowns.stamps) == list(range(2, 16))
    for radius, stamps in crowns.stamps.items():
        assert len(stamps) == 6
        for alpha, shade in stamps:
            assert alpha.shape == shade.shape == (2 * radius + 6, 2 * radius + 6)
            assert 0 <= alpha.min() <= alpha.max() <= 1
            assert not alpha[[0, 0, -1, -1], [0, -1, 0, -1]].any()
        assert np.mean([alpha.sum() for alpha, _ in stamps]) == pytest.approx(math.pi * radius**2, rel=0.3)
    again = Crowns.draw(np.random.default_rng(1), SUN)
    for one, two in zip(crowns.stamps[9], again.stamps[9], strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("azimuth", [0, 90, 180, 270])
def test_the_side_of_a_crown_towards_the_sun_is_the_bright_one(azimuth):
    sun = Sun(azimuth, 45)
    differences = []
    for alpha, shade in Crowns.draw(np.random.default_rng(2), sun).stamps[12]:
        axis = np.arange(alpha.shape[0]) - (alpha.shape[0] - 1) / 2
        towards = axis[None, :] * sun.direction[0] + axis[:, None] * sun.direction[1] > 0
        differences.append(shade[(alpha > 0.9) & towards].mean() - shade[(alpha > 0.9) & ~towards].mean())
    assert min(differences) > 0.05


def test_a_tree_has_the_colour_of_its_species_tint_and_season_and_darkens_the_ground_behind_it(crowns):
    for species, colour in enumerate(PALETTE.trees):
        trees, middle = [Tree(60.0, 60.0, 10.0, species)], around(60, 60, 4)
        canvas = painted(crowns, TreeState(), trees=trees)
        crown = canvas[middle].mean(axis=0)
        np.testing.assert_allclose(crown / crown.sum(), np.array(colour) / np.sum(colour), atol=0.01)
        assert crown.mean() == pytest.approx(np.mean(colour), rel=0.2)
        other = painted(crowns, TreeState(), trees=trees, tints=[1.1], brightness=0.8)
        np.testing.assert_allclose(other[middle], 1.1 * 0.8 * canvas[middle], rtol=1e-3)
    assert canvas[around(60, 44, 3)].mean() < 0.7 * GROUND
    assert canvas[around(60, 76, 3)].mean() == pytest.approx(GROUND)
    # a crown of radius 10 whose middle is 14 above the ground, under a sun at 45 degrees
    far = np.hypot(X - 60, Y - 60) > 10 * 1.4 + 14
    assert canvas[far] == pytest.approx(GROUND)


def test_bare_trees_are_paler_and_throw_less_shadow_and_burnt_ones_are_dark(crowns):
    whole, bare, burnt = (
        painted(crowns, state) for state in (TreeState(), TreeState(leaves=0.1), TreeState(leaves=0.4, burnt=0.95))
    )
    redness = [np.subtract(*image[around(60, 60, 6)].mean(axis=0)[:2]) for image in (whole, bare, burnt)]
    assert redness[0] < 0 < min(redness[1:])  # leaves, and wood
    crowns_seen = [image[around(60, 60, 6)].mean() for image in (whole, bare, burnt)]
    assert crowns_seen[1] > 1.2 * max(crowns_seen[0], crowns_seen[2])
    assert whole[around(60, 44, 3)].mean() < burnt[around(60, 44, 3)].mean() < bare[around(60, 44, 3)].mean() < GROUND


@pytest.mark.parametrize("angle", [0.0, 1.2, 3.0, -2.0])
def test_a_fallen_tree_lies_in_its_direction_and_throws_no_shadow(crowns, angle):
    canvas = painted(crowns, TreeState(leaves=0.6, fallen=angle))
    changed = np.abs(canvas - GROUND).max(axis=2) > 3
    assert changed.sum() > 50
    along = (X - 60) * math.cos(angle) + (Y - 60) * math.sin(angle)
    across = (Y - 60) * math.cos(angle) - (X - 60) * math.sin(angle)
    assert abs(across[changed].mean()) < 2.5
    assert along[changed].mean() == pytest.approx(10 * 1.9 * 0.8, abs=6)  # its crown, not its foot
    assert canvas[around(60 - 8 * math.cos(angle), 60 - 8 * math.sin(angle), 3)] == pytest.approx(GROUND)


def test_trees_at_the_border_are_cut_and_those_outside_change_nothing(crowns):
    outside = [Tree(-60.0, 60.0, 10.0, 0), Tree(60.0, 300.0, 30.0, 1), Tree(60.0, -90.0, 1.0, 1)]
    assert painted(crowns, *[TreeState()] * 3, trees=outside) == pytest.approx(GROUND)
    canvas = painted(crowns, TreeState(), trees=[Tree(0.0, 119.0, 10.0, 0)])
    assert canvas[118, 1].mean() < 100
    np.testing.assert_array_equal(canvas, painted(crowns, TreeState(), trees=[Tree(0.0, 119.0, 10.0, 0)]))
