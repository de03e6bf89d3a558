"""Machines that lack something: disk, rights, memory, a home, a clock that goes forward; runs that are killed."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import rasterio

from tests.checkout import ROOT
from tests.fuzz.case import ROUNDS, SEED
from tests.fuzz.environment_runs import Surroundings, ended, faults, folder_with_earlier
from tests.fuzz.judgement import run_of, said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits, mounts and signals of Linux")

FULL = ROUNDS > 1
NOBODY = 65534


def every(count: int, sample: int):
    """Return numbers for all of the full run, of the sample a few."""
    return range(count if FULL else sample)


@pytest.fixture
def earlier(tmp_path, corpus):
    return folder_with_earlier(tmp_path, corpus)


VARIABLES = {
    "no-home": {"HOME": None},
    "home-nowhere": {"HOME": "/nonexistent/home"},
    "home-a-file": {"HOME": "/etc/passwd"},
    "no-caches": {"XVIEW2_CACHE": None, "XVIEW2_MODELS": None, "HOME": None},
    "cache-nowhere": {"XVIEW2_CACHE": "/proc/none"},
    "temporary-nowhere": {"TMPDIR": "/nonexistent"},
    "temporary-a-file": {"TMPDIR": "/etc/passwd"},
    "letters-c": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"},
    "letters-unknown": {"LANG": "tlh_KX.KLINGON", "LC_ALL": "tlh_KX.KLINGON"},
    "python-variables": {"PYTHONIOENCODING": "utf-16", "PYTHONPLATLIBDIR": "x", "PYTHONHOME": "/x",
    "PYTHONSTARTUP": "/x"},
    "geodata-variables": {"PROJ_LIB": "/x", "GDAL_DATA": "/x", "PROJ_DATA": "/x", "GDAL_DRIVER_PATH": "/x",
    "CPL_DEBUG": "ON"},
    "odd-numbers": {"OMP_NUM_THREADS": "x", "XVIEW2_THREADS": "-5", "TZ": ":/etc/passwd", "GDAL_CACHEMAX": "nonsense"},
    "no-path": {"PATH": None},
    "nothing": dict.fromkeys(("PATH", "LANG", "HOME", "TMPDIR", "XVIEW2_CACHE", "XVIEW2_MODELS", "OMP_NUM_THREADS")),
}  # fmt: skip


@pytest.mark.parametrize("name", list(VARIABLES) if FULL else ["nothing"])
def test_odd_variables(name, tmp_path, corpus, earlier):
    ending = Surroundings(tmp_path, VARIABLES[name]).run(corpus)
    assert faults(tmp_path, ending, earlier) == []


SIZES = (0, 1, 512, 4096, 20_000, 60_000, 100_000, 130_000, 200_000, 400_000)


@pytest.mark.parametrize("size", SIZES if FULL else [60_000])
def test_files_may_not_be_large(size, tmp_path, corpus, earlier):
    ending = Surroundings(tmp_path, limits={resource.RLIMIT_FSIZE: size}).run(corpus)
    assert faults(tmp_path, ending, earlier) == []


@pytest.mark.parametrize("kilobytes", [0, 4, 40, 100, 160, 220, 300, 420, 600, 900] if FULL else [160])
def test_a_full_disk(kilobytes, tmp_path, corpus, earlier):
    out = tmp_path / "out"
    size = sum(map(len, earlier.values())) // 1024 + 20 + kilobytes
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(out)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be made here")
    try:
        shutil.copytree(corpus.earlier, out, dirs_exist_ok=True)
        ending = Surroundings(tmp_path).run(corpus)
        assert faults(tmp_path, ending, earlier) == []
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)


@pytest.mark.parametrize("megabytes", [100, 300, 500, 700, 900, 1200, 1600] if FULL else [])
def test_little_memory(megabytes, tmp_path, corpus, earlier):
    """Where not even Python's packages can be loaded, any end but a lost result will do."""
    ending = Surroundings(tmp_path, limits={resource.RLIMIT_AS: megabytes * 2**20}).run(corpus)
    assert not ending.timed_out
    if ending.code in (0, 2, 3, 4, 5):
        assert faults(tmp_path, ending, earlier) == []
    else:
        assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir() if p.name in earlier} == earlier


@pytest.mark.parametrize("count", [8, 12, 16, 20, 24, 32, 48] if FULL else [16])
def test_few_open_files(count, tmp_path, corpus, earlier):
    ending = Surroundings(tmp_path, limits={resource.RLIMIT_NOFILE: count}).run(corpus)
    assert faults(tmp_path, ending, earlier) == []


@pytest.mark.parametrize("mode", [0o555, 0o000, 0o111, 0o333] if FULL else [0o555])
def test_a_folder_that_may_not_be_written(mode, tmp_path, corpus, earlier):
    for folder in (tmp_path, corpus.model.parent, corpus.model):
        let_others_in(folder)
    needed = (
        tmp_path,
        ROOT,
        Path(sys.executable),
        Path(sys.executable).resolve(),
        Path(os.__file__),
        Path(rasterio.__file__),
    )
    if os.getuid() == 0 and not all(map(readable_by_others, needed)):
        pytest.skip("what the engine needs is root's own, and root may write anywhere")
    out = tmp_path / "out"

    def as_nobody():
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    for name in ("home", "temporary", "cache"):
        os.chmod(tmp_path / name, 0o777)
    os.chmod(out, mode)
    try:
        ending = Surroundings(tmp_path, before=as_nobody).run(corpus)
    finally:
        os.chmod(out, 0o755)
    # where names can be given but not listed, a result can be written
    assert ending.code in ((0, 3) if mode == 0o333 else (3,)), ending.err
    assert faults(tmp_path, ending, earlier) == []


def let_others_in(path: Path) -> None:
    """Open the way to a folder of the tests for others, as far as it is the tests' own."""
    for folder in (path, *path.parents):
        if folder == path or folder.name.startswith(("pytest-", "popen-")):
            os.chmod(folder, 0o755)


def readable_by_others(path: Path) -> bool:
    modes = (os.stat(place).st_mode for place in (path, *path.parents))
    return all(mode & 0o005 >= (0o001 if stat.S_ISDIR(mode) else 0o004) for mode in modes)


OUTPUTS = {
    "folder": ("damage.gpkg", lambda path: path.mkdir()),
    "pipe": ("damage.gpkg", os.mkfifo),
    "loop": ("damage.gpkg", lambda path: path.symlink_to(path)),
    "nowhere": ("damage.gpkg", lambda path: path.symlink_to("/nonexistent/x.gpkg")),
    "device": ("damage.gpkg", lambda path: path.symlink_to("/dev/full")),
    "long": ("x" * 300 + ".gpkg", lambda path: None),
    "almost-long": ("x" * 250 + ".gpkg", lambda path: None),
    "control": ("a\x1b[2J\nb.gpkg", lambda path: None),
    "hidden": (".gpkg", lambda path: None),
    "below-a-file": ("file/damage.gpkg", lambda path: path.parent.write_text("")),
    "absent": ("none/damage.gpkg", lambda path: None),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTPUTS if FULL else ["pipe"])
def test_odd_places_for_the_result(name, tmp_path, corpus):
    (tmp_path / "out").mkdir()
    file, make = OUTPUTS[name]
    path = tmp_path / "out" / file
    make(path)
    before = sorted(p.name for p in (tmp_path / "out").rglob("*"))
    ending = Surroundings(tmp_path, options={"output": str(path)}).run(corpus)
    if ending.code == 0:  # the other two outputs are there as well
        assert run_of(path)
        return
    assert said(ending, in_json=False) == []
    assert sorted(p.name for p in (tmp_path / "out").rglob("*")) == before


def test_a_clock_that_goes_back(tmp_path, corpus, earlier):
    """Leftovers, locks and the earlier result are of the future then."""
    late = time.time() + 10**6
    for path in (tmp_path / "out").iterdir():
        os.utime(path, (late, late))
    (tmp_path / "out" / ".damage.gpkg.lock").touch()
    os.utime(tmp_path / "out" / ".damage.gpkg.lock", (late, late))
    ending = Surroundings(tmp_path, backwards=True).run(corpus)
    assert ending.code == 0, ending.err
    assert faults(tmp_path, ending, earlier) == []


GONE = ("working-folder", "output-folder", "current-folder", "input", "model")


@pytest.mark.parametrize("what", GONE if FULL else ["working-folder"])
@pytest.mark.parametrize("moment", range(3) if FULL else range(1))
def test_what_a_run_uses_goes_away_meanwhile(what, moment, tmp_path, corpus, earlier):
    images = {name: shutil.copy(getattr(corpus, name), tmp_path / f"{name}.tif") for name in ("pre", "post")}
    model = shutil.copytree(corpus.model, tmp_path / "model")
    surroundings = Surroundings(tmp_path, options={**images, "model": str(model)})
    with surroundings.start(corpus) as process:
        working = wait_for(process, lambda: next((tmp_path / "out").glob(".*.work-*"), None))
        time.sleep(moment * 0.08)
        match what:
            case "working-folder" if working is not None:
                shutil.rmtree(working, ignore_errors=True)
            case "output-folder":
                (tmp_path / "out").rename(tmp_path / "moved")
            case "current-folder" | "input":
                Path(images["post"]).unlink()
            case "model":
                shutil.rmtree(model)
        ending = ended(process)
    if what == "output-folder":
        assert not ending.timed_out
        assert ending.code in (0, 3, 5), ending.err
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        (tmp_path / "moved").rename(tmp_path / "out")
        for left in (tmp_path / "out").glob(".*"):  # what cannot be found any more cannot be removed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        kept = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        assert kept == earlier or ending.code == 0
        return
    assert faults(tmp_path, ending, earlier) == []


def wait_for(process, found):
    while process.poll() is None:
        if (value := found()) is not None:
            return value
        time.sleep(0.005)
    return None


@pytest.mark.parametrize("number", every(24, 1))
def test_a_killed_run_leaves_a_whole_result_and_the_next_one_tidies_up(number, tmp_path, corpus, earlier):
    draw = random.Random(f"{SEED}-kill-{number}")
    how = draw.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
    surroundings = Surroundings(tmp_path)
    with surroundings.start(corpus) as process:
        # Ctrl+C before Python itself has started ends in Python's own words
        if draw.random() < 0.8 or how == signal.SIGINT:
            wait_for(process, lambda: next((tmp_path / "out").glob(".*.work-*"), None))
        time.sleep(draw.random() * 0.6)
        process.send_signal(how)
        ending = ended(process)
    assert not ending.timed_out
    assert ending.code in (0, 130, -how), ending.err
    now = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.name in earlier}
    if ending.code != 0 and now != earlier:
        assert how == signal.SIGKILL  # in the middle of the renames: each file is whole, and their ids tell
        assert run_of(tmp_path / "out" / "damage.gpkg")
    again = surroundings.run(corpus)
    assert again.code == 0, again.err
    assert faults(tmp_path, again, now) == []
