"""The command that scores the whole product: on a drawn pair whose place is not known, and with wrong options."""

import json

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from benchmarks.accuracy import main
from benchmarks.product import PairFigures
from training.data.synthesis import synthesize
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
