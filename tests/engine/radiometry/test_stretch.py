import numpy as np

from xview2_qgis.engine.radiometry.stretch import Stretch


def test_one_stretch_for_the_whole_image():
    stretch = Stretch((100.0,) * 3, (1100.0,) * 3, identity=False)
    values = np.array([50, 100, 600, 1100, 60_000], np.uint16).reshape(1, 1, 5).repeat(3, axis=0)
    assert stretch.apply(values)[0, 0].tolist() == [0, 0, 128, 255, 255]
