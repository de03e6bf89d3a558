"""What every loss gives: parts that are already weighted, so that their sum is what is minimised."""

from dataclasses import replace

import pytest
import torch

from tests.training.losses.test_registry import CHANNELS, draw_scores, draw_target, make_loss
from training.losses.target import Target


def test_a_target_is_building_then_damage():
    building, damage = torch.zeros(2, 1, 4, 4, dtype=torch.uint8)
    target = Target(building, damage)
    assert target.building is target[0] is building
    assert target.damage is target[1] is damage


@pytest.mark.parametrize(
    ("name", "weight", "parts"),
    [
        ("compact", "damage", {"damage_focal", "damage_dice"}),
        ("described-localization", "bce", {"bce"}),
        ("described-localization", "dice", {"dice"}),
        ("described-damage", "focal", {"damage_focal"}),
        ("described-damage", "alpha", {"damage_focal"}),
        ("described-damage", "dice", {"damage_dice"}),
        ("described-dual-hrnet", "building", {"bce", "dice"}),
        ("described-dual-hrnet", "damage", {"damage_ce"}),
        ("described-dual-hrnet", "bce", {"bce"}),
        ("second-place-localization", "focal", {"focal"}),
        ("second-place-damage", "focal", {"damage_focal"}),
        ("second-place-damage", "dice", {"damage_dice", "dice"}),
    ],
)
def test_a_weight_multiplies_its_parts_and_no_others(name, weight, parts):
    loss, target = make_loss({"name": name}), draw_target()
    heavier = replace(loss, **{weight: 3 * getattr(loss, weight)})
    with torch.no_grad():
        plain, weighted = loss(draw_scores(name), target), heavier(draw_scores(name), target)
    assert parts <= plain.keys() == weighted.keys()
    for part, value in plain.items():
        assert float(value) > 0
        assert float(weighted[part]) == pytest.approx((3 if part in parts else 1) * float(value), rel=1e-5), part


@pytest.mark.parametrize("name", CHANNELS)
def test_no_loss_changes_what_it_is_given(name):
    with torch.no_grad():
        given = (*draw_scores(name), *draw_target())
        make_loss({"name": name})(draw_scores(name)._make(given[:2]), Target(*given[2:]))
        for value, untouched in zip(given, (*draw_scores(name), *draw_target()), strict=True):
            assert value is None or torch.equal(value, untouched)
