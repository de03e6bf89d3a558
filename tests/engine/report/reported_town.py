"""A result with reviews, event and imagery, for tests of its report."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import shapely

from tests.engine.adaptation.reviewed_scene import edited
from tests.engine.output.geopackage.review_town import town
from tests.engine.probability_scene import ORIGIN
from tests.engine.result_scene import write_result

#: What people write into the record of a run.
FACTS = {
    "event_name": "Storm Ada", "event_type": "storm", "event_date": "2026-02-01", "event_glide": "ST-2026-000012-USA",
    "event_area": "Mexico Beach", "event_country": "United States", "event_contact": "maps@example.org",
    "pre_source": "Example Imaging", "pre_acquired": "2025-10-01", "pre_credit": "Imagery © Example Imaging",
    "post_source": "Example Imaging", "post_sensor": "EX-3", "post_acquired": "2026-02-03T08:16:09Z",
    "post_off_nadir_deg": 24.6, "post_gsd_m": 0.48, "post_licence": "CC BY 4.0",
    "post_credit": "Imagery © Example Imaging",
}  # fmt: skip


def write_town(path: Path) -> Path:
    """Write twelve buildings on an acre, with an assessed area around them."""
    east, north = ORIGIN
    write_result(path, town(), area=shapely.MultiPolygon([shapely.box(east, north - 90, east + 110, north)]))
    return path


def change(path: Path, statement: str, *values: object) -> None:
    """Change a result with plain SQL, as another program would."""
    with closing(edited(path)) as database, database:
        database.execute(statement, values)


def tell(path: Path, **facts: object) -> None:
    """Write facts into the record of the run."""
    for name, value in facts.items():
        change(path, f'UPDATE run SET "{name}" = ?', value)


def asked(path: Path, question: str) -> dict[str, int]:
    """Return two columns of a question as what belongs together."""
    with closing(sqlite3.connect(path)) as database:
        return {str(key): int(number) for key, number in database.execute(question)}
