"""Every label rule gives a target's masks; rules are found by name."""

import json

import numpy as np
import pytest

from training.labels import IGNORED, LABEL_RULES, label_rule
from training.section import ConfigurationError

SQUARE = "POLYGON (({0} {0}, {1} {0}, {1} {1}, {0} {1}, {0} {0}))"


@pytest.fixture
def labels(tmp_path):
    pre, post = tmp_path / "pre.json", tmp_path / "post.json"
    squares = {SQUARE.format(2, 8): "destroyed", SQUARE.format(16, 24): "un-classified"}
    pre.write_text(json.dumps({"features": {"xy": [{"properties": {}, "wkt": w} for w in squares]}}))
    entries = [{"properties": {"subtype": s}, "wkt": w} for w, s in squares.items()]
    post.write_text(json.dumps({"features": {"xy": entries}}))
    return pre, post


@pytest.mark.parametrize("name", LABEL_RULES)
def test_masks_are_those_of_a_target(name, labels):
    building = label_rule(name).building_mask(*labels, 32, 40)
    damage = label_rule(name).damage_mask(labels[1], 32, 40)
    for mask in (building, damage):
        assert (mask.dtype, mask.shape) == (np.uint8, (32, 40))
    assert (building[5, 5], building[0, 0], building[30, 35]) == (1, 0, 0)
    assert building[20, 20] == (IGNORED if name == "fifth-place" else 1)
    assert damage[5, 5] == 4
    assert damage[20, 20] == (1 if name in ("first-place", "baseline", "baseline-border-2") else IGNORED)


def test_unknown_rule_is_named():
    with pytest.raises(ConfigurationError, match="label rule 'second_place' is unknown, did you mean second-place"):
        label_rule("second_place")
