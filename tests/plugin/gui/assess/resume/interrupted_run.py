"""What an interrupted run leaves beside its output, as the engine writes it."""

from __future__ import annotations

import json
from dataclasses import replace

from xview2_qgis.protocol.journal.unfinished_run import (
    JOURNAL,
    JOURNAL_FORMAT,
    find_unfinished_run,
    option_texts,
    record_name,
    unfinished_folder,
)

STARTED = "2026-11-28T14:02:11+00:00"


def interrupt(request, done=12, rows=40, **changes):
    """Leave the folder of an unfinished run of a request and return it as the plugin finds it."""
    folder = unfinished_folder(request.output)
    folder.mkdir(mode=0o700)
    options = option_texts(replace(request, **changes))
    journal = {"format": JOURNAL_FORMAT, "started_at": STARTED, "rows": rows, "options": options}
    (folder / JOURNAL).write_text(json.dumps(journal))
    for row in range(done):
        (folder / record_name(row)).write_text("{}")
    return find_unfinished_run(request.output)
