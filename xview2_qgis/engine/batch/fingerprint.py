"""The fingerprint of a scene: what its result depends on, so that a later batch knows whether it still holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress

from ...protocol.options.assessment import OPTIONS, AssessmentParameters
from ...protocol.options.kinds import Choice, File, Flag, Text
from ...protocol.public_name import public_address, public_source
from ..access.input_files import possible_files
from ..journal.content_print import content_print

#: Names of parts, such as ``post`` or ``model``, and what each of them was.
Fingerprint = Mapping[str, str]

# how and where is computed, and what is told of it: another graphics card is no reason to begin anew, nor is the name
# of the event
_WITHOUT_EFFECT = {"device", "batch_size", "scheduler", "language", "events", "event", "model"}
_POLYGONS = ("aoi", "exclude", "footprints")
# what results were like before there was the option: the fingerprints of such batches do not name it
_ALWAYS_SO = {"outlines": "plain"}


def fingerprint(parameters: AssessmentParameters, model_checksum: str) -> Fingerprint:
    """Return what the result of a scene depends on.

    Images count by name, size and time of their last change, not by folder: a disk may be mounted elsewhere. Files of
    polygons count by what they hold: they may be copies made for this run. Addresses count without what may be secret.

    Args:
        parameters: of the run.
        model_checksum: of the networks.
    """
    parts = {"model": model_checksum}
    for option in OPTIONS:
        value = option.of(parameters)
        if option.name in _WITHOUT_EFFECT or isinstance(option.kind, (File, Flag)) or value in (None, ""):
            continue
        if value == _ALWAYS_SO.get(option.name):
            continue
        if isinstance(option.kind, Text):
            name = _polygons if option.name in _POLYGONS else _source
            parts[option.name] = name(str(value)) if option.kind.names == "source" else str(value)
        else:
            parts[option.name] = str(value) if isinstance(option.kind, Choice) else option.kind.text(value)
    return {name: text for name, text in parts.items() if text}


def changed(before: Fingerprint, now: Fingerprint) -> str:
    """Return the names of the parts that differ, joined by commas; empty where none does."""
    names = (name for name in (*now, *(name for name in before if name not in now)))
    return ", ".join(name.replace("_", " ") for name in names if before.get(name) != now.get(name))


def _polygons(source: str) -> str:
    held = content_print(source)
    selection = public_source(source).partition("|")[2]
    return f"{held} {selection}".strip() if held else _source(source)


def _source(source: str) -> str:
    for file in sorted(possible_files(source), key=lambda path: -len(str(path))):
        with suppress(OSError, ValueError):
            found = os.stat(file)
            if os.path.isfile(file):
                return f"{public_source(source)} {found.st_size} {found.st_mtime_ns}"
    # what is no file: the text may be long, and hold a password
    return f"{public_address(source)} {hashlib.sha256(_unsigned(source).encode(errors='replace')).hexdigest()[:16]}"


def _unsigned(source: str) -> str:
    """Return an address without its query: signatures change, and the image does not."""
    return source.partition("?")[0] if "://" in source else source
