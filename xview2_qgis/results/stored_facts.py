"""What the file of a result says of its event and images."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..protocol.scene_facts import FactsFault, SceneFacts
from ..protocol.stored_result import DamagedError, InUseError, opened


def stored_facts(path: str | Path) -> SceneFacts:
    """Return the facts in the record of a run; empty ones where the file cannot be read or has none.

    Of a merged result the scenes of a batch differ, and none stands for all: its facts are empty, too.
    """
    try:
        with opened(Path(path)) as database:
            if database is None:
                return SceneFacts()
            with closing(database.execute("SELECT * FROM run LIMIT 2")) as cursor:
                names = [str(column[0]) for column in cursor.description]
                rows = cursor.fetchall()
        return SceneFacts.from_columns(dict(zip(names, rows[0]))) if len(rows) == 1 else SceneFacts()
    except (InUseError, DamagedError, FactsFault, OSError, sqlite3.Error):
        return SceneFacts()


def place_and_date(facts: SceneFacts) -> str:
    """Return by which name a result is known to people: place and day of the post-event image; empty if unknown.

    A day alone, or a place without a day, is better said with the name of the image.
    """
    place, day = facts.event.area or facts.event.name, facts.post.acquired[:10]
    return f"{place}, {day}" if place and day else place
