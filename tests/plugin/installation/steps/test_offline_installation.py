"""Installations from an offline package: nothing is asked of any network, and what is damaged is not installed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from tests.plugin.installation.small_index import bundled_pip, plan_for, small_trial
from xview2_qgis.engine_process.environment import interpreter_in
from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.offline_package import noted_package
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.state import EngineState, state_of
from xview2_qgis.installation.steps import installation
from xview2_qgis.installation.steps.listener import Listener


@pytest.fixture
def places(tmp_path):
    return InstallationPlaces(tmp_path / "pro file" / "engine")


@pytest.fixture
def install(package, places, index, monkeypatch):
    def fetch(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(installation, "try_engine", small_trial)
    monkeypatch.setattr(installation, "fetch", fetch)
    lines = []

    def install():
        listener = Listener(lines.append, lines.append, lambda share: lines.append(f"{share:.0%}"), lambda: False)
        plan = replace(plan_for(places.engine), offline=package)
        network = NetworkSettings("http://nowhere.invalid/simple", "http://nowhere.invalid:1")
        installation.Installation(plan, network, listener, index.locks).run()
        return lines

    return install


def test_damaged_then_copied_again(install, places, index, package):
    wheel = package / "wheels" / index.wheels["other"].name
    good = wheel.read_bytes()
    wheel.write_bytes(good[:-1] + b"x")
    with pytest.raises(InstallationError, match=r"is damaged: wheels/other"):
        install()
    assert not places.engine.exists()
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE
    # also another QGIS goes on with it, unless it has been taken away
    assert noted_package(places.source) == package
    package.rename(package.with_name("elsewhere"))
    assert noted_package(places.source) is None
    package.with_name("elsewhere").rename(package)
    wheel.write_bytes(good)
    lines = install()
    assert state_of(places, index.locks).state is EngineState.READY
    subprocess.run([interpreter_in(places.engine), "-c", "import small, other"], check=True)
    assert not any("Downloading" in line or "Package 1" in line for line in lines)
    # where nothing is downloaded, most of the work is still to be done when that would have ended
    assert lines[lines.index("Unpacking the packages") - 1] == "25%"


def test_it_lacks_pip(install, package):
    manifest = json.loads((package / "manifest.json").read_text())
    del manifest["files"][f"wheels/{bundled_pip().name}"]
    (package / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InstallationError, match="lacks pip"):
        install()


def test_killed_before_the_engine_is_in_its_place(install, places, index, monkeypatch):
    """Nobody would look for left-over packages beside an engine that works: they have gone before."""

    class KilledError(BaseException):
        pass

    def rename(old, new):
        raise KilledError

    with monkeypatch.context() as context:
        context.setattr(installation, "_rename", rename)
        with pytest.raises(KilledError):
            install()
    assert not places.downloads.exists()
    assert state_of(places, index.locks).state is EngineState.INCOMPLETE
    install()
    assert state_of(places, index.locks).state is EngineState.READY
    assert sorted(path.name for path in places.engine.parent.iterdir()) == ["engine", "engine.lock"]
