"""The class given a building against the definition of a conditional probability."""

import subprocess
import sys

import numpy as np
import pytest

from xview2_qgis.engine.decision.class_given_building import building_beside_background, class_given_building


def outputs(channels, seed=0):
    values = np.random.default_rng(seed).random((2, channels, 5, 7), np.float32)
    return values / values.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("channels", [4, 5])
def test_classes_share_what_the_background_leaves(channels):
    given = outputs(channels)
    expected = given[:, -4:].astype(float) / given[:, -4:].astype(float).sum(axis=1, keepdims=True)
    found = class_given_building(given.copy())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def test_a_certain_background_leaves_equal_classes():
    given = np.zeros((1, 5, 2, 2), np.float32)
    given[:, 0] = 1
    np.testing.assert_array_equal(class_given_building(given), np.full((1, 4, 2, 2), 0.25))


def test_a_building_is_what_the_background_leaves():
    given = outputs(5)
    np.testing.assert_allclose(building_beside_background(given)[:, 0], given[:, 1:].sum(axis=1), atol=1e-6)


def test_the_formulas_need_numpy_only():
    """Training and export use them beside torch, where neither a runtime nor GDAL has to be loaded."""
    program = """
import sys
import xview2_qgis.engine.decision.registry, xview2_qgis.engine.decision.views
import xview2_qgis.engine.decision.class_given_building
print(*{"rasterio", "onnxruntime", "cv2", "shapely", "scipy", "skimage", "torch"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
