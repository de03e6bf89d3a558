"""Files of the challenge: scored folders equal the official scorer, and every fault names its file."""

import json

import cv2
import numpy as np
import pytest

from tests.checkout import DATA
from training.evaluation.challenge_files import (
    ChallengeFileError,
    ChallengePair,
    list_targets,
    read_mask,
    read_names,
    score_files,
    write_mask,
    write_names,
    write_pair,
)

CASES = json.loads((DATA / "scorer.json").read_text())


@pytest.mark.parametrize("case", sorted(CASES))
def test_folders_score_like_the_official_scorer(case, tmp_path):
    arrays = np.load(DATA / "scorer.npz")
    predictions, targets = tmp_path / "predictions", tmp_path / "targets"
    predictions.mkdir()
    targets.mkdir()
    for image in range(CASES[case]["images"]):
        key, pair = f"{case}.image{image}.", ChallengePair.numbered(image)
        write_pair(predictions, pair, "prediction", arrays[key + "loc_prediction"], arrays[key + "damage_prediction"])
        write_pair(targets, pair, "target", arrays[key + "loc_target"], arrays[key + "damage_target"])
    figures = score_files(predictions, targets).as_dict()
    for name, value in CASES[case]["expected"].items():
        assert figures[name] == pytest.approx(value, abs=1e-12), name


@pytest.fixture
def folders(tmp_path):
    mask = np.zeros((8, 8), np.uint8)
    mask[2:5, 2:5] = 1
    for role in ("prediction", "target"):
        folder = tmp_path / role
        folder.mkdir()
        write_pair(folder, ChallengePair("00007", "hold"), role, mask, mask)
    return tmp_path / "prediction", tmp_path / "target"


FAULTS = {
    "missing": (None, "missing"),
    "not an image": (b"text", "unreadable"),
    "three bands": (np.zeros((8, 8, 3), np.uint8), "3 bands"),
    "16 bits": (np.zeros((8, 8), np.uint16), "16 bits"),
    "a class too many": (np.full((8, 8), 5, np.uint8), "value 5"),
    "un-classified left in": (np.full((8, 8), 255, np.uint8), "value 255"),
    "another size": (np.zeros((8, 9), np.uint8), "8 × 9 pixels"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["localization", "damage"])
@pytest.mark.parametrize("role", ["prediction", "target"])
def test_fault_names_the_file(folders, fault, kind, role):
    if role == "target" and kind == "localization" and fault in ("missing", "another size"):
        pytest.skip("this file is what the others are compared with")
    content, words = FAULTS[fault]
    victim = folders[role == "target"] / f"hold_{kind}_00007_{role}.png"
    victim.unlink()
    if isinstance(content, bytes):
        victim.write_bytes(content)
    elif content is not None:
        cv2.imwrite(str(victim), content)
    with pytest.raises(ChallengeFileError, match=words) as caught:
        score_files(*folders)
    assert str(caught.value).startswith(f"{victim}: ")
    assert "\n" not in str(caught.value)


def test_truncated_file_is_named(folders):
    victim = folders[0] / "hold_damage_00007_prediction.png"
    victim.write_bytes(victim.read_bytes()[:-20])
    with pytest.raises(ChallengeFileError, match="unreadable"):
        score_files(*folders)


def test_perfect_prediction(folders):
    assert score_files(*folders).localization.f1 == 1.0


def test_ids_hold_no_underscore(tmp_path):
    (tmp_path / "test_localization_town_1_target.png").touch()
    with pytest.raises(ChallengeFileError, match="without underscores"):
        list_targets(tmp_path)
    assert len(ChallengePair.numbered(12).file("damage", "prediction").split("_")) == 4


def test_names_come_back(tmp_path):
    assert read_names(tmp_path) == {}
    names = {"00000": "town-wind_00000000", "00001": "town-fire_00000001"}
    write_names(tmp_path, names)
    assert read_names(tmp_path) == names
    (tmp_path / "names.csv").write_text("a,b\n")
    with pytest.raises(ChallengeFileError, match=r"names\.csv"):
        read_names(tmp_path)


def test_ids_that_mean_different_pairs_are_refused(folders):
    write_names(folders[0], {"00007": "town-wind_00000000"})
    assert score_files(*folders).localization.f1 == 1.0
    write_names(folders[1], {"00007": "town-fire_00000001"})
    with pytest.raises(ChallengeFileError, match="00007 is town-wind_00000000, for the targets town-fire_00000001"):
        score_files(*folders)


def test_mask_comes_back(tmp_path):
    mask = np.arange(30, dtype=np.uint8).reshape(5, 6) % 5
    write_mask(tmp_path / "mask.png", mask)
    assert (read_mask(tmp_path / "mask.png") == mask).all()
    with pytest.raises(ChallengeFileError, match="cannot be written"):
        write_mask(tmp_path / "nowhere" / "mask.png", mask)
