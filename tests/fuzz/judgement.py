"""What is said against how a run ended: nothing, where all is well."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import rasterio

from tests.fuzz.corpus import OUTPUTS
from tests.fuzz.engine_forks import Ending
from xview2_qgis.protocol.codes import ExitCode
from xview2_qgis.protocol.events import Failed, Noise, Result, Stopped, decode

#: More than any of these small runs needs.
MOST_MB = 1200.0
_LINES = re.compile(
    r"(assessing |warning: |error: |cancelled$|usage: "
    r"|kept (all|\d+ of \d+) rows of tiles: "
    r"|(prepare|infer|objects|write): [\d.]+/[\d.]+)"
)  # fmt: skip


def said(ending: Ending, in_json: bool) -> list[str]:
    """Return what is wrong with code, lines and memory of a run."""
    faults = []
    if ending.timed_out:
        return ["it went on for ever"]
    if ending.code not in set(ExitCode):
        faults.append(f"exit code {ending.code}")
    if ending.peak_mb > MOST_MB:
        faults.append(f"{ending.peak_mb:.0f} MB")
    if "Traceback" in ending.out + ending.err:
        faults.append("traceback")
    if re.search(r"run with --debug and report", ending.out + ending.err):
        faults.append("unexpected error")
    faults += _json_faults(ending) if in_json else _text_faults(ending)
    return [f"{fault}: {(ending.err + ending.out)[-600:]}" for fault in faults]


def _text_faults(ending: Ending) -> list[str]:
    lines = [line for line in ending.err.splitlines() if line]
    errors = [line for line in lines if line.startswith("error: ")]
    last = next((line for line in reversed(lines) if not line.startswith("kept ")), "")
    faults = [f"foreign line {line[:120]!r}" for line in lines if not _LINES.match(line)]
    if ending.code not in (ExitCode.DONE, ExitCode.CANCELLED) and (len(errors) != 1 or last != errors[0]):
        faults.append(f"{len(errors)} error lines")
    return faults


def _json_faults(ending: Ending) -> list[str]:
    events = [decode(line) for line in ending.out.splitlines()]
    faults = [f"foreign line {event.text[:120]!r}" for event in events if isinstance(event, Noise)]
    if ending.err:
        faults.append("something on standard error")
    last = {0: Result, 130: Stopped}.get(ending.code, Failed)
    if not events or not isinstance(events[-1], last):
        faults.append("the last event does not fit the code")
    return faults


def written(folder: Path, code: int, earlier: dict[str, bytes]) -> list[str]:
    """Return what is wrong with the files in the folder of the outputs.

    Args:
        folder: that folder.
        code: exit code of the run.
        earlier: names and contents before it.
    """
    found = {path.name: path for path in folder.iterdir()}
    if code != ExitCode.DONE:  # what is finished is kept
        found.pop(f".{OUTPUTS['output']}.unfinished", None)
    faults = [f"left {name}" for name in found if name not in set(OUTPUTS.values()) | {"damage.tif.aux.xml"}]
    if code != ExitCode.DONE:
        now = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
        return faults + ([] if now == earlier else [f"outputs changed: {sorted(now)} were {sorted(earlier)}"])
    if missing := set(OUTPUTS.values()) - set(found):
        return [*faults, f"not written: {sorted(missing)}"]
    try:
        runs = {run_of(found["damage.gpkg"]), _run_of_raster(found["damage.tif"]), _run_of_report(found["report.html"])}
    except Exception as error:
        return [*faults, f"not whole: {error!r}"]
    if len(runs) != 1:
        faults.append(f"of different runs: {runs}")
    return faults


def run_of(geopackage: Path) -> str:
    """Return the id of the run that wrote a GeoPackage; it must be sound."""
    with closing(sqlite3.connect(geopackage)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("SELECT count(*) FROM damage").fetchone()
        [(parameters,)] = database.execute("SELECT parameters FROM run").fetchall()
        json.loads(parameters)
        return str(database.execute("SELECT run_id FROM run").fetchone()[0])


def _run_of_raster(path: Path) -> str:
    with rasterio.open(path) as file:
        file.read()
        return str(file.tags()["XVIEW2_RUN_ID"])


def _run_of_report(path: Path) -> str:
    page = path.read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    return str(re.search(r'name="xview2-run-id" content="([^"]+)"', page)[1])
