"""Networks by name: what a configuration may say, what it gives, and that nothing is loaded unasked."""

from typing import get_args

import pytest
import torch

from training.networks.registry import AnyNetwork, read_network
from training.networks.weight_transfer import WeightTransferError
from training.section import ConfigurationError

SMALL = "test_efficientnet"

#: One section for every name, and the channels of building and damage that its network gives.
SECTIONS = {
    "compact": ({"encoder": SMALL, "widths": [8, 8, 8, 8]}, "joint", (1, 4)),
    "compact-split": (
        {"encoder": SMALL, "building_widths": [8, 8, 8, 8, 8], "damage_widths": [8, 8, 8, 8]},
        "joint",
        (1, 4),
    ),
    "unet": ({"task": "damage", "encoder": SMALL, "widths": [8, 8, 8, 8]}, "damage", (None, 5)),
    "unet localization": ({"task": "localization", "encoder": SMALL}, "localization", (1, None)),
    "dual-hrnet": ({"width": 18, "streams": 1}, "joint", (1, 5)),
    "dual-hrnet published": ({"width": 32, "form": "published"}, "joint", (2, 4)),
}


def section(key, **changes):
    return {"name": key.split()[0], **SECTIONS[key][0], **changes}


def test_every_name_is_tested_here():
    kinds, _ = get_args(AnyNetwork)
    assert {key.split()[0] for key in SECTIONS} == {kind.name for kind in get_args(kinds)}


@pytest.mark.parametrize("key", SECTIONS)
def test_a_network_says_what_its_task_says(key):
    _, task, channels = SECTIONS[key]
    plan = read_network(section(key))
    assert plan.task == task
    with torch.device("meta"), torch.no_grad():
        scores = plan.build(start=False).eval()(*torch.zeros(2, 1, 3, 64, 64))
    assert tuple(None if s is None else s.shape[1] for s in scores) == channels
    assert (scores.building is None) == (task == "damage")
    assert (scores.damage is None) == (task == "localization")


@pytest.mark.parametrize("key", ["compact", "compact-split", "unet", "unet localization", "dual-hrnet"])
def test_weights_are_looked_at_only_for_a_start(key, tmp_path):
    plan = read_network(section(key, weights=str(tmp_path / "gone.pth")))
    with torch.device("meta"):
        plan.build(start=False)
        with pytest.raises(WeightTransferError, match=r"gone\.pth: cannot be read"):
            plan.build(start=True)


def test_start_weights_are_those_of_the_file(tmp_path):
    torch.manual_seed(0)
    source = read_network(section("compact", weights=None)).build(start=False).encoder.state_dict()
    torch.save(source, tmp_path / "encoder.pth")
    plan = read_network(section("compact", weights=str(tmp_path / "encoder.pth")))
    for start in (True, False):
        found = plan.build(start=start).encoder.state_dict()
        assert torch.equal(found["conv_stem.weight"], source["conv_stem.weight"]) == start


def test_fields_reach_the_network():
    with torch.device("meta"):
        compact = read_network(section("compact", widths=[24, 16, 8, 4])).build(start=False)
        split = read_network(section("compact-split", dropout=0.4, magnification=1.5)).build(start=False)
        unet = read_network(section("unet", checkpoint_activations=True)).build(start=False)
        last = read_network({"name": "dual-hrnet", "width": 18, "fusion": "last", "squeeze_excitation": False}).build(
            start=False
        )
    assert [block.body[-1][0].out_channels for block in compact.decoder] == [24, 16, 8, 4]
    assert (split.damage_head[0].p, split.magnification) == (0.4, 1.5)
    assert unet.encoder.checkpoint_activations
    assert list(last.fusions) == ["stage4"]
    assert not [name for name, _ in last.named_parameters() if ".gate." in name]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, r"network\.name: field required, one of compact, compact-split, dual-hrnet, unet"),
        ({"name": "dual_hrnet"}, r"network\.name: 'dual_hrnet' is unknown, did you mean dual-hrnet\?"),
        ({"name": ["compact"]}, r"network\.name: \['compact'\] is unknown"),
        ({"name": "compact", "width": 3}, r"network\.width: unknown key, did you mean widths\?"),
        ({"name": "compact", "widths": [8, 8, 8]}, r"network\.widths\.3: field required"),
        ({"name": "compact", "widths": [8, 8, 8, 8, 8]}, r"network\.widths"),
        ({"name": "compact", "task": "damage"}, r"network\.task: unknown key"),
        ({"name": "unet", "encoder": SMALL}, r"network\.task"),
        ({"name": "unet", "task": "joint", "encoder": SMALL}, r"network\.task"),
        ({"name": "dual-hrnet", "width": 40}, r"network\.width"),
        ({"name": "dual-hrnet", "streams": 3}, r"network\.streams"),
    ],
)
def test_mistakes_are_named(wrong, message):
    with pytest.raises(ConfigurationError, match=message):
        read_network(wrong)


def test_a_section_is_not_used_up():
    """It stands in every checkpoint, too."""
    given = section("compact")
    read_network(given)
    assert given == section("compact")
