from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest
from qgis.core import QgsSettings

from xview2_qgis.engine_process.environment import SETTING, interpreter_in, managed_folder
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.requirement_lock import RequirementLock
from xview2_qgis.installation.state import EngineState, installed_engine, state_of
from xview2_qgis.installation.state_file import NAME, Record, Step, read_record, write_record
from xview2_qgis.installation.variant import Variant
from xview2_qgis.resources.plugin_metadata import metadata


@pytest.fixture
def locks(tmp_path):
    folder = tmp_path / "locks"
    folder.mkdir()
    (folder / "cpu.txt").write_text("small==1 --hash=sha256:00\n")
    return folder


@pytest.fixture
def places(tmp_path):
    return InstallationPlaces(tmp_path / "profile" / "engine")


@pytest.fixture
def record(places, locks):
    lock = RequirementLock.of(Variant.CPU, locks)
    return Record(metadata("version"), lock.sha256, "cpu", sys.executable, str(places.engine), Step.TESTED)


def put(folder, record):
    interpreter_in(folder).parent.mkdir(parents=True)
    interpreter_in(folder).symlink_to(sys.executable)
    write_record(folder, record)


def state(places, locks):
    found = state_of(places, locks)
    assert bool(found.detail) == (found.state not in (EngineState.ABSENT, EngineState.READY))
    return found.state


def test_nothing_is_there(places, locks):
    assert state(places, locks) is EngineState.ABSENT


def test_ready(places, locks, record):
    put(places.engine, record)
    found = state_of(places, locks)
    assert found.state is EngineState.READY
    assert found.interpreter == str(interpreter_in(places.engine))
    assert (found.version, found.variant) == (metadata("version"), Variant.CPU)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.TESTED])
def test_one_that_was_interrupted(places, locks, record, step):
    put(places.unfinished, replace(record, step=step))
    assert state(places, locks) is EngineState.INCOMPLETE
    # an engine that works is not touched by one that is being installed
    put(places.engine, record)
    assert state(places, locks) is EngineState.READY


def test_what_was_killed_before_its_first_word(places, locks):
    places.unfinished.mkdir(parents=True)
    assert state(places, locks) is EngineState.INCOMPLETE


def test_between_two_changes_of_name(places, locks, record):
    put(places.unfinished, record)
    assert state(places, locks) is EngineState.INCOMPLETE


@pytest.mark.parametrize("text", ["", "{", "[]", '{"step": "tested"}', '{"step": 1}', "[" * 10000], ids=range(6))
def test_a_record_that_cannot_be_read(places, locks, record, text):
    put(places.engine, record)
    (places.engine / NAME).write_text(text)
    assert read_record(places.engine) is None
    assert state(places, locks) is EngineState.INCOMPLETE


def test_moved(places, locks, record, tmp_path):
    put(places.engine, replace(record, folder=str(tmp_path / "another profile" / "engine")))
    assert state(places, locks) is EngineState.MOVED


def test_its_python_is_gone(places, locks, record, tmp_path):
    put(places.engine, replace(record, base=str(tmp_path / "gone")))
    assert state(places, locks) is EngineState.MOVED
    interpreter_in(places.engine).unlink()
    write_record(places.engine, record)
    assert state(places, locks) is EngineState.MOVED


def test_of_another_version(places, locks, record):
    put(places.engine, replace(record, plugin_version="0.0.1"))
    assert state(places, locks) is EngineState.OUTDATED


def test_other_packages_are_needed(places, locks, record):
    put(places.engine, record)
    (locks / "cpu.txt").write_text("small==2 --hash=sha256:00\n")
    assert state(places, locks) is EngineState.OUTDATED
    (locks / "cpu.txt").unlink()
    assert state(places, locks) is EngineState.OUTDATED


def test_line_endings_make_no_other_lock(locks):
    before = RequirementLock.of(Variant.CPU, locks).sha256
    (locks / "cpu.txt").write_bytes(b"small==1 --hash=sha256:00\r\n")
    assert RequirementLock.of(Variant.CPU, locks).sha256 == before


def test_another_environment(qgis_app, tmp_path, monkeypatch):
    assert installed_engine().state is EngineState.ABSENT
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(python))
    found = installed_engine()
    assert (found.state, found.interpreter) == (EngineState.EXTERNAL, str(python))
    assert found.folder == tmp_path / "env"
    assert "XVIEW2_ENGINE_PYTHON" in found.detail
    QgsSettings().setValue(SETTING, str(tmp_path / "gone"))
    found = installed_engine()
    assert (found.state, found.interpreter) == (EngineState.EXTERNAL, "")
    assert "does not exist" in found.detail
    # who names the managed one by hand has chosen no other
    QgsSettings().setValue(SETTING, str(interpreter_in(managed_folder())))
    assert installed_engine().state is EngineState.ABSENT


def test_a_record_that_cannot_be_written_leaves_the_one_before(places, record, monkeypatch):
    put(places.engine, record)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        write_record(places.engine, replace(record, variant="cuda"))
    assert read_record(places.engine) == record
    assert [path.name for path in places.engine.iterdir() if path.is_file()] == [NAME]
