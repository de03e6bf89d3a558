"""The journal of a batch: from what each result was made, durable line by line.

The results themselves are the state. The journal adds what they do not hold: the fingerprint of what a scene was
begun with, and the run that came of it. A line that was cut by a loss of power counts for nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..errors import RuntimeFailure
from .fingerprint import Fingerprint

#: Its name in the folder of the results.
JOURNAL = ".batch.jsonl"


@dataclass(frozen=True)
class Entry:
    """The last thing known of a scene, or of another file of the batch.

    Attributes:
        id: name of the scene; empty for the merged GeoPackage.
        state: ``begun`` or ``done``.
        parts: its fingerprint; of the merged GeoPackage its contents.
        run_id: when begun, the run whose result stood there before; when done, that of the result.
    """

    id: str
    state: str
    parts: Mapping[str, str] = field(default_factory=dict)
    run_id: str = ""


class Journal:
    """Reads and writes the journal; to be used under the lock of the batch.

    Args:
        folder: folder of the results.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / JOURNAL
        self.known = self._path.exists()
        self._entries = dict(self._read())

    def begun(self, scene_id: str, parts: Fingerprint, earlier_run: str) -> None:
        """Note that a scene is begun.

        Raises:
            RuntimeFailure: the disk failed or is full (``output-write``).
        """
        self._append(Entry(scene_id, "begun", parts, earlier_run))

    def done(self, scene_id: str, parts: Fingerprint, run_id: str) -> None:
        """Note that the result of a scene is in place.

        Raises:
            RuntimeFailure: the disk failed or is full (``output-write``).
        """
        self._append(Entry(scene_id, "done", parts, run_id))

    def of(self, scene_id: str) -> Entry | None:
        """Return the last entry of a scene, None where there is none."""
        return self._entries.get(scene_id)

    def _read(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        with suppress(OSError):
            text = self._path.read_bytes().decode("utf-8", errors="replace")
            for line in text.splitlines():
                with suppress(ValueError, TypeError, AttributeError):
                    entry = Entry(**json.loads(line))
                    if isinstance(entry.id, str) and isinstance(entry.parts, dict):
                        found[entry.id] = entry
        return found

    def _append(self, entry: Entry) -> None:
        self._entries[entry.id] = entry
        new = not self._path.exists()
        try:
            with self._path.open("ab") as file:
                # behind a line that was cut
                file.write(b"\n" + json.dumps(asdict(entry)).encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new and os.name != "nt":  # the name of the file is part of its folder
                folder = os.open(self._path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as error:
            raise RuntimeFailure(
                f"cannot write beside the results in {self._path.parent} ({error.strerror})", "free space on this disk",
                "output-write",
            ) from error  # fmt: skip
