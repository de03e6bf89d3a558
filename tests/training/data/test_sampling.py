"""Which crops a run sees: by statistics over folders whose classes are known."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.training.xbd_folder import squares, write_labelled, write_pair
from training.augmentation.presets import augmentation_preset
from training.data.cache import cache_folder
from training.data.folder.layout import POST_ONLY
from training.data.sampling import CropDataset, SamplingRule, Source, samples_per_epoch

NONE, COMPACT = augmentation_preset("none"), augmentation_preset("compact")
PLAIN = SamplingRule(size=32, building_share=0.0, damaged_share=0.0, overhang=0.0)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Four empty pairs, three undamaged ones, two with minor damage and one with all classes; 96 pixels."""
    folder = tmp_path_factory.mktemp("folder")
    masks = [squares(96)] * 4 + [squares(96, (20, 60, 1))] * 3
    masks += [squares(96, (0, 0, 1), (88, 40, 2))] * 2 + [
        squares(96, (50, 8, 1), (10, 10, 2), (60, 60, 3), (88, 88, 4))
    ]
    for number, mask in enumerate(masks):
        write_pair(folder, f"flood_{number:08d}", mask, seed=number)
    return cache_folder(folder, tmp_path_factory.mktemp("cache"))


def dataset(pairs, rule, augmentation=NONE, batch=8, seed=3, samples=100_000):
    return CropDataset([Source(pairs, 1.0)], rule, augmentation, samples, batch, seed)


def places(data, numbers):
    """Names of the pairs that samples are cut from."""
    return [data._place(n, np.random.default_rng([data._seed, n]))[0].name for n in numbers]


def test_sample_depends_on_seed_and_number_only(pairs):
    first, second = dataset(pairs, SamplingRule(32), COMPACT), dataset(pairs, SamplingRule(32), COMPACT)
    _ = second[90], second[4]
    for key, value in first[5].items():
        assert torch.equal(value, second[5][key])
    assert not torch.equal(first[5]["pre"], first[6]["pre"])
    assert not torch.equal(first[5]["pre"], dataset(pairs, SamplingRule(32), COMPACT, seed=4)[5]["pre"])
    assert {k: (v.dtype, tuple(v.shape)) for k, v in first[0].items()} == {
        "pre": (torch.uint8, (3, 32, 32)),
        "post": (torch.uint8, (3, 32, 32)),
        "building": (torch.uint8, (32, 32)),
        "damage": (torch.uint8, (32, 32)),
    }


@pytest.mark.parametrize(
    "name", ["compact", "described-unet", "second-place-localization", "described-dual-hrnet-full"]
)
def test_every_batch_holds_the_guaranteed_damage(pairs, name):
    rule = SamplingRule(size=32, building_share=0.0, damaged_share=0.25, damaged_weight=3)
    data = dataset(pairs, rule, augmentation_preset(name))
    damage = torch.stack([data[n]["damage"] for n in range(160)])
    held = ((damage >= 2) & (damage <= 4)).flatten(1).any(1)
    assert held.view(-1, 8).sum(1).min() >= 2
    assert held.view(-1, 4).any(1).all()  # halves of a batch get their share too


def test_guarantee_finds_damage_in_another_source(pairs):
    sources = [Source(pairs[:4], 1.0), Source(pairs[7:], 1.0)]
    data = CropDataset(sources, SamplingRule(32, damaged_share=1.0), NONE, 64, 8, 1)
    assert all((data[n]["damage"] >= 2).any() for n in range(32))


def test_folder_without_damage_still_gives_samples(pairs):
    data = dataset(pairs[:4], SamplingRule(32))
    assert (data[0]["damage"] == 0).float().mean() > 0.5


def test_damaged_pairs_are_listed_three_times_as_often(pairs):
    rule = SamplingRule(32, building_share=0.0, damaged_share=0.0, damaged_weight=3)
    epoch = samples_per_epoch([Source(pairs, 1.0)], rule)
    assert epoch == 7 + 3 * 3
    counts = np.unique(places(dataset(pairs, rule), range(epoch, 3 * epoch)), return_counts=True)[1]
    assert counts.tolist() == [2] * 7 + [6] * 3


def test_second_place_list_by_classes_and_multiplier(pairs):
    rule = SamplingRule(32, 0.0, damaged_share=0.0, repeats=(0, 1, 1, 1), multiplier=2)
    epoch = samples_per_epoch([Source(pairs, 1.0)], rule)
    assert epoch == 2 * (10 + 3 + 1 + 1)
    counts = np.unique(places(dataset(pairs, rule), range(epoch)), return_counts=True)[1]
    assert counts.tolist() == [2] * 7 + [4] * 2 + [8]


def test_plain_epoch_shows_every_pair_once(pairs):
    assert samples_per_epoch([Source(pairs, 1.0)], PLAIN) == 10
    data = dataset(pairs, PLAIN)
    assert sorted(places(data, range(10))) == sorted(places(data, range(10, 20))) == sorted(p.name for p in pairs)
    assert places(data, range(10)) != places(data, range(10, 20))


def test_sources_are_drawn_by_their_weights(pairs):
    sources = [Source(pairs[:8], 1.0), Source(pairs[8:], 3.0)]
    data = CropDataset(sources, PLAIN, NONE, 4000, 8, 1)
    second = {p.name for p in pairs[8:]}
    assert np.mean([n in second for n in places(data, range(4000))]) == pytest.approx(0.75, abs=0.01)


def test_classes_are_drawn_by_their_weights(pairs):
    data = dataset(pairs, SamplingRule(32, building_share=1.0, class_weights=(1, 2, 0, 1), damaged_share=0.0))
    subjects = [data._place(n, np.random.default_rng(n)) for n in range(2000)]
    damage = {p.name: p.open().damage for p in pairs}
    values = [damage[p.name][int(s.box[1]), int(s.box[0])] for p, s in subjects]
    np.testing.assert_allclose(np.bincount(values, minlength=5)[1:] / 2000, [0.25, 0.5, 0, 0.25], atol=0.04)


def test_crop_around_minor_damage_holds_the_whole_box(pairs):
    rule = SamplingRule(32, 0.0, damaged_share=0.0, box_class=2, overhang=0.0)
    data = dataset(pairs, rule, augmentation_preset("second-place-damage"))
    names = places(data, range(100))
    for number in range(100):
        crop, minor = data[number], names[number] >= "flood_00000007"
        pixels = int((crop["damage"] == 2).sum())
        # 8 x 8 pixels, enlarged or reduced by up to 1.2; rotation may cut a corner of a box at the border
        assert (pixels > 64 / 1.2**2 * 0.7) if minor else (pixels == 0)
    upright = dataset(pairs, rule, replace(augmentation_preset("second-place-damage"), rotation_share=0.0))
    assert not any((upright[n]["damage"] == 255).any() for n in range(100))


def test_no_pairs_at_all():
    with pytest.raises(ValueError, match="no pairs"):
        CropDataset([Source([], 1.0)], PLAIN, NONE, 8, 8, 0)


def test_mixed_crops_hold_damage_that_their_own_pair_does_not_have(pairs):
    rule = replace(PLAIN, mixed_share=1.0)
    data = dataset(pairs, rule)
    own = places(data, range(40))
    undamaged = [n for n, name in enumerate(own) if int(name[-8:]) < 7]
    assert len(undamaged) > 10
    assert all((data[n]["damage"] >= 2).any() for n in undamaged)
    assert torch.equal(data[3]["post"], dataset(pairs, rule)[3]["post"])


def test_mixing_with_share_zero_changes_no_draw(pairs):
    mixed = dataset(pairs, replace(PLAIN, mixed_share=0.5))
    same = [torch.equal(mixed[n]["post"], dataset(pairs, PLAIN)[n]["post"]) for n in range(60)]
    assert 15 < sum(same) < 45


def test_nothing_is_mixed_in_where_no_pair_holds_damage(pairs):
    rule = replace(PLAIN, mixed_share=1.0)
    assert torch.equal(dataset(pairs[:7], rule)[0]["pre"], dataset(pairs[:7], PLAIN)[0]["pre"])


def test_some_crops_lose_their_pre_event_image_and_those_without_one_always(pairs, tmp_path):
    write_labelled(tmp_path / "single", "fire_00000001", [(8, 8, 4)], dates=("post",), size=96)
    single = cache_folder(tmp_path / "single", tmp_path / "cache", layout=POST_ONLY)
    alone = dataset(single, replace(PLAIN, mixed_share=0.5))
    assert all(torch.equal(alone[n]["pre"], alone[n]["post"]) for n in range(40))
    data, kept = dataset(pairs, replace(PLAIN, post_only_share=0.3)), dataset(pairs, PLAIN)
    lost = [torch.equal(data[n]["pre"], data[n]["post"]) for n in range(400)]
    assert 0.2 < np.mean(lost) < 0.4
    for number in range(40):  # nothing else changes
        for key in ("post", "building", "damage", *(() if lost[number] else ("pre",))):
            assert torch.equal(data[number][key], kept[number][key])
