"""A small scene of many tiles, with rows where nothing is, as runs in processes of their own assess it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import rasterio

from tests.checkout import ROOT
from tests.engine.drawn_houses import House, draw_houses

#: Of columns and rows of the images; with tiles of 128 pixels, eight rows of five.
SIZE = (500, 780)
HOUSES = tuple(
    House(-112 + 28 * column, 180 - 26 * row, 12 + column % 3, 9 + row % 4, 1 + (column + row) % 4)
    for row in range(15)
    for column in range(9)
)
#: What differs between two runs of the same images.
_TIMES = {"started_at", "seconds", "run_id", "timestamp"}


def draw_scene(folder: Path) -> list[str]:
    """Draw the pair and return the options that name it. Between two groups of houses there is nothing."""
    empty = lambda east, north: abs(north - 20) < 45  # noqa: E731 - what a hole is, in one line
    pre = draw_houses(folder / "pre.tif", False, HOUSES, size=SIZE, hole=empty)
    post = draw_houses(folder / "post.tif", True, HOUSES, size=SIZE)
    return [f"--pre={pre}", f"--post={post}"]


def assess(
    options: Iterable[str], output: Path, *program: str, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Assess the scene in a process of its own.

    Args:
        options: of ``assess``.
        output: GeoPackage; the damage raster lies beside it.
        program: what to run in the place of ``-m xview2_qgis.engine``.
    """
    command = [
        sys.executable, *(program or ("-m", "xview2_qgis.engine")), "assess", *options, f"--output={output}",
        f"--damage-raster={output.with_suffix('.tif')}", "--device=cpu", "--events=json", "--register=off",
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)


def events_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """Return the events of a run."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def contents(output: Path) -> dict[str, object]:
    """Return all that a result holds but times and what names its run: tables of the GeoPackage, pixels."""
    found: dict[str, object] = {}
    with sqlite3.connect(output) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in sorted(tables):
            cursor = database.execute(f'select * from "{table}"')
            names = [column[0] for column in cursor.description]
            kept = [index for index, name in enumerate(names) if name not in _TIMES]
            if table not in ("gpkg_contents", "sqlite_sequence", "gpkg_ogr_contents", "layer_styles"):
                found[table] = [tuple(_timeless(row[index]) for index in kept) for row in cursor]
    with rasterio.open(output.with_suffix(".tif")) as raster:
        found["pixels"] = raster.read().tobytes()
    return found


def _timeless(value: object) -> object:
    """Return a value without the moment that a text names."""
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*", "then", value) if isinstance(value, str) else value
