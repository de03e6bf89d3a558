"""The table ``review_sample`` of a result: which buildings are to be reviewed for the totals, and how they were drawn.

It is no layer: QGIS and GDAL do not list it. Each row holds everything that the estimate needs of its building at the
time of the draw; classes that change later (``xview2 adapt``) do not change what the sample stands for.
"""

from __future__ import annotations

from ..schema import PROBABILITY_FIELDS

SAMPLE_TABLE = "review_sample"

#: Stratum of the buildings that had been reviewed before the draw: all of them are known, none of them is drawn.
REVIEWED_BEFORE = "reviewed before"

#: Mean probability of each class over the stratum of a building.
STRATUM_MEANS = tuple(f"stratum_{name}" for name in PROBABILITY_FIELDS)

#: Columns, in their order, with their type in SQLite.
COLUMNS = {
    "building_id": "INTEGER PRIMARY KEY NOT NULL",
    # random: whoever stops half-way has reviewed a random half
    "position": "INTEGER NOT NULL",
    "stratum": "TEXT NOT NULL",
    "stratum_size": "INTEGER NOT NULL",
    "stratum_sample": "INTEGER NOT NULL",
    "inclusion_probability": "REAL NOT NULL",
    **dict.fromkeys((*PROBABILITY_FIELDS, *STRATUM_MEANS), "REAL NOT NULL"),
    "seed": "INTEGER NOT NULL",
    "drawn_at": "TEXT NOT NULL",
}
