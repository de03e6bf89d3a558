"""model.json is read strictly: every wrong value is one clear line that names the key."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle.manifest import read_manifest
from xview2_qgis.engine.errors import ModelError

NETWORK = {"file": "joint.onnx", "role": "joint", "sha256": "0" * 64}
DECISION = {
    "rule": "object-vote",
    "building_threshold": 0.4,
    "damaged_building_threshold": 0.3,
    "class_weights": [1, 2, 1.5, 1],
    "minimum_area_m2": 8,
}


@pytest.fixture
def changed(tmp_path):
    """Write the manifest of the tiny bundle with some keys changed, and return the folder."""

    def write(**changes):
        return write_tiny_bundle(tmp_path / "bundle", 64, 8, changes=changes)

    return write


def test_reads_what_was_written(changed):
    manifest = read_manifest(changed(decision=DECISION))
    assert (manifest.id, manifest.tile_size, manifest.overlap, manifest.gsd_m) == ("tiny", 64, 8, 0.5)
    assert manifest.decision.class_weights == (1.0, 2.0, 1.5, 1.0)
    assert manifest.decision.damaged_building_threshold == 0.3
    assert manifest.scores[0].metric == "localization_f1"
    assert manifest.networks[0].precision == "fp32"


def test_what_a_model_for_post_event_images_alone_adds(changed):
    assert read_manifest(changed()).missing_pre is None
    scores = [{"set": "a", "metric": "m", "value": 1, "date": "", **of} for of in ({}, {"images": "post"})]
    manifest = read_manifest(changed(missing_pre="post", scores=scores))
    assert (manifest.missing_pre, [score.images for score in manifest.scores]) == ("post", ["pair", "post"])


def test_what_an_ensemble_adds(changed):
    plain = read_manifest(changed())
    assert (plain.tta, plain.networks[0].weight, plain.decision.name) == ("none", 1.0, "object-vote")
    assert not plain.decision.by_pixels
    networks = [{**NETWORK, "weight": 2.5, "network": "r101_softmax", "source_file": "a"}]
    manifest = read_manifest(
        changed(networks=networks, tta="flips", decision={"rule": "second-place"}, parity={"pairs": 3}, more=[1])
    )
    assert (manifest.tta, manifest.networks[0].weight, manifest.decision.name) == ("flips", 2.5, "second-place")
    assert manifest.decision.by_pixels


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("contract", 2, "format 2"),
        ("contract", True, "format True"),
        ("id", "../up", "id"),
        ("id", 7, "id must be text"),
        ("title", None, "title is missing"),
        ("licence", None, "licence is missing"),
        ("tile_size", 64.5, "whole number"),
        ("tile_size", "64", "tile_size must be a number"),
        ("tile_size", 10**9, "tile_size must lie between"),
        ("tile_size", 10**400, "tile_size must lie between"),
        ("gsd_m", 10**400, "gsd_m must lie between"),
        ("overlap", 33, "overlap must lie between 0 and 32"),
        ("overlap", -1, "overlap"),
        ("gsd_m", float("nan"), "gsd_m must lie between"),
        ("gsd_m", float("inf"), "gsd_m must lie between"),
        ("tile_size", int("9" * 1001), "more than 1000 digits"),
        ("id", "NUL", "id must be"),
        ("id", "aux.v2", "id must be"),
        ("id", "compact.", "id must be"),
        ("title", "x" * 201, "title is longer than 200 characters"),
        ("licence", "x" * 4001, "licence is longer than 4000 characters"),
        ("licence", "CC0 \ud800", "licence must be one line"),
        ("training_data", "x\0y", "training_data must be one line"),
        ("source", "CC0\nerror: forged", "source must be one line"),
        ("title", "\x1b]0;owned\x07", "title must be one line"),
        ("scores", [{"set": "a\tb", "metric": "m", "value": 1, "date": ""}], "scores[0].set must be one line"),
        ("scores", [{"set": "a", "metric": "m", "value": 1, "date": ""}] * 201, "scores has more than 200 entries"),
        ("networks", [{**NETWORK, "file": "con.onnx"}], "networks[0].file"),
        ("networks", [{**NETWORK, "file": f"{n}.onnx"} for n in ("a", "A")], "names a file twice"),
        ("networks", [NETWORK] * 65, "networks has more than 64 entries"),
        ("precision", "fp8", "precision"),
        ("missing_pre", "black", "missing_pre is 'black', known are post, zeros"),
        ("missing_pre", True, "missing_pre must be text"),
        ("scores", [{"set": "a", "metric": "m", "value": 1, "date": "", "images": "x"}], "scores[0].images"),
        ("normalization", None, "normalization is missing"),
        ("classes", ["a", "b", "c", "d"], "classes"),
        ("networks", [], "networks must hold"),
        ("networks", {}, "networks must be a list"),
        ("networks", [3], "networks[0] must be an object"),
        ("networks", [NETWORK, NETWORK], "names a file twice"),
        ("networks", [{**NETWORK, "role": "damage"}], "networks must hold"),
        ("networks", [{**NETWORK, "role": "oracle"}], "role"),
        ("networks", [{**NETWORK, "file": "../joint.onnx"}], "networks[0].file"),
        ("networks", [{**NETWORK, "file": "/etc/joint.onnx"}], "networks[0].file"),
        ("networks", [{**NETWORK, "file": "C:joint.onnx"}], "networks[0].file"),
        ("networks", [{**NETWORK, "file": "joint.pkl"}], "networks[0].file"),
        ("networks", [{**NETWORK, "sha256": "abc"}], "networks[0].sha256"),
        ("decision", [], "decision must be an object"),
        ("decision", {**DECISION, "rule": "magic"}, "unknown decision rule 'magic'"),
        ("decision", {**DECISION, "class_weights": [1, 1, 1]}, "class_weights"),
        ("decision", {**DECISION, "class_weights": [0, 0, 0, 0]}, "class_weights"),
        ("decision", {**DECISION, "building_threshold": 1.5}, "building_threshold"),
        ("networks", [{**NETWORK, "weight": 0}], "networks[0].weight must be above 0"),
        ("networks", [{**NETWORK, "weight": -1}], "networks[0].weight must lie between"),
        ("networks", [{**NETWORK, "weight": True}], "networks[0].weight must be a number"),
        ("tta", "rotations", "tta is 'rotations', known are none, mirror, flips"),
        ("tta", 4, "tta must be text"),
        ("decision", {"rule": "third-place"}, "unknown decision rule 'third-place'"),
        ("decision", {"rule": "object-vote"}, "decision.class_weights is missing"),
        ("decision", {"rule": "fifth-place", "minimum_area_m2": -1}, "decision.minimum_area_m2"),
        ("scores", [{"set": "val"}], "scores[0].metric is missing"),
    ],
)
def test_wrong_values_are_named(changed, key, value, told):
    with pytest.raises(ModelError) as caught:
        read_manifest(changed(**{key: value}))
    assert told in caught.value.message
    assert caught.value.exit_code == 4
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"3", b"{", b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * 1_100_000 + b'"']
)
def test_other_content_is_refused(tmp_path, content):
    (tmp_path / "model.json").write_bytes(content)
    with pytest.raises(ModelError):
        read_manifest(tmp_path)


def test_a_key_that_stands_twice(changed):
    folder = changed()
    text = (folder / "model.json").read_text(encoding="utf-8")
    (folder / "model.json").write_text(text.replace("{", '{"title": "Another",', 1), encoding="utf-8")
    with pytest.raises(ModelError, match="a key stands twice"):
        read_manifest(folder)


def test_a_folder_under_the_name_of_the_manifest(tmp_path):
    (tmp_path / "model.json").mkdir()
    with pytest.raises(ModelError, match=r"model\.json is no file"):
        read_manifest(tmp_path)


def test_a_folder_without_manifest_is_no_model(tmp_path):
    with pytest.raises(ModelError, match=r"holds no model\.json"):
        read_manifest(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_value_of_any_key_escapes_the_checks(tmp_path, data):
    folder = tmp_path / "fuzzed"
    if not folder.exists():
        write_tiny_bundle(folder, 64, 8)
        (folder / "original.json").write_bytes((folder / "model.json").read_bytes())
    card = json.loads((folder / "original.json").read_text())
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    )
    target = card if data.draw(st.booleans()) else card[data.draw(st.sampled_from(["decision"]))]
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(anything)
    (folder / "model.json").write_text(json.dumps(card))
    with contextlib.suppress(ModelError):  # anything else fails the test
        read_manifest(folder)
