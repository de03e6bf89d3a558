"""Scores become probabilities: in closed form, and so that the rule of the fifth place gives its published maps."""

import numpy as np
import pytest
import torch

from tests.checkout import PARITY
from training.networks.scores import Scores, probabilities
from xview2_qgis.engine.decision.fifth_place import fifth_place


@pytest.mark.parametrize("case", ["case0", "case1"])
def test_fifth_place_maps(case):
    """Raw scores at a quarter of the size are enlarged first; the other order moves edges."""
    data = np.load(PARITY / "merge_fifth_place.npz")
    building, damage = (torch.from_numpy(data[f"{case}.{name}"])[None] for name in ("loc_logits", "cls_logits"))
    found = probabilities(Scores(building, damage), data[f"{case}.out_loc"].shape)
    decided = fifth_place(found.building[0, 0].numpy(), found.damage[0].numpy())
    np.testing.assert_array_equal(decided.building, data[f"{case}.out_loc"])
    np.testing.assert_array_equal(decided.damage * decided.building, data[f"{case}.out_damage"])


def test_one_logit_and_five_classes():
    logit = torch.tensor([[[[0.0, np.log(3)]]]])
    classes = torch.log(torch.tensor([0.5, 0.2, 0.1, 0.1, 0.1])).view(1, 5, 1, 1).expand(1, 5, 1, 2)
    found = probabilities(Scores(logit.half(), classes), (1, 2))
    assert found.building.dtype == torch.float32
    torch.testing.assert_close(found.building, torch.tensor([[[[0.5, 0.75]]]]), atol=1e-3, rtol=0)
    torch.testing.assert_close(found.damage[0, :, 0, 1], torch.tensor([0.5, 0.2, 0.1, 0.1, 0.1]))


def test_what_a_network_does_not_say_stays_away():
    assert probabilities(Scores(torch.zeros(1, 1, 4, 4), None), (8, 8)).damage is None
    assert probabilities(Scores(None, torch.zeros(1, 4, 4, 4)), (8, 8)).building is None
