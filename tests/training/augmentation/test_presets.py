"""Strengths by name, and how a configuration changes them."""

from dataclasses import replace

import pytest
import yaml

from tests.checkout import ROOT
from training.augmentation.colours import BrightnessContrast, Gamma, HueSaturationValue
from training.augmentation.degradations import BoxBlur
from training.augmentation.presets import AUGMENTATIONS, Augmentation, Stage, augmentation_preset
from training.run.configuration import check_configuration
from training.section import ConfigurationError

CONTENT = yaml.safe_load((ROOT / "training" / "configs" / "compact.yaml").read_text(encoding="utf-8"))


def read(section, preset=None):
    return check_configuration(CONTENT | {"augmentation": section}).augmentation_of(preset)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_presets_are_valid_sections(name):
    preset = augmentation_preset(name)
    assert read(vars(preset)) == read({"preset": name}) == read({}, name) == preset


def test_a_change_holds_even_where_it_says_the_default_and_in_every_preset():
    section = {"preset": "none", "scale": [0.8, 1.25], "rotation": 3}
    for start in (None, "none", "fifth-place"):
        expected = replace(augmentation_preset(start or "none"), scale=(0.8, 1.25), rotation=3.0)
        assert read(section, start) == expected


def test_every_recipe_has_its_preset():
    assert set(AUGMENTATIONS) == {
        "none", "compact", "described-unet", "described-dual-hrnet-light", "described-dual-hrnet-medium",
        "described-dual-hrnet-full", "second-place-damage", "second-place-localization", "fifth-place",
    }  # fmt: skip
    assert augmentation_preset("compact") == Augmentation()


def test_described_and_published_figures():
    unet = augmentation_preset("described-unet")
    assert (unet.shift, unet.scale, unet.rotation, unet.affine_share) == (0.0625, (0.9, 1.1), 15.0, 0.5)
    assert unet.colours[0] == Stage(0.3, (BrightnessContrast(0.1, 0.1), HueSaturationValue(10, 20, 10)))
    assert not unet.shared_colour
    damage = augmentation_preset("second-place-damage")
    assert damage.shared_colour
    assert damage.sized == (0.8, 1.2)
    assert Stage(0.3, (BoxBlur(7),)) in damage.colours


def test_unknown_preset():
    with pytest.raises(KeyError):
        augmentation_preset("heavy")


def test_changes_are_told_apart_by_their_kind():
    section = {"colours": [{"share": 0.5, "one_of": [{"kind": "gamma", "low": 0.9}, {"kind": "box-blur"}]}]}
    assert read(section).colours == (Stage(0.5, (Gamma(0.9, 1.2), BoxBlur(7))),)


@pytest.mark.parametrize(
    "section",
    [
        {"affine_share": 1.5},
        {"scale": [0.0, 1.0]},
        {"interpolation": "sinc"},
        {"colours": [{"share": 0.5, "one_of": [{"kind": "sepia"}]}]},
    ],
)
def test_impossible_values_name_their_key(section):
    with pytest.raises(ConfigurationError, match=f"augmentation.{next(iter(section))}"):
        read(section)
