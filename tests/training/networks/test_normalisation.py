"""Normalisation: the numbers of the published programs, in the layout that convolutions like."""

import numpy as np
import pytest
import torch

from tests.training import parity_weights
from training.networks.normalisation import normalise


def test_values_are_those_of_the_published_programs():
    pair = parity_weights.input_pair("normalisation", "drawn", 32, 48)
    expected = np.stack([parity_weights.normalise(image) for image in pair])
    found = normalise(torch.from_numpy(np.stack(pair).transpose(0, 3, 1, 2).copy()))
    assert (found.dtype, found.shape) == (torch.float32, (2, 3, 32, 48))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("value", "expected"),
    # (value / 255 - mean) / deviation with the ImageNet statistics of red, green and blue
    [(0, (-2.117904, -2.035714, -1.804444)), (255, (2.248908, 2.428571, 2.64))],
)
def test_black_and_white(value, expected):
    found = normalise(torch.full((1, 3, 2, 2), value, dtype=torch.uint8))
    for channel, wanted in enumerate(expected):
        assert found[0, channel].flatten().tolist() == pytest.approx([wanted] * 4, abs=1e-5)


def test_layout_is_channels_last_and_the_images_stay_as_they_are():
    images = torch.randint(0, 256, (2, 3, 8, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    before = images.clone()
    found = normalise(images)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(images, before)
    # the layout of what comes in makes no difference
    assert torch.equal(normalise(images.contiguous(memory_format=torch.channels_last)), found)


def test_a_float_image_of_the_same_values_gives_the_same():
    """Floats are taken as they are, and not divided in place."""
    images = torch.arange(3 * 4 * 4, dtype=torch.float32).reshape(1, 3, 4, 4)
    before = images.clone()
    assert torch.equal(normalise(images), normalise(images.to(torch.uint8)))
    assert torch.equal(images, before)
