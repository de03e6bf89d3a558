"""Plans of the U-Nets, against the shapes of the published weights."""

import json

import pytest

from tests.checkout import PARITY
from training.networks.unet_layout import SECOND_PLACE, UNetLayout, layout_of_unet

#: Names and shapes that the published program itself wrote down.
CASES = json.loads((PARITY / "second_place.json").read_text())
ENCODERS = {"d92": "dpn92", "d161": "densenet161", "se50": "seresnext50", "r101": "resnext101", "b2": "efficientnet-b2"}
#: Channels of the deepest feature map, as the encoders' papers give them (DPN-92 in the layout of its port).
DEEPEST = {"dpn92": 2688, "densenet161": 2208, "seresnext50": 2048, "resnext101": 2048, "efficientnet-b2": 352}


def shapes(name):
    return {key: shape for key, shape, _ in CASES[name]["state_dict"]}


@pytest.mark.parametrize("name", SECOND_PLACE)
def test_published_plans_have_the_published_shapes(name):
    plan, weights = SECOND_PLACE[name], shapes(name)
    assert plan.encoder == ENCODERS[name.partition("_")[0]]
    assert plan.task == ("localization" if name.endswith("_loc") else "damage")
    assert list(plan.widths) == [weights[f"bottlenecks.{level}.seq.0.weight"][0] for level in range(4)]
    assert weights["final.0.weight"][0] == (1 if plan.task == "localization" else 5)
    gated = "bottlenecks.0.seq.2.fc1.weight" in weights
    assert plan.level == ("gated" if gated else "aligned")
    # the decoder starts from one image's deepest features, of a pair those of the post-event image
    assert plan.deepest == "post"
    assert weights["decoder_stages.3.layer.1.weight"][1] == DEEPEST[plan.encoder]


@pytest.mark.parametrize("name", SECOND_PLACE)
def test_a_published_plan_is_found_by_task_and_encoder(name):
    plan = SECOND_PLACE[name]
    assert layout_of_unet(plan.task, plan.encoder, "published") is plan


@pytest.mark.parametrize("task", ["localization", "damage"])
@pytest.mark.parametrize("encoder", ["dpn92", "any name of timm"])
def test_the_described_form_takes_any_encoder(task, encoder):
    plan = layout_of_unet(task, encoder, "described")
    assert plan == UNetLayout(task, encoder, (256, 128, 64, 32), "smooth", "pair")
    assert layout_of_unet(task, encoder, "described", (64, 48, 32, 16)).widths == (64, 48, 32, 16)


@pytest.mark.parametrize(
    ("task", "encoder", "widths", "message"),
    [
        ("localization", "resnext101", None, "no published localization network has it; use one of dpn92, densenet161"),
        ("localization", "efficientnet-b2", None, "use one of dpn92, densenet161, seresnext50$"),
        ("damage", "resnet50", None, "encoder resnet50: no published damage network has it; use one of .*resnext101$"),
        ("damage", "dpn92", (256, 256, 128, 64), "only the described form can change its widths"),
    ],
)
def test_what_nobody_published_is_refused(task, encoder, widths, message):
    with pytest.raises(ValueError, match=message):
        layout_of_unet(task, encoder, "published", widths)


def test_plans_cannot_be_changed():
    with pytest.raises(AttributeError):
        SECOND_PLACE["d92_loc"].widths = (1, 1, 1, 1)
