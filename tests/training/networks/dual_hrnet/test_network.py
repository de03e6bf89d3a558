"""The described Dual-HRNet: sizes, what the ablations change, and where the features flow."""

import pytest
import timm
import torch

from training.networks.dual_hrnet.network import DualHRNetConfig


def build(width, form, weights=None, **options):
    return DualHRNetConfig(width, form, weights, **options).build(start=True)


def parameters(network):
    return sum(p.numel() for p in network.parameters())


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return build(18, "described").eval()


@pytest.fixture(scope="module")
def last_only(network):
    """The same weights, joined after stage 4 alone."""
    torch.manual_seed(0)
    other = build(18, "described", fusion="last").eval()
    weights = network.state_dict()
    other.load_state_dict({key: weights[key] for key in other.state_dict()})
    return other


@pytest.fixture
def images():
    return torch.randn(2, 1, 3, 64, 64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("size", [(64, 64), (70, 99)])
@pytest.mark.parametrize("options", [{}, {"streams": 1}], ids=["two streams", "one stream"])
@torch.inference_mode()
def test_scores_have_the_size_of_the_images(network, options, size):
    network = build(18, "described", **options).eval() if options else network
    scores = network(*torch.randn(2, 2, 3, *size))
    assert scores.building.shape == (2, 1, *size)
    assert scores.damage.shape == (2, 5, *size)


@pytest.mark.parametrize(("width", "millions"), [(18, 22.4), (32, 62.3), (48, 135.0), (64, 236.7)])
def test_number_of_parameters(width, millions):
    with torch.device("meta"):
        network = build(width, "described")
        stream = timm.create_model(f"hrnet_w{width}", head="none")
    gates = 0
    fusions = 0
    for branches in (2, 3, 4):
        for count in (width << branch for branch in range(branches)):
            hidden = count // 16
            gates += 2 * count * hidden + hidden + count
            fusions += 2 * count * count + 2 * count  # projection and its normalisation
            fusions += 2 * count * count + count  # residual
    aggregation = 15 * width * 512 + 2 * 512
    head = 9 * 512 * 256 + 2 * 256 + 9 * 256 * 128 + 2 * 128
    heads = aggregation + 2 * head + 128 * (1 + 5) + 6
    assert parameters(network) == 2 * parameters(stream) + fusions + gates + heads
    assert parameters(network) == pytest.approx(millions * 1e6, rel=0.01)


def test_the_forms_have_the_same_streams():
    with torch.device("meta"):
        described, published = (build(18, form) for form in ("described", "published"))
    shapes = [{key: p.shape for key, p in net.encoder.state_dict().items()} for net in (described, published)]
    assert shapes[0] == shapes[1]


def test_no_gate_without_squeeze_excitation(network):
    with torch.device("meta"):
        plain = build(18, "described", squeeze_excitation=False)
    gates = {key for key in network.state_dict() if ".gate." in key}
    assert gates
    assert set(network.state_dict()) - set(plain.state_dict()) == gates


def test_no_fusion_before_stage_4(network, last_only):
    missing = set(network.state_dict()) - set(last_only.state_dict())
    assert {key.rsplit(".branches", 1)[0] for key in missing} == {"fusions.stage2", "fusions.stage3"}


@torch.inference_mode()
def test_joint_features_of_stages_2_and_3_flow_into_both_streams(network, last_only, images):
    def maps_before_the_heads(net, pre, post):
        seen = {}
        hooks = [
            getattr(net.encoder, when).stage4.register_forward_hook(
                lambda _, __, out, when=when: seen.update({when: out})
            )
            for when in ("pre", "post")
        ]
        net(pre, post)
        for hook in hooks:
            hook.remove()
        return seen

    pre, post = images
    nothing = torch.zeros_like(pre)
    for net, flows in ((network, True), (last_only, False)):
        full = maps_before_the_heads(net, pre, post)
        without = {"pre": maps_before_the_heads(net, pre, nothing), "post": maps_before_the_heads(net, nothing, post)}
        for when, changed in without.items():
            for a, b in zip(full[when], changed[when], strict=True):
                assert torch.equal(a, b) != flows, when


@torch.inference_mode()
def test_both_scores_see_both_images(network, last_only, images):
    pre, post = images
    for net in (network, last_only):
        full = net(pre, post)
        for changed in (net(torch.zeros_like(pre), post), net(pre, torch.zeros_like(post))):
            assert not torch.allclose(changed.building, full.building, atol=1e-3)
            assert not torch.allclose(changed.damage, full.damage, atol=1e-3)


def test_gradients_reach_every_parameter_with_and_without_checkpointing(network):
    images = torch.randn(2, 2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    networks = []
    for checkpoint in (False, True):
        net = build(18, "described", checkpoint_activations=checkpoint)
        net.load_state_dict(network.state_dict())
        for fusion in net.fusions.values():
            for branch in fusion.branches:  # the few hidden units of a gate may all be silent at the start
                torch.nn.init.constant_(branch.gate.fc1.bias, 1)
        scores = net(*images)
        (scores.building.square().mean() + scores.damage.square().mean()).backward()
        networks.append(net)
    plain, frugal = networks
    for (name, a), b in zip(plain.named_parameters(), frugal.parameters(), strict=True):
        assert a.grad.abs().max() > 0, name
        assert torch.allclose(a.grad, b.grad, rtol=1e-3, atol=1e-5), name
    for (name, a), b in zip(plain.named_buffers(), frugal.buffers(), strict=True):
        assert torch.allclose(a, b), name


def test_start_weights_fill_both_streams(tmp_path):
    whole = timm.create_model("hrnet_w18").state_dict()
    torch.save(whole, tmp_path / "w18.pth")
    network = build(18, "described", str(tmp_path / "w18.pth"))
    for stream in (network.encoder.pre, network.encoder.post):
        assert all(torch.equal(value, whole[key]) for key, value in stream.state_dict().items())
    assert network.encoder.pre.conv1.weight is not network.encoder.post.conv1.weight


@pytest.mark.parametrize(
    "arguments",
    [
        ("published", {"streams": 1}),
        ("published", {"fusion": "last"}),
        ("published", {"squeeze_excitation": False}),
        ("described", {"streams": 1, "fusion": "last"}),
    ],
)
def test_ablations_that_a_form_does_not_have(arguments):
    form, options = arguments
    with pytest.raises(ValueError, match="Dual-HRNet"):
        build(18, form, **options)
