"""What a bundle will hold: the form of its networks, and what its decision looks at."""

import json

import pytest

from export.bundle.bundle_plan import BundlePlan, Form, Part, object_vote
from export.bundle.card import default_card
from tests.engine.tiny_bundle import write_tiny_bundle
from training.evaluation.calibration import Scaling
from xview2_qgis.engine.bundle.manifest import read_manifest
from xview2_qgis.engine.decision.rule import Decision


def plan(decision):
    def never():
        raise AssertionError("nothing is loaded before it is written")

    return BundlePlan(default_card("trial").card, (Part("net", never),), Form(), decision)


@pytest.mark.parametrize(
    ("precision", "storage", "rounded"),
    [("fp32", "single", False), ("fp32", "half", True), ("fp16", "single", True), ("fp16", "half", True)],
)
def test_weights_are_rounded_by_either(precision, storage, rounded):
    assert Form((64, 64), precision, storage).rounded == rounded


@pytest.mark.parametrize(("size", "said"), [((512, 512), 512), ((512, 1024), [512, 1024]), ((64, 32), [64, 32])])
def test_tile_size_of_squares_and_others(size, said):
    assert Form(size).tile_size == said


@pytest.mark.parametrize(
    ("decision", "thresholds"),
    [
        (object_vote(Decision(0.6, 0.3)), (0.3, 0.6)),
        (object_vote(Decision(0.4, 0.4)), (0.4,)),
        ({"rule": "object-vote", "building_threshold": 0.7}, (0.5, 0.7)),
        ({"rule": "second-place"}, (0.25, 0.8)),
        ({"rule": "fifth-place"}, (0.5,)),
    ],
)
def test_thresholds_at_which_something_is_decided(decision, thresholds):
    assert plan(decision).thresholds == thresholds


@pytest.mark.parametrize("decision", [Decision(), Decision(0.35, 0.2, (1.0, 2.5, 0.5, 1.25), 12.0)])
def test_the_engine_reads_the_decision_that_was_meant(decision, tmp_path):
    said = json.loads(json.dumps(object_vote(decision)))
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16, changes={"decision": said})
    assert read_manifest(folder).decision == decision


def test_a_part_changes_nothing_unless_it_is_told_to():
    part = plan({"rule": "fifth-place"}).parts[0]
    assert (part.weight, part.margin, part.scaling, dict(part.origin)) == (1.0, 0, Scaling(1.0, (0, 0, 0, 0)), {})
    assert (plan({}).form.size, plan({}).form.rounded, plan({}).tta) == ((1024, 1024), False, "none")
