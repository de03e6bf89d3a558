"""A run that is killed at any operation on a file goes on to the result of one that was never stopped."""

from __future__ import annotations

import random
import signal

import pytest

from tests.engine.journal.scene import assess, contents, draw_scene, events_of
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run

#: File operations at which a run is killed: chance, but the same in every run of the tests.
POINTS = sorted(random.Random(23).sample(range(1, 260), 12))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The options of a run, and what one holds that was never stopped."""
    folder = tmp_path_factory.mktemp("scene")
    model = write_tiny_bundle(folder / "model", 128, 32, features=4)
    options = [*draw_scene(folder), f"--model={model}", "--overwrite"]
    done = assess(options, folder / "damage.gpkg")
    assert done.returncode == 0, done.stderr
    assert len(contents(folder / "damage.gpkg")["damage"]) > 80
    return options, contents(folder / "damage.gpkg")


@pytest.mark.parametrize(
    ("point", "lost"), [(point, number % 2 == 1) for number, point in enumerate(POINTS)], ids=lambda value: str(value)
)
def test_the_result_is_that_of_a_run_that_was_never_stopped(tmp_path, whole, point, lost):
    options, expected = whole
    output = tmp_path / "damage.gpkg"
    program = ("-m", "tests.engine.journal.killed_run", str(point), "power" if lost else "kill")
    killed = assess(options, output, *program)
    assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr
    if killed.returncode == 0:  # it ended before
        assert contents(output) == expected
        return
    kept = find_unfinished_run(output)
    done = assess([*options, "--resume"], output)
    assert done.returncode == 0, done.stderr
    assert contents(output) == expected
    first = next(event for event in events_of(done) if event["event"] == "progress" and event["stage"] == "infer")
    assert first["done"] == (0 if kept is None else kept.finished_rows * first["total"] / kept.rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damage.gpkg", "damage.tif", "damage.tif.aux.xml"]
