"""Scores come back from their file as they were."""

import numpy as np
import pytest

from tests.training.protocol.random_scores import random_score
from training.protocol.stored_scores import StoredScoresError, read_scores, write_scores


def test_scores_come_back(tmp_path):
    scores = [random_score(seed, disaster) for seed, disaster in enumerate(("fire", "flood", "fire"))]
    write_scores(tmp_path / "scores.jsonl", scores)
    back = read_scores(tmp_path / "scores.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["scores.jsonl"]
    for score, read in zip(scores, back, strict=True):
        assert (score.disaster, score.pixels) == (read.disaster, read.pixels)
        assert score.objects.localization == read.objects.localization
        np.testing.assert_array_equal(score.objects.matrix, read.objects.matrix)


@pytest.mark.parametrize("text", ["{", "[]", '{"disaster": "x"}', '{"localization": 1, "damage": 2, "buildings": 3}'])
def test_damaged_files_are_named(tmp_path, text):
    (tmp_path / "scores.jsonl").write_text(text)
    with pytest.raises(StoredScoresError, match=r"scores\.jsonl: no scores of pairs .* remove it to measure again"):
        read_scores(tmp_path / "scores.jsonl")


def test_a_measurement_that_fails_leaves_no_file(tmp_path):
    def failing():
        yield random_score(0)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_scores(tmp_path / "scores.jsonl", failing())
    assert list(tmp_path.iterdir()) == []
