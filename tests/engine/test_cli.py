"""The command as programs see it: JSON lines, exit codes, one error line, cancelling from outside."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import warnings

import pytest
import rasterio
import rasterio.errors

from tests.fuzz.engine_forks import EngineForks
from xview2_qgis.engine.cli import main

from .drawn_houses import draw_houses
from .tiny_bundle import write_tiny_bundle

COMMAND = [sys.executable, "-m", "xview2_qgis.engine"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
    draw_houses(folder / "pre.tif", False)
    draw_houses(folder / "post.tif", True)
    # over a hundred tiles: long enough to be interrupted
    draw_houses(folder / "wide_pre.tif", False, size=(2400, 2000))
    draw_houses(folder / "wide_post.tif", True, size=(2400, 2000))
    return folder


@pytest.fixture(scope="module")
def forked():
    """Runs the engine as a fork of one that is loaded: where nothing depends on the start of the process."""
    with EngineForks() as forks:
        yield lambda command, folder: forks.run(command[len(COMMAND) :], folder, {})


def arguments(scene, output, *more, prefix=""):
    pair = ["--pre", str(scene / f"{prefix}pre.tif"), "--post", str(scene / f"{prefix}post.tif")]
    return [*COMMAND, "assess", *pair, "--output", str(output), "--model", str(scene / "tiny"), *more]


@pytest.mark.parametrize("option", ["--pre", "--output", "--aoi", "--model", "--post-crs"])
def test_an_empty_value_is_wrong_usage(scene, tmp_path, capsys, option):
    command = arguments(scene, tmp_path / "out.gpkg", f"{option}=")[len(COMMAND) :]
    assert main(command) == 2
    assert f"argument {option}: give a value, or leave the option out" in capsys.readouterr().err


@pytest.mark.parametrize("bytes_free", [20_000, 120_000])
def test_a_full_disk_is_one_line(scene, tmp_path, bytes_free):
    # no file may grow further
    limited = (
        "import resource, runpy, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_free}, {bytes_free}))\n"
        "sys.argv = ['xview2', *sys.argv[1:]]\n"
        "runpy.run_module('xview2_qgis.engine', run_name='__main__')"
    )
    command = arguments(scene, tmp_path / "out.gpkg", "--damage-raster", str(tmp_path / "out.tif"), prefix="wide_")
    done = subprocess.run(
        [sys.executable, "-c", limited, *command[len(COMMAND) :]], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 5
    lines = done.stderr.splitlines()
    assert [line for line in lines if line.startswith("error: cannot ") and "free space" in line] == lines[-1:]
    # beside it only our own progress
    assert all(line.startswith(("assessing", "prepare:", "infer:", "objects:", "write:")) for line in lines[:-1])
    assert list(tmp_path.iterdir()) == []


def test_stdout_holds_json_lines_and_nothing_else(scene, tmp_path):
    done = subprocess.run(
        arguments(scene, tmp_path / "out.gpkg", "--events", "json"), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["event"] == "started"
    assert lines[-1]["event"] == "result"
    assert lines[-1]["layers"] == ["damage", "assessed_area"]
    wanted = {"output", "layers", "buildings", "counts", "device", "provider", "precision", "seconds"}
    assert wanted | {"pairs_per_second"} <= set(lines[-1])
    for line in lines[1:-1]:
        assert line["event"] in ("progress", "warning")
        if line["event"] == "progress":
            assert set(line) == {"event", "stage", "done", "total", "eta_s"}


@pytest.mark.parametrize(
    ("change", "exit_code", "words"),
    [
        (["--pre", "nowhere.tif"], 3, "nowhere.tif"),
        (["--model", "compct"], 4, "compct"),
        (["--output", "out.shp"], 2, ".gpkg"),
        (["--device", "cuda"], 5, "onnxruntime-gpu"),
        (["--batch-size", "none"], 2, "batch-size"),
        (["--colour", "red"], 2, "--help"),
    ],
)
def test_an_error_is_one_line_with_its_exit_code(scene, tmp_path, forked, change, exit_code, words):
    done = forked(arguments(scene, tmp_path / "out.gpkg", *change), tmp_path)
    assert done.code == exit_code
    *told, line = done.err.strip().splitlines()
    assert line.startswith("error: ")
    assert words in line
    assert not [line for line in told if "usage" in line or "Traceback" in line]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", [["--events", "json"], ["--events=json"]])
def test_wrong_usage_is_an_event_too(scene, tmp_path, forked, way):
    done = forked(arguments(scene, tmp_path / "out.gpkg", "--batch-size", "0", *way), tmp_path)
    [error] = map(json.loads, done.out.splitlines())
    assert (done.code, error["event"], error["code"], done.err) == (2, "error", "usage", "")
    assert "batch-size" in error["message"]


def test_an_image_without_georeference_is_one_line(scene, tmp_path, forked):
    with rasterio.open(scene / "pre.tif") as dataset:
        profile, values = dataset.profile | {"crs": None, "transform": None}, dataset.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(tmp_path / "plain.tif", "w", **profile) as dataset:
            dataset.write(values)
    done = forked(arguments(scene, tmp_path / "out.gpkg", "--pre", str(tmp_path / "plain.tif")), tmp_path)
    assert done.code == 3
    assert done.err.strip().splitlines()[-1].startswith("error: ")
    assert "Warning" not in done.err


def test_what_is_wrong_with_a_setting_is_not_blamed_on_the_model(scene, tmp_path):
    done = subprocess.run(
        arguments(scene, tmp_path / "out.gpkg"), capture_output=True, text=True, timeout=120,
        env=os.environ | {"XVIEW2_THREADS": "many"},
    )  # fmt: skip
    assert done.returncode == 5
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("error: XVIEW2_THREADS is 'many'")


@pytest.mark.parametrize("how", ["line", "SIGTERM", "SIGINT", "SIGHUP"])
def test_cancel_from_outside(scene, tmp_path, how):
    process = subprocess.Popen(
        arguments(scene, tmp_path / "out.gpkg", "--events", "json", prefix="wide_"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in process.stdout:
        if json.loads(line).get("stage") == "infer":
            break
    if how == "line":
        process.stdin.write("cancel\n")
        process.stdin.flush()
    else:
        process.send_signal(getattr(signal, how))
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert json.loads(rest.splitlines()[-1]) == {"event": "cancelled", "kept_rows": 0, "rows": 0}
    assert list(tmp_path.iterdir()) == []


def test_cancel_while_the_engine_is_loaded(scene, tmp_path):
    """A package that sends the signal while it is imported, and then is the one that it stands for."""
    (tmp_path / "early" / "filelock").mkdir(parents=True)
    (tmp_path / "early" / "filelock" / "__init__.py").write_text(
        "import os, signal, sys\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
        f"sys.path.remove({str(tmp_path / 'early')!r})\n"
        "del sys.modules[__name__]\n"
        "import filelock\n"
    )
    places = os.pathsep.join([str(tmp_path / "early"), *sys.path])
    done = subprocess.run(
        arguments(scene, tmp_path / "out.gpkg", "--events", "json"), capture_output=True, text=True,
        timeout=120, env=os.environ | {"PYTHONPATH": places},
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"event": "cancelled", "kept_rows": 0, "rows": 0}


def test_standard_input_belongs_to_the_loop_that_calls(scene, tmp_path):
    """As in: while read pair; do xview2 assess …; done < pairs.txt."""
    with subprocess.Popen(["printf", "one\\ncancel\\n"], stdout=subprocess.PIPE) as pairs:
        done = subprocess.run(
            arguments(scene, tmp_path / "out.gpkg"), stdin=pairs.stdout, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert pairs.stdout.read() == b"one\ncancel\n"


def test_a_missing_package_is_named(scene, tmp_path):
    (tmp_path / "broken" / "onnxruntime").mkdir(parents=True)
    (tmp_path / "broken" / "onnxruntime" / "__init__.py").write_text("raise ImportError('DLL load failed')")
    places = os.pathsep.join([str(tmp_path / "broken"), *sys.path])
    done = subprocess.run(
        arguments(scene, tmp_path / "out.gpkg", "--events", "json"), capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": places},
    )  # fmt: skip
    error = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, error["event"], error["code"]) == (5, "error", "engine-packages")
    assert "DLL load failed" in error["message"]
    doctor = subprocess.run(
        [*COMMAND, "doctor"], capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONPATH": places}
    )
    assert doctor.returncode == 5
    assert "DLL load failed" in doctor.stdout
    assert "Traceback" not in done.stderr + doctor.stderr


def test_data_of_another_proj_is_not_used(scene, tmp_path):
    (tmp_path / "foreign").mkdir()
    foreign = dict.fromkeys(("PROJ_LIB", "PROJ_DATA", "GDAL_DATA"), str(tmp_path / "foreign"))
    done = subprocess.run(
        arguments(scene, tmp_path / "out.gpkg"), capture_output=True, text=True, timeout=120, env=os.environ | foreign
    )
    assert done.returncode == 0, done.stderr


def test_any_path_goes_through_any_pipe(scene, tmp_path):
    """Pipes of Windows have the code page of the country."""
    folder = tmp_path / "Łódź 東京"
    folder.mkdir()
    for name in ("pre.tif", "post.tif"):
        (folder / name).write_bytes((scene / name).read_bytes())
    changes = ["--pre", str(folder / "pre.tif"), "--post", str(folder / "post.tif"), "--overwrite"]
    for events in ("json", "text"):
        done = subprocess.run(
            arguments(scene, folder / "out.gpkg", "--events", events, *changes), capture_output=True, timeout=120,
            env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        if events == "json":
            assert json.loads(done.stdout.splitlines()[0])["output"] == str(folder / "out.gpkg")


def test_reader_that_goes_away_is_no_traceback(scene, tmp_path):
    process = subprocess.Popen(
        arguments(scene, tmp_path / "out.gpkg", "--events", "json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(60) != 0
    assert "Traceback" not in errors


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize(
    ("words", "lost", "code"),
    [
        (["--version"], "stdout", 5),
        (["models", "list"], "stdout", 5),
        (["assess", "--nonsense", "--events", "json"], "stdout", 2),
        (["assess", "--nonsense"], "stderr", 2),
        (["assess", "--pre", "a", "--post", "b", "--output", "c.gpkg", "--events", "json"], "stdout", 5),
        (["assess", "--pre", "a", "--post", "b", "--output", "c.gpkg"], "stderr", 3),
    ],
)
def test_output_that_goes_to_a_full_disk_is_no_traceback(tmp_path, words, lost, code):
    with open("/dev/full", "w") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, lost: full}
        # without a buffer argparse keeps quiet about what it cannot write, and nothing is left to be written at the end
        buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        done = subprocess.run([*COMMAND, *words], text=True, timeout=120, cwd=tmp_path, env=buffered, **streams)
    assert done.returncode == code
    said = (done.stderr or "").splitlines()
    assert not any("Traceback" in line or "Exception ignored" in line for line in said)
    assert [line.startswith("error: ") for line in said] == ([] if lost == "stderr" else [True])


def test_a_run_goes_on_without_the_log_that_nobody_can_write(scene, tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("no device that is always full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            arguments(scene, tmp_path / "out.gpkg"),
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0
    assert "buildings: " in done.stdout
    assert (tmp_path / "out.gpkg").exists()


def test_models_are_listed_shown_and_verified(tmp_path, forked):
    for action, words in (
        (["list"], "CC BY-NC-SA 4.0"),
        (["show", "compact"], "xBD"),
        (["verify", "compact"], "complete"),
    ):
        done = forked([*COMMAND, "models", *action], tmp_path)
        assert done.code == 0, done.err
        assert words in done.out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a!b.gpkg", "holds an exclamation mark"),
        ("folder!/out.gpkg", "holds an exclamation mark"),
        ("x" * 240 + ".gpkg", "is too long"),
        ("na\udcffme.gpkg", "is not a name of letters"),
        ("fol\udcffder/out.gpkg", "is not a name of letters"),
    ],
)
def test_names_that_cannot_be_written_are_refused_at_once(scene, tmp_path, forked, name, words):
    output = tmp_path / name
    if "/" in name:
        output.parent.mkdir()
    done = forked(arguments(scene, output), tmp_path)
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("option", ["--pre", "--aoi", "--footprints"])
def test_an_input_whose_name_is_no_text_is_to_be_renamed(scene, tmp_path, forked, option):
    path = tmp_path / "im\udce9ge.tif"
    path.write_bytes((scene / "pre.tif").read_bytes())
    command = arguments(scene, tmp_path / "out.gpkg", option, str(path))
    done = forked(command, tmp_path)
    assert done.code == 3
    last = done.err.splitlines()[-1]
    assert "not a name of letters" in last
    assert "rename it" in last


def test_too_many_open_files_are_told_as_such(tmp_path, capsys, monkeypatch):
    def load(name):
        raise OSError(errno.EMFILE, "Too many open files", "module.py")

    monkeypatch.setattr("xview2_qgis.engine.cli.load_command", load)
    assert main(["doctor"]) == 5
    assert "raise the limit (ulimit -n)" in capsys.readouterr().err


def test_a_batch_that_no_memory_holds_is_refused(scene, tmp_path, forked):
    done = forked(arguments(scene, tmp_path / "out.gpkg", "--batch-size", "99999"), tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "64 at most" in done.err


@pytest.mark.skipif(os.name == "nt", reason="a shell that closes streams")
def test_without_standard_streams(scene, tmp_path):
    output = tmp_path / "out.gpkg"
    line = " ".join(f"'{word}'" for word in arguments(scene, output, "--events", "json"))
    assert subprocess.run(f"{line} >&- 2>&- <&-", shell=True, timeout=120).returncode == 0
    assert output.is_file()


@pytest.mark.parametrize("before", [True, False])
def test_debug_adds_the_traceback_and_changes_nothing_else(scene, tmp_path, forked, before):
    command = arguments(scene, tmp_path / "out.gpkg", "--events", "json", "--pre", "missing.tif")
    command.insert(len(COMMAND) if before else len(command), "--debug")
    done = forked(command, tmp_path)
    assert done.code == 3
    assert json.loads(done.out.splitlines()[-1])["code"] == "raster-open"
    assert "Traceback" in done.err


def test_nothing_is_noted_about_the_user(scene, tmp_path):
    """ONNX Runtime 1.31 would write a device id and events to be sent into the user's folder."""
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data")}
    subprocess.run(arguments(scene, tmp_path / "out.gpkg"), env=env, check=True, capture_output=True)
    assert not [path for path in home.rglob("*") if path.is_file()]
