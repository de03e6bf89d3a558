"""What killed runs leave goes; what a living run writes stays."""

import os
import subprocess
import sys
import time

from xview2_qgis.engine.leftovers import remove_leftovers


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
    for name in (f".town.part-{dead}.gpkg", f".town.part-{dead}.gpkg-journal", f".town.part-{dead}.plain.tif"):
        make(tmp_path / name, 9000)
    make(tmp_path / f".town.work-{dead}-ab12", 9000, folder=True)
    kept = [f".town.part-{alive}.gpkg", f".other.part-{dead}.gpkg", ".town.part-x.gpkg", "town.gpkg", ".town-notes.txt"]
    for name in kept:
        make(tmp_path / name, 9000)
    make(tmp_path / f".town.part-{dead}.tif", 60)
    make(tmp_path / f".town.work-{dead}-cd34", 9000, folder=True)
    (tmp_path / f".town.work-{dead}-cd34" / "probabilities.tif").write_text("written just now, by another machine")
    remove_leftovers([tmp_path / "town.gpkg", tmp_path / "missing" / "town.tif"])
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*kept, f".town.part-{dead}.tif", f".town.work-{dead}-cd34"}
