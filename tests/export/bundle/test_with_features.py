"""A tensor becomes the output ``features``; the bundle says so, and answers as before."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest

from export.bundle.with_features import write_with_features
from export.cli import main
from export.graph.exposed_features import require_same_answer
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import ModelError, UsageError


def test_the_tensor_is_told_and_the_answer_stays(tmp_path):
    source = write_tiny_bundle(tmp_path / "plain", 64, 8)
    assert write_with_features(source, "difference", tmp_path / "telling") == (1, 64, 64)
    bundle = open_bundle(tmp_path / "telling")
    assert bundle.features == (1, 64, 64)
    assert json.loads((bundle.path / "model.json").read_text())["features"] == [1, 64, 64]
    network = onnx.load(bundle.networks[0].path)
    assert {prop.key: prop.value for prop in network.metadata_props}["features"] == "[1, 64, 64]"
    # one node as before gives the features, and none was added
    assert len(network.graph.node) == len(onnx.load(source / "joint.onnx").graph.node)
    images = np.random.default_rng(0).integers(0, 256, (2, 1, 3, 64, 64), dtype=np.uint8)
    session = onnxruntime.InferenceSession(bundle.networks[0].path)
    (features,) = session.run(["features"], {"pre": images[0], "post": images[1]})
    assert features[0, 0] == pytest.approx(np.abs(images[1] - images[0].astype(float))[0].mean(axis=0) / 255, abs=1e-6)


@pytest.mark.parametrize(
    ("tensor", "words"),
    [
        ("nowhere", "no tensor nowhere"),
        ("pre", "no tensor pre"),
        ("building", "building is no tensor"),  # an output has its place already
        ("damage", "features already"),
    ],
)
def test_tensors_that_cannot_be_told(tmp_path, tensor, words):
    source = write_tiny_bundle(tmp_path / "plain", 64, 8, features=16 if words == "features already" else 0)
    with pytest.raises(UsageError, match=words):
        write_with_features(source, tensor, tmp_path / "telling")
    assert [path.name for path in tmp_path.iterdir()] == ["plain"]


def test_another_answer_is_noticed(tmp_path):
    one, other = (write_tiny_bundle(tmp_path / str(worse), 64, 8, worse=(worse,)) for worse in (0.0, 0.1))
    contents = [(folder / "joint.onnx").read_bytes() for folder in (one, other)]
    require_same_answer(contents[0], contents[0], 64)
    with pytest.raises(ModelError, match="the output damage is another"):
        require_same_answer(*contents, 64)


def test_command(tmp_path, capsys):
    source = write_tiny_bundle(tmp_path / "plain", 64, 8)
    arguments = ["features", str(source), "--tensor", "difference", "--output", str(tmp_path / "telling")]
    assert main(arguments) == 0
    assert "features N×1×64×64" in capsys.readouterr().out
