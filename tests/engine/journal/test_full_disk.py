"""A disk that fills up while a run is at work: one line, the finished rows stay, and after room was made it goes on."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from tests.engine.journal.scene import contents
from tests.engine.journal.test_run_journal import TILES, first_tile, parameters, run  # noqa: F401 - a fixture
from tests.engine.recorder import Recorder
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.errors import RuntimeFailure
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.session import Session


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 6 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root mounts file systems")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(path):
    """Write a file until there is no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


def test_a_full_disk_keeps_what_is_finished(small_disk, parameters):  # noqa: F811 - the fixture
    run(parameters)
    expected = contents(parameters.output)
    output = small_disk / "damage.gpkg"
    parameters = replace(parameters, output=output, damage_raster=output.with_suffix(".tif"))
    other = small_disk / "of_somebody_else"

    def on_progress(stage, done, total):
        if stage == "infer" and done >= TILES / 2 and not other.exists():
            fill(other)

    with pytest.raises(RuntimeFailure) as caught:
        assess(Session.of(parameters), parameters, RunContext(Recorder(on_progress)))
    assert caught.value.code in ("disk-full", "working-file", "working-folder", "output-write")
    assert "\n" not in str(caught.value)
    assert "space" in str(caught.value)
    assert caught.value.kept.finished > 0
    assert not output.exists()
    other.unlink()
    last = run(replace(parameters, resume=True))
    assert first_tile(last) > TILES / 8
    assert contents(output) == expected
