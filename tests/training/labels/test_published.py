"""Published label rules against masks of the published programs, pixel for pixel."""

import json

import numpy as np
import pytest

from tests.checkout import PARITY
from training.labels import IGNORED, LabelError, label_rule

SCENES = json.loads((PARITY / "labels.json").read_text())
# scene 2 has no buildings and no stored masks: they are all background
MASKS = np.load(PARITY / "labels.npz")
RULES = {
    "second_building": "second-place",
    "second_damage": "second-place",
    "fifth_mask": "fifth-place",
    "first_building": "first-place",
    "first_damage": "first-place",
    "baseline_building": "baseline",
    "baseline_building_border2": "baseline-border-2",
    "baseline_image": "baseline",
}
#: The published program writes no file without buildings; a mask of background says the same.
WRITES_NOTHING = "no file is written"


def draw(scene, mask):
    rule, pre, post = label_rule(RULES[mask]), *(PARITY / SCENES[scene][date] for date in ("pre", "post"))
    if "building" in mask:
        return rule.building_mask(pre, post, 1024, 1024) * 255
    return rule.damage_mask(post, 1024, 1024)


CASES = [(scene, mask) for scene in SCENES for mask in RULES]
REFUSED = [c for c in CASES if SCENES[c[0]]["fails"].get(c[1], WRITES_NOTHING) != WRITES_NOTHING]


@pytest.mark.parametrize(("scene", "mask"), [c for c in CASES if c not in REFUSED])
def test_published_mask(scene, mask):
    drawn = draw(scene, mask)
    assert drawn.dtype == np.uint8
    expected = MASKS[f"{scene}.{mask}"] if scene != "scene2" else np.zeros((1024, 1024), np.uint8)
    np.testing.assert_array_equal(drawn, expected)
    values, counts = np.unique(drawn, return_counts=True)
    published = SCENES[scene]["masks"].get(mask, {"0": 1024 * 1024})
    assert {str(v): int(c) for v, c in zip(values, counts, strict=True)} == published


@pytest.mark.parametrize(("scene", "mask"), REFUSED)
def test_what_published_programs_refuse_is_refused(scene, mask):
    with pytest.raises(LabelError, match=r"synthetic-event_00000003_.*json: this label rule cannot draw 'MULTIPOLYGON"):
        draw(scene, mask)


def test_every_kind_of_failure_is_met():
    assert len(REFUSED) == 5


def test_fifth_place_ignores_buildings_without_class():
    post = PARITY / SCENES["scene0"]["post"]
    mask = MASKS["scene0.fifth_mask"]
    building = label_rule("fifth-place").building_mask(post, post, 1024, 1024)
    np.testing.assert_array_equal(building == IGNORED, mask == IGNORED)
    np.testing.assert_array_equal(building == 1, (mask > 0) & (mask < IGNORED))


@pytest.mark.parametrize("rule", ["second-place", "fifth-place", "first-place", "baseline", "baseline-border-2"])
@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON EMPTY",
        "POLYGON Z ((0 0 1, 9 0 1, 9 9 1, 0 0 1))",
        "GEOMETRYCOLLECTION EMPTY",
        "POINT (3 3)",
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0), (5 3, 7 3, 7 4, 5 3)))",
    ],
)
def test_odd_geometry_is_refused(tmp_path, rule, wkt):
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({"features": {"xy": [{"properties": {"subtype": "destroyed"}, "wkt": wkt}]}}))
    for draws in (label_rule(rule).building_mask, lambda _, *rest: label_rule(rule).damage_mask(*rest)):
        with pytest.raises(LabelError, match=r"odd\.json: this label rule cannot draw"):
            draws(path, path, 16, 16)
