"""Sections of a configuration: a wrong key is named with its full place and the nearest known one, inside lists too."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter

from training.section import STRICT, ConfigurationError, StrictModel, read_section


@dataclass(frozen=True)
class Dice:
    smooth: float = 1.0
    name: Literal["dice"] = "dice"


@dataclass(frozen=True)
class Focal:
    gamma: float = 2.0
    weights: tuple[float, ...] = (1.0,)
    name: Literal["focal"] = "focal"


AnyKind = Annotated[Dice | Focal, Field(discriminator="name")]


class Whole(StrictModel):
    best: AnyKind
    others: tuple[AnyKind, ...] = ()


LOSS = TypeAdapter(AnyKind, config=STRICT)
WHOLE = TypeAdapter(Whole)


def test_values_are_converted():
    assert read_section(LOSS, {"name": "focal", "weights": [1, 3]}, "loss") == Focal(2.0, (1.0, 3.0))


def test_section_may_be_empty_but_for_its_name():
    assert read_section(LOSS, {"name": "dice"}, "loss") == Dice()


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"name": "focal", "gama": 1}, "loss.gama: unknown key, did you mean gamma?"),
        ({"name": "focall"}, "loss.name: 'focall' is unknown, did you mean focal?"),
        ({"name": ["dice"]}, "loss.name: ['dice'] is unknown, did you mean dice?"),
        ({"smooth": 1}, "loss.name: field required, one of dice, focal"),
        (
            {"name": "dice", "smooth": "much"},
            "loss.smooth: input should be a valid number, unable to parse string as a number",
        ),
        (5, "loss: input should be a mapping of keys"),
    ],
)
def test_mistakes_are_named(section, message):
    with pytest.raises(ConfigurationError) as caught:
        read_section(LOSS, section, "loss")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"bst": {"name": "dice"}}, "bst: unknown key, did you mean best?"),
        ({"best": {"name": "dice"}, 1: 2}, "1: unknown key, did you mean others?"),
        ({"best": {"name": "dice", "gamma": 2}}, "best.gamma: unknown key, did you mean name?"),
        (
            {"best": {"name": "dice"}, "others": [{"name": "focal", "wait": 1}]},
            "others.0.wait: unknown key, did you mean weights?",
        ),
        (
            {"best": {"name": "dice"}, "others": [{"name": "foca"}]},
            "others.0.name: 'foca' is unknown, did you mean focal?",
        ),
        (
            {"best": {"name": "dice", "smoth": 1}, "others": [{"name": "focal", "gama": 1}]},
            "best.smoth: unknown key, did you mean smooth?; others.0.gama: unknown key, did you mean gamma?",
        ),
    ],
)
def test_places_inside_a_configuration(section, message):
    with pytest.raises(ConfigurationError) as caught:
        read_section(WHOLE, section)
    assert str(caught.value) == message
