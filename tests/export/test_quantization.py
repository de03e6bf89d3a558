"""int8 on a small network: kept where it pays, reported either way."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest

from export import quantization
from export.bundle.bundle_plan import BundlePlan, Part
from export.bundle.card import default_card
from export.bundle.form import Form
from export.bundle.writer import write_bundle
from export.quantization import Comparison, quantize_bundle
from export.sessions.image_pairs import Checks, drawn_pair
from export.verification.rating import Rating, agreement, largest_difference, rate
from tests.export.decided_network import DecidedNetwork
from training.data.synthesis import synthesize
from training.data.xbd import DatasetError, list_pairs, read_pair
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import InputError, ModelError
from xview2_qgis.engine.scoring.challenge import Score

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
    decision = ObjectVote(0.01, 0.01)  # so low that this network finds buildings
    plan = BundlePlan(default_card("trial").card, parts, Form(SIZE, storage="half"), decision, overlap=16)
    write_bundle(folder, plan, Checks((drawn_pair(SIZE),), "drawn"), lambda _: None)
    return folder


def compared(speed_up, before, after, **changes):
    fp32, int8 = {"seconds": speed_up, "judged": before}, {"seconds": 1.0, "judged": after}
    whole = {"pairs": 4, "calibration_pairs": 4, "held_back": True, "agreement": 0.99, "largest_difference": 0.1}
    return Comparison(**whole, before={**fp32, **changes}, after={**int8, **changes})


@pytest.mark.parametrize(
    ("speed_up", "before", "after", "pays"),
    [(1.5, 0.7, 0.695, True), (1.05, 0.7, 0.7, False), (3.0, 0.7, 0.68, False), (1.5, 0.7, 0.75, True)],
)
def test_int8_pays_when_faster_and_nearly_as_good(speed_up, before, after, pays):
    assert compared(speed_up, before, after).pays == pays


def test_table_leaves_out_what_the_pairs_lack():
    lines = compared(2.0, 0.7, 0.7, localization_f1=0.8, damage_f1_no_damage=0.75).table()
    assert [line.split() for line in lines] == [
        ["fp32", "int8"],
        ["seconds", "per", "pair", "2.0000", "1.0000"],
        ["F1", "localization", "0.8000", "0.8000"],
        ["F1", "no", "damage", "0.7500", "0.7500"],
        ["F1", "minor", "damage", "–", "–"],
        ["F1", "major", "damage", "–", "–"],
        ["F1", "destroyed", "–", "–"],
    ]
    assert len({len(line) for line in lines}) == 1


def said(folder, name, pair):
    """All probabilities that a network says, (channels, H, W)."""
    session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
    images = {"pre": pair.pre.transpose(2, 0, 1)[None], "post": pair.post.transpose(2, 0, 1)[None]}
    (values,) = session.run(None, {info.name: images[info.name] for info in session.get_inputs()})
    return values[0]


def test_int8_bundle(bundle, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "SPEED_UP", 0.0)
    monkeypatch.setattr(quantization, "LOSS", 1.0)
    lines = []
    result = quantize_bundle(bundle, towns, tmp_path / "int8", 2, lines.append)
    assert "int8 is kept" in lines[-1]
    assert result.agreement > 0.9
    opened = open_bundle(tmp_path / "int8")
    assert (opened.id, opened.precision) == ("trial-int8", "int8")
    assert opened.title == f"{open_bundle(bundle).title} (8-bit: faster)"  # told apart where models are listed
    manifest = json.loads((tmp_path / "int8" / "model.json").read_text())
    assert manifest["quantization"]["kept"] == "int8"
    assert manifest["quantization"]["pairs"] == manifest["quantization"]["calibration_pairs"] == 2
    assert manifest["quantization"]["rated_on"] == "the calibration pairs"
    assert "on 2 pairs that also set the ranges (too few for others)" in lines[-1]
    # what fp32 differs from torch by says nothing about int8
    assert "parity" not in manifest
    assert json.loads((bundle / "model.json").read_text())["parity"]["pairs"] == 1
    pairs = [quantization.labelled_crop(files, SIZE) for files in list_pairs(towns)]
    difference = max(
        np.abs(said(bundle, "localization", pair) - said(tmp_path / "int8", "localization", pair)).max()
        for pair in pairs
    )
    assert manifest["quantization"]["largest_difference"] >= difference - 1 / 255
    for column, folder in (("fp32", bundle), ("int8", tmp_path / "int8")):
        expected = rate(folder, pairs).score.as_dict()
        for key in ("localization_f1", "damage_f1_minor_damage", "damage_f1_major_damage"):
            assert manifest["quantization"][column][key] == pytest.approx(expected[key], abs=1e-4)
            assert expected[key] > 0.01
        (line,) = (line for line in lines if line.startswith("F1 minor damage "))
        assert line.split()[["fp32", "int8"].index(column) - 2] == f"{expected['damage_f1_minor_damage']:.4f}"
    model = onnx.load(tmp_path / "int8" / "damage.onnx")
    kinds = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    # the body goes through 8 bits, the head does not
    assert convolutions[-1].input[1] in kinds
    assert kinds[convolutions[-1].input[1]] == onnx.TensorProto.FLOAT
    assert onnx.TensorProto.INT8 in kinds.values()


def test_other_pairs_rate_where_there_are_enough(bundle, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "SPEED_UP", 0.0)
    monkeypatch.setattr(quantization, "LOSS", 1.0)
    used = {"ranges": [], "rating": []}
    original = quantization.as_tile
    monkeypatch.setattr(quantization, "as_tile", lambda pair: used["ranges"].append(pair.name) or original(pair))
    monkeypatch.setattr(
        quantization, "rate", lambda f, pairs: used["rating"].extend(p.name for p in pairs) or rate(f, pairs)
    )
    lines = []
    quantize_bundle(bundle, towns, tmp_path / "int8", 1, lines.append)
    names = [files.name for files in list_pairs(towns)]
    assert set(used["ranges"]) == {names[0]}
    assert set(used["rating"]) == {names[1]}
    assert "on 1 pairs that calibration did not see" in lines[-1]
    report = json.loads((tmp_path / "int8" / "model.json").read_text())["quantization"]
    assert (report["pairs"], report["calibration_pairs"], report["rated_on"]) == (
        1,
        1,
        "pairs that did not set the ranges",
    )


def test_failure_is_one_line(bundle, towns, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(quantization, "quantize_static", fail)
    with pytest.raises(ModelError) as caught:
        quantize_bundle(bundle, towns, tmp_path / "int8", 1, lambda _: None)
    assert str(caught.value) == "localization.onnx cannot be quantized (first second): use the fp32 bundle"
    assert not (tmp_path / "int8").exists()


def test_fp32_stays_where_int8_does_not_pay(bundle, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(quantization, "SPEED_UP", 1e9)
    lines = []
    quantize_bundle(bundle, towns, tmp_path / "int8", 1, lines.append)
    assert "fp32 is kept" in lines[-1]
    opened = open_bundle(tmp_path / "int8")
    assert (opened.id, opened.precision) == ("trial", "fp32")
    manifest = json.loads((tmp_path / "int8" / "model.json").read_text())
    assert manifest["quantization"]["kept"] == "fp32"
    assert manifest["parity"] == json.loads((bundle / "model.json").read_text())["parity"]
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
    assert rating.figures["localization_f1"] == score.localization.f1


def test_differences_of_ratings():
    def rating(building, classes):
        probabilities = np.concatenate([np.full((1, 2, 2), building), np.zeros((4, 2, 2))]).astype(np.uint8)
        return Rating(Score(), 1.0, (np.array(classes, np.uint8),), (probabilities,))

    one, other = rating(200, [[0, 1], [2, 3]]), rating(251, [[0, 1], [2, 4]])
    assert agreement(one, other) == 0.75
    assert largest_difference(one, other) == largest_difference(other, one) == pytest.approx(0.2)


def test_classes_that_the_pairs_lack_have_no_figure():
    score = Score()
    target = np.array([[1, 1, 4, 0]], np.uint8)
    score.add(target > 0, np.array([[1, 4, 4, 0]], np.uint8), target > 0, target)
    found = Rating(score, 0.5, (), ()).figures
    third = 2 / 3  # both classes: one right, one wrong or missing
    assert found == pytest.approx({
        "seconds": 0.5, "judged": 0.3 + 0.7 * third, "localization_f1": 1.0,
        "damage_f1_no_damage": third, "damage_f1_destroyed": third,
    }, abs=1e-5)  # fmt: skip


@pytest.mark.parametrize("other_way", [False, True])
def test_the_bundle_is_not_its_own_output(other_way, bundle, towns, tmp_path):
    output = bundle
    if other_way:
        (tmp_path / "link").symlink_to(bundle.parent)
        output = tmp_path / "link" / bundle.name
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    with pytest.raises(InputError, match="is the bundle that is to be quantized"):
        quantize_bundle(bundle, towns, output, 1, lambda _: None)
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before


def test_what_cannot_be_quantized(bundle, towns, tmp_path):
    with pytest.raises(DatasetError, match="no images"):
        quantize_bundle(bundle, tmp_path, tmp_path / "int8", 1)
    small = tmp_path / "small"
    synthesize(small, 1, 96)
    with pytest.raises(InputError, match="96x96 pixels, the network takes 128x128"):
        quantize_bundle(bundle, small, tmp_path / "int8", 1)
    assert not (tmp_path / "int8").exists()
