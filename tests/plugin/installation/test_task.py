from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import threading
from functools import partial

import pytest
from qgis.core import QgsSettings

from tests.plugin.engine_process.test_probe import PYTHON
from tests.plugin.installation.small_index import SmallIndex, bundled_pip, plan_for, small_trial
from tests.plugin.installation.steps.test_interruptions import nothing_runs
from xview2_qgis.engine_process.environment import SETTING, find_engine, interpreter_in, managed_folder
from xview2_qgis.installation import state, task
from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.state import EngineState, state_of
from xview2_qgis.installation.steps import installation
from xview2_qgis.installation.steps.held_lock import held_lock
from xview2_qgis.installation.task import InstallationTask, RemovalTask

SECRET = "gehe/im"
ESCAPED = "gehe%2Fim"


@pytest.fixture
def places(tmp_path):
    return InstallationPlaces(tmp_path / "pro file" / "engine")


@pytest.fixture
def served(index):
    server, address, asked = index.serve()
    yield address.replace("//", f"//someone:{ESCAPED}@"), asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(installation, "try_engine", small_trial)


@pytest.fixture
def run(qgis_app, wait_until, index, monkeypatch):
    """Run a task in QGIS; return its outcome, its stages and its log."""
    monkeypatch.setattr(task, "Installation", partial(installation.Installation, locks=index.locks))

    def run(work, after=None):
        stages, lines, outcomes = [], [], []
        work.stage_changed.connect(stages.append)
        work.logged.connect(lines.append)
        work.ended.connect(outcomes.append)
        work.start()
        if after:
            wait_until(lambda: outcomes or any(after in line for line in lines), 60)
            work.cancel()
        wait_until(lambda: outcomes, 100)
        assert SECRET not in "\n".join(lines)
        assert ESCAPED not in "\n".join(lines)
        assert len(outcomes) == 1
        return outcomes[0], stages, lines

    return run


def network(address="", proxy=""):
    return lambda: NetworkSettings(index_url=address, proxy=proxy)


@pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment")
def test_from_the_index_to_an_engine_that_runs(run, served, index, tmp_path, monkeypatch):
    """The real test of the engine passes: a tiny package leads to the real ones."""
    program = "import os, sys, numpy; print(*sys.version_info[:2]); print(os.path.dirname(numpy.__path__[0]))"
    said = subprocess.run([PYTHON, "-c", program], capture_output=True, text=True, check=True).stdout
    version, packages = said.splitlines()
    if version != "{} {}".format(*sys.version_info[:2]):
        pytest.skip("the packages of the engine are for another Python than that of QGIS")
    real = SmallIndex(tmp_path / "real", {"leading": {"leading.pth": packages + "\n"}})
    server, address, asked = real.serve()
    monkeypatch.setattr(task, "Installation", partial(installation.Installation, locks=real.locks))
    monkeypatch.setattr(state, "state_of", partial(state_of, locks=real.locks))
    QgsSettings().setValue(SETTING, str(tmp_path / "gone"))
    address = address.replace("//", f"//someone:{ESCAPED}@")
    try:
        outcome, stages, lines = run(InstallationTask(plan_for(managed_folder()), network(address)))
        assert outcome.succeeded, (outcome, lines)
        assert stages == ["Python found", "Environment", "Packages", "Test"]
        assert any("cpu: runs" in line for line in lines)
        assert state.installed_engine().state is EngineState.READY
        # what was named before and did not work stands in its way no longer
        assert find_engine().interpreter == str(interpreter_in(managed_folder()))
        login = "Basic " + base64.b64encode(f"someone:{SECRET}".encode()).decode()
        assert {head for path, head in asked if path.endswith(".whl")} == {login}
        outcome, _, _ = run(RemovalTask())
        assert outcome.succeeded
        assert state.installed_engine().state is EngineState.ABSENT
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(managed_folder(), ignore_errors=True)


def test_cancelled(run, served, index, places, small):
    address, _ = served
    outcome, _, _ = run(InstallationTask(plan_for(places.engine), network(address)), after="Package 1 of 3")
    assert (outcome.succeeded, outcome.cancelled) == (False, True)
    assert outcome.hint
    assert nothing_runs(places.engine)
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE


def test_the_plugin_is_unloaded(qgis_app, served, index, places, small, monkeypatch, wait_until):
    monkeypatch.setattr(task, "Installation", partial(installation.Installation, locks=index.locks))
    work = InstallationTask(plan_for(places.engine), network(served[0]))
    lines = []
    work.logged.connect(lines.append)
    work.start()
    wait_until(lambda: any("Package" in line for line in lines), 60)
    work.stop()
    assert nothing_runs(places.engine)


def test_a_proxy_that_is_not_there(run, index, places):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prepare_pip(places)
    proxy = f"http://someone:{ESCAPED}@127.0.0.1:{port}"
    outcome, _, lines = run(
        InstallationTask(plan_for(places.engine), network("https://index.example.org/simple", proxy))
    )
    assert not outcome.succeeded
    assert outcome.message == "The proxy cannot be reached, or refuses the connection.", lines
    assert "Network" in outcome.hint
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE


def test_a_proxy_that_asks_for_a_password(run, index, places):
    server = socket.create_server(("127.0.0.1", 0))

    def refuse():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    refusing = threading.Thread(target=refuse, daemon=True)
    refusing.start()
    prepare_pip(places)
    proxy = f"http://someone:{ESCAPED}@127.0.0.1:{server.getsockname()[1]}"
    plan = plan_for(places.engine)
    outcome, _, lines = run(InstallationTask(plan, network("https://index.example.org/simple", proxy)))
    server.shutdown(socket.SHUT_RDWR)  # else it waits on, and answers for whoever gets its number of a file next
    refusing.join()
    server.close()
    assert outcome.message == "The proxy refused the user name or the password.", lines


def test_no_network_at_all(run, index, places):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://someone:{ESCAPED}@127.0.0.1:{port}/simple"
    outcome, _, lines = run(InstallationTask(plan_for(places.engine), network(address)))
    assert "cannot be reached" in outcome.message, lines
    assert SECRET not in outcome.message
    assert ESCAPED not in outcome.message


def test_a_folder_that_cannot_be_written(run, index):
    outcome, _, _ = run(InstallationTask(plan_for("/proc/xview2/engine"), network()))
    assert not outcome.succeeded
    assert "cannot be written" in outcome.message
    assert "profile" in outcome.hint


def test_two_windows(run, index, places):
    with held_lock(places.lock):
        outcome, _, _ = run(InstallationTask(plan_for(places.engine), network()))
    assert "another window" in outcome.message


def test_only_what_is_ours_is_removed(run, tmp_path, monkeypatch):
    external = tmp_path / "mine"
    (external / "bin").mkdir(parents=True)
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(external / "bin" / "python"))
    folder = managed_folder()
    folder.mkdir(parents=True)
    try:
        (folder / "thesis.txt").write_text("not ours")
        outcome, _, _ = run(RemovalTask())
        assert "left as it is" in outcome.message
        assert (folder / "thesis.txt").exists()
        (folder / "thesis.txt").rename(folder / "pyvenv.cfg")
        (folder / "linked").symlink_to(external)
        outcome, _, _ = run(RemovalTask())
        assert outcome.succeeded
        assert not folder.exists()
        assert (external / "bin").is_dir()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare_pip(places):
    """Put the wheel of pip where a first run has left it."""
    wheels = places.downloads / "wheels"
    wheels.mkdir(parents=True)
    (wheels / bundled_pip().name).symlink_to(bundled_pip())
