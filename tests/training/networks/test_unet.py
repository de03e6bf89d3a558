"""The U-Nets: sizes, sharing, what depends on what, and gradients everywhere."""

import pytest
import torch

from training.networks.unet import make_second_place, make_unet
from training.networks.unet_layout import SECOND_PLACE
from training.networks.weight_transfer import WeightTransferError, load_encoder

SMALL = "efficientnet_lite0"


def pair(height=64, width=64, count=2):
    generator = torch.Generator().manual_seed(5)
    return torch.randn(2, count, 3, height, width, generator=generator)


@pytest.mark.parametrize("encoder", ["dpn92", "densenet161", "seresnext50", "resnext101", "efficientnet-b2"])
def test_described_networks_score_every_pixel(encoder):
    for task, channels in (("localization", 1), ("damage", 5)):
        with torch.device("meta"):
            network = make_unet(task, encoder, "described", None)
        network.eval().to_empty(device="cpu")
        for size in ((64, 64), (96, 64)):
            with torch.no_grad():
                building, damage = network(*pair(*size, count=1))
            scores, other = (building, damage) if task == "localization" else (damage, building)
            assert scores.shape == (1, channels, *size)
            assert other is None


def test_described_decoder_has_the_described_widths():
    with torch.device("meta"):
        network = make_unet("damage", "dpn92", "described", None)
    channels = network.encoder.channels
    firsts = [level.body[0][0] for level in network.decoder.levels]
    widths = (256, 128, 64, 32)
    assert tuple(conv.out_channels for conv in firsts) == widths
    below = (2 * channels[4], *widths[:3])
    assert [conv.in_channels for conv in firsts] == [below[i] + 2 * channels[3 - i] for i in range(4)]
    assert all(
        len(level.body) == 2 and conv.bias is None for level, conv in zip(network.decoder.levels, firsts, strict=True)
    )


def test_described_decoder_can_be_narrower_and_the_published_one_cannot():
    network = make_unet("damage", SMALL, "described", None, widths=(64, 48, 32, 16))
    assert [level.body[0][0].out_channels for level in network.decoder.levels] == [64, 48, 32, 16]
    with torch.no_grad():
        assert network.eval()(*pair(count=1)).damage.shape == (1, 5, 64, 64)
    with pytest.raises(ValueError, match="only the described form"):
        make_unet("damage", "dpn92", "published", None, widths=(64, 48, 32, 16))


@pytest.mark.parametrize(("form", "expected"), [("described", [0, 0.25, 0.75, 1]), ("published", [0, 1 / 3, 2 / 3, 1])])
def test_last_enlargement_keeps_pixel_edges_or_published_corners(form, expected):
    with torch.device("meta"):
        network = make_unet("localization", "efficientnet-b2" if form == "described" else "dpn92", form, None)
    enlarged = network.decoder.head.enlarge(torch.tensor([0.0, 1.0]).expand(1, 1, 2, 2))
    assert enlarged[0, 0, 1].tolist() == pytest.approx(expected)


def test_localization_sees_the_image_before_only():
    network = make_unet("localization", SMALL, "described", None).eval()
    pre, post = pair(count=1)
    with torch.no_grad():
        assert torch.equal(network(pre, post).building, network(pre, pre).building)
        assert not torch.allclose(network(pre, post).building, network(post, pre).building)


@pytest.mark.parametrize(("encoder", "form"), [(SMALL, "described"), ("efficientnet-b2", "published")])
def test_damage_depends_on_the_order_of_the_images(encoder, form):
    network = make_unet("damage", encoder, form, None).eval()
    pre, post = pair()
    with torch.no_grad():
        scores = network(pre, post).damage
        assert not torch.allclose(scores, network(post, pre).damage, atol=1e-3)
        # every pair for itself, whatever else is in the batch
        alone = network(pre[1:], post[1:]).damage
    assert torch.allclose(scores[1:], alone, atol=1e-4)


@pytest.mark.parametrize(
    ("task", "encoder", "form"),
    [
        ("localization", SMALL, "described"),
        ("damage", SMALL, "described"),
        ("damage", "efficientnet-b2", "published"),
        ("localization", "seresnext50", "published"),
    ],
)
def test_gradients_reach_every_parameter(task, encoder, form):
    torch.manual_seed(0)
    network = make_unet(task, encoder, form, None)
    scores = network(*pair())
    (scores.building if task == "localization" else scores.damage).square().mean().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_published_damage_starts_from_the_image_after():
    network = make_unet("damage", "efficientnet-b2", "published", None).eval()
    calls = {"blocks.4": 0, "blocks.5": 0}
    for name in calls:
        network.encoder.get_submodule(name).register_forward_hook(
            lambda *_, name=name: calls.update({name: calls[name] + 1})
        )
    with torch.no_grad():
        network(*pair(count=1))
    assert calls == {"blocks.4": 2, "blocks.5": 1}


@pytest.mark.parametrize(("encoder", "form"), [(SMALL, "described"), ("efficientnet-b2", "published")])
def test_checkpointed_activations_change_nothing(encoder, form):
    plain = make_unet("damage", encoder, form, None).train()
    saving = make_unet("damage", encoder, form, None, checkpoint_activations=True).train()
    saving.load_state_dict(plain.state_dict())
    for network in (plain, saving):
        torch.manual_seed(1)  # the same channels dropped
        network(*pair()).damage.square().mean().backward()
    for (name, a), b in zip(plain.named_parameters(), saving.parameters(), strict=True):
        assert torch.allclose(a.grad, b.grad, rtol=1e-3, atol=1e-5 * float(a.grad.abs().max()) + 1e-12), name
    for key, value in plain.state_dict().items():
        assert torch.allclose(value, saving.state_dict()[key]), key


def test_damage_starts_from_the_localization_encoder():
    localization = make_unet("localization", SMALL, "described", None)
    damage = make_unet("damage", SMALL, "described", None)
    state = localization.state_dict()
    load_encoder(damage, state)
    shared = localization.encoder.state_dict()
    assert all(torch.equal(value, shared[key]) for key, value in damage.encoder.state_dict().items())
    assert len([key for key in damage.state_dict() if key.startswith("encoder.")]) == len(shared)
    with pytest.raises(WeightTransferError, match=r"1 missing \(conv_stem\.weight\)"):
        load_encoder(damage, {key: value for key, value in state.items() if key != "encoder.conv_stem.weight"})
    with torch.device("meta"):
        other = make_unet("localization", "dpn92", "described", None)
    with pytest.raises(WeightTransferError, match=r"missing .*unknown"):
        load_encoder(damage, other.state_dict())


def test_networks_that_nobody_published_are_refused():
    with pytest.raises(ValueError, match="encoder resnext101: no published localization network"):
        make_unet("localization", "resnext101", "published", None)
    with pytest.raises(ValueError, match="network d92: unknown; use one of d92_loc"):
        make_second_place("d92")
    assert len(SECOND_PLACE) == 8
