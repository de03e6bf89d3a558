"""A process that is killed between any two steps of putting its files in place loses nothing of the earlier run."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.engine.result_scene import one_of_each, write_result
from xview2_qgis.engine.staging import staged_file
from xview2_qgis.engine.staging.destinations import Destination
from xview2_qgis.engine.staging.result_files import staged_results

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")

STEPS = ("link", "unlink", "replace", "rename")


def destinations(folder):
    sidecars = {"a.tif": (".aux.xml",)}
    return [Destination(folder / name, (), sidecars.get(name, ())) for name in ("a.gpkg", "a.tif", "a.html")]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """GeoPackages by their number of buildings."""
    folder = tmp_path_factory.mktemp("results")
    for count in (2, 3, 5):
        write_result(folder / f"{count}.gpkg", one_of_each()[:count])
    return {count: folder / f"{count}.gpkg" for count in (2, 3, 5)}


def write(folder, results, count):
    """Write the files of a run with so many buildings."""
    with staged_results(destinations(folder), overwrite=True) as files:
        with files.main.writing() as path:
            shutil.copy(results[count], path)
        for file in files.files[1:]:
            with file.writing() as path:
                path.write_text(str(count))
        files.files[1].part.with_name("result.tif.aux.xml").write_text(str(count))
        files.commit()


def killed_at(folder, results, step):
    """Write files of two buildings in a process that ends before the given step; return whether it came so far."""
    child = os.fork()
    if child == 0:
        left = [step]

        def counted(real):
            def do(*arguments, **options):
                if ".work-" in str(arguments[0]) or str(arguments[0]).startswith(str(folder)):
                    left[0] -= 1
                    if left[0] < 0:
                        os._exit(9)
                return real(*arguments, **options)

            return do

        try:
            real_commit = staged_file.commit_together

            def commit(*arguments):
                for name in STEPS:
                    setattr(os, name, counted(getattr(os, name)))
                real_commit(*arguments)
                os._exit(0)

            from xview2_qgis.engine.staging import result_files

            result_files.commit_together = commit
            write(folder, results, 2)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9


def found(folder):
    """Number of buildings that GeoPackage, raster and report tell."""
    with closing(sqlite3.connect(folder / "a.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = database.execute("SELECT count(*) FROM damage").fetchone()
    return count, int((folder / "a.tif").read_text()), int((folder / "a.html").read_text())


@pytest.mark.parametrize("log", [False, True], ids=["closed", "with a log"])
def test_at_every_step_each_file_is_an_earlier_or_a_new_one(tmp_path, results, log):
    seen, step, more = [], 0, True
    while more:
        folder = tmp_path / str(step)
        folder.mkdir()
        write(folder, results, 5)
        viewer = sqlite3.connect(folder / "a.gpkg") if log else None
        if viewer is not None:  # something is in the log only
            viewer.execute("PRAGMA journal_mode = WAL")
            viewer.execute("UPDATE layer_styles SET description = 'mine'")
            viewer.commit()
        more = killed_at(folder, results, step)
        if viewer is not None:
            viewer.close()
        counts = found(folder)
        assert set(counts) <= {2, 5}
        if log and counts[0] == 5:
            with closing(sqlite3.connect(folder / "a.gpkg")) as database:
                assert set(database.execute("SELECT description FROM layer_styles")) == {("mine",)}
        # the GeoPackage is the last: where it is new, all are
        assert counts[0] == 5 or counts == (2, 2, 2)
        seen.append(counts)
        write(folder, results, 3)  # the next run needs no help
        assert found(folder) == (3, 3, 3)
        hidden = [path.name for path in folder.iterdir() if re.match(r"\.", path.name)]
        assert hidden == []
        step += 1
    assert seen[0] == (5, 5, 5)
    assert seen[-1] == (2, 2, 2)
    assert len(seen) > 4
