"""The record that an installation keeps in its folder: what is installed there, and how far it came."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from enum import Enum
from pathlib import Path

#: Name of the record; a folder that has it is one that the plugin made and may remove.
NAME = "xview2-installation.json"


class Step(Enum):
    """What has been done, each with all before it."""

    STARTED = "started"
    ENVIRONMENT = "environment"  # the environment is made and has pip, no package yet
    UNPACKING = "unpacking"  # packages are being written into the environment, which is unusable until that has ended
    PACKAGES = "packages"  # all packages are in it
    TESTED = "tested"  # they work


@dataclass(frozen=True)
class Record:
    """What the folder of an engine holds.

    Attributes:
        plugin_version: version of the plugin that installed it.
        lock_sha256: checksum of the lock it was installed by.
        variant: name of the variant.
        base: interpreter that the environment was made with.
        folder: where the engine is meant to be used.
        step: the last thing that was done.
    """

    plugin_version: str
    lock_sha256: str
    variant: str
    base: str
    folder: str
    step: Step

    @property
    def complete(self) -> bool:
        """Whether the engine was installed whole and passed its test."""
        return self.step is Step.TESTED


def read_record(folder: Path) -> Record | None:
    """Return the record of a folder, None where there is none that can be read."""
    try:
        values = json.loads((folder / NAME).read_text(encoding="utf-8"))
        texts = {field.name: str(values[field.name]) for field in fields(Record) if field.name != "step"}
        "".join(texts.values()).encode()  # JSON may hold halves of letters, which cannot be shown
        return Record(step=Step(values["step"]), **texts)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def write_record(folder: Path, record: Record) -> None:
    """Write the record of a folder: whole, or not at all.

    Raises:
        OSError: it cannot be written; an earlier one stays.
    """
    values = {**asdict(record), "step": record.step.value}
    handle, working = tempfile.mkstemp(prefix=f".{NAME}-", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1)
            file.flush()
            os.fsync(file.fileno())  # or a computer that loses its power would keep the name of an empty file
        os.replace(working, folder / NAME)
    except BaseException:
        with suppress(OSError):
            os.unlink(working)
        raise
