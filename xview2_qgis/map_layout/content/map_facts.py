"""The facts of a result that its map tells, read from its GeoPackage without changing it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...protocol.public_name import public_name
from ...protocol.scene_facts import EventFacts, SceneFacts
from ...protocol.schema import RUN_TABLE
from ...protocol.stored_result import opened, reviewed_rows
from ...protocol.totals.review_sample import Totals, totals_of
from ...protocol.totals.stored_sample import read_buildings, read_sample


@dataclass(frozen=True)
class RunFacts:
    """What the record of a run says; empty where it says nothing.

    Attributes:
        started_at: when it began, ISO 8601.
        pre: name of the pre-event image; empty where there was none.
        post: name of the post-event image.
        model_id: name of the model.
        model_licence: licence of its weights.
        version: of the engine.
        not_visible_m2: area left out as not visible.
        scene: event and imagery.
    """

    started_at: str = ""
    pre: str = ""
    post: str = ""
    model_id: str = ""
    model_licence: str = ""
    version: str = ""
    not_visible_m2: float = 0.0
    scene: SceneFacts = field(default_factory=SceneFacts)


@dataclass(frozen=True)
class MapFacts:
    """What a map tells of a result.

    Attributes:
        totals: counts by final class, and ranges where a sample has been reviewed.
        reviewed: buildings that people have checked or drawn.
        runs: what the result was made by; one, or one for each scene of a batch.
    """

    totals: Totals
    reviewed: int
    runs: tuple[RunFacts, ...]

    @property
    def run(self) -> RunFacts:
        """The first of the runs, which stands for all in what they have in common."""
        return self.runs[0] if self.runs else RunFacts()

    @property
    def event(self) -> EventFacts:
        """The event of all runs; an empty one where they are of several."""
        events = {run.scene.event for run in self.runs}
        return self.run.scene.event if len(events) == 1 else EventFacts()


def read_facts(path: Path) -> MapFacts:
    """Return the facts of a result.

    Raises:
        NotAResultError: it is no result.
        InUseError, DamagedError: it cannot be read, see :mod:`xview2_qgis.protocol.stored_result`.
    """
    totals = totals_of(read_sample(path), read_buildings(path))
    return MapFacts(totals, len(reviewed_rows(path)), _runs(path))


def _runs(path: Path) -> tuple[RunFacts, ...]:
    with opened(path) as database:
        if (
            database is None
            or not database.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (RUN_TABLE,)
            ).fetchone()
        ):
            return ()
        found = database.cursor()
        found.row_factory = sqlite3.Row
        # all that is put in is a name of this program
        rows = found.execute(f"SELECT * FROM {RUN_TABLE}").fetchall()  # nosec B608
    return tuple(_run({name.lower(): row[name] for name in row.keys()}) for row in rows)  # noqa: SIM118 - sqlite3.Row


def _run(row: Mapping[str, object]) -> RunFacts:
    area = row.get("not_visible_m2")
    return RunFacts(
        started_at=_text(row, "started_at"),
        # a run that was asked to may have recorded whole paths: they are nobody's business
        pre=_name(row, "pre"),
        post=_name(row, "post"),
        model_id=_text(row, "model_id"),
        model_licence=_text(row, "model_licence"),
        version=_version(_text(row, "versions")),
        not_visible_m2=float(area) if isinstance(area, (int, float)) else 0.0,
        scene=SceneFacts.from_columns(row),
    )


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _name(row: Mapping[str, object], name: str) -> str:
    text = _text(row, name)
    return public_name(text) if text else ""


def _version(text: str) -> str:
    try:
        versions = json.loads(text)
    except ValueError:
        return ""
    version = versions.get("xview2") if isinstance(versions, dict) else None
    return version if isinstance(version, str) else ""
