"""The card: what its author may write, what calibration adds, and what is refused with one line."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import export
from export.bundle.card import UNKNOWN_LICENCE, Card, bundle_id, calibrated, default_card, read_card
from training.evaluation.calibration import Scaling
from training.evaluation.decision_search import Choice, Tuning
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.scoring.challenge import Score

TEXTS = {"id": "mine", "title": "Mine", "licence": "CC0-1.0", "training_data": "towns", "source": "me"}
SCORE = {"set": "towns", "metric": "f1", "value": 0.5, "date": "2026-01-01"}


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def refusal(read):
    with pytest.raises(InputError) as caught:
        read()
    assert caught.value.code == "card"
    assert "\n" not in str(caught.value)
    return caught.value.message


def test_texts_alone_are_enough(tmp_path):
    card = read_card(write(tmp_path / "card.json", TEXTS))
    assert card.card == Card(**TEXTS)
    assert (card.decision, card.scaling, card.tta, card.tuned_on) == (ObjectVote(), Scaling(), "none", frozenset())


def test_everything_that_a_card_may_say(tmp_path):
    decision = {"building_threshold": 0.4, "class_weights": [1, 2, 3, 0.5], "minimum_area_m2": 9}
    more = {"scores": [SCORE], "decision": decision, "temperature": 2, "offsets": [0, 1, -1, 0.5], "tta": "flips"}
    more["missing_pre"] = "zeros"
    card = read_card(write(tmp_path / "card.json", {**TEXTS, **more}))
    assert card.card.scores == (SCORE,)
    # what the decision does not name keeps its default
    assert card.decision == ObjectVote(0.4, 0.5, (1, 2, 3, 0.5), 9)
    assert card.scaling == Scaling(2.0, (0.0, 1.0, -1.0, 0.5))
    assert card.tta == "flips"
    assert card.card.missing_pre == "zeros"


def test_the_card_that_is_shipped():
    card = read_card(Path(export.__file__).parent / "compact-card.json")
    assert card.card.id == "compact"
    assert "destroyed" in card.card.summary.lower()
    assert all({"set", "metric", "value", "date"} <= score.keys() for score in card.card.scores)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": None}, "title must be there and be text"),
        ({"summary": 5}, "summary must be text"),
        ({"licence": 5}, "licence must be there and be text"),
        ({"id": "two words"}, "id must be letters, digits"),
        ({"id": "x" * 65}, "id is longer than 64"),
        ({"id": "nul"}, "id must be letters, digits"),
        ({"title": "two\nlines"}, "title must be one line"),
        ({"licence": "x" * 4001}, "licence is longer than 4000"),
        ({"licnce": "CC0"}, "licnce is unknown"),
        ({"tuned_on": "abc"}, "tuned_on is unknown"),
        ({"scores": SCORE}, "scores must be a list of objects"),
        ({"scores": [0.5]}, "scores must be a list of objects"),
        ({"decision": [0.5]}, "decision must be an object"),
        ({"decision": {"threshold": 0.5}}, "decision.threshold is unknown"),
        ({"decision": {"building_threshold": "0.5"}}, "decision.building_threshold must be a number"),
        ({"decision": {"building_threshold": True}}, "decision.building_threshold must be a number"),
        ({"decision": {"building_threshold": [0.5]}}, "decision.building_threshold must be a number"),
        ({"decision": {"class_weights": [1, 1, 1]}}, "decision.class_weights must be four numbers"),
        ({"decision": {"class_weights": 1}}, "decision.class_weights must be four numbers"),
        ({"temperature": 0}, "temperature must be a number above 0"),
        ({"temperature": float("nan")}, "temperature must be a number above 0"),
        ({"temperature": float("inf")}, "temperature must be a number above 0"),
        ({"offsets": [0, 0, 0]}, "offsets must be four numbers"),
        ({"offsets": [0, 0, 0, None]}, "offsets must be four numbers"),
        ({"missing_pre": "black"}, "missing_pre must be one of post, zeros"),
        ({"tta": "turns"}, "tta must be one of none, mirror, flips"),
        ({"tta": ["flips"]}, "tta must be one of none, mirror, flips"),
    ],
)
def test_mistakes_are_named(changes, fault, tmp_path):
    path = write(tmp_path / "card.json", {**TEXTS, **changes})
    assert refusal(lambda: read_card(path)).startswith(f"{path}: {fault}")


@pytest.mark.parametrize("rule", [1, "second-place"])
def test_a_card_is_for_the_rule_of_the_engine(rule, tmp_path):
    """Its thresholds are those of ``object-vote``; calibration writes no rule either."""
    path = write(tmp_path / "card.json", {**TEXTS, "decision": {"rule": rule}})
    assert "decision.rule" in refusal(lambda: read_card(path))


@pytest.mark.parametrize(
    ("content", "fault"),
    [("", "not JSON"), ("{'id': 1}", "not JSON"), ("[1]", "not an object"), ("null", "not an object")],
)
def test_files_that_are_no_cards(content, fault, tmp_path):
    path = write(tmp_path / "card.json", content)
    for read in (read_card, lambda path: calibrated(default_card("mine"), path)):
        assert refusal(lambda read=read: read(path)).startswith(f"{path}: {fault}")
        assert "cannot be read (No such file" in refusal(lambda read=read: read(tmp_path / "nowhere.json"))
    (tmp_path / "latin.json").write_bytes('{"id": "Zürich"}'.encode("latin-1"))
    assert "not JSON" in refusal(lambda: read_card(tmp_path / "latin.json"))


def test_what_calibrate_writes_is_read_back(tmp_path):
    decision, scaling = ObjectVote(0.45, 0.3, (1.0, 1.5, 2.0, 1.0), 8.0), Scaling(1.7, (0.0, -0.5, 0.25, 1.0))
    written = Tuning(scaling, Choice(decision, Score()), Score(), (0.1, 0.05), (0.5, 0.4)).as_dict()
    content = {**written, "tta": "mirror", "checkpoint_sha256": ["AB" * 32, "cd" * 32]}
    before = read_card(write(tmp_path / "card.json", {**TEXTS, "scores": [SCORE], "temperature": 3}))
    after = calibrated(before, write(tmp_path / "tuned.json", content))
    assert after.card == before.card
    assert (after.decision, after.scaling, after.tta) == (decision, scaling, "mirror")
    assert after.tuned_on == {"ab" * 32, "cd" * 32}


TUNED = {"decision": {}, "temperature": 1, "offsets": [0, 0, 0, 0]}


def test_nothing_of_an_earlier_calibration_stays(tmp_path):
    """What was chosen together belongs together, so the card's own decision and views go, too."""
    before = read_card(
        write(tmp_path / "card.json", {**TEXTS, "decision": {"building_threshold": 0.2}, "tta": "flips"})
    )
    after = calibrated(before, write(tmp_path / "tuned.json", TUNED))
    assert (after.decision, after.scaling, after.tta, after.tuned_on) == (ObjectVote(), Scaling(), "none", frozenset())


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"decision": None}, "decision must be an object"),
        ({"temperature": -1}, "temperature must be a number above 0"),
        ({"offsets": [1, 2]}, "offsets must be four numbers"),
        ({"checkpoint_sha256": 5}, "checkpoint_sha256 must be text or a list of texts"),
        ({"checkpoint_sha256": ["a", 5]}, "checkpoint_sha256 must be text or a list of texts"),
    ],
)
def test_mistakes_of_a_calibration_are_named(changes, fault, tmp_path):
    path = write(tmp_path / "tuned.json", {**TUNED, **changes})
    assert refusal(lambda: calibrated(default_card("mine"), path)) == f"{path}: {fault}"
    for key in TUNED:
        lacking = write(tmp_path / "lacking.json", {k: v for k, v in TUNED.items() if k != key})
        assert refusal(lambda path=lacking: calibrated(default_card("mine"), path)) == f"{lacking}: {key} must be there"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("compact", "compact"),
        ("my model (2)", "my-model-2"),
        ("Zürich/Süd", "Z-rich-S-d"),
        ("..", "model"),
        ("", "model"),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_names_become_ids(name, expected):
    assert bundle_id(name) == expected
    card = default_card(name)
    assert (card.card.id, card.card.licence) == (expected, UNKNOWN_LICENCE)


@given(st.text() | st.text("aB9._-", min_size=60, max_size=70))
def test_an_id_is_fit_for_a_folder_and_for_a_card(name):
    found = bundle_id(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", found)  # the rule of the engine
    assert bundle_id(found) == found  # what a card may hold
