"""Palettes: colours that an image can hold, plants that look like plants, climates that differ as stated."""

from dataclasses import fields

import numpy as np
import pytest

from xview2_qgis.engine.synthetic import palette as town_palette
from xview2_qgis.engine.synthetic.ground import Season, Textures, paint_ground
from xview2_qgis.engine.synthetic.layout import TownLayout, lay_out_town
from xview2_qgis.engine.synthetic.palette import PALETTES, Palette

SINGLE = ("grass", "soil", "asphalt", "water")
SEVERAL = ("trees", "roofs", "flat_roofs", "fields")
SHARED = [name for name in vars(town_palette) if name.isupper() and name != "PALETTES" and not name.startswith("_")]


def greenness(colours):
    red, green, blue = np.moveaxis(np.asarray(colours, float), -1, 0)
    return green - (red + blue) / 2


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_every_colour_fits_into_a_byte_and_every_share_into_one(palette):
    groups = [[getattr(palette, name)] for name in SINGLE] + [getattr(palette, name) for name in SEVERAL]
    for colours in groups:
        assert np.shape(colours) == (len(colours), 3)
        assert len(colours) > 0
        assert 0 <= np.min(colours) <= np.max(colours) <= 255
    for name in ("pool_share", "greenness", "flat_share"):
        assert 0 <= getattr(palette, name) <= 1
    assert palette.tree_cover > 0
    named = {*SINGLE, *SEVERAL, "tree_cover", "pool_share", "greenness", "flat_share"}
    assert {field.name for field in fields(Palette)} == named


def test_shared_colours_fit_into_a_byte():
    assert {"POOL", "CAR_COLOURS", "RUBBLE_COLOURS"} < set(SHARED)
    for name in SHARED:
        colours = np.atleast_2d(getattr(town_palette, name))
        assert colours.shape[1] == 3
        assert 0 <= colours.min() <= colours.max() <= 255


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_plants_are_greener_than_what_people_build_and_crowns_darker_than_meadows(palette):
    built = max(greenness([*palette.roofs, *palette.flat_roofs, palette.asphalt, palette.soil]))
    assert greenness(palette.grass) > built
    assert greenness(palette.trees).min() > built
    assert np.mean(palette.trees, axis=1).max() < np.mean(palette.grass)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_open_ground_is_as_green_as_the_climate_says(palette):
    even = Textures(*np.zeros((4, 1, 1), np.float32))
    (ground,) = paint_ground(TownLayout(), palette, even, Season(green=0.0, crown=1.0))[0]
    grass, soil = np.array(palette.grass), np.array(palette.soil)
    share = (ground - soil) @ (grass - soil) / np.sum((grass - soil) ** 2)
    assert share == pytest.approx(palette.greenness, abs=0.1)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_roofs_have_the_colours_of_the_climate(palette):
    layout = lay_out_town(np.random.default_rng(4), 500, 400, 0.9, palette)
    for house in layout.houses:
        allowed = np.array(palette.roofs + palette.flat_roofs, float)
        # every roof is lighter or darker, and a little off, than the colour it was given
        ratio = np.array(house.colour) @ allowed.T / (allowed**2).sum(axis=1)
        off = np.abs(np.array(house.colour) - ratio[:, None] * allowed).max(axis=1)
        assert off.min() < 15
