import os
from contextlib import ExitStack

import pytest

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.staging import durable_file, staged_file
from xview2_qgis.engine.staging.staged_file import StagedFile, commit_together
from xview2_qgis.engine.staging.stale_files import remove_stale_files


def test_the_file_appears_at_the_end_with_its_sidecar(tmp_path):
    path = tmp_path / "out.tif"
    path.write_text("earlier")
    with StagedFile(path, sidecars=(".aux.xml",)) as staged:
        staged.part.write_text("new")
        staged.part.with_name(staged.part.name + ".aux.xml").write_text("names")
        assert path.read_text() == "earlier"
        commit_together([staged])
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"out.tif": "new", "out.tif.aux.xml": "names"}


def test_a_sidecar_of_the_earlier_file_goes(tmp_path):
    for ending in ("", "-wal", "-shm", ".aux.xml"):
        (tmp_path / f"out.gpkg{ending}").write_text("earlier")
    with StagedFile(tmp_path / "out.gpkg", sidecars=(".aux.xml",)) as staged:
        staged.part.write_text("new")
        commit_together([staged])
    assert [p.name for p in tmp_path.iterdir()] == ["out.gpkg"]


@pytest.mark.parametrize(("error", "seen"), [(OSError("disk full"), RuntimeFailure), (KeyError("x"), KeyError)])
def test_an_error_leaves_the_earlier_file_and_nothing_else(tmp_path, error, seen):
    path = tmp_path / "out.gpkg"
    path.write_text("earlier")
    with pytest.raises(seen), StagedFile(path) as staged, staged.writing():  # noqa: PT012
        staged.part.write_text("half")
        staged.part.with_name(staged.part.name + "-journal").write_text("x")
        raise error
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"out.gpkg": "earlier"}


@pytest.mark.parametrize("path", ["missing/out.gpkg", "file/out.gpkg", "."])
def test_a_place_that_cannot_hold_the_file_is_refused_at_once(tmp_path, path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError) as caught, StagedFile(tmp_path / path):
        pass
    assert caught.value.code == "output-folder"


def test_where_one_of_several_files_is_in_use_all_are_kept_under_other_names(tmp_path, monkeypatch):
    names = ("a.gpkg", "b.tif", "c.html")
    for name in (*names, "b_2.tif"):
        (tmp_path / name).write_text("earlier")

    def replace(source, target, _replace=os.replace):
        if str(target).endswith("b.tif"):  # as Windows says of a file that another program has open
            raise PermissionError(13, "in use")
        _replace(source, target)

    monkeypatch.setattr(staged_file.os, "replace", replace)
    monkeypatch.setattr(durable_file, "PATIENCE_S", 0.3)
    with ExitStack() as stack:
        files = [stack.enter_context(StagedFile(tmp_path / name, (".aux.xml",))) for name in names]
        for file in files:
            with file.writing() as part:
                part.write_text("new")
        with pytest.raises(InputError) as caught:
            commit_together(files)
    assert caught.value.code == "output-in-use"
    assert "the result is in a_3.gpkg, b_3.tif, c_3.html" in caught.value.message
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "a.gpkg": "earlier", "b.tif": "earlier", "b_2.tif": "earlier", "c.html": "earlier",
        "a_3.gpkg": "new", "b_3.tif": "new", "c_3.html": "new",
    }  # fmt: skip


@pytest.mark.parametrize("error", [PermissionError(13, "in use"), OSError(16, "busy")])
def test_what_cannot_be_renamed_at_all_stays_and_is_told(tmp_path, monkeypatch, error):
    """A scanner may hold the new file itself; a bind-mounted output is busy."""

    def refuse(source, target, **_):
        if str(source).endswith("result.tif"):
            raise error
        _link(source, target)

    _link = os.link
    for name in ("link", "rename"):
        monkeypatch.setattr(staged_file.os, name, refuse)
    monkeypatch.setattr(durable_file, "PATIENCE_S", 0.1)
    with ExitStack() as stack:
        files = [stack.enter_context(StagedFile(tmp_path / name)) for name in ("a.gpkg", "b.tif", "c.html")]
        for file in files:
            file.part.write_text("new")
        with pytest.raises(InputError) as caught:
            commit_together(files)
    where = files[1].part
    assert f"the result is in {where.parent.name}/{where.name}, c_2.html" in caught.value.message
    assert {p.name for p in tmp_path.iterdir()} == {"a.gpkg", where.parent.name, "c_2.html"}
    assert where.read_text() == "new"
    remove_stale_files([tmp_path / "b.tif"], locked=True)  # the next run finds it, too
    assert where.read_text() == "new"


@pytest.mark.parametrize("taken", [False, True])
def test_on_a_disk_without_hard_links_a_file_that_appeared_stays_too(tmp_path, monkeypatch, taken):
    def refuse(*_, **__):
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(staged_file.os, "link", refuse)
    monkeypatch.setattr(durable_file, "PATIENCE_S", 0.0)
    with StagedFile(tmp_path / "a.gpkg") as staged:
        staged.part.write_text("new")
        if taken:  # after the last look
            monkeypatch.setattr(staged, "refusal", lambda _: (tmp_path / "a.gpkg").write_text("theirs") and None)
            with pytest.raises(InputError, match=r"a\.gpkg appeared .* a_2\.gpkg"):
                commit_together([staged])
        else:
            commit_together([staged])
    wanted = {"a.gpkg": "theirs", "a_2.gpkg": "new"} if taken else {"a.gpkg": "new"}
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == wanted


def test_a_file_held_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    calls = []

    def replace(source, target, _replace=os.replace):
        calls.append(target)
        if len(calls) < 3:
            raise PermissionError(13, "scanned")
        _replace(source, target)

    monkeypatch.setattr(staged_file.os, "replace", replace)
    (tmp_path / "a.gpkg").write_text("earlier")
    with StagedFile(tmp_path / "a.gpkg") as staged:
        staged.part.write_text("new")
        commit_together([staged])
    assert (tmp_path / "a.gpkg").read_text() == "new"


def test_a_long_error_is_told_briefly(tmp_path):
    with StagedFile(tmp_path / "a.txt") as staged, pytest.raises(RuntimeFailure) as caught, staged.writing():
        raise OSError("INSERT INTO damage VALUES (1, 2, 3), " * 100)
    assert "INSERT INTO" in caught.value.message
    assert len(caught.value.message) < 200
