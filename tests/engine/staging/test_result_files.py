"""Results appear together at the end, and whatever ends a run before that leaves the earlier ones as they were."""

import pytest

from xview2_qgis.engine.errors import Cancelled, InputError
from xview2_qgis.engine.staging import result_files
from xview2_qgis.engine.staging.destinations import Destination
from xview2_qgis.engine.staging.result_files import staged_results

NAMES = {"output": "damage.gpkg", "damage_raster": "damage.tif", "report": "damage.html"}


def staged(folder, names=None):
    """Stage files, of which the raster has another beside it."""
    sidecars = {"damage.tif": (".aux.xml",)}
    wanted = [Destination(folder / name, (), sidecars.get(name, ())) for name in names or NAMES.values()]
    return staged_results(wanted, overwrite=True)


def write(files, text="new"):
    for file in files.files:
        with file.writing() as part:
            part.write_text(text)


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if not path.name.startswith(".")}


@pytest.fixture(autouse=True)
def nothing_hidden_stays(tmp_path):
    yield
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.fixture
def earlier(tmp_path):
    for name in (*NAMES.values(), "damage.tif.aux.xml"):
        (tmp_path / name).write_text("earlier")
    return contents(tmp_path)


def test_all_files_are_replaced_at_the_commit_and_not_before(tmp_path, earlier):
    with staged(tmp_path) as files:
        write(files)
        files.files[1].part.with_name("result.tif.aux.xml").write_text("new")
        assert earlier.items() <= contents(tmp_path).items()
        files.commit()
        assert contents(tmp_path) == dict.fromkeys(earlier, "new")
    assert contents(tmp_path) == dict.fromkeys(earlier, "new")


@pytest.mark.parametrize("asked", [("a.gpkg",), ("a.gpkg", "a.html"), tuple(NAMES.values())])
def test_only_what_was_asked_for_is_written(tmp_path, asked):
    with staged(tmp_path, asked) as files:
        assert files.folder == files.main.folder.path
        write(files)
        files.commit()
    assert contents(tmp_path) == dict.fromkeys(asked, "new")


@pytest.mark.parametrize("error", [Cancelled(), KeyError("a bug"), KeyboardInterrupt()])
def test_an_error_before_the_commit_leaves_the_earlier_results_and_nothing_else(tmp_path, earlier, error):
    with pytest.raises(type(error)), staged(tmp_path) as files:  # noqa: PT012
        write(files)
        files.main.part.with_name(files.main.part.name + "-wal").write_text("half")
        raise error
    assert contents(tmp_path) == earlier


def test_what_is_not_committed_goes(tmp_path, earlier):
    with staged(tmp_path) as files:
        write(files)
    assert contents(tmp_path) == earlier


@pytest.mark.parametrize("field", NAMES)
def test_a_missing_folder_is_refused_before_anything_is_written(tmp_path, earlier, field):
    wrong = [f"missing/{name}" if name == NAMES[field] else name for name in NAMES.values()]
    with pytest.raises(InputError, match="missing") as caught, staged(tmp_path, wrong):
        pytest.fail("the run must not begin")
    assert (caught.value.code, caught.value.exit_code) == ("output-folder", 3)
    assert contents(tmp_path) == earlier


@pytest.mark.parametrize("field", NAMES)
def test_files_of_a_run_stay_together_where_one_cannot_be_put_in_place(tmp_path, earlier, field):
    with staged(tmp_path) as files:
        write(files)
        (tmp_path / NAMES[field]).write_text("of a colleague")
        with pytest.raises(InputError, match=f"{NAMES[field]} was changed .*damage_2.gpkg") as caught:
            files.commit()
    assert caught.value.code == "output-changed"
    kept = {f"damage_2{suffix}": "new" for suffix in (".gpkg", ".tif", ".html")}
    assert contents(tmp_path) == earlier | {NAMES[field]: "of a colleague"} | kept


@pytest.mark.parametrize("refused", [False, True])
def test_their_names_are_on_the_disk_after_the_commit(tmp_path, earlier, monkeypatch, refused):
    seen = []

    def failing(folder):
        seen.append((folder, sorted(contents(folder).values())))
        raise OSError(5, "the disk failed")  # what is whole and in place is not taken back

    monkeypatch.setattr(result_files, "sync_folder", failing)
    with staged(tmp_path) as files:
        write(files)
        if refused:
            (tmp_path / "damage.gpkg").write_text("changed")
            with pytest.raises(InputError):
                files.commit()
        else:
            files.commit()
    assert seen == [(tmp_path, sorted(contents(tmp_path).values()))]
