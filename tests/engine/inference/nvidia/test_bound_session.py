"""I/O binding gives what a plain run gives, to the bit, whatever came before and comes after; tried on the CPU."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.inference.network import NetworkSession
from xview2_qgis.engine.inference.nvidia.bound_session import _SHAPES, BoundSession


@pytest.fixture
def network(tmp_path):
    return open_bundle(write_tiny_bundle(tmp_path / "b", 64, 8)).networks[0]


@pytest.fixture
def plain(network):
    return onnxruntime.InferenceSession(network.path, providers=["CPUExecutionProvider"])


def images(seed, batch=1, size=64):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(0, 256, (batch, 3, size, size), np.uint8) for name in ("pre", "post")}


def test_several_outputs_shapes_and_batches_are_those_of_a_plain_run(network, plain):
    bound, names = BoundSession(plain, "cpu"), list(network.outputs)
    assert len(names) == 2
    kept = []
    for seed in range(12):
        feed = images(seed, batch=1 + seed % 3)
        kept.append((bound.run(names, feed), plain.run(names, feed)))
    # compared after the last run: none of them has written to what earlier ones gave
    for got, wanted in kept:
        for one, other in zip(got, wanted, strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
    kept[0][0][0][:] = -1  # the caller's own
    again = bound.run(names, images(0))
    np.testing.assert_array_equal(again[0], kept[0][1][0])


def test_images_need_not_be_contiguous(network, plain):
    bound = BoundSession(plain, "cpu")
    for seed in range(2):
        feed = {name: values[..., ::-1] for name, values in images(seed).items()}
        for one, other in zip(bound.run(network.outputs, feed), plain.run(None, feed), strict=True):
            np.testing.assert_array_equal(one, other)


def open_sizes(answer):
    """A network of any size; ``answer`` computes ``y`` of the images as float32, ``x``."""
    shape = ["batch", 3, "height", "width"]
    graph = helper.make_graph(
        [helper.make_node("Cast", ["post"], ["x"], to=TensorProto.FLOAT), *answer],
        "sizes",
        [helper.make_tensor_value_info("post", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def addresses(bound):
    """Where the buffers of all shapes are, those of images and of answers."""
    buffers = bound._buffers.values()
    return {value.data_ptr() for held in buffers for value in (*held.inputs.values(), *held.binding.get_outputs())}


def test_buffers_are_made_once_for_a_shape_and_for_few_shapes():
    session = open_sizes([helper.make_node("Sqrt", ["x"], ["y"])])
    bound = BoundSession(session, "cpu")
    sizes = (32, 48, 32, 64, 80, 96, 112, 32, 48)
    for seed, size in enumerate(sizes):
        feed = {"post": images(seed, size=size)["post"]}
        np.testing.assert_array_equal(bound.run(["y"], feed)[0], np.sqrt(feed["post"].astype(np.float32)))
        assert len(bound._buffers) <= _SHAPES
    held, places = dict(bound._buffers), addresses(bound)
    bound.run(["y"], {"post": images(99, size=48)["post"]})
    assert all(bound._buffers[shapes] is buffers for shapes, buffers in held.items())
    assert addresses(bound) == places


def test_an_answer_of_another_size_than_before_is_an_error_and_not_half_of_an_answer():
    """NonZero: how many there are depends on the values."""
    nodes = [helper.make_node("NonZero", ["x"], ["places"]), helper.make_node("Cast", ["places"], ["y"], to=1)]
    bound = BoundSession(open_sizes(nodes), "cpu")
    full, empty = np.full((1, 3, 8, 8), 7, np.uint8), np.zeros((1, 3, 8, 8), np.uint8)
    assert bound.run(["y"], {"post": full})[0].shape == (4, 192)
    with pytest.raises(Exception, match="shape"):
        bound.run(["y"], {"post": empty})
    assert bound._buffers == {}
    assert bound.run(["y"], {"post": empty})[0].shape == (4, 0)


def test_too_little_memory_is_told_as_without_binding_and_gives_the_buffers_back(network, plain):
    class Exhausted:
        """A session whose device is full from its second run on."""

        def __init__(self):
            self.left = 1

        def __getattr__(self, name):
            return getattr(plain, name)

        def run_with_iobinding(self, *arguments):
            self.left -= 1
            if self.left < 0:
                raise RuntimeError("CUDA failure 2: out of memory")
            plain.run_with_iobinding(*arguments)

    bound = BoundSession(Exhausted(), "cpu")
    running = NetworkSession(network, bound)
    assert running.run(images(0))
    assert len(bound._buffers) == 1
    with pytest.raises(RuntimeFailure) as caught:
        running.run(images(1))
    assert caught.value.code == "out-of-memory"
    assert bound._buffers == {}
