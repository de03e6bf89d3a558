"""How a run ends that its user no longer wants: by signals, without its reader, or killed; and what is left then."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from tests.engine.drawn_houses import draw_houses
from tests.engine.endless_bundle import write_endless_bundle
from tests.engine.tiny_bundle import write_tiny_bundle

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals cannot be sent there")


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    write_endless_bundle(folder / "endless")
    write_tiny_bundle(folder / "tiny", tile_size=256, overlap=64)
    draw_houses(folder / "pre.tif", False)
    draw_houses(folder / "post.tif", True)
    return folder


def command(scene, folder, model, *more):
    return [
        sys.executable, "-m", "xview2_qgis.engine", "assess", f"--pre={scene / 'pre.tif'}",
        f"--post={scene / 'post.tif'}", f"--model={scene / model}", f"--output={folder / 'out.gpkg'}",
        f"--damage-raster={folder / 'out.tif'}", "--register=off", *more,
    ]  # fmt: skip


def started(scene, folder, model="endless", **options):
    """A run whose networks are at work."""
    process = subprocess.Popen(
        command(scene, folder, model, "--events=json"), text=True, stdout=subprocess.PIPE, **options
    )
    for line in process.stdout:
        if json.loads(line).get("stage") == "infer":
            return process
    raise AssertionError(process.wait())


@pytest.mark.parametrize("second", ["SIGINT", "SIGTERM"])
def test_two_signals_end_a_network_that_never_ends(scene, tmp_path, second):
    with started(scene, tmp_path) as process:
        assert [path.name for path in tmp_path.iterdir()]
        process.send_signal(signal.SIGINT)
        process.send_signal(getattr(signal, second))
        if second == "SIGINT":  # two that come together may be one for the system
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_reader_is_gone_ends_though_its_network_does_not(scene, tmp_path):
    with started(scene, tmp_path, stdin=subprocess.PIPE) as process:
        process.stdin.close()
        process.stdout.close()
        assert process.wait(60) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [{"stdin": subprocess.DEVNULL}, {"input": ""}], ids=["null", "a pipe that ends"])
def test_a_standard_input_that_ends_stops_nothing(scene, tmp_path, options):
    done = subprocess.run(
        command(scene, tmp_path, "tiny", "--events=json"), capture_output=True, text=True, timeout=120, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["event"] == "result"


def test_a_run_that_its_shell_left_behind_goes_on(scene, tmp_path):
    """As in: nohup xview2 assess … --events json > log &, and then exit."""
    words = shlex.join(command(scene, tmp_path, "tiny", "--events=json"))
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        subprocess.run(["sh", "-c", f"nohup {words} < /dev/null &"], stdout=log, stderr=log, check=True)
    for _ in range(1200):  # nobody is told of its end
        text = (tmp_path / "log").read_text(encoding="utf-8")
        if any(f'"event": "{last}"' in text for last in ("result", "error", "cancelled")):
            break
        time.sleep(0.05)
    assert '"event": "result"' in text


def test_a_run_whose_parent_is_killed_ends_though_it_writes_into_a_file(scene, tmp_path):
    words = command(scene, tmp_path, "endless", "--events=json")
    parent = (
        "import subprocess, sys\nwith open(sys.argv[1], 'w') as log:\n    subprocess.run(sys.argv[2:], stdout=log)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent, tmp_path / "log", *words], stdin=subprocess.PIPE) as process:
        for _ in range(1200):
            if (tmp_path / "log").exists() and '"infer"' in (tmp_path / "log").read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        process.kill()
    for _ in range(1200):  # no child of ours: nobody tells its end
        if {path.name for path in tmp_path.iterdir()} == {"log"}:
            return
        time.sleep(0.05)
    pytest.fail("it goes on")


def test_a_killed_run_is_tidied_up_by_the_next_one(scene, tmp_path):
    with started(scene, tmp_path) as process:
        process.kill()
    left = {path.name for path in tmp_path.iterdir()}
    assert {".out.gpkg.lock", ".out.tif.lock", ".out.gpkg.unfinished"} < left
    assert len(left) == 5
    subprocess.run(command(scene, tmp_path, "tiny"), check=True, capture_output=True, timeout=120)
    assert {path.name for path in tmp_path.iterdir()} == {"out.gpkg", "out.tif", "out.tif.aux.xml"}
