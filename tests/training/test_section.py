"""Sections of a configuration: a wrong key is named with the nearest known one."""

from dataclasses import dataclass

import pytest

from training.section import ConfigurationError, choose, read_section


@dataclass(frozen=True)
class Dice:
    smooth: float = 1.0


@dataclass(frozen=True)
class Focal:
    gamma: float = 2.0
    weights: tuple[float, ...] = (1.0,)


KINDS = {"dice": Dice, "focal": Focal}


def test_values_are_converted():
    assert choose(KINDS, {"name": "focal", "weights": [1, 3]}, "loss") == Focal(2.0, (1.0, 3.0))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"name": "focal", "gama": 1}, r"^loss\.gama: unknown key, did you mean gamma\?$"),
        ({"name": "focall"}, r"^loss\.name: 'focall' is unknown, did you mean focal\?$"),
        ({"smooth": 1}, r"^loss\.name: None is unknown"),
        ({"name": "dice", "smooth": "much"}, r"^loss\.smooth: input should be a valid number"),
    ],
)
def test_mistakes_are_named(section, message):
    with pytest.raises(ConfigurationError, match=message):
        choose(KINDS, section, "loss")


def test_section_may_be_empty():
    assert read_section(Dice, {}, "loss") == Dice()
