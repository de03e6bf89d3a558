"""An unfinished run: what a run that was cancelled, failed or killed has left beside its output, to go on with.

The engine keeps it in a hidden private folder with a name of its own beside the output: a journal that says what was
asked for, and a record for each finished row of tiles. Both are small JSON files; one that has its name is whole.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..options.assessment import OPTIONS, AssessmentParameters
from ..redaction import without_secrets

#: Of journals that this version writes and reads.
JOURNAL_FORMAT = 1
#: Name of the journal in its folder.
JOURNAL = "journal.json"
_SUFFIX = ".unfinished"
_RECORD = re.compile(r"row-(\d{6})\.json")


@dataclass(frozen=True)
class UnfinishedRun:
    """A run that can be gone on with, by the option ``--resume`` of the same command.

    Attributes:
        folder: where it is kept.
        started_at: when it began, ISO 8601 with time zone; empty where unknown.
        finished_rows: rows of tiles that need no network any more.
        rows: all rows of tiles.
        parameters: what starts it again, ``resume`` among them; None where the journal does not say all of it, because
            a source has a password or a key, which are not kept.
    """

    folder: Path
    started_at: str
    finished_rows: int
    rows: int
    parameters: AssessmentParameters | None

    @property
    def output_name(self) -> str:
        """The name of the file that the run was to write."""
        return self.folder.name[1:].removesuffix(_SUFFIX)


def unfinished_folder(output: Path) -> Path:
    """Return the folder in which an unfinished run of an output would be kept."""
    real = output.resolve() if output.is_symlink() else output
    return real.with_name(f".{real.name}{_SUFFIX}")


def record_name(row: int) -> str:
    """Return the name of the record of a finished row of tiles, counted from 0."""
    return f"row-{row:06d}.json"


def finished_rows(folder: Path) -> int:
    """Return how many rows of tiles are finished: those from the first one on that have a record.

    Raises:
        OSError: the folder cannot be read.
    """
    known = {int(found[1]) for name in os.listdir(folder) if (found := _RECORD.fullmatch(name))}
    count = 0
    while count in known:
        count += 1
    return count


def find_unfinished_run(output: Path) -> UnfinishedRun | None:
    """Return the unfinished run of an output; None where there is none that this version and this user can go on with.

    Whether its inputs, its model and its options are still the same, the engine finds out when it goes on.

    Args:
        output: the GeoPackage.
    """
    try:
        folder = unfinished_folder(output)
        if not is_own_folder(folder):
            return None
        journal = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
        done = finished_rows(folder)
    except (OSError, ValueError, RecursionError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return None
    if not isinstance(journal, dict) or journal.get("format") != JOURNAL_FORMAT:
        return None
    return _read(folder, journal, done)


def is_own_folder(folder: Path) -> bool:
    """Return whether there is a folder, no link, into which nobody but this user can have put something.

    Raises:
        OSError: there is nothing of that name, or it cannot be asked.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _read(folder: Path, journal: Mapping[str, object], done: int) -> UnfinishedRun | None:
    started, rows = journal.get("started_at"), journal.get("rows")
    if not isinstance(rows, int) or isinstance(rows, bool) or not 0 < done <= rows:
        return None
    return UnfinishedRun(
        folder, started if isinstance(started, str) else "", done, rows, _parameters(journal.get("options"))
    )


def option_texts(parameters: AssessmentParameters) -> dict[str, str] | None:
    """Return the options of a run as a journal keeps them, by name; None where a source holds what is secret."""
    texts = {option.name: option.kind.text(option.of(parameters)) for option in OPTIONS}
    if any(without_secrets(text) != text for text in texts.values()):
        return None
    return {name: text for name, text in texts.items() if text}


def _parameters(texts: object) -> AssessmentParameters | None:
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        return None
    try:
        return AssessmentParameters.from_texts({**texts, "resume": "yes"})
    except (TypeError, ValueError):  # of another version
        return None
