"""What belongs to somebody is still there after a run, whatever happened while it went on."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from contextlib import closing

import geopandas
import pytest
import rasterio
from shapely.geometry import box

from tests.checkout import ROOT
from tests.engine.drawn_houses import HOUSES, draw_houses
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.errors import EngineError, InputError, RuntimeFailure, UsageError
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.run.events import EventSink
from xview2_qgis.engine.session import Session
from xview2_qgis.engine.staging.working_folder import WorkingFolder
from xview2_qgis.protocol.events import Progress
from xview2_qgis.protocol.options.assessment import AssessmentParameters, ImageOptions


class Meanwhile(EventSink):
    """An event sink that does something once, while the networks run."""

    def __init__(self, act=lambda: None):
        self._act = act

    def emit(self, event):
        if isinstance(event, Progress) and event.stage == "infer":
            act, self._act = self._act, lambda: None
            act()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A pair, the model, and a result that nobody has touched."""
    folder = tmp_path_factory.mktemp("scene")
    write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
    draw_houses(folder / "pre.tif", False)
    draw_houses(folder / "post.tif", True)
    run(folder, folder / "result")
    return folder


def run(scene, folder, act=lambda: None, **changes):
    """Assess the pair with all outputs into a folder, and do something meanwhile."""
    folder.mkdir(exist_ok=True)
    outputs = {"output": folder / "a.gpkg", "damage_raster": folder / "a.tif", "report": folder / "a.html"}
    fields = {
        "pre": ImageOptions(str(scene / "pre.tif")),
        "post": ImageOptions(str(scene / "post.tif")),
        "model": str(scene / "tiny"),
    }
    parameters = AssessmentParameters(**{**fields, **outputs, "register": False, **changes})
    assess(Session.of(parameters), parameters, RunContext(Meanwhile(act)))


@pytest.fixture
def earlier(scene, tmp_path):
    """A folder with the files of an earlier run."""
    shutil.copytree(scene / "result", tmp_path / "out")
    return tmp_path / "out"


def run_ids(folder, stem="a"):
    """The ids in GeoPackage, damage raster and report."""
    with closing(sqlite3.connect(folder / f"{stem}.gpkg")) as database:
        (ours,) = database.execute("SELECT run_id FROM run").fetchone()
    with rasterio.open(folder / f"{stem}.tif") as raster:
        of_raster = raster.tags()["XVIEW2_RUN_ID"]
    page = (folder / f"{stem}.html").read_text(encoding="utf-8")
    [of_report] = re.findall('<meta name="xview2-run-id" content="(.*)">', page)
    return ours, of_raster, of_report


def change(path, statement):
    """Change a result as a program that knows GeoPackages does; what it changed may be in the log only."""
    with closing(sqlite3.connect(path)) as database, database:
        for number, name in enumerate(("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
            database.create_function(name, 1, lambda _, number=number: number)
        database.execute(statement)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


REVIEW = "UPDATE damage SET review_class = 'destroyed', review_note = 'seen by hand' WHERE building_id = 1"


def test_all_files_of_a_run_have_one_id_and_other_runs_have_others(scene, earlier):
    first, *others = run_ids(earlier)
    assert others == [first, first]
    assert len(first) == 32
    assert f"<td><bdi>{first}</bdi></td>" in (earlier / "a.html").read_text(encoding="utf-8")
    run(scene, earlier, overwrite=True)
    second, *others = run_ids(earlier)
    assert others == [second, second]
    assert second != first
    assert {path.name for path in earlier.iterdir()} == {"a.gpkg", "a.tif", "a.tif.aux.xml", "a.html"}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["a.gpkg", "a.tif", "a.html"])
def test_a_file_that_appears_during_the_run_stays(scene, tmp_path, name, overwrite):
    folder = tmp_path / "out"
    with pytest.raises(InputError, match=f"{name} appeared .* the result is in a_3.tif, a_3.html, a_3.gpkg") as caught:
        run(scene, folder, lambda: appear(folder, name), overwrite=overwrite)
    assert (caught.value.code, caught.value.exit_code) == ("output-changed", 3)
    assert (folder / name).read_text() == "what a colleague saved meanwhile"
    assert len(set(run_ids(folder, "a_3"))) == 1
    names = {"a_3.gpkg", "a_3.tif", "a_3.tif.aux.xml", "a_3.html", "a_2.html", name}
    assert {path.name for path in folder.iterdir()} == names


def appear(folder, name):
    (folder / name).write_text("what a colleague saved meanwhile")
    (folder / "a_2.html").touch()  # the next free number is the same for all


@pytest.mark.parametrize(
    ("statement", "discard_reviews"),
    [
        (REVIEW, False),
        (REVIEW, True),  # the user agreed to lose what there was, and nothing was
        ("CREATE TABLE notes AS SELECT 'two hours of work' AS text", False),
        ("CREATE VIEW worst AS SELECT * FROM damage WHERE damage = 4", False),
        ("UPDATE damage SET damage_class = 'destroyed', damage = 4 WHERE building_id = 1", False),
        ("DELETE FROM damage WHERE building_id = 2", False),
        ("ALTER TABLE damage ADD COLUMN inspector TEXT", False),
        ("UPDATE layer_styles SET styleQML = 'my own'", False),
    ],
    ids=["review", "review, others discarded", "table", "view", "class", "building", "field", "style"],
)
def test_work_of_others_during_the_run_stays(scene, earlier, statement, discard_reviews):
    change(earlier / "a.gpkg", "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(earlier / "a.gpkg")) as viewer:  # so that the log stays
        viewer.execute("SELECT count(*) FROM damage").fetchone()
        with pytest.raises(InputError, match=r"a.gpkg was changed .* a_2.gpkg"):
            run(
                scene, earlier, lambda: change(earlier / "a.gpkg", statement),
                overwrite=True, discard_reviews=discard_reviews,
            )  # fmt: skip
    first, *others = run_ids(earlier)
    assert others == [first, first]  # the earlier files are still those of one run
    assert len(set(run_ids(earlier, "a_2"))) == 1
    with closing(sqlite3.connect(earlier / "a.gpkg")) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE name IN ('notes', 'worst')").fetchall()
        reviewed = database.execute("SELECT count(*) FROM damage WHERE review_class = 'destroyed'").fetchone()
    assert bool(rows) == ("CREATE" in statement)
    assert reviewed == (int(statement == REVIEW),)


def test_a_program_that_only_shows_the_earlier_result_is_no_change(scene, earlier):
    first, before = run_ids(earlier), (earlier / "a.gpkg").read_bytes()

    def show():
        with closing(sqlite3.connect(earlier / "a.gpkg")) as viewer:
            viewer.execute("PRAGMA journal_mode = WAL")  # as QGIS does; this alone changes the file
            viewer.execute("SELECT * FROM damage").fetchall()
        assert (earlier / "a.gpkg").read_bytes() != before

    run(scene, earlier, show, overwrite=True)
    assert first[0] not in run_ids(earlier)
    assert len(set(run_ids(earlier))) == 1


def test_reviews_are_replaced_only_where_that_is_said(scene, earlier):
    change(earlier / "a.gpkg", REVIEW)
    before = contents(earlier)
    with pytest.raises(UsageError, match=r"a.gpkg holds 1 reviewed building:") as caught:
        run(scene, earlier, overwrite=True)
    assert (caught.value.code, caught.value.exit_code) == ("output-reviewed", 2)
    assert contents(earlier) == before
    run(scene, earlier, overwrite=True, discard_reviews=True)
    assert geopandas.read_file(earlier / "a.gpkg", layer="damage").review_class.isna().all()
    assert len(geopandas.read_file(earlier / "a.gpkg", layer="damage")) == len(HOUSES)


def linked(scene, folder):
    os.link(scene / "pre.tif", folder / "a.tif")
    return str(scene / "pre.tif"), folder / "a.tif"


def in_a_linked_folder(scene, folder):
    (folder / "elsewhere").symlink_to(folder)
    shutil.copy(scene / "pre.tif", folder / "a.tif")
    return str(folder / "elsewhere" / "a.tif"), folder / "a.tif"


def zipped(scene, folder):
    with zipfile.ZipFile(folder / "a.tif", "w") as archive:
        archive.write(scene / "pre.tif", "pre.tif")
    return f"/vsizip/{{{folder / 'a.tif'}}}/pre.tif", folder / "a.tif"


def mask_of_an_input(scene, folder):
    """GDAL reads ``b.tif.msk`` beside ``b.tif``; an output ``b.tif.msk`` has no such ending, but a hard link may."""
    shutil.copy(scene / "pre.tif", folder / "b.tif")
    with rasterio.open(folder / "b.tif", "r+") as image, rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False):
        image.write_mask(True)
    os.link(folder / "b.tif.msk", folder / "a.tif")
    return str(folder / "b.tif"), folder / "a.tif"


def mounted(scene, folder):
    for name in ("data", "mount"):
        (folder / name).mkdir()
    shutil.copy(scene / "pre.tif", folder / "data" / "a.tif")
    if (
        shutil.which("mount") is None
        or subprocess.run(["mount", "--bind", folder / "data", folder / "mount"], capture_output=True).returncode
    ):
        pytest.skip("nothing can be mounted here")
    return str(folder / "data" / "a.tif"), folder / "mount" / "a.tif"


@pytest.mark.parametrize("way", [linked, in_a_linked_folder, zipped, mask_of_an_input, mounted])
def test_an_input_under_a_second_name_is_not_replaced(scene, tmp_path, way):
    source, output = way(scene, tmp_path)
    try:
        before = output.read_bytes()
        with pytest.raises(UsageError, match="is an input") as caught:
            run(scene, tmp_path / "out", pre=ImageOptions(source), damage_raster=output, overwrite=True)
        assert caught.value.code == "output-is-input"
        assert output.read_bytes() == before
    finally:
        if way is mounted:
            subprocess.run(["umount", tmp_path / "mount"], check=True)


def test_an_input_that_comes_under_the_name_of_an_output_during_the_run_is_not_replaced(scene, earlier):
    def bring():
        os.unlink(earlier / "a.tif")
        os.link(scene / "post.tif", earlier / "a.tif")

    before = (scene / "post.tif").read_bytes()
    with pytest.raises(InputError, match=r"a.tif is an input; .*a_2.tif") as caught:
        run(scene, earlier, bring, overwrite=True)
    assert caught.value.code == "output-is-input"
    assert (scene / "post.tif").read_bytes() == (earlier / "a.tif").read_bytes() == before


def test_one_run_at_a_time_writes_a_file(scene, tmp_path):
    seen = []

    def second():
        for changes in ({"report": None}, {"output": tmp_path / "out" / "b.gpkg", "damage_raster": None}):
            with pytest.raises(InputError, match=r"another run is writing a\.(gpkg|tif|html)") as caught:
                run(scene, tmp_path / "out", overwrite=True, **changes)
            seen.append((caught.value.code, caught.value.exit_code))

    run(scene, tmp_path / "out", second)
    assert seen == [("output-locked", 3)] * 2
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.gpkg", "a.tif", "a.tif.aux.xml", "a.html"}


def test_working_files_are_private_and_a_link_laid_in_their_place_is_not_followed(scene, tmp_path):
    folder, victim = tmp_path / "out", tmp_path / "bashrc"
    victim.write_text("PATH=/home/me/bin")

    def lay():
        works = list(folder.glob(".a.*.work-*"))
        assert {stat.S_IMODE(work.stat().st_mode) for work in works} == {0o700}
        assert len(works) == 3
        for work in works:
            if ".gpkg." in work.name:  # is open already
                continue
            # who may write to the folder can move it away altogether
            work.rename(work.with_name("moved" + work.name))
            work.mkdir()
            for suffix in (".gpkg", ".tif", ".html"):
                (work / f"result{suffix}").symlink_to(victim)

    with pytest.raises(RuntimeFailure, match="was moved or removed"):
        run(scene, folder, lay)
    assert victim.read_text() == "PATH=/home/me/bin"
    assert not [path for path in folder.iterdir() if path.name.startswith("a.")]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_rights_of_replaced_files_stay_and_those_of_new_ones_follow_the_umask(scene, tmp_path, mode):
    folder = tmp_path / "out"
    former = os.umask(0o027)
    try:
        run(scene, folder)
        names = ("a.gpkg", "a.tif", "a.html", "a.tif.aux.xml")
        assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names} == {0o640}
        for name in names:
            (folder / name).chmod(mode)
        run(scene, folder, overwrite=True)
        assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names} == {mode}
    finally:
        os.umask(former)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_what_a_killed_run_with_the_same_process_id_left_is_removed(scene, tmp_path):
    """In containers the next run has the number of the one before it; the lock is what tells."""
    folder = tmp_path / "out"
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from xview2_qgis.engine.staging.output_lock import OutputLocks\n"
        "from xview2_qgis.engine.staging.working_folder import WorkingFolder\n"
        "output = Path(sys.argv[1])\n"
        "OutputLocks([output]).__enter__()\n"
        "WorkingFolder(output).__enter__()\n"
        "os._exit(9)\n"
    )
    folder.mkdir()
    subprocess.run([sys.executable, "-c", script, folder / "a.gpkg"], check=False, cwd=ROOT)
    old = folder / f".a.work-{os.getpid()}-abcdefgh"
    old.mkdir()
    os.utime(old, (1000, 1000))
    assert len(list(folder.iterdir())) == 3
    run(scene, folder)
    assert {path.name for path in folder.iterdir()} == {"a.gpkg", "a.tif", "a.tif.aux.xml", "a.html"}


def test_a_run_elsewhere_in_the_folder_keeps_its_files(scene, tmp_path):
    (tmp_path / "out").mkdir()
    with WorkingFolder(tmp_path / "out" / "b.gpkg") as other:
        run(scene, tmp_path / "out")
        other.check()


def test_a_geopackage_that_became_foreign_is_told_at_the_start(scene, earlier):
    geopandas.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326).to_file(earlier / "a.gpkg", layer="parcels")
    with pytest.raises(EngineError) as caught:
        run(scene, earlier, overwrite=True, discard_reviews=True)
    assert caught.value.code == "output-foreign"
