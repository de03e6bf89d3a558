import subprocess
import sys

import numpy as np
import pytest
from skimage.segmentation import watershed as published

from xview2_qgis.engine.buildings.watershed import watershed


@pytest.mark.parametrize("levels", [3, 1000])  # with few levels, the order of arrival decides nearly everywhere
@pytest.mark.parametrize("seed", range(5))
def test_it_floods_as_the_published_function_does(seed, levels):
    rng = np.random.default_rng(seed)
    image = (rng.integers(0, levels, (40, 57)) / levels).astype(np.float32)
    inside = np.zeros(image.shape, bool)
    inside[1:-1, 1:-1] = rng.random((38, 55)) > 0.2
    markers = np.zeros(image.shape, np.int32)
    rows, cols = np.nonzero(inside)
    for number, place in enumerate(rng.choice(len(rows), 6, replace=False), 1):
        markers[rows[place], cols[place]] = number
    given = markers.copy()
    assert (watershed(image, markers, inside) == published(image, markers, mask=inside, connectivity=1)).all()
    assert (markers == given).all()


def test_without_the_compiled_function_the_published_one_is_called(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage.segmentation._watershed_cy", None)
    image = np.array([[9, 9, 9, 9, 9], [9, 1, 3, 2, 9], [9, 9, 9, 9, 9]], np.float32)
    markers = np.array([[0, 0, 0, 0, 0], [0, 1, 0, 2, 0], [0, 0, 0, 0, 0]], np.int32)
    assert watershed(image, markers, image < 9).tolist() == [[0] * 5, [0, 1, 1, 2, 0], [0] * 5]


def test_buildings_are_separated_without_scipy():
    code = """
import sys
import numpy as np
import xview2_qgis.engine.buildings.extraction
from xview2_qgis.engine.buildings.instances import separate
mask = np.zeros((20, 44), bool)
mask[:, :20] = mask[:, 24:] = mask[8:12] = True
assert separate(mask, np.full(mask.shape, 230, np.uint8), 24)[1] == 2
sys.exit("scipy.ndimage" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
