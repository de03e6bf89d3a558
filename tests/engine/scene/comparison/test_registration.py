from dataclasses import replace

import cv2
import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.engine.drawn_rasters import working_grid
from tests.engine.probability_scene import silent_run
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.engine.scene.alignment import AlignedPair
from xview2_qgis.engine.scene.comparison.registration import estimate_shift, shift_notice, worth_correcting
from xview2_qgis.engine.scene.pair_images import PairImages, Shift

GSD = 0.5


def town(seed, size=900):
    """Grey image (size, size) drawn four times as fine: roofs of any direction on a rough ground."""
    rng = np.random.default_rng(seed)
    image = cv2.resize(rng.normal(90, 25, (size // 6, size // 6)).astype(np.float32), (size * 4, size * 4))
    for _ in range(size // 4):
        box = cv2.boxPoints((tuple(rng.random(2) * size * 4), tuple(rng.uniform(30, 110, 2)), rng.random() * 180))
        cv2.fillConvexPoly(image, box.astype(np.int32), float(rng.uniform(20, 235)))
    return image


def write(path, fine, moved_px=(0.0, 0.0), change=None):
    """Write an image of half its drawn extent, shown ``moved_px`` pixels too far right and down."""
    size = fine.shape[0] // 4
    matrix = np.float32([[1, 0, 4 * moved_px[0]], [0, 1, 4 * moved_px[1]]])
    moved = cv2.warpAffine(fine, matrix, fine.shape[::-1], borderMode=cv2.BORDER_REFLECT)
    grey = cv2.resize(moved, (size, size), interpolation=cv2.INTER_AREA)
    if change is not None:
        grey = change(grey)
    with rasterio.open(path, "w", driver="GTiff", width=size, height=size, count=3, dtype="uint8", crs="EPSG:32616",
                       transform=Affine(GSD, 0, 620_000, 0, -GSD, 3_340_000), photometric="RGB") as file:  # fmt: skip
        file.write(np.clip(grey, 1, 255).astype(np.uint8)[None].repeat(3, axis=0))
    return open_source(str(path))


def measured(pre, post, **options):
    with AlignedPair(PairImages.of(pre, post), working_grid(pre, post, GSD)) as pair:
        return estimate_shift(pair, **options)


def another_day(grey):
    """Darker, with less contrast, noise, and a third of the scene changed."""
    rng = np.random.default_rng(9)
    grey = 30 + 0.5 * grey + rng.normal(0, 6, grey.shape)
    grey[:, : grey.shape[1] // 3] = rng.normal(80, 20, (grey.shape[0], grey.shape[1] // 3))
    return grey


@pytest.mark.parametrize("moved", [(0.0, 0.0), (0.5, 0.0), (3.3, -1.7), (-12.4, 7.75), (48.0, -36.0)])
def test_known_shifts(tmp_path, moved):
    fine = town(1)
    pre, post = write(tmp_path / "a.tif", fine), write(tmp_path / "b.tif", fine, moved, another_day)
    shift = measured(pre, post)
    # content too far right and down has to move left and up
    expected = (-moved[0] * GSD, moved[1] * GSD)
    assert (shift.dx_m, shift.dy_m) == pytest.approx(expected, abs=0.2 * GSD)
    assert shift.windows_used >= 3


def test_after_the_shift_nothing_is_left(tmp_path):
    fine = town(2)
    pre, post = write(tmp_path / "a.tif", fine), write(tmp_path / "b.tif", fine, (5.5, -4.25))
    grid = working_grid(pre, post, GSD)
    images = PairImages.of(pre, post)
    differences = []
    for shift in (Shift(), measured(pre, post)):
        with AlignedPair(replace(images, shift=shift), grid) as pair:
            tile = pair.read(grid.window)
        inner = (slice(None), slice(40, -40), slice(40, -40))
        differences.append(np.abs(tile.pre.astype(int) - tile.post)[inner].mean())
    assert differences[1] < 0.2 * differences[0]


@pytest.mark.parametrize("seed", range(6))
def test_unrelated_images_are_left_alone(tmp_path, seed):
    pre, post = write(tmp_path / "a.tif", town(10 + seed)), write(tmp_path / "b.tif", town(40 + seed))
    shift = measured(pre, post)
    assert (shift.dx_m, shift.dy_m, shift.windows_used) == (0.0, 0.0, 0)
    assert shift_notice(shift, "b.tif").code == "shift-unknown"


def test_beyond_the_longest_shift_is_not_believed(tmp_path):
    fine = town(3)
    pre, post = write(tmp_path / "a.tif", fine), write(tmp_path / "b.tif", fine, (30.0, 0.0))
    assert measured(pre, post, largest_m=8.0).dx_m == 0.0
    assert measured(pre, post, largest_m=20.0).dx_m == pytest.approx(-15.0, abs=0.1)


def test_featureless_or_tiny(tmp_path):
    flat = np.full((3600, 3600), 90, np.float32)
    pre = write(tmp_path / "a.tif", flat)
    assert measured(pre, pre) == Shift()
    tiny = write(tmp_path / "b.tif", town(4, 24))
    assert measured(tiny, tiny) == Shift()


def test_can_be_cancelled(tmp_path):
    pre = write(tmp_path / "a.tif", town(5))
    context = silent_run()
    context.cancellation.request()
    with pytest.raises(Cancelled):
        measured(pre, pre, context=context)


@pytest.mark.parametrize(("shift", "corrected"), [((0.0, 0.0), False), ((0.35, -0.3), False), ((-0.4, 0.35), True)])
def test_shifts_below_half_a_metre_are_left_alone(shift, corrected):
    assert worth_correcting(Shift(*shift, 9)) is corrected


def test_what_is_corrected_is_told():
    notice = shift_notice(Shift(-12.0, 16.0, 7, 9), "b.tif")
    assert notice.code == "shift-corrected"
    assert notice.message == (
        "b.tif lies 20.0 m beside the pre-event image, and was moved by -12.0 m east and +16.0 m north to fit it"
    )


@pytest.mark.parametrize("shift", [Shift(), Shift(0.0, 0.0, 5, 9), Shift(4.0, -3.0, 9, 9), Shift(windows_compared=2)])
def test_nothing_is_said_of_usual_shifts_and_of_scenes_without_content(shift):
    assert shift_notice(shift, "b.tif") is None
