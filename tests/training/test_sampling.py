"""Samples depend on their number only; batches hold damage; masks follow the images."""

import numpy as np
import torch

from training.augmentation import Augmentation, draw_crop
from training.cache import cache_folder
from training.sampling import CropDataset, SamplingRule, Source


def dataset(towns, cache, **rule):
    return CropDataset(
        [Source(cache_folder(towns, cache), 1.0)], SamplingRule(size=64, **rule), Augmentation(), 64, batch=8, seed=3
    )


def test_same_number_gives_same_sample(towns, tmp_path):
    first, second = dataset(towns, tmp_path), dataset(towns, tmp_path)
    for key, value in first[5].items():
        assert torch.equal(value, second[5][key])
    assert not torch.equal(first[5]["pre"], first[6]["pre"])


def test_every_batch_holds_the_guaranteed_damage(towns, tmp_path):
    samples = dataset(towns, tmp_path, building_share=0.0, damaged_share=0.5)
    damaged = [bool((samples[i]["damage"].ge(2) & samples[i]["damage"].le(4)).any()) for i in range(8)]
    assert sum(damaged[:4]) >= 3  # a centre near the border of the image may lose its building


def test_geometry_is_the_same_for_images_and_masks():
    """A pair whose images are its masks must stay so under any geometry."""
    rng = np.random.default_rng(0)
    mask = np.zeros((128, 128), np.uint8)
    mask[40:90, 30:60] = 1
    pair = np.repeat((mask * 200)[..., None], 8, axis=2)
    pair[..., 6] = pair[..., 7] = mask
    still = Augmentation(displacement=0.0, colour=0.0, degrade=0.0)
    for _ in range(10):
        crop = draw_crop(pair, (64, 64), 64, still, rng)
        known = crop.building != 255
        for image in (crop.pre, crop.post):
            assert np.mean((image[0] > 100)[known] != (crop.building == 1)[known]) < 0.03
