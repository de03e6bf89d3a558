"""Which pairs a run trains on and which it holds back: every pair is one or the other."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.xbd_folder import squares, write_labelled, write_pair
from training.data.datasets import held_back_files, hold_back_alike, trained_files, training_sources
from training.data.folder.dataset_error import DatasetError
from training.data.sources import DataConfig
from training.data.xbd import list_pairs
from training.section import ConfigurationError

NAMES = ("fire_00000001", "fire_00000002", "flood_00000001", "flood_00000002", "wind_00000007")


@dataclass
class Folders:
    """One folder with five pairs of three disasters, and one with two more that have names of the first."""

    real: str
    drawn: str
    cache: str

    def data(self, **changes):
        train = [{"folder": self.real}, {"folder": self.drawn, "always": True, "weight": 0.5}]
        return DataConfig.model_validate({"train": train, "cache": self.cache, **changes})


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    real, drawn, cache = (tmp_path_factory.mktemp(name) for name in ("real", "drawn", "cache"))
    for number, name in enumerate(NAMES):
        write_pair(real, name, squares(32, (8, 8, 1 + number % 4)), seed=number)
    for number, name in enumerate(NAMES[:2]):
        write_pair(drawn, name, squares(32), seed=10 + number)
    return Folders(str(real), str(drawn), str(cache))


def identities(files):
    found = [(str(f.folder), f.name) for f in files]
    assert len(set(found)) == len(found)
    return set(found)


def everything(folders):
    return {(folders.real, name) for name in NAMES} | {(folders.drawn, name) for name in NAMES[:2]}


disasters = st.lists(st.sampled_from(["fire", "flood", "wind"]), min_size=1, max_size=2, unique=True)


@settings(max_examples=30)
@given(holdout=st.none() | disasters, k=st.integers(2, 5), fold=st.integers(0, 4), cut=st.booleans())
def test_every_pair_is_trained_on_or_held_back(folders, holdout, k, fold, cut):
    choice = {"folds": k, "fold": fold % k} if cut else {}
    data = folders.data(holdout_disaster=holdout, **choice)
    held_back, trained = identities(held_back_files(data)), identities(trained_files(data))
    assert not held_back & trained
    # they are always trained on, but when their disaster is held back, and are never among what is measured
    drawn = {(folders.drawn, name) for name in NAMES[:2]}
    left_out = drawn if "fire" in (holdout or ()) else set()
    assert held_back | trained == everything(folders) - left_out
    assert trained & drawn == drawn - left_out
    for disaster in holdout or ():
        assert {(folders.real, n) for n in NAMES if n.startswith(disaster)} <= held_back
    if holdout is None and cut:
        assert len(held_back) in (len(NAMES) // k, len(NAMES) // k + 1)
    if holdout is None and not cut:
        assert held_back == set()


def test_sources_keep_their_pairs_apart_and_their_weights(folders):
    data = folders.data(holdout_disaster="flood")
    own, drawn = training_sources(data)
    assert [p.name for p in own.pairs] == [n for n in NAMES if not n.startswith("flood")]
    assert [p.name for p in drawn.pairs] == list(NAMES[:2])
    assert (own.weight, drawn.weight) == (1.0, 0.5)
    # the decoded pixels belong to the folder that the pair is in, though both hold pairs of one name
    assert not drawn.pairs[0].open().damage.any()
    trained = {f.name for f in trained_files(data) if str(f.folder) == folders.real}
    assert {p.name for p in own.pairs} == trained


def test_a_source_without_pairs_left_is_no_source(folders):
    left = training_sources(folders.data(holdout_disaster="fire"))
    assert [[p.name for p in source.pairs] for source in left] == [list(NAMES[2:])]
    alone = folders.data(train=[{"folder": folders.real}], holdout_disaster=["fire", "flood", "wind"])
    with pytest.raises(ConfigurationError, match="data: nothing is left to train on"):
        training_sources(alone)


def test_the_validation_folder_counts_where_nothing_is_held_back(folders):
    plain = folders.data(train=[{"folder": folders.real}], validation=folders.drawn)
    assert identities(held_back_files(plain)) == {(folders.drawn, name) for name in NAMES[:2]}
    cut = plain.model_copy(update={"holdout_disaster": "wind"})
    assert identities(held_back_files(cut)) == {(folders.real, "wind_00000007")}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"holdout_disaster": "fier"}, r"data\.holdout_disaster: no pair of 'fier', did you mean fire\?"),
        ({"holdout_disaster": ["fire", "storm"]}, r"data\.holdout_disaster: no pair of 'storm'"),
        ({"folds": 6, "fold": 0}, r"data\.folds: cannot make 6 folds of 5 pairs"),
    ],
)
def test_what_cannot_be_held_back_is_named(folders, changes, message):
    for ask in (training_sources, held_back_files, trained_files):
        with pytest.raises(ConfigurationError, match=message):
            ask(folders.data(**changes))


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ({"holdout_disaster": "fire"}, {"holdout_disaster": ["fire"]}, True),
        ({"holdout_disaster": ["fire", "wind"]}, {"holdout_disaster": ["wind", "fire"]}, True),
        ({"holdout_disaster": "fire"}, {"holdout_disaster": "flood"}, False),
        ({"holdout_disaster": "fire"}, {}, False),
        ({"folds": 3, "fold": 1}, {"folds": 3, "fold": 1, "workers": 0}, True),
        ({"folds": 3, "fold": 1}, {"folds": 3, "fold": 2}, False),
        ({}, {"workers": 4}, True),
    ],
)
def test_runs_that_hold_back_the_same_pairs(folders, first, second, alike):
    one, two = folders.data(**first), folders.data(**second)
    assert hold_back_alike(one, two) == hold_back_alike(two, one) == alike
    same = {f.identity for f in held_back_files(one)} == {f.identity for f in held_back_files(two)}
    assert same == alike


def test_equal_choices_are_alike_without_the_data(folders, tmp_path):
    """A run can be gone on with where its folders lie elsewhere by now."""
    gone = folders.data(train=[{"folder": str(tmp_path / "gone")}], holdout_disaster="fire")
    assert hold_back_alike(gone, gone.model_copy(update={"workers": 3}))
    with pytest.raises(DatasetError, match="gone"):
        hold_back_alike(gone, folders.data(holdout_disaster="fire"))


def test_the_same_names_in_another_folder_are_other_pairs(folders):
    one, other = (
        folders.data(train=[{"folder": folder}], holdout_disaster="fire") for folder in (folders.real, folders.drawn)
    )
    assert {f.name for f in held_back_files(one)} == {f.name for f in held_back_files(other)} == set(NAMES[:2])
    assert not hold_back_alike(one, other)


def test_the_same_folder_written_in_another_way(folders, tmp_path):
    (tmp_path / "link").symlink_to(folders.real)
    linked = folders.data(train=[{"folder": str(tmp_path / "link")}], folds=2, fold=0)
    plain = folders.data(train=[{"folder": folders.real}], folds=2, fold=0)
    assert hold_back_alike(linked, plain)
    assert len(held_back_files(linked)) < len(list_pairs(tmp_path / "link"))


def test_images_of_the_ground_of_a_held_back_pair_are_not_trained_on(tmp_path):
    for place, name in enumerate(("fire_00000001", "fire_00000002", "flood_00000001", "flood_00000002")):
        write_labelled(tmp_path / "pairs", name, [(8, 8, 1 + place % 4), (40, 40, 1)], (place, 0.0))
    # the second one shows three quarters of the ground of the first flood
    write_labelled(tmp_path / "single", "flood_00000007", [(8, 8, 4), (40, 40, 1)], (9.0, 0.0), ("post",))
    write_labelled(tmp_path / "single", "flood_00000008", [(8, 8, 4), (40, 40, 1)], (2.25, 0.0), ("post",))
    train = [
        {"folder": str(tmp_path / "pairs")},
        {"folder": str(tmp_path / "single"), "post_only": True, "always": True},
    ]
    data = {"train": train, "cache": str(tmp_path / "cache")}
    parts = []
    for fold in range(2):
        config = DataConfig.model_validate({**data, "folds": 2, "fold": fold})
        held_back, trained = held_back_files(config), trained_files(config)
        parts.append({f.name for f in held_back})
        names = {f.name for f in trained}
        assert "flood_00000007" in names
        assert ("flood_00000008" in names) == ("flood_00000001" in names)
    assert parts[0] | parts[1] == {f"{d}_0000000{n}" for d in ("fire", "flood") for n in (1, 2)}
    without = DataConfig.model_validate({**data, "holdout_disaster": "flood"})
    assert {f.name for f in trained_files(without)} == {"fire_00000001", "fire_00000002"}
    assert {f.name for f in held_back_files(without)} == {"flood_00000001", "flood_00000002"}
