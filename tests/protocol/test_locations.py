"""Folders of models and cache: against the package that knows the rules of all systems, where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xview2_qgis.protocol.locations import DEFAULT_MODEL, cache_folder, embedded_folder, installed_folder

VARIABLES = ("XVIEW2_MODELS", "XVIEW2_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_default_model_is_there():
    assert (embedded_folder() / DEFAULT_MODEL / "model.json").is_file()


def test_variables_of_ours_come_first(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XVIEW2_MODELS", "mine")
    monkeypatch.setenv("XVIEW2_CACHE", "also mine")
    assert (installed_folder(), cache_folder()) == (Path("mine"), Path("also mine"))


@pytest.mark.parametrize(
    ("platform", "models", "cache"),
    [
        ("linux", ".local/share/xview2-qgis/models", ".cache/xview2-qgis"),
        ("darwin", "Library/Application Support/xview2-qgis/models", "Library/Caches/xview2-qgis"),
    ],
)
def test_folders_of_systems(monkeypatch, home, platform, models, cache):
    monkeypatch.setattr(sys, "platform", platform)
    assert (installed_folder(), cache_folder()) == (home / models, home / cache)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative, which does not count")
    assert (installed_folder(), cache_folder()) == (home / "data" / "xview2-qgis" / "models", home / cache)


def test_folders_of_windows(monkeypatch, home):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    assert installed_folder() == home / "xview2-qgis" / "models"
    assert cache_folder() == home / "xview2-qgis" / "Cache"


def test_the_rules_are_those_of_platformdirs(monkeypatch, home):
    platformdirs = pytest.importorskip("platformdirs")
    for folder in ("", str(home / "other")):
        monkeypatch.setenv("XDG_DATA_HOME", folder)
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        assert installed_folder() == Path(platformdirs.user_data_dir("xview2-qgis", appauthor=False)) / "models"
        assert cache_folder() == Path(platformdirs.user_cache_dir("xview2-qgis", appauthor=False))
