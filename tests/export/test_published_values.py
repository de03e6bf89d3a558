"""Published weights, through the command, give in ONNX Runtime what the published programs gave."""

import json

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

from export.cli import main
from export.graph.export_graph import ExportGraph
from export.graph.tracing import traced
from export.published.file import inspect
from tests.checkout import PARITY
from tests.export.published_checkpoint import DUAL_HRNET, SECOND_PLACE, write_published
from tests.training import parity_weights


def images(case, seed):
    pair = parity_weights.input_pair(seed, case["input"], case["height"], case["width"])
    return {name: image.transpose(2, 0, 1)[None] for name, image in zip(("pre", "post"), pair, strict=True)}


def run(model, feed):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {info.name: feed[info.name] for info in session.get_inputs()})
    # batches are what GPUs get: each pair must have the answer that it has alone
    batch = {name: np.concatenate([image, image[..., ::-1]]) for name, image in feed.items()}
    together = session.run(None, {info.name: batch[info.name] for info in session.get_inputs()})
    for alone, both in zip(outputs, together, strict=True):
        assert np.abs(alone[0] - both[0]).max() < 1e-5
        assert np.abs(both[0] - both[1]).max() > 1e-3
    return {info.name: values[0] for info, values in zip(session.get_outputs(), outputs, strict=True)}


def softmax(scores):
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=0))
    return powers / powers.sum(axis=0)


def expected(network):
    scores = np.load(PARITY / "second_place.npz")[network]
    return softmax(scores) if len(scores) > 1 else 1 / (1 + np.exp(-scores.astype(np.float64)))


def wide(*words):
    """A network whose decoder another one has with a smaller encoder; PyTorch has its scores in each `make test`."""
    return pytest.param(*words, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("network", "file", "role"),
    [
        wide("d92_softmax", "pseudo_dpn_seamese_unet_shared_dpn92_0_best_xview", "joint"),
        ("b2_softmax", "softmax_sampling_efficient_seamese_unet_shared_efficientnet-b2_1_best_xview", "joint"),
        wide("d161_softmax", "pseudo_densenet_seamese_unet_shared_densenet161_2_best_xview", "joint"),
        wide("se50_softmax", "softmax_sampling_scse_seamese_unet_shared_seresnext50_0_best_xview", "joint"),
        wide("r101_softmax", "trial", "joint"),
        wide("d161_loc", "localization_densenet_unet_densenet161_3_0_best_dice", "localization"),
        ("se50_loc", "trial", "localization"),
    ],
)
def test_second_place(network, file, role, tmp_path):
    source = write_published(tmp_path / file, network)
    arguments = ["published", str(source), "--solution", "second-place", "--input-size", "96x128"]
    assert main([*arguments, "--output", str(tmp_path / "bundle")]) == 0
    manifest = json.loads((tmp_path / "bundle" / "model.json").read_text())
    (entry,) = manifest["networks"]
    assert (entry["role"], entry["network"], entry["weight"]) == (
        role,
        network,
        2.0 if network == "r101_softmax" else 1.0,
    )
    assert manifest["parity"]["largest_difference"] < 1e-4
    case = SECOND_PLACE[network]
    found = run(tmp_path / "bundle" / entry["file"], images(case, case["seed"]))
    top, down, left, right = case["sample"]
    assert list(found) == ["building" if role == "localization" else "damage"]
    (values,) = found.values()
    assert values.shape[1:] == (96, 128)
    assert np.abs(values[:, top::down, left::right] - expected(network)).max() < 1e-4


@pytest.mark.slow  # the margin and its cut are in tests/export/graph, the network's scores in tests/training/networks
def test_dpn_without_its_margin(tmp_path):
    """The fixture's image is not widened by 16 mirrored pixels as the bundle's network does."""
    file = inspect(write_published(tmp_path / "trial", "d92_loc"), "second-place")
    onnx.save(traced(ExportGraph(file.load(), (96, 128))), tmp_path / "d92.onnx")
    case = SECOND_PLACE["d92_loc"]
    found = run(tmp_path / "d92.onnx", images(case, case["seed"]))["building"]
    top, down, left, right = case["sample"]
    assert np.abs(found[:, top::down, left::right] - expected("d92_loc")).max() < 1e-4


@pytest.mark.slow  # a narrower one is exported in tests/export/graph; PyTorch has its scores in tests/training/networks
def test_fifth_place(tmp_path):
    source = write_published(tmp_path / "weight.pth", "dual_hrnet")
    case = DUAL_HRNET["cases"][0]
    size = case["height"], case["width"]
    arguments = ["published", str(source), "--solution", "fifth-place", "--input-size", f"{size[0]}x{size[1]}"]
    assert main([*arguments, "--output", str(tmp_path / "bundle")]) == 0
    found = run(tmp_path / "bundle" / "weight.onnx", images(case, DUAL_HRNET["seed"]))
    scores = np.load(PARITY / "dual_hrnet.npz")
    for output, name, first in (("building", "loc", 1), ("damage", "cls", 0)):
        raw = scores[case["arrays"][name]].astype(np.float32)
        enlarged = np.stack([cv2.resize(channel, size[::-1], interpolation=cv2.INTER_LINEAR) for channel in raw])
        assert np.abs(found[output] - softmax(enlarged)[first:]).max() < 1e-4
    assert json.loads((tmp_path / "bundle" / "model.json").read_text())["decision"] == {"rule": "fifth-place"}
