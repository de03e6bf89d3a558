"""The fusions, against their formulas written with matrices."""

import pytest
import torch
from torch.nn.functional import batch_norm

from training.networks.dual_hrnet.fusion import CrossFusion, ExcitedFusion, JointFusion
from training.networks.dual_hrnet.streams import Pair


def project(block, x):
    conv, norm = block[0], block[1]
    mixed = torch.einsum("oi,nihw->nohw", conv.weight[:, :, 0, 0], x)
    return batch_norm(mixed, norm.running_mean, norm.running_var, norm.weight, norm.bias).clamp(min=0)


@pytest.mark.parametrize("gated", [True, False])
def test_excited_fusion(gated):
    torch.manual_seed(0)
    fusion = ExcitedFusion(32, gated).eval()
    pre, post = torch.randn(2, 2, 32, 5, 6)
    both = torch.cat([pre, post], 1)
    joint = project(fusion.project, both)
    if gated:
        first, second = fusion.gate.fc1, fusion.gate.fc2
        assert first.out_channels == 2  # a sixteenth
        hidden = joint.mean((2, 3)) @ first.weight[:, :, 0, 0].T + first.bias
        scale = torch.sigmoid(hidden.clamp(min=0) @ second.weight[:, :, 0, 0].T + second.bias)
        joint = joint * scale[:, :, None, None]
    residual = torch.einsum("oi,nihw->nohw", fusion.residual.weight[:, :, 0, 0], both)
    expected = joint + residual + fusion.residual.bias[:, None, None]
    assert torch.allclose(fusion(pre, post), expected, atol=1e-5)


def test_branches_are_joined_one_by_one():
    fusion = JointFusion((16, 32)).eval()
    maps = Pair(*([torch.randn(1, 16, 8, 8), torch.randn(1, 32, 4, 4)] for _ in range(2)))
    joint = fusion(maps)
    for branch in range(2):
        assert torch.equal(joint[branch], fusion.branches[branch](maps.pre[branch], maps.post[branch]))


def test_cross_fusion_gives_each_stream_its_own_projection():
    torch.manual_seed(0)
    fusion = CrossFusion((4, 8)).eval()
    maps = Pair(*([torch.randn(1, 4, 8, 8), torch.randn(1, 8, 4, 4)] for _ in range(2)))
    result = fusion(maps)
    for branch in range(2):
        both = torch.cat([maps.pre[branch], maps.post[branch]], 1)
        assert torch.allclose(result.pre[branch], project(fusion.pre[branch], both), atol=1e-5)
        assert torch.allclose(result.post[branch], project(fusion.post[branch], both), atol=1e-5)
