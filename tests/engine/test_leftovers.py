"""What killed runs leave goes; what a living run writes stays."""

import os
import subprocess
import sys
import time

from xview2_qgis.engine.leftovers import remove_leftovers
from xview2_qgis.engine.staged_file import StagedFile


def make(path, age_s, *, folder=False):
    if folder:
        path.mkdir()
        make(path / "probabilities.tif", age_s)
    else:
        path.write_text("x")
    moment = time.time() - age_s
    os.utime(path, (moment, moment))


def test_only_old_files_of_dead_processes_with_the_same_output_go(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, alive = gone.pid, os.getpid()
    for name in (
        f".town.part-{dead}.gpkg",
        f".town.part-{dead}.gpkg-journal",
        f"..town.part-{dead}.plain.part-{dead}.tif",
    ):
        make(tmp_path / name, 9000)
    make(tmp_path / f".town.work-{dead}-ab12", 9000, folder=True)
    assert StagedFile(StagedFile(tmp_path / "town.tif").part.with_suffix(".plain.tif")).part.name.startswith(
        "..town.part-"
    )
    kept = [f".town.part-{alive}.gpkg", f".other.part-{dead}.gpkg", ".town.part-x.gpkg", "town.gpkg", ".town-notes.txt"]
    for name in kept:
        make(tmp_path / name, 9000)
    make(tmp_path / ".town.work-20260101120000", 9000)  # no process has such a number
    remove_leftovers([tmp_path / "town.gpkg", tmp_path / "missing" / "town.tif"])
    assert {path.name for path in tmp_path.iterdir()} == set(kept)


def test_a_run_on_another_machine_is_left_alone_while_any_of_its_files_grows(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    make(tmp_path / f".town.part-{gone.pid}.gpkg", 9000)  # is opened every thousand buildings only
    make(tmp_path / f".town.work-{gone.pid}-cd34", 9000, folder=True)
    (tmp_path / f".town.work-{gone.pid}-cd34" / "probabilities.tif").write_text("written just now")
    before = {path.name for path in tmp_path.iterdir()}
    remove_leftovers([tmp_path / "town.gpkg"])
    assert {path.name for path in tmp_path.iterdir()} == before
