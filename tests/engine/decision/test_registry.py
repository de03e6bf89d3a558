"""What every rule promises: its manifest gives the same rule again, and its thresholds are those that it applies."""

import json

import pytest

from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle.manifest import read_manifest
from xview2_qgis.engine.decision.fifth_place import FifthPlace
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.registry import RULES
from xview2_qgis.engine.decision.second_place import SecondPlace


@pytest.mark.parametrize(
    "rule",
    [
        *(rule() for rule in RULES.values()),
        ObjectVote(0.35, 0.2, (1.0, 2.5, 0.5, 1.25), 12.0),
        SecondPlace(12.0),
    ],
    ids=repr,
)
def test_a_manifest_gives_the_rule_again(rule, tmp_path):
    written = json.loads(json.dumps(rule.manifest()))
    assert written["rule"] == rule.name
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16, changes={"decision": written})
    assert read_manifest(folder).decision == rule


def test_published_rules_have_nothing_to_choose():
    assert SecondPlace().manifest() == {"rule": "second-place"}
    assert FifthPlace().manifest() == {"rule": "fifth-place"}


@pytest.mark.parametrize(
    ("rule", "thresholds"),
    [
        (ObjectVote(0.6, 0.3), (0.3, 0.6)),
        (ObjectVote(0.4, 0.4), (0.4,)),
        (ObjectVote(0.7), (0.5, 0.7)),
        (SecondPlace(), (0.25, 0.8)),
        (FifthPlace(), (0.5,)),
    ],
)
def test_thresholds_at_which_something_is_decided(rule, thresholds):
    assert rule.thresholds == thresholds
