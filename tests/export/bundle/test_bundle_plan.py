"""What a bundle will hold: the form of its networks, and what a part is by default."""

import pytest

from export.bundle.bundle_plan import BundlePlan, Part
from export.bundle.card import default_card
from export.bundle.form import Form
from training.evaluation.calibration import Scaling
from xview2_qgis.engine.decision.fifth_place import FifthPlace
from xview2_qgis.engine.decision.object_vote import ObjectVote


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


def test_a_part_changes_nothing_unless_it_is_told_to():
    part = plan(FifthPlace()).parts[0]
    assert (part.weight, part.margin, part.scaling, dict(part.origin)) == (1.0, 0, Scaling(1.0, (0, 0, 0, 0)), {})
    plain = plan(ObjectVote())
    assert (plain.form.size, plain.form.rounded, plain.tta) == ((1024, 1024), False, "none")
