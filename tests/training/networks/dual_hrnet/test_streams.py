"""Two streams side by side: each is an HRNet of its own, and neither knows of the other."""

import pytest
import torch

from training.networks.dual_hrnet.hrnet import HRNetLayout
from training.networks.dual_hrnet.streams import Streams

PLAN = HRNetLayout(18)


@pytest.fixture(scope="module")
def streams():
    torch.manual_seed(0)
    return Streams(PLAN, None, False).eval()


@pytest.fixture(scope="module")
def images():
    return torch.randn(2, 1, 3, 32, 64, generator=torch.Generator().manual_seed(1))


def run(streams, pre, post):
    maps = streams.begin(pre, post)
    for number in (2, 3, 4):
        maps = streams.stage(number, streams.widen(number, maps))
    return maps


@torch.inference_mode()
def test_steps_together_are_each_stream_alone(streams, images):
    maps = run(streams, *images)
    for found, expected in zip(maps, (streams.pre(images[0]), streams.post(images[1])), strict=True):
        assert len(found) == len(expected) == 4
        assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    assert [tuple(m.shape) for m in maps.pre] == [(1, 18 << i, 8 >> i, 16 >> i) for i in range(4)]
    assert streams.channels == (18, 36, 72, 144)


@torch.inference_mode()
def test_branches_are_added_one_by_one(streams, images):
    maps = streams.begin(*images)
    assert [len(stream) for stream in maps] == [1, 1]
    for number in (2, 3, 4):
        maps = streams.widen(number, maps)
        assert [len(stream) for stream in maps] == [number, number]
        maps = streams.stage(number, maps)
        assert [[m.shape[1] for m in stream] for stream in maps] == [[18 << i for i in range(number)]] * 2


@torch.inference_mode()
def test_a_stream_sees_its_own_image_only(streams, images):
    pre, post = images
    maps, other = run(streams, pre, post), run(streams, pre, torch.zeros_like(post))
    assert all(torch.equal(a, b) for a, b in zip(maps.pre, other.pre, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(maps.post, other.post, strict=True))


def test_no_weight_is_shared(streams):
    pre, post = (list(stream.parameters()) for stream in (streams.pre, streams.post))
    assert len({id(p) for p in streams.parameters()}) == len(pre) + len(post)
    assert not {p.data_ptr() for p in pre} & {p.data_ptr() for p in post}
    assert not torch.equal(streams.pre.conv1.weight, streams.post.conv1.weight)


def test_both_start_from_the_same_file(streams, tmp_path):
    source = streams.pre.state_dict()
    torch.save(source, tmp_path / "w18.pth")
    started = Streams(PLAN, str(tmp_path / "w18.pth"), True)
    for stream in (started.pre, started.post):
        assert all(torch.equal(value, source[name]) for name, value in stream.state_dict().items())
        assert stream.checkpoint_activations
    assert started.pre.conv1.weight is not started.post.conv1.weight
