"""Scores reach a loss in full precision."""

import pytest
import torch

from training.losses.inputs import expected, full_precision
from training.networks.scores import Scores


def test_autocast_is_off_inside_and_on_again_after():
    half = torch.ones(1, 1, 2, 2, dtype=torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with full_precision(Scores(half, None)) as full:
            assert full.building.dtype == torch.float32
            assert full.damage is None
            assert (full.building[0, 0] @ full.building[0, 0]).dtype == torch.float32
        assert (half[0, 0].float() @ half[0, 0].float()).dtype == torch.bfloat16


def test_channels():
    scores = torch.zeros(1, 2, 4, 4)
    assert expected(scores, 2, "building") is scores
    with pytest.raises(ValueError, match="needs building scores of 1 channels, the network gives 2"):
        expected(scores, 1, "building")
