import pytest

from xview2_qgis.engine.errors import InputError, RuntimeFailure
from xview2_qgis.engine.staged_file import StagedFile


def test_the_file_appears_at_the_end_with_its_sidecar(tmp_path):
    path = tmp_path / "out.tif"
    path.write_text("earlier")
    with StagedFile(path, sidecars=(".aux.xml",)) as staged:
        staged.part.write_text("new")
        staged.part.with_name(staged.part.name + ".aux.xml").write_text("names")
        assert path.read_text() == "earlier"
        staged.commit()
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"out.tif": "new", "out.tif.aux.xml": "names"}


def test_a_sidecar_of_the_earlier_file_goes(tmp_path):
    for ending in ("", "-wal", "-shm", ".aux.xml"):
        (tmp_path / f"out.gpkg{ending}").write_text("earlier")
    with StagedFile(tmp_path / "out.gpkg", sidecars=(".aux.xml",)) as staged:
        staged.part.write_text("new")
        staged.commit()
    assert [p.name for p in tmp_path.iterdir()] == ["out.gpkg"]


@pytest.mark.parametrize(("error", "seen"), [(OSError("disk full"), RuntimeFailure), (KeyError("x"), KeyError)])
def test_an_error_leaves_the_earlier_file_and_nothing_else(tmp_path, error, seen):
    path = tmp_path / "out.gpkg"
    path.write_text("earlier")
    with pytest.raises(seen), StagedFile(path) as staged:  # noqa: PT012
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
