"""A submission: files as the official scorer wants them, with the score that the evaluation gives."""

import json
import shutil

import cv2
import numpy as np
import pytest
import rasterio

from tests.training.oracle import Oracle
from training.data.folder.dataset_error import DatasetError
from training.data.folder.image_file import read_image
from training.data.xbd import list_pairs
from training.evaluation.challenge_files import read_mask, score_files
from training.evaluation.pair_scores import evaluate
from training.evaluation.prediction import Predictor
from training.evaluation.submission import predict_folder, write_targets


def shifted(building, damage):
    return np.roll(building, 3, 1), np.roll(damage, 2, 0)


def test_files_score_like_the_evaluation(towns, tmp_path):
    network = Oracle(towns, shifted)
    names = predict_folder(Predictor(network), towns, tmp_path / "predictions")
    assert write_targets(towns, tmp_path / "targets") == names
    assert names == {f"0000{n}": f.name for n, f in enumerate(list_pairs(towns))}
    assert sorted(p.name for p in (tmp_path / "predictions").iterdir()) == [
        "names.csv",
        "test_damage_00000_prediction.png",
        "test_damage_00001_prediction.png",
        "test_localization_00000_prediction.png",
        "test_localization_00001_prediction.png",
    ]
    expected = evaluate(Predictor(network), towns).row("all").pixels
    assert score_files(tmp_path / "predictions", tmp_path / "targets").as_dict() == expected.as_dict()


def test_unclassified_buildings_are_passed_over(towns, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(towns, folder)
    label = list_pairs(folder)[0].label("post")
    content = json.loads(label.read_text())
    for feature in content["features"]["xy"][::2]:
        feature["properties"]["subtype"] = "un-classified"
    label.write_text(json.dumps(content))
    network = Oracle(folder, shifted)
    predict_folder(Predictor(network), folder, tmp_path / "p")
    write_targets(folder, tmp_path / "t")
    expected = evaluate(Predictor(network), folder).row("all").pixels
    assert score_files(tmp_path / "p", tmp_path / "t").as_dict() == expected.as_dict()
    whole = evaluate(Predictor(network), towns).row("all").pixels
    assert sum(c.actual for c in expected.damage) < sum(c.actual for c in whole.damage)
    assert expected.localization.actual == whole.localization.actual


def test_masks_are_what_the_network_says(towns, tmp_path):
    predict_folder(Predictor(Oracle(towns)), towns, tmp_path / "p")
    write_targets(towns, tmp_path / "t")
    for kind in ("localization", "damage"):
        written, target = (
            read_mask(tmp_path / folder / f"test_{kind}_00000_{role}.png")
            for folder, role in (("p", "prediction"), ("t", "target"))
        )
        assert (written == target).all()
        assert written.shape == (256, 256)


def test_localization_network_writes_localization_files_only(towns, tmp_path):
    predict_folder(Predictor(Oracle(towns, says="localization")), towns, tmp_path / "p")
    assert [p.name for p in sorted((tmp_path / "p").glob("*.png"))] == [
        "test_localization_00000_prediction.png", "test_localization_00001_prediction.png",
    ]  # fmt: skip


def test_labels_are_not_needed(towns, tmp_path):
    folder = tmp_path / "images only"
    shutil.copytree(towns / "images", folder / "images")
    assert len(predict_folder(Predictor(Oracle(towns)), folder, tmp_path / "p")) == 2


def test_georeferenced_images(towns, tmp_path):
    """Folders of TIFF files are predicted as they are trained on; here names need no number."""
    folder = tmp_path / "tiff"
    (folder / "images").mkdir(parents=True)
    for number, files in enumerate(list_pairs(towns)):
        for date in ("pre", "post"):
            image = read_image(files.image(date)).transpose(2, 0, 1)
            path = folder / "images" / f"place-{'ab'[number]}_{date}_disaster.tif"
            profile = {"driver": "GTiff", "height": 256, "width": 256, "count": 3, "dtype": "uint8"}
            with rasterio.open(
                path, "w", crs="EPSG:32616", transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6), **profile
            ) as d:
                d.write(image)
    names = predict_folder(Predictor(Oracle(towns)), folder, tmp_path / "a")
    assert list(names.values()) == ["place-a", "place-b"]
    predict_folder(Predictor(Oracle(towns)), towns, tmp_path / "b")
    for path in (tmp_path / "a").glob("*.png"):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_faults_are_named(towns, tmp_path):
    with pytest.raises(DatasetError, match="pre_disaster"):
        predict_folder(Predictor(Oracle(towns)), tmp_path, tmp_path / "p")
    folder = tmp_path / "copy"
    shutil.copytree(towns, folder)
    victim = list_pairs(folder)[1].image("post")
    cv2.imwrite(str(victim), np.zeros((9, 9, 3), np.uint8))
    with pytest.raises(DatasetError, match=victim.name):
        predict_folder(Predictor(Oracle(towns)), folder, tmp_path / "p")
    victim.unlink()
    with pytest.raises(DatasetError, match=f"{victim.name}: missing"):
        predict_folder(Predictor(Oracle(towns)), folder, tmp_path / "p")
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match="cannot be written"):
        write_targets(towns, tmp_path / "file" / "t")
