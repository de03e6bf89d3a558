"""Numbers, names and colours of the classes, which files, scripts and people rely on."""

import itertools

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from xview2_qgis.protocol.schema import (
    CLASS_COLOURS,
    CLASS_LABELS,
    CLASS_NAMES,
    DAMAGE_CLASSES,
    RASTER_NODATA,
    Damage,
    rgb,
)

# as the product's contract has them, sections 3 and 4: changing one breaks files and scripts of users
CONTRACT = {
    0: ("unknown", "#969696"),
    1: ("no-damage", "#2c7bb6"),
    2: ("minor-damage", "#ffffbf"),
    3: ("major-damage", "#fdae61"),
    4: ("destroyed", "#d7191c"),
}

# Machado, Oliveira and Fernandes 2009, severity 1.0; they work on linear light
VISIONS = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def test_numbers_names_and_colours_are_those_of_the_contract():
    assert {int(damage): (CLASS_NAMES[damage], CLASS_COLOURS[damage]) for damage in Damage} == CONTRACT


def test_nothing_assessed_is_no_class():
    assert RASTER_NODATA == 255
    with pytest.raises(ValueError, match="255"):
        Damage(RASTER_NODATA)


def test_channels_come_in_the_order_of_the_numbers_without_unknown():
    # whoever has the index of a channel gets the class by adding one
    assert [int(damage) for damage in DAMAGE_CLASSES] == [1, 2, 3, 4]


def test_words_for_people_say_the_same_as_words_for_files():
    assert set(CLASS_LABELS) == set(CLASS_NAMES) == set(CLASS_COLOURS) == set(Damage)
    for damage, label in CLASS_LABELS.items():
        assert label.lower().replace(" ", "-") == CLASS_NAMES[damage]


def test_colours_as_numbers_are_the_same_colours():
    assert [bytes(rgb(damage)).hex() for damage in Damage] == [colour[1:] for _, colour in CONTRACT.values()]
    assert rgb(Damage.MINOR) == (255, 255, 191)


@pytest.mark.parametrize("vision", VISIONS)
def test_colours_stay_apart_for_every_eye(vision):
    # a difference of about 2 is just noticed where colours touch; on a map roofs lie apart
    srgb = np.array([[int(CLASS_COLOURS[d][at : at + 2], 16) / 255 for at in (1, 3, 5)] for d in Damage])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(VISIONS[vision]).T, 0, 1)
    lab = rgb2lab(np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)[None])[0]
    for one, other in itertools.combinations(Damage, 2):
        assert deltaE_ciede2000(lab[one], lab[other]) > 10, (one, other)
