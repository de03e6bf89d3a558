"""The decision rules of the published solutions, against what their programs gave."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training.published_decision import merge_fifth_place

DATA = Path(__file__).parents[1] / "data/parity"


@pytest.mark.parametrize("case", ["case0", "case1"])
def test_fifth_place_gives_the_published_maps(case):
    data = np.load(DATA / "merge_fifth_place.npz")
    scores = [torch.from_numpy(data[f"{case}.{name}"])[None] for name in ("loc_logits", "cls_logits")]
    building, damage = merge_fifth_place(*scores, data[f"{case}.out_loc"].shape)
    np.testing.assert_array_equal(building[0].numpy(), data[f"{case}.out_loc"])
    np.testing.assert_array_equal(damage[0].numpy(), data[f"{case}.out_damage"])
    assert building.dtype == damage.dtype == torch.uint8


def test_pictures_of_a_batch_do_not_mix():
    scores = torch.randn(2, 6, 4, 5, generator=torch.Generator().manual_seed(1))
    both = merge_fifth_place(scores[:, :2], scores[:, 2:], (16, 18))
    for index in range(2):
        one = merge_fifth_place(scores[index : index + 1, :2], scores[index : index + 1, 2:], (16, 18))
        assert all(torch.equal(a[index], b[0]) for a, b in zip(both, one, strict=True))


def test_other_channels_are_refused():
    with pytest.raises(ValueError, match=r"\(1, 5\) channels, \(2, 4\) are needed"):
        merge_fifth_place(torch.zeros(1, 1, 4, 4), torch.zeros(1, 5, 4, 4), (16, 16))
