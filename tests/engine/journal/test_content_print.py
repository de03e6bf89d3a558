"""Polygons are recognised by what their files hold."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing

import geopandas
import pytest
import shapely

from xview2_qgis.engine.journal import content_print as module
from xview2_qgis.engine.journal.content_print import content_print


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.gpkg"
    geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=32618).to_file(path)
    return path


def test_a_copy_is_the_same_wherever_and_whenever_it_was_made(town, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    copy = shutil.copy(town, tmp_path / "elsewhere" / "city.gpkg")
    os.utime(copy, ns=(1, 1))
    assert content_print(str(copy)) == content_print(str(town)) != ""
    assert content_print(f"{copy}|layername=town") == content_print(str(town))


def test_a_program_that_shows_a_geopackage_makes_no_other_of_it(town):
    before, bytes_before = content_print(str(town)), town.read_bytes()
    with closing(sqlite3.connect(town)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("select * from town").fetchall()
        database.execute("pragma journal_mode = delete")
    assert town.read_bytes() != bytes_before
    assert content_print(str(town)) == before


def test_a_corner_that_was_moved_makes_another(town):
    before = content_print(str(town))
    geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(0, 0, 1, 2)], crs=32618).to_file(town)
    assert content_print(str(town)) != before


def test_large_files_are_not_read(town, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_READ", 1000)
    copy = shutil.copy2(town, tmp_path / "copy.gpkg")
    assert content_print(str(copy)) != content_print(str(town))  # another name


@pytest.mark.parametrize("source", ["nowhere.gpkg", "/vsicurl/https://host/a.gpkg", ""])
def test_what_is_no_file_has_none(source):
    assert content_print(source) == ""
