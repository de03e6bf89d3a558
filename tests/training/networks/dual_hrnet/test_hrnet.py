"""One HRNet stream: timm's features from timm's weights, of any size, all weights or none."""

import re

import pytest
import timm
import torch
from torch import nn

from training.networks.dual_hrnet.hrnet import HRNetLayout, make_hrnet, resized
from training.networks.weight_transfer import WeightTransferError

PLAN = HRNetLayout(18)


@pytest.fixture(scope="module")
def whole():
    """Timm's network with its head and with statistics unlike those of a fresh one."""
    torch.manual_seed(0)
    network = timm.create_model("hrnet_w18")
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.8, 1.2)
    return network.eval()


@pytest.fixture(scope="module")
def file(whole, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "hrnet_w18.pth"
    torch.save(whole.state_dict(), path)
    return path


@pytest.fixture(scope="module")
def stream(file):
    return make_hrnet(PLAN, str(file)).eval()


@torch.inference_mode()
def test_features_are_those_of_timm(whole, stream):
    image = torch.randn(1, 3, 64, 96)
    x = whole.act1(whole.bn1(whole.conv1(image)))
    x = whole.act2(whole.bn2(whole.conv2(x)))
    maps = stream(image)
    assert [tuple(m.shape[1:]) for m in maps] == [(18 << i, 16 >> i, 24 >> i) for i in range(4)]
    for result, expected in zip(maps, whole.stages(x), strict=True):
        assert torch.allclose(result, expected, rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_sizes_are_rounded_up(stream):
    assert [tuple(m.shape[-2:]) for m in stream(torch.randn(1, 3, 70, 99))] == [(18, 25), (9, 13), (5, 7), (3, 4)]


@torch.inference_mode()
def test_the_forms_differ(file, stream):
    image = torch.randn(1, 3, 64, 64)
    for other in (HRNetLayout(18, stem="swapped"), HRNetLayout(18, resize="bilinear")):
        changed = make_hrnet(other, str(file)).eval()
        assert not torch.allclose(changed(image)[0], stream(image)[0], rtol=1e-3)


@torch.inference_mode()
def test_two_images_start_as_their_mean(file, stream):
    pair = make_hrnet(PLAN, str(file), images=2).eval()
    first, second = torch.randn(2, 1, 3, 64, 64)
    result, expected = pair.begin(torch.cat([first, second], 1)), stream.begin((first + second) / 2)
    assert torch.allclose(result[0], expected[0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("transition2.2.0.0.weight"), "1 missing (transition2.2.0.0.weight)"),
        (lambda s: s.pop("conv1.weight"), "1 missing (conv1.weight)"),
        (lambda s: s.update({"stage5.0.weight": torch.zeros(1)}), "1 unknown (stage5.0.weight)"),
        (lambda s: s.update({"bn1.weight": torch.zeros(32)}), "bn1.weight (32,) instead of (64,)"),
    ],
)
def test_a_part_is_refused(whole, tmp_path, change, message):
    state = whole.state_dict()
    change(state)
    torch.save(state, tmp_path / "part.pth")
    with pytest.raises(WeightTransferError, match=re.escape(message)):
        make_hrnet(PLAN, str(tmp_path / "part.pth"))


def test_no_network_is_one_clear_line(monkeypatch):
    create = timm.create_model

    def offline(name, pretrained=False, **arguments):
        if pretrained:
            raise OSError("no route to host\ntrace")
        return create(name, **arguments)

    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(WeightTransferError, match=r"^hrnet_w18\.ms_in1k: .*\(no route to host\); give a file instead$"):
        make_hrnet(PLAN, "hub")


def test_hub_weights_pass_through_the_same_check(monkeypatch, whole):
    create = timm.create_model
    monkeypatch.setattr(
        timm, "create_model", lambda name, pretrained=False, **rest: whole if pretrained else create(name, **rest)
    )
    loaded, given = make_hrnet(PLAN, "hub").state_dict(), whole.state_dict()
    assert all(torch.equal(value, given[key]) for key, value in loaded.items())


def test_unknown_width_is_named():
    with pytest.raises(ValueError, match="HRNet width 40: unknown; use one of 18, 32, 48, 64"):
        make_hrnet(HRNetLayout(40), None)


def test_resizing_by_hand():
    x = torch.tensor([[[[0.0, 4.0]]]])
    like = torch.zeros(1, 1, 1, 4)
    assert resized(x, like).flatten().tolist() == [0, 1, 3, 4]
    assert resized(x, like, "nearest").flatten().tolist() == [0, 0, 4, 4]
