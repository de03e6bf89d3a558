"""Images of two folders: pairs that are certain, and why the others are none."""

from datetime import UTC, datetime

import pytest

from xview2_qgis.engine.batch.scenes.folder_pairs import match_folders
from xview2_qgis.engine.errors import InputError


@pytest.fixture
def match(tmp_path):
    """Match folders that hold files of these names; what comes back are names, too."""

    def matched(before, after, by="name", dates=None):
        folders = tmp_path / "before", tmp_path / "after"
        for folder, names in zip(folders, (before, after), strict=True):
            folder.mkdir()
            for name in names:
                (folder / name).touch()
        asked = []

        def dated(path):
            asked.append(path.name)
            day = (dates or {}).get(path.name)
            return None if day is None else datetime(2023, 2, day, tzinfo=UTC)

        found = match_folders(*folders, by, dated)
        pairs = {scene.id: (scene.pre.rpartition("/")[2], scene.post.rpartition("/")[2]) for scene in found.scenes}
        return pairs, {left.path.name: left.reason for left in found.left_over}

    return matched


@pytest.mark.parametrize(
    ("pre", "post", "name"),
    [
        ("town.tif", "town.tif", "town"),
        ("Town_pre.tif", "Town_post.jp2", "Town"),
        ("town-before_2023-01-28.tif", "town-after_2023-02-09.tif", "town"),
        ("x_00000012_pre_disaster.png", "x_00000012_post_disaster.png", "x_00000012_disaster"),
        ("hafen_12_vorher.tif", "hafen_12_nachher.tif", "hafen_12"),
        ("townPre.tif", "townPost.tif", "town"),
        ("town.tif", "town_post.tif", "town"),
        ("20230128.tif", "20230209.tif", "20230209"),
        ("сад_до.tif", "сад_после.tif", "сад"),
    ],
)
def test_names_of_a_pair(match, pre, post, name):
    pairs, left = match([pre, "other_1.tif", "notes.txt", ".hidden.tif"], [post, "other_2.tif"])
    assert pairs == {name: (pre, post)}
    assert set(left) == {"other_1.tif", "other_2.tif"}


@pytest.mark.parametrize(
    ("pre", "post"),
    [
        ("town_1.tif", "town_10.tif"),
        ("town_pre.tif", "harbour_post.tif"),
        ("town_post.tif", "town_pre.tif"),  # exchanged
        ("town_2023-02-09.tif", "town_2023-01-28.tif"),
        ("town_vorher.tif", "town_after.tif"),  # two languages
    ],
)
def test_names_of_no_pair(match, pre, post):
    with pytest.raises(InputError) as caught:
        match([pre], [post])
    assert caught.value.code == "match-none"


def test_several_of_one_name_are_not_guessed(match):
    pairs, left = match(["a_pre.tif", "b_pre.tif", "b_before.tif"], ["a_post.tif", "b_post.tif"])
    assert pairs == {"a": ("a_pre.tif", "a_post.tif")}
    assert left == dict.fromkeys(
        ("b_pre.tif", "b_before.tif", "b_post.tif"), "there are 2 pre-event and 1 post-event images of that name"
    )


def test_by_date_the_nearest_to_the_event(match):
    before, after = ["a_20230201.tif", "a_20230205.tif"], ["a_20230210.tif", "a_20230212.tif"]
    dates = {name: int(name[8:10]) for name in before + after}
    pairs, left = match(before, after, "date", dates)
    assert pairs == {"a": ("a_20230205.tif", "a_20230210.tif")}
    assert set(left) == {"a_20230201.tif", "a_20230212.tif"}


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"a_pre.tif": 1, "a_before.tif": 1, "a_post.tif": 3}, "of that name and date"),
        ({"a_pre.tif": 1, "a_before.tif": 4, "a_post.tif": 3}, "not in order"),
        ({"a_pre.tif": 1, "a_post.tif": 3}, "nothing says when a_before.tif"),
    ],
)
def test_by_date_nothing_is_guessed_either(match, dates, told):
    pairs, left = match(["a_pre.tif", "a_before.tif", "b.tif"], ["a_post.tif", "b.tif"], "date", dates)
    assert list(pairs) == ["b"]
    assert all(told in reason for reason in left.values())
    assert len(left) == 3


def test_one_folder_for_both(tmp_path):
    for name in ("x_1_pre_disaster.png", "x_1_post_disaster.png", "x_2_pre_disaster.png", "y.png"):
        (tmp_path / name).touch()
    found = match_folders(tmp_path, tmp_path, "name", lambda _: None)
    assert [scene.id for scene in found.scenes] == ["x_1_disaster"]
    assert [left.path.name for left in found.left_over] == ["x_2_pre_disaster.png", "y.png"]


def test_scenes_of_one_name_get_a_number(match):
    pairs, _ = match(["ä.tif", "Ä_1.tif"], ["ä.tif", "Ä_1.tif"])
    assert sorted(pairs) == ["Ä_1", "ä"]


def test_folders_that_are_none(tmp_path):
    with pytest.raises(InputError) as caught:
        match_folders(tmp_path / "none", tmp_path, "name", lambda _: None)
    assert caught.value.code == "match-folder"
