"""The command that scores the whole product: on a drawn pair whose place is not known, and with wrong options."""

import json

import cv2
import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio.features
import shapely

from benchmarks.accuracy import main
from benchmarks.product import PairFigures
from tests.engine.tiny_bundle import write_tiny_bundle
from training.data.synthesis import synthesize
from training.data.xbd import list_pairs, read_pair
from training.evaluation.object_scoring import ObjectScore
from training.evaluation.score_table import PairScore
from xview2_qgis.engine.scoring.challenge import Score


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("accuracy")
    synthesize(folder / "xbd", 1, 256, seed=3)
    geo = folder / "geo"
    geo.mkdir()
    truth = {"tile": ["another"], "subtype": ["no-damage"]}
    square = shapely.box(0, 0, 1e-4, 1e-4)
    geopandas.GeoDataFrame(truth, geometry=[square], crs="EPSG:4326").to_file(geo / "truth.gpkg", layer="truth")
    return folder / "xbd", geo


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["accuracy", *map(str, arguments)])
    return main()


def test_a_pair_without_place_has_scores_and_no_distances(folders, tmp_path, monkeypatch, capsys):
    diagram = tmp_path / "new" / "diagram.svg"
    assert run(monkeypatch, *folders, "--json", "--diagram", diagram) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pairs"], found["matched"], found["calibration"]) == (1, 0, None)
    assert found["localization_f1"] > 0.3
    assert diagram.read_text().startswith("<svg")


def test_a_post_event_image_alone_finds_the_outlines_that_are_given(tmp_path, monkeypatch, capsys):
    """A drawn pair that is placed, by a network that knows nothing: whatever lies in its outlines is found."""
    synthesize(tmp_path / "xbd", 1, 256, seed=3)
    pair = list_pairs(tmp_path / "xbd")[0]
    model = write_tiny_bundle(tmp_path / "tiny", tile_size=128, overlap=32, changes={"missing_pre": "post"})
    transform = rasterio.transform.from_origin(600_000, 3_350_000, 0.5, 0.5)
    geo = tmp_path / "geo"
    geo.mkdir()
    for date in ("pre", "post"):
        image = cv2.cvtColor(cv2.imread(str(pair.image(date))), cv2.COLOR_BGR2RGB).transpose(2, 0, 1)
        profile = {"driver": "GTiff", "crs": "EPSG:32616", "transform": transform, "count": 3, "dtype": "uint8"}
        with rasterio.open(geo / f"{pair.name}_{date}.tif", "w", height=256, width=256, **profile) as target:
            target.write(image)
    building = (read_pair(pair).building == 1).astype(np.uint8)
    outlines = [shapely.geometry.shape(s) for s, v in rasterio.features.shapes(building, transform=transform) if v]
    truth = {"tile": [pair.name] * len(outlines), "subtype": ["no-damage"] * len(outlines)}
    geopandas.GeoDataFrame(truth, geometry=outlines, crs="EPSG:32616").to_file(geo / "truth.gpkg", layer="truth")
    assert run(monkeypatch, tmp_path / "xbd", geo, "--json", "--post-only", "--footprints", "--model", model) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["matched"] == len(outlines) > 3
    assert found["boundary_distance_mean_m"] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fold", "0"], "--fold needs --folds"),
        (["--folds", "5", "--fold", "-1"], "--fold lies between 0 and 4"),
        (["--folds", "5", "--fold", "5"], "--fold lies between 0 and 4"),
        (["--folds", "5"], "give --model once for each part"),
        (["--model", "a", "--model", "b"], "several models need --folds"),
        (["--disaster", "hurricane-micheal"], "no pair of hurricane-micheal"),
    ],
)
def test_wrong_options_score_nothing(options, message, folders, monkeypatch, capsys):
    with pytest.raises(SystemExit) as end:
        run(monkeypatch, *folders, *options)
    assert message in capsys.readouterr().err + str(end.value)


def test_answers_are_the_class_given_and_its_own_probability():
    """A class weight may give another class than the likeliest; the layer then holds the probability of that class."""
    matches = pd.DataFrame(
        [
            [1.0, 0.0, 0.0, 2, 2, 0.4, 0.5, 0.4, 0.1, 0.0],
            [1.0, 0.0, 0.0, 1, 2, 0.4, 0.5, 0.4, 0.1, 0.0],
            [1.0, 0.0, 0.0, 255, 1, 0.9, 0.9, 0.1, 0.0, 0.0],
        ],
        columns=["distance", "east", "north", "label", "damage", "confidence",
                 "p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed"],
    )  # fmt: skip
    figures = PairFigures(PairScore("drawn", Score(), ObjectScore()), matches)
    confidence, right = figures.answers
    np.testing.assert_allclose(confidence, [0.4, 0.4])
    assert right.tolist() == [True, False]
    assert figures.samples.labels.tolist() == [1, 0]
