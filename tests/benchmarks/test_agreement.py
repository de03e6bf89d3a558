"""What two models have in common against the labels, on squares whose places are known."""

import geopandas
import numpy as np
import pytest
import shapely

from benchmarks.agreement import Agreement, compare, main


def layer(*corners, side=20.0):
    squares = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return geopandas.GeoDataFrame(geometry=squares, crs="EPSG:32616")


def test_offsets_in_metres():
    x, y = 620_000.0, 3_340_000.0
    labels = layer((x, y), (x + 100, y), (x + 200, y)).to_crs(4326)
    first = layer((x + 203, y + 2), (x + 3, y + 2), (x + 500, y))  # the second building is missing
    second = layer((x + 3, y), (x + 100, y), (x + 203, y))
    found = compare(first, second.to_crs(3857), labels)
    np.testing.assert_allclose(found.first, [[3, 2], [3, 2]], atol=1e-3)
    np.testing.assert_allclose(found.second, [[3, 0], [3, 0]], atol=1e-3)
    assert found.common_rms == pytest.approx(3, abs=1e-3)


def test_common_part_of_random_deviations():
    random = np.random.default_rng(1)
    label, own, other = (random.normal(0, sigma, (20_000, 2)) for sigma in (0.8, 0.5, 0.3))
    found = Agreement(label + own, label + other)
    assert found.common_rms == pytest.approx(0.8 * np.sqrt(2), rel=0.02)
    rows = {
        row[:28].strip(): row[28:].split() for row in found.text().splitlines() if row.startswith(("first", "second"))
    }
    # of a normal distribution in two dimensions
    assert float(rows["first to second model"][2]) == pytest.approx(np.hypot(0.5, 0.3) * np.sqrt(2), rel=0.03)
    assert float(rows["first model to label"][0]) == pytest.approx(np.hypot(0.8, 0.5) * np.sqrt(np.pi / 2), rel=0.03)


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--model", "a"], "twice"), (["--model", "a", "--model", "b", "--fold", "5"], "between 0 and 4")],
)
def test_wrong_options(options, message, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["agreement", str(tmp_path), str(tmp_path), *options])
    with pytest.raises(SystemExit):
        main()
    assert message in capsys.readouterr().err
