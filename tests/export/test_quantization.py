"""int8 on a small network: kept where it pays, reported either way."""

import json

import numpy as np
import onnx
import pytest

from export import quantization
from export.bundle import write_bundle
from export.bundle_plan import BundlePlan, Form, Part, object_vote
from export.card import default_card
from export.image_pairs import Checks, drawn_pair
from export.quantization import Comparison, quantize_bundle
from export.rating import rate
from tests.export.decided_network import DecidedNetwork
from training.scoring import Score
from training.synthesis import synthesize
from training.xbd import DatasetError, list_pairs, read_pair
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision import Decision
from xview2_qgis.engine.errors import InputError

SIZE = (128, 128)


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    folder = tmp_path_factory.mktemp("towns")
    synthesize(folder, 2, 256)
    return folder


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "trial"
    parts = tuple(Part(n, lambda e=e: DecidedNetwork(*e)) for n, e in (("localization", (1, 0)), ("damage", (0, 5))))
    plan = BundlePlan(
        default_card("trial").card, parts, Form(SIZE, storage="half"), object_vote(Decision()), overlap=16
    )
    write_bundle(folder, plan, Checks((drawn_pair(SIZE),), "drawn"), lambda _: None)
    return folder


def figures(score):
    return {"judged": score, "score": score}


@pytest.mark.parametrize(
    ("speed_up", "before", "after", "pays"),
    [(1.5, 0.7, 0.695, True), (1.05, 0.7, 0.7, False), (3.0, 0.7, 0.68, False), (1.5, 0.7, 0.75, True)],
)
def test_int8_pays_when_faster_and_nearly_as_good(speed_up, before, after, pays):
    assert Comparison(4, speed_up, 0.99, figures(before), figures(after)).pays == pays


def test_int8_bundle(bundle, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "SPEED_UP", 0.0)
    monkeypatch.setattr(quantization, "LOSS", 1.0)
    lines = []
    result = quantize_bundle(bundle, towns, tmp_path / "int8", 2, lines.append)
    assert "int8 is kept" in lines[-1]
    assert result.agreement > 0.9
    opened = open_bundle(tmp_path / "int8")
    assert (opened.id, opened.precision) == ("trial-int8", "int8")
    manifest = json.loads((tmp_path / "int8" / "model.json").read_text())
    assert manifest["quantization"]["kept"] == "int8"
    assert manifest["quantization"]["pairs"] == 2
    model = onnx.load(tmp_path / "int8" / "damage.onnx")
    kinds = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    # the body goes through 8 bits, the head does not
    assert convolutions[-1].input[1] in kinds
    assert kinds[convolutions[-1].input[1]] == onnx.TensorProto.FLOAT
    assert onnx.TensorProto.INT8 in kinds.values()


def test_fp32_stays_where_int8_does_not_pay(bundle, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "SPEED_UP", 1e9)
    lines = []
    quantize_bundle(bundle, towns, tmp_path / "int8", 1, lines.append)
    assert "fp32 is kept" in lines[-1]
    opened = open_bundle(tmp_path / "int8")
    assert (opened.id, opened.precision) == ("trial", "fp32")
    assert json.loads((tmp_path / "int8" / "model.json").read_text())["quantization"]["kept"] == "fp32"
    pair = [read_pair(list_pairs(towns)[0])]
    cropped = [type(pair[0])(pair[0].name, *(np.ascontiguousarray(a[:128, :128]) for a in (
        pair[0].pre, pair[0].post, pair[0].building, pair[0].damage)))]  # fmt: skip
    assert np.array_equal(rate(tmp_path / "int8", cropped).maps[0], rate(bundle, cropped).maps[0])


def test_rating_counts_like_the_scorer(bundle, towns):
    files = list_pairs(towns)[0]
    pair = quantization.labelled_crop(files, SIZE)
    rating = rate(bundle, [pair])
    score = Score()
    score.add(rating.maps[0] > 0, rating.maps[0], pair.building, pair.damage)
    assert rating.score.as_dict() == score.as_dict()
    assert rating.seconds > 0


def test_what_cannot_be_quantized(bundle, towns, tmp_path):
    with pytest.raises(DatasetError, match="no images"):
        quantize_bundle(bundle, tmp_path, tmp_path / "int8", 1)
    small = tmp_path / "small"
    synthesize(small, 1, 96)
    with pytest.raises(InputError, match="96x96 pixels, the network takes 128x128"):
        quantize_bundle(bundle, small, tmp_path / "int8", 1)
    assert not (tmp_path / "int8").exists()
