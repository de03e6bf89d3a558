"""Planning a bundle of published weights: which rule, which weights, what is refused. Files are not read here."""

import json

import pytest

from export.bundle.form import Form
from export.published import choice as published
from export.published.choice import PublishedChoice, plan_published
from export.published.file import PublishedFile
from export.published.registry import OFFERS
from xview2_qgis.engine.decision.fifth_place import FifthPlace
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.second_place import SecondPlace
from xview2_qgis.engine.errors import InputError


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A folder with all published names; a file says which network it is."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for solution, offer in OFFERS.items():
        for name, network in offer.files.items():
            (folder / name).write_text(json.dumps([solution, network, name]))

    def inspect(path, solution):
        _, network, name = json.loads(path.read_text())
        return PublishedFile(path, solution, network, name)

    monkeypatch.setattr(published, "inspect", inspect)
    return folder


def plan(paths, decision=None, solution="second-place", size=(1024, 1024)):
    return plan_published(paths, PublishedChoice(solution, decision, Form(size)), "trial")


def test_whole_ensemble(weights):
    made = plan([weights])
    assert len(made.parts) == 21
    networks = [part.origin["network"] for part in made.parts]
    assert sorted(part.name for part in made.parts) == sorted(OFFERS["second-place"].files)
    assert networks[:6] == ["d92_loc"] * 4 + ["d161_loc"] * 2
    assert [networks.count(n) for n in ("d92_softmax", "d161_softmax", "se50_softmax", "b2_softmax")] == [4, 4, 4, 2]
    # 16 damage terms: ResNeXt-101 counts twice
    assert [part.weight for part in made.parts if part.weight != 1] == [2.0]
    assert sum(part.weight for part in made.parts[6:]) == 16
    assert {part.margin for part in made.parts[:4]} == {16}
    assert {part.margin for part in made.parts[4:]} == {0}
    assert (made.decision, made.tta, made.overlap) == (SecondPlace(), "flips", 0)
    assert "CC BY-NC-SA 4.0" in made.card.licence
    assert "Apache-2.0" in made.card.licence
    assert "github.com/selimsef/xview2_solution" in made.card.source


def test_streaming_keeps_the_published_threshold(weights):
    made = plan([weights], "streaming")
    assert isinstance(made.decision, ObjectVote)
    assert made.decision.building_threshold == 0.25
    assert (made.tta, made.overlap) == ("none", 256)


def test_damage_alone_is_decided_by_its_background(weights):
    files = [weights / name for name, network in OFFERS["second-place"].files.items() if network == "b2_softmax"]
    made = plan(files)
    assert isinstance(made.decision, ObjectVote)
    # where one class has all that background leaves, the published rule turns from background to building here
    for threshold, factor in (("building_threshold", 1), ("damaged_building_threshold", 2)):
        p = getattr(made.decision, threshold)
        assert factor * p == pytest.approx(0.8 * (1 - p))


@pytest.mark.parametrize(("network", "lacks"), [("b2_softmax", "localization"), ("d161_loc", "damage")])
def test_published_rule_needs_both_kinds(weights, network, lacks):
    files = [weights / name for name, n in OFFERS["second-place"].files.items() if n == network]
    with pytest.raises(InputError, match=f"needs a {lacks} network"):
        plan(files, "published")


def test_fifth_place(weights):
    made = plan([weights], solution="fifth-place", size=(100, 132))
    assert (made.decision, made.tta) == (FifthPlace(), "none")
    assert "MIT" in made.card.licence
    assert plan([weights], "streaming", "fifth-place").decision.building_threshold == 0.5


def test_same_file_twice_is_refused(weights, tmp_path):
    name = next(iter(OFFERS["second-place"].files))
    (tmp_path / "copy").write_bytes((weights / name).read_bytes())
    with pytest.raises(InputError, match="are the same file"):
        plan([weights / name, tmp_path / "copy"])


def test_equal_names_become_different_files(weights, tmp_path):
    name = next(iter(OFFERS["second-place"].files))
    other = tmp_path / name
    other.write_text(json.dumps(["second-place", "d92_loc", "another fold"]))
    made = plan([weights / name, other])
    assert [part.name for part in made.parts] == [name, f"{name}-2"]


def test_sizes_and_folders_that_do_not_suit(weights, tmp_path):
    with pytest.raises(InputError, match="32 divides"):
        plan([weights], size=(100, 128))
    with pytest.raises(InputError, match="holds none of the published files"):
        plan([tmp_path])
