import cv2
import numpy as np
from affine import Affine
from rasterio.crs import CRS

from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import one_of_each
from xview2_qgis.engine.output.building_batch import batches
from xview2_qgis.engine.output.report.map_picture import LARGEST_BYTES, Backdrop, draw_map
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


def test_the_scale_bar_is_dark_on_a_pale_plate_and_as_long_as_it_says():
    _, pixels = drawn(UTM, size=(300, 1200))
    plate = pixels[-60:, 14:236].mean(axis=2)
    # 20 m at a tenth of a metre: the longest of 1, 2 and 5 that fits into a quarter of 120 m
    longest = max(int((row < 90).sum()) for row in plate)
    assert abs(longest - 200) < 12
    assert np.median(pixels[-50:-12, 14:200]) > 200


def test_a_picture_can_be_mailed():
    picture, _ = drawn(UTM, size=(1000, 1400))
    assert len(picture) <= LARGEST_BYTES


def test_of_two_buildings_at_one_place_the_later_one_is_seen():
    (house,) = (building.geometry for building in one_of_each() if building.vote.damage is Damage.MINOR)
    noise = np.zeros((3, 300, 1200), np.uint8)
    backdrop = Backdrop(noise, Affine(0.1, 0, ORIGIN[0], 0, -0.1, ORIGIN[1]), UTM)
    pictures = [
        draw_map(backdrop, [(damage, [house]) for damage in order], UTM)
        for order in ([Damage.DESTROYED], [Damage.MINOR, Damage.DESTROYED], [Damage.DESTROYED, Damage.MINOR])
    ]
    middles = [cv2.imdecode(np.frombuffer(p, np.uint8), cv2.IMREAD_COLOR)[100, 500].tolist() for p in pictures]
    assert middles[0] == middles[1] != middles[2]
