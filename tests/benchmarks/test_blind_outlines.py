"""The sheets show outlines where they lie, and the tally knows whose they were."""

import numpy as np
import pandas as pd
import pytest
import shapely

from benchmarks.blind_outlines import draw, tally


def test_outlines_lie_on_what_they_outline():
    image = np.zeros((60, 80, 3), np.uint8)
    image[20:30, 40:60] = 100
    roof, beside = shapely.box(40, 20, 60, 30), shapely.box(45, 23, 65, 33)
    picture = draw(image, {"yellow": roof, "magenta": beside}).astype(int)
    red, green, blue = (picture[..., channel] for channel in range(3))
    yellow, magenta = (red > 150) & (blue < 80), (red > 150) & (green < 80)
    grey = (red > 50) & (abs(red - green) < 10) & (abs(red - blue) < 10)
    zoom = 380 / (25 * 1.3)
    for mask, (width, height) in ((yellow, (20, 10)), (magenta, (20, 10)), (grey, (20, 10))):
        rows, columns = np.nonzero(mask)
        assert np.ptp(columns) == pytest.approx(width * zoom, abs=6)
        assert np.ptp(rows) == pytest.approx(height * zoom, abs=6)
    middle = [np.nonzero(mask.any(axis=0))[0][[0, -1]].mean() for mask in (yellow, grey, magenta)]
    assert middle[0] == pytest.approx(middle[1], abs=1.5)
    assert middle[2] - middle[0] == pytest.approx(5 * zoom, abs=2)


def test_tally():
    key = pd.DataFrame({"number": [0, 1, 2, 3], "found": ["yellow", "magenta", "yellow", "magenta"]})
    verdicts = pd.DataFrame({"number": [3, 2, 1, 0], "better": ["magenta", "neither", "yellow", "yellow"]})
    assert tally(key, verdicts) == {"found": 2, "label": 1, "neither": 1}
    for wrong in (verdicts[:3], verdicts.assign(better="green")):
        with pytest.raises(ValueError, match="one for each number"):
            tally(key, wrong)
