import cv2
import numpy as np
import shapely
from affine import Affine
from rasterio.crs import CRS

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import one_of_each
from xview2_qgis.engine.geo.grid import Grid
from xview2_qgis.engine.output.building_batch import batches
from xview2_qgis.engine.report.map.backdrop import Backdrop, plain_ground
from xview2_qgis.engine.report.map.picture import LARGEST_BYTES, draw_map, is_png
from xview2_qgis.protocol.schema import CLASS_COLOURS, Damage


def drawn(crs, size=(300, 1200), gsd=0.1):
    buildings = [
        (building.vote.damage, batch.outlines[index : index + 1])
        for batch in batches(one_of_each(), crs)
        for index, building in enumerate(batch.buildings)
    ]
    transform = Affine(gsd, 0, ORIGIN[0], 0, -gsd, ORIGIN[1])
    noise = np.random.default_rng(0).integers(0, 255, (3, *size)).astype(np.uint8)
    picture = draw_map(Backdrop(noise, transform, UTM), buildings, crs)
    return picture, cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_each_building_has_its_colour_at_its_place():
    for crs in (UTM, CRS.from_epsg(4326)):
        _, pixels = drawn(crs)
        for damage in Damage:
            middle = pixels[70:130, 70 + 200 * damage : 130 + 200 * damage].reshape(-1, 3).mean(axis=0)
            colour = np.array([int(CLASS_COLOURS[damage][at : at + 2], 16) for at in (1, 3, 5)])
            # three fifths of the colour, two fifths of the pale image
            assert np.abs(middle - (0.6 * colour + 0.4 * 145)).max() < 12


def test_a_picture_can_be_mailed():
    picture, _ = drawn(UTM, size=(1000, 1400))
    assert len(picture) <= LARGEST_BYTES


def test_of_two_buildings_at_one_place_the_worse_one_is_seen():
    (house,) = (building.geometry for building in one_of_each() if building.vote.damage is Damage.MINOR)
    noise = np.zeros((3, 300, 1200), np.uint8)
    backdrop = Backdrop(noise, Affine(0.1, 0, ORIGIN[0], 0, -0.1, ORIGIN[1]), UTM)
    pictures = [
        draw_map(backdrop, [(damage, [house]) for damage in order], UTM)
        for order in ([Damage.DESTROYED], [Damage.MINOR, Damage.DESTROYED], [Damage.DESTROYED, Damage.MINOR])
    ]
    middles = [cv2.imdecode(np.frombuffer(p, np.uint8), cv2.IMREAD_COLOR)[100, 500].tolist() for p in pictures]
    assert middles[0] == middles[1] == middles[2]


def test_a_building_of_less_than_a_pixel_is_a_dot():
    (house,) = (building.geometry for building in one_of_each() if building.vote.damage is Damage.DESTROYED)
    ground = plain_ground(Grid(UTM, Affine(20, 0, ORIGIN[0] - 1000, 0, -20, ORIGIN[1] + 1000), 100, 100, 20.0))
    picture = draw_map(ground, [(Damage.DESTROYED, [house])], UTM)
    assert is_png(picture)
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    red = (pixels[..., 0] - pixels[..., 1]) > 100
    assert 5 <= red.sum() <= 30
    rows, columns = np.nonzero(red)
    # the building lies 85 to 95 m east and 5 to 15 m south of the origin, which is pixel (50, 50)
    assert abs(columns.mean() - 54) < 1
    assert abs(rows.mean() - 50) < 1


def test_buildings_far_away_and_without_a_place_are_left_out():
    ground = plain_ground(Grid(UTM, Affine(1, 0, ORIGIN[0], 0, -1, ORIGIN[1]), 50, 50, 1.0))
    far = shapely.box(-1e9, 0, -1e9 + 10, 10)
    assert draw_map(ground, [(Damage.MAJOR, [far])], UTM) == draw_map(ground, [], UTM)
