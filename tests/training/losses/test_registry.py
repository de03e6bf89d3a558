"""What every loss promises, whatever its formula."""

from typing import get_args

import pytest
import torch
from pydantic import TypeAdapter

from training.losses.registry import AnyLoss
from training.losses.target import Target
from training.networks.scores import Scores
from training.section import STRICT, ConfigurationError, read_section

CHANNELS = {
    "compact": (1, 4),
    "described-localization": (1, None),
    "described-damage": (None, 5),
    "described-dual-hrnet": (1, 5),
    "second-place-localization": (1, None),
    "second-place-damage": (None, 5),
    "fifth-place": (2, 4),
}
VALUES = torch.tensor([0, 1, 2, 3, 4, 255], dtype=torch.uint8)
READER = TypeAdapter(AnyLoss, config=STRICT)


def make_loss(section):
    return read_section(READER, section, "loss")


def draw_scores(name, dtype=torch.float32, scale=1.0):
    generator = torch.Generator().manual_seed(1)
    given = [None if c is None else scale * torch.randn(2, c, 16, 16, generator=generator) for c in CHANNELS[name]]
    return Scores(*(None if s is None else s.to(dtype).requires_grad_() for s in given))


def draw_target():
    damage = VALUES[torch.randint(0, 6, (2, 16, 16), generator=torch.Generator().manual_seed(2))]
    return Target(torch.where(damage == 255, damage, (damage > 0).to(torch.uint8)), damage)


def constant(value):
    mask = torch.full((2, 16, 16), value, dtype=torch.uint8)
    return Target(mask.clamp(max=1) if value < 255 else mask, mask)


def gradients(scores):
    return [s.grad for s in scores if s is not None]


def perfect(name, target, sharp=30.0):
    """Scores that say what the target says, sure of it."""

    def planes(mask, first, classes):
        return sharp * torch.stack([2.0 * (mask == first + c) - 1 for c in range(classes)], dim=1)

    building, damage = CHANNELS[name]
    return Scores(
        None if building is None else planes(target.building, 2 - building, building),
        None if damage is None else planes(target.damage, 5 - damage, damage),
    )


def test_every_loss_is_tested_here():
    kinds, _ = get_args(AnyLoss)
    assert CHANNELS.keys() == {kind.name for kind in get_args(kinds)}


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("target", [draw_target(), constant(0), constant(3)], ids=["mixed", "background", "one class"])
def test_perfect_scores_cost_nothing(name, target):
    parts = make_loss({"name": name})(perfect(name, target), target)
    assert all(-1e-6 <= float(v) < 1e-3 for v in parts.values()), parts


@pytest.mark.parametrize("name", CHANNELS)
def test_wrong_scores_cost_more_than_perfect_ones(name):
    target = draw_target()
    right = perfect(name, target)
    wrong = Scores(*(None if s is None else -s for s in right))
    loss = make_loss({"name": name})
    assert sum(loss(wrong, target).values()) > sum(loss(right, target).values()) + 0.5


@pytest.mark.parametrize("name", CHANNELS)
def test_all_ignored_costs_nothing_and_moves_nothing(name):
    scores = draw_scores(name)
    parts = make_loss({"name": name})(scores, constant(255))
    total = torch.stack(list(parts.values())).sum()
    total.backward()
    assert float(total.detach()) == 0
    assert all(torch.count_nonzero(g) == 0 for g in gradients(scores))


@pytest.mark.parametrize("name", CHANNELS)
def test_ignored_pixels_do_not_matter(name):
    target = draw_target()
    scores = draw_scores(name)
    elsewhere = (target.damage == 255).unsqueeze(1)
    other = Scores(*(None if s is None else torch.where(elsewhere, s * -7 + 3, s) for s in scores))
    loss = make_loss({"name": name})
    for part, value in loss(scores, target).items():
        assert float(loss(other, target)[part].detach()) == pytest.approx(float(value.detach()), abs=1e-6)


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_scores_give_float32_parts(name, dtype):
    scores, target = draw_scores(name, dtype, scale=20.0), draw_target()
    loss = make_loss({"name": name})
    with torch.autocast("cpu", dtype=torch.bfloat16):
        parts = loss(scores, target)
    full = loss(Scores(*(None if s is None else s.detach().float() for s in scores)), target)
    torch.stack(list(parts.values())).sum().backward()
    for part, value in parts.items():
        assert value.dtype == torch.float32
        assert value.shape == ()
        assert float(value.detach()) == float(full[part])
    assert all(g.dtype == dtype and torch.isfinite(g).all() for g in gradients(scores))


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("target", [draw_target(), constant(0), constant(4)], ids=["mixed", "background", "one class"])
def test_extreme_scores_stay_finite(name, target):
    scores = draw_scores(name, scale=1e4)
    total = torch.stack(list(make_loss({"name": name})(scores, target).values())).sum()
    total.backward()
    assert torch.isfinite(total)
    assert all(torch.isfinite(g).all() for g in gradients(scores))


@pytest.mark.parametrize("name", CHANNELS)
def test_every_score_gets_a_gradient(name):
    scores, target = draw_scores(name), draw_target()
    torch.stack(list(make_loss({"name": name})(scores, target).values())).sum().backward()
    assert all(g.abs().amax(dim=(0, 2, 3)).min() > 0 for g in gradients(scores))


@pytest.mark.parametrize("name", CHANNELS)
def test_other_network_is_named(name):
    building, damage = CHANNELS[name]
    scores = Scores(*(None if c is None else torch.zeros(1, c + 1, 4, 4) for c in (building, damage)))
    with pytest.raises(ValueError, match="the network gives"):
        make_loss({"name": name})(scores, Target(*torch.zeros(2, 1, 4, 4, dtype=torch.uint8)))
    with pytest.raises(ValueError, match="the network gives 0"):
        make_loss({"name": name})(Scores(None, None), Target(*torch.zeros(2, 1, 4, 4, dtype=torch.uint8)))


def test_fields_come_from_the_section():
    loss = make_loss({"name": "second-place-damage", "focal": 5, "class_weights": [0.5, 1, 5, 2, 1.3]})
    assert (loss.focal, loss.class_weights) == (5.0, (0.5, 1.0, 5.0, 2.0, 1.3))
    with pytest.raises(ConfigurationError, match=r"loss\.gama: unknown key, did you mean gamma\?"):
        make_loss({"name": "described-damage", "gama": 1})
