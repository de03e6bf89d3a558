"""A cluster that cannot serve a run is refused in one line that says what to do."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.engine.recorder import Recorder
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.cluster import opening
from xview2_qgis.engine.cluster.connection import Connection
from xview2_qgis.engine.cluster.patience import Patience
from xview2_qgis.engine.cluster.session import ClusterSession
from xview2_qgis.engine.cluster.worker import greeting
from xview2_qgis.engine.cluster.worker.greeting import Greeting, check_greetings
from xview2_qgis.engine.errors import EngineError, RuntimeFailure, UsageError
from xview2_qgis.engine.inference.devices import RuntimeOptions
from xview2_qgis.engine.run.context import RunContext

BRIEF = Patience(scheduler=1.0, first_worker=0.5, next_worker=0.5)


def refused(parameters, address, events=None):
    """Return the error of a run on a cluster that is waited for no longer than needed."""
    asked = replace(parameters, scheduler=address)
    session = ClusterSession(address, parameters.model, RuntimeOptions("cpu"), patience=BRIEF)
    with session, pytest.raises(EngineError) as caught:
        assess(session, asked, RunContext(events or Recorder()))
    assert not parameters.output.exists()
    assert list(parameters.output.parent.iterdir()) == []
    return caught.value


def when_prepared(step, act):
    """Return a sink that does something once a step of the preparation is reached."""
    done = []

    def see(stage, reached, total):
        if stage == "prepare" and reached == step and not done:
            done.append(act())

    return Recorder(see)


def test_without_the_package_it_is_told_what_to_install(asked, monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: None)
    with pytest.raises(RuntimeFailure, match=r"xview2-qgis\[cluster\]") as caught:
        opening.session_of(asked("none", scheduler="tcp://127.0.0.1:8786"))
    assert (caught.value.code, caught.value.exit_code) == ("cluster-package", 5)


@pytest.mark.parametrize("address", ["carrier-pigeon://roof:1", "tcp://127.0.0.1", "tcp://127.0.0.1:x", "inproc://x"])
def test_what_is_no_address(address):
    with pytest.raises(UsageError, match="--scheduler") as caught:
        Connection(address, lambda: None, BRIEF)
    assert caught.value.code == "cluster-address"


def test_an_address_where_nobody_answers(asked):
    error = refused(asked("none"), "tcp://127.0.0.1:9")
    assert (error.code, error.exit_code) == ("cluster-unreachable", 5)
    assert "tcp://127.0.0.1:9" in error.message


def test_a_scheduler_without_workers_and_one_that_goes(asked):
    with LocalCluster(n_workers=0, processes=True, dashboard_address="127.0.0.1:0") as empty:
        error = refused(asked("none"), empty.scheduler_address)
        assert error.code == "cluster-workers"
        connection = Connection(empty.scheduler_address, lambda: None, BRIEF)
        future = connection.submit("never", os.getpid)
        with pytest.raises(RuntimeFailure, match="lost all its workers"):
            connection.result(future, "a tile")
    with pytest.raises(RuntimeFailure) as caught:
        connection.result(future, "a tile")
    assert caught.value.code == "cluster-lost"
    connection.close()


def test_another_version_of_the_engine(asked, workers, monkeypatch):
    monkeypatch.setattr(greeting, "__version__", "99.0")
    error = refused(asked("none"), workers.scheduler_address)
    assert error.code == "cluster-version"
    assert "99.0" in error.message
    assert "worker tcp://127.0.0.1:" in error.message


def test_a_worker_without_the_engine():
    own = Greeting("1.0", "3.11", "here")
    check_greetings({"tcp://10.0.0.1:1": own}, own)
    for answer in (ModuleNotFoundError("No module named 'xview2_qgis'"), RuntimeError("protocol")):
        with pytest.raises(RuntimeFailure, match=r"10\.0\.0\.1:1") as caught:
            check_greetings({"tcp://10.0.0.1:1": answer}, own)
        assert caught.value.code == "cluster-version"


def test_a_file_that_workers_do_not_see(asked, workers):
    parameters = asked("none")
    pre = Path(parameters.pre.path)
    error = refused(parameters, workers.scheduler_address, when_prepared(5, lambda: pre.rename(pre.with_name("away"))))
    assert (error.code, error.exit_code) == ("cluster-file", 3)
    assert "pre.tif cannot be read on worker tcp://127.0.0.1:" in error.message
    assert "storage that all workers see" in error.hint


def test_a_file_that_is_another_one_for_workers(asked, workers):
    parameters = asked("none")
    post = Path(parameters.post.path)

    def exchange():
        post.rename(post.with_name("away"))
        post.write_bytes(Path(parameters.pre.path).read_bytes())

    error = refused(parameters, workers.scheduler_address, when_prepared(5, exchange))
    assert error.code == "cluster-file"
    assert "another file" in error.message


def test_another_model_on_a_worker(asked, workers, tmp_path):
    model = write_tiny_bundle(tmp_path / "model", tile_size=128, overlap=32)
    parameters = replace(asked("none"), model=str(model))

    def exchange():
        write_tiny_bundle(model, tile_size=128, overlap=32, smooth=True)

    error = refused(parameters, workers.scheduler_address, when_prepared(2, exchange))
    assert (error.code, error.exit_code) == ("cluster-model", 4)
    assert "worker tcp://127.0.0.1:" in error.message


def test_a_task_of_which_workers_die_ends_the_run(workers):
    scheduler = workers.scheduler
    allowed, scheduler.allowed_failures = scheduler.allowed_failures, 0
    connection = Connection(workers.scheduler_address, lambda: None, BRIEF)
    try:
        with pytest.raises(RuntimeFailure, match="had the tile at column 3") as caught:
            connection.result(connection.submit("deadly", os._exit, 1), "the tile at column 3")
        assert caught.value.code == "cluster-tile"
    finally:
        scheduler.allowed_failures = allowed
        connection.close()
