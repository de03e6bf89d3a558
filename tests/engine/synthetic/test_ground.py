"""The ground of the town: each thing has its colour where the layout puts it, and shadows darken as stated."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon

from xview2_qgis.engine.synthetic.canvas import rectangle
from xview2_qgis.engine.synthetic.ground import Season, Textures, darken, paint_cars, paint_ground
from xview2_qgis.engine.synthetic.layout import Area, Car, Road, TownLayout
from xview2_qgis.engine.synthetic.palette import CONCRETE, PALETTES, POOL

WIDTH, HEIGHT = 120, 90
PALETTE = PALETTES["temperate"]
PLAIN = Textures(*np.zeros((4, HEIGHT, WIDTH), np.float32))
NEUTRAL = Season(green=0.0, crown=1.0)
RING = rectangle(60, 45, 0.3, 25, 15)


def where(shape):
    """The pixels of which the centre lies in a shape."""
    return shapely.contains_xy(shape, *np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5))


def test_textures_have_the_size_moments_and_coarseness_stated_and_repeat_with_their_seed():
    one, again = (Textures.draw(np.random.default_rng(5), 700, 900) for _ in range(2))
    changes = []
    for name, tolerance in (("broad", 0.5), ("middle", 0.2), ("fine", 0.2), ("grain", 0.02)):
        noise = getattr(one, name)
        assert noise.shape == (700, 900)
        assert noise.mean() == pytest.approx(0, abs=tolerance)
        assert noise.std() == pytest.approx(1, abs=tolerance)
        changes.append(np.abs(np.diff(noise)).mean())
        np.testing.assert_array_equal(noise, getattr(again, name))
    assert changes == sorted(changes)


@pytest.mark.parametrize(
    ("kind", "colour", "opacity"),
    [("pool", POOL, 1.0), ("yard", CONCRETE, 0.9), ("pond", PALETTE.water, 0.97), ("parking", PALETTE.asphalt, 0.95)],
)
def test_an_area_has_its_colour_inside_and_leaves_the_rest_alone(kind, colour, opacity):
    empty = paint_ground(TownLayout(), PALETTE, PLAIN, NEUTRAL)
    drawn = paint_ground(TownLayout(areas=[Area(RING, kind, 0.0)]), PALETTE, PLAIN, NEUTRAL)
    inside, outside = where(Polygon(RING).buffer(-2)), ~where(Polygon(RING).buffer(2))
    assert empty.shape == (HEIGHT, WIDTH, 3)
    np.testing.assert_array_equal(drawn[outside], empty[outside])
    expected = opacity * np.array(colour) + (1 - opacity) * empty[inside]
    np.testing.assert_allclose(drawn[inside], expected, atol=0.04 * max(colour))


@pytest.mark.parametrize("kind", ["lawn", "field", "drive"])
def test_plants_are_greener_than_drives(kind):
    drawn = paint_ground(TownLayout(areas=[Area(RING, kind, 0.2)]), PALETTE, PLAIN, NEUTRAL)
    red, green, blue = drawn[where(Polygon(RING).buffer(-2))].mean(axis=0)
    assert (green - (red + blue) / 2 > 10) == (kind != "drive")
    outside = ~where(Polygon(RING).buffer(2))
    np.testing.assert_array_equal(drawn[outside], paint_ground(TownLayout(), PALETTE, PLAIN, NEUTRAL)[outside])


def test_a_pool_lies_on_its_lawn_whichever_was_planned_first():
    pool, lawn = Area(rectangle(60, 45, 0.3, 8, 5), "pool", 0.0), Area(RING, "lawn", 0.0)
    for areas in ([pool, lawn], [lawn, pool]):
        assert paint_ground(TownLayout(areas=areas), PALETTE, PLAIN, NEUTRAL)[45, 60] == pytest.approx(POOL)


@pytest.mark.parametrize("width", [14.0, 24.0])
def test_a_road_is_asphalt_as_wide_as_planned_and_only_a_wide_one_has_marks(width):
    points = np.stack([np.linspace(-10, 130, 15), np.linspace(30, 60, 15)], axis=1)
    drawn = paint_ground(TownLayout(roads=[Road(points, width)]), PALETTE, PLAIN, NEUTRAL)
    empty = paint_ground(TownLayout(), PALETTE, PLAIN, NEUTRAL)
    line = LineString(points)
    surface, verge = where(line.buffer(width / 2 - 1.5)), where(line.buffer(width / 2 + 5))
    asphalt = np.abs(drawn - PALETTE.asphalt).max(axis=2) < 1
    assert np.mean(asphalt[surface]) > (0.5 if width > 20 else 0.999)
    assert (drawn[surface & ~asphalt].mean(axis=1) > np.mean(PALETTE.asphalt)).all()
    assert asphalt[surface].all() == (width < 20)
    np.testing.assert_array_equal(drawn[~verge], empty[~verge])


def test_a_fresh_season_is_greener_than_a_dry_one():
    def greenness(green):
        red, green, blue = paint_ground(TownLayout(), PALETTE, PLAIN, Season(green, 1.0)).mean(axis=(0, 1))
        return green - (red + blue) / 2

    assert greenness(-0.6) + 5 < greenness(0.0) < greenness(0.8) - 5


def test_a_shadow_darkens_by_its_strength_and_blue_least():
    canvas, mask = np.full((HEIGHT, WIDTH, 3), 200, np.float32), np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:, 60:] = 255
    darken(canvas, mask, 0.6)
    assert canvas[40, 20] == pytest.approx(200)
    np.testing.assert_allclose(canvas[40, 100], 200 * (1 - 0.6 * np.array([1.0, 0.96, 0.88])), rtol=1e-4)
    assert canvas[40, 100, 0] < canvas[40, 60, 0] < canvas[40, 59, 0] < 200  # a soft edge


def test_a_car_has_its_colour_and_its_shadow_falls_where_told():
    cars = [Car(60.0, 45.0, 0.0, (140, 44, 40), False), Car(-50.0, 45.0, 1.0, (60, 62, 66), False)]
    canvas = np.full((HEIGHT, WIDTH, 3), 200, np.float32)
    paint_cars(canvas, cars, (0.0, -6.0))
    np.testing.assert_allclose(canvas[45, 57], (140, 44, 40), atol=1)
    assert (canvas[39:42, 60] < 140).all()
    assert (canvas[49:52, 60] > 190).all()
    changed = np.argwhere((np.abs(canvas - 200) > 30).any(axis=2))
    # its length lies along its direction
    assert np.ptp(changed[:, 1]) == pytest.approx(8.6, abs=3)
    assert np.ptp(changed[:, 0]) == pytest.approx(3.8 + 6, abs=3)
