"""What stands in the files of a run, as bytes and values, apart from its times and its id."""

from __future__ import annotations

import re
import sqlite3

_OF_THE_RUN = {"started_at", "seconds", "run_id", "last_change", "update_time", "timestamp", "md_timestamp"}


def assert_same(one, other):
    """Compare the results of two runs: table by table, and the damage rasters byte by byte."""
    assert_same_tables(one.output, other.output)
    assert _bytes(one.damage_raster) == _bytes(other.damage_raster)


def assert_same_tables(one, other):
    """Compare two GeoPackages table by table."""
    tables, others = _tables(one), _tables(other)
    assert tables.keys() == others.keys()
    assert len(tables["damage"]) > 3
    for name, rows in tables.items():
        assert rows == others[name], name


def _bytes(raster):
    return re.sub(rb'(?<="XVIEW2_RUN_ID">)[0-9a-f]{32}', b"", raster.read_bytes())


def _tables(path):
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: _rows(database, name) for name in names}


def _rows(database, table):
    cursor = database.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return [
        {name: _timeless(value) for name, value in zip(names, row, strict=True) if name not in _OF_THE_RUN}
        for row in cursor
    ]


def _timeless(value):
    return re.sub(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?", "", value) if isinstance(value, str) else value
