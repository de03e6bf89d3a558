"""The list of what the authors offer."""

from collections import Counter

from export.listing import say_offers
from export.published.registry import OFFERS


def test_ensemble_of_the_published_program():
    files = OFFERS["second-place"].files
    assert len(files) == 21
    assert Counter(files.values()) == {
        "d92_loc": 4,
        "d161_loc": 2,
        "d92_softmax": 4,
        "d161_softmax": 4,
        "se50_softmax": 4,
        "b2_softmax": 2,
        "r101_softmax": 1,
    }
    assert "localization_densenet_unet_densenet161_3_1_best_dice" in files
    assert "sgd_resnext_seamese_unet_shared_resnext101_0_best_xview" in files
    assert "pseudo_scseresnext_seamese_unet_shared_seresnext50_3_best_xview" in files


def test_list_names_every_file_and_the_licence():
    lines = []
    say_offers(lines.append)
    text = "\n".join(lines)
    assert all(name in text for offer in OFFERS.values() for name in offer.files)
    assert "CC BY-NC-SA 4.0" in text
    assert "No checksums" in text
