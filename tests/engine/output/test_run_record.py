"""The record of a run: true versions, and a row of the result that says all of it."""

import json
import platform
import re
import sqlite3
from contextlib import closing
from dataclasses import FrozenInstanceError
from importlib import metadata
from pathlib import Path

import pyproj
import pytest

from tests.checkout import ROOT
from tests.engine.result_scene import RUN, one_of_each, write_result
from xview2_qgis.engine.output.run_record import RUN_COLUMNS, versions


def test_the_versions_are_those_of_what_is_installed():
    said = json.loads(versions())
    assert set(said) == {"xview2", "python", "onnxruntime", "gdal", "proj", "numpy"}
    assert said["numpy"] == metadata.version("numpy")
    assert said["python"] == platform.python_version()
    # the package of ONNX Runtime has another name for each kind of device
    installed = {d.version for d in metadata.distributions() if (d.name or "").startswith("onnxruntime")}
    assert said["onnxruntime"] in installed
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", said["gdal"])


def test_the_version_of_proj_is_the_one_its_database_was_made_for():
    with closing(sqlite3.connect(Path(pyproj.datadir.get_data_dir()) / "proj.db")) as database:
        ((version,),) = database.execute("SELECT value FROM metadata WHERE key = 'PROJ.VERSION'")
    assert json.loads(versions())["proj"] == version


def test_the_engine_has_the_version_of_the_plugin():
    text = (ROOT / "metadata.txt").read_text(encoding="utf-8")
    assert json.loads(versions())["xview2"] == re.search(r"^version=(.+)$", text, re.MULTILINE).group(1).strip()


def test_the_result_says_every_field_under_its_name(tmp_path):
    write_result(tmp_path / "damage.gpkg", one_of_each())
    with closing(sqlite3.connect(tmp_path / "damage.gpkg")) as database:
        database.row_factory = sqlite3.Row
        (row,) = database.execute("SELECT * FROM run")
    said = dict(row)
    del said["fid"]
    assert said == RUN.columns()
    assert tuple(said) == RUN_COLUMNS
    assert json.loads(said["versions"]) == json.loads(versions())


def test_a_record_cannot_be_changed_afterwards():
    with pytest.raises(FrozenInstanceError):
        RUN.seconds = 0.0
