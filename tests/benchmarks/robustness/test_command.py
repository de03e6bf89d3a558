"""The whole measurement on a drawn pair: rows are printed, figures written, and what was measured is not done again."""

import json
import warnings

import geopandas
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning

from benchmarks.robustness.__main__ import main
from benchmarks.robustness.geometry import direction
from benchmarks.robustness.placed_image import PlacedImage
from benchmarks.robustness.trial import error_m
from training.data.synthesis import synthesize
from xview2_qgis.engine.scene.pair_images import Shift


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("robustness")
    synthesize(folder / "xbd", 1, 256, seed=3)
    geo = folder / "geo"
    geo.mkdir()
    [pre] = (folder / "xbd" / "images").glob("*_pre_disaster.*")
    name = pre.name.partition("_pre_disaster")[0]
    for date in ("pre", "post"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(str(pre).replace("_pre_", f"_{date}_")) as source:
                values = source.read()
        transform = Affine(0.5, 0, 600_000, 0, -0.5, 3_340_000)
        PlacedImage(values, transform, CRS.from_epsg(32616)).write(geo / f"{name}_{date}.tif")
    truth = {"tile": [name], "subtype": ["destroyed"]}
    geopandas.GeoDataFrame(truth, geometry=[shapely.box(0, 0, 1e-4, 1e-4)], crs="EPSG:4326").to_file(geo / "truth.gpkg")
    return folder


def run(monkeypatch, folder, *arguments):
    monkeypatch.setattr("sys.argv", ["robustness", str(folder / "xbd"), str(folder / "geo"), *map(str, arguments)])
    return main()


def test_rows_figures_and_going_on(folders, tmp_path, monkeypatch, capsys):
    options = ("--part", "places", "--keep", tmp_path / "kept", "--json", tmp_path / "figures.json")
    assert run(monkeypatch, folders, *options) == 0
    first = capsys.readouterr()
    rows = json.loads((tmp_path / "figures.json").read_text())["rows"]
    assert [row["distortion"] for row in rows] == [
        "as it is", *(f"moved by {metres} m" for metres in (2, 5, 10, 20, 30)), "bent by up to 5 m",
    ]  # fmt: skip
    assert rows[0]["changed_share"] == 0.0
    assert rows[0]["error_largest_m"] in (0.0, None)
    assert len(first.out.splitlines()) == 2 + 7
    assert len(first.err.splitlines()) == 7

    next((tmp_path / "kept").glob("*/moved-by-30-m.json")).unlink()
    assert run(monkeypatch, folders, *options) == 0
    second = capsys.readouterr()
    assert second.out == first.out
    assert len(second.err.splitlines()) == 1


def test_the_error_of_an_estimate():
    east, north = direction(4)
    right = Shift(1.0 - 20.0 * east, 2.0 - 20.0 * north, 9, 9)
    unmoved = Shift(1.0, 2.0, 9, 9)
    assert error_m(right, unmoved, 20.0, 4) == pytest.approx(0.0, abs=1e-9)
    assert error_m(Shift(right.dx_m + 3.0, right.dy_m - 4.0, 9, 9), unmoved, 20.0, 4) == pytest.approx(5.0)
    assert error_m(Shift(windows_compared=9), unmoved, 20.0, 4) is None
