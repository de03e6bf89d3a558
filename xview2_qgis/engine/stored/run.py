"""The run behind a stored result, as its record tells it."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ...protocol.public_name import public_name
from ...protocol.scene_facts import EventFacts, ImageFacts, SceneFacts
from ...protocol.scene_facts.values import LONGEST_TEXT
from ...protocol.schema import RUN_TABLE, SCENE_FIELD

#: Sums over the runs of a batch.
_SUMS = ("seconds", "not_visible_m2", "unreadable_tiles", "unreadable_m2")
#: What is told of all runs, each once: models and their licences bind whoever uses any part of the file, credits too.
#: Everything else is told only where all of them agree.
_LISTED, _LISTED_FACTS = ("model_id", "model_licence"), ("credit", "licence")


@dataclass(frozen=True)
class StoredRun:
    """The record of a run. What an older version did not record is empty, or 0.

    Attributes:
        run_id: the same in all files of the run.
        scene: name of the scene in a batch; empty in the result of one scene.
        started_at: ISO 8601 with time zone.
        seconds: how long it took.
        pre: name of the pre-event image, without folders; empty where there was none.
        post: name of the post-event image.
        parameters: recorded parameters by the names of their options; may hold whole paths where the run was asked to
            record them, which go into no product.
        model_id: name of the model.
        model_checksum: SHA-256 of its network files.
        model_licence: its licence.
        device: where the networks ran.
        provider: ONNX Runtime provider that ran them.
        precision: ``fp32``, ``fp16`` or ``int8``.
        versions: of the engine and its libraries, by name.
        images: of both images (``pre``, ``post``) bands, pixel size and stretch.
        not_visible_m2: area that was excluded as not visible, square metres.
        unreadable_tiles: tiles of which a part could not be read.
        unreadable_m2: area that could not be read, square metres.
        facts: what is known of the event and of both images.
        shift_m: by how many metres east and north the post-event image was moved; None where it was not.
        warnings: what the run warned of that concerns the result.
        model_card: what is known of the model, JSON of :class:`..output.model_card.ModelCard`.
        pair: a pre-event image was there, or nobody knows; of several runs, in one of them at least.
    """

    run_id: str = ""
    scene: str = ""
    started_at: str = ""
    seconds: float = 0.0
    pre: str = ""
    post: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    model_id: str = ""
    model_checksum: str = ""
    model_licence: str = ""
    device: str = ""
    provider: str = ""
    precision: str = ""
    versions: Mapping[str, object] = field(default_factory=dict)
    images: Mapping[str, object] = field(default_factory=dict)
    not_visible_m2: float = 0.0
    unreadable_tiles: int = 0
    unreadable_m2: float = 0.0
    facts: SceneFacts = field(default_factory=SceneFacts)
    shift_m: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()
    model_card: str = ""
    pair: bool = True

    @classmethod
    def of_row(cls, row: Mapping[str, object]) -> StoredRun:
        """Return the run of a row of the table ``run``; values of other kinds than expected count as absent."""
        texts = (
            "run_id", "started_at", "model_id", "model_checksum", "model_licence", "device", "provider", "precision",
            "model_card",
        )  # fmt: skip
        return cls(
            **{name: _text(row.get(name)) for name in texts},
            scene=_text(row.get(SCENE_FIELD)),
            pre=_name(row.get("pre")),
            post=_name(row.get("post")),
            pair=bool(_name(row.get("pre"))) or not _name(row.get("post")),
            parameters=_mapping(row.get("parameters")),
            versions=_mapping(row.get("versions")),
            images=_mapping(row.get("images")),
            seconds=_number(row.get("seconds")),
            not_visible_m2=_number(row.get("not_visible_m2")),
            unreadable_tiles=int(_number(row.get("unreadable_tiles"))),
            unreadable_m2=_number(row.get("unreadable_m2")),
            facts=SceneFacts.from_columns(row),
            shift_m=_shift(row.get("shift")),
            warnings=tuple(text for text in _list(row.get("warnings")) if isinstance(text, str)),
        )


def read_runs(database: sqlite3.Connection) -> tuple[StoredRun, ...]:
    """Return the runs of a result in their order; none where it has no such table."""
    names = [str(name) for _, name, *_ in database.execute(f'PRAGMA table_info("{RUN_TABLE}")')]
    if not names:
        return ()
    # the name of a table of this program
    rows = database.execute(f'SELECT * FROM "{RUN_TABLE}" ORDER BY rowid')  # nosec B608
    lowered = [name.lower() for name in names]
    return tuple(StoredRun.of_row(dict(zip(lowered, row, strict=True))) for row in rows)


def joint_run(runs: Sequence[StoredRun]) -> StoredRun:
    """Return what holds for all runs of a file.

    Times and areas are summed; warnings, models, licences and credits are listed, each once; of the rest what all runs
    agree on is told.
    """
    if len(runs) == 1:
        return runs[0]
    if not runs:
        return StoredRun()
    empty = StoredRun()
    agreed: dict[str, Any] = {}
    for part in fields(StoredRun):
        values = [getattr(run, part.name) for run in runs]
        if part.name in _SUMS:
            agreed[part.name] = sum(values)
        elif part.name == "pair":
            agreed[part.name] = any(values)
        elif part.name == "warnings":
            agreed[part.name] = tuple(dict.fromkeys(text for warnings in values for text in warnings))
        elif part.name in _LISTED:
            agreed[part.name] = _listed(values)
        elif part.name != "facts":
            agreed[part.name] = values[0] if all(value == values[0] for value in values) else getattr(empty, part.name)
    return replace(empty, **agreed, facts=_joint_facts([run.facts for run in runs]))


def _joint_facts(facts: Sequence[SceneFacts]) -> SceneFacts:
    return SceneFacts(
        EventFacts(**_agreed(EventFacts(), [one.event for one in facts])),
        ImageFacts(**_agreed(ImageFacts(), [one.pre for one in facts])),
        ImageFacts(**_agreed(ImageFacts(), [one.post for one in facts])),
    )


def _agreed(empty: EventFacts | ImageFacts, known: Sequence[EventFacts | ImageFacts]) -> dict[str, Any]:
    values = {part.name: [getattr(one, part.name) for one in known] for part in fields(empty)}
    agreed = {name: found[0] for name, found in values.items() if len(set(found)) == 1}
    for name in _LISTED_FACTS:
        if name not in values or name in agreed or (name == "licence" and not all(values[name])):
            continue  # the licence of some images is not that of all
        if len(text := _listed(values[name])) <= LONGEST_TEXT:  # what does not fit is told of none, rather than of some
            agreed[name] = text
    return agreed


def _listed(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bytes) else str(value)


def _name(value: object) -> str:
    return public_name(text) if (text := _text(value)) else ""


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    return float(value)


def _mapping(value: object) -> Mapping[str, object]:
    try:
        read = json.loads(_text(value))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _list(value: object) -> list[object]:
    try:
        read = json.loads(_text(value))
    except (ValueError, RecursionError):
        return []
    return read if isinstance(read, list) else []


def _shift(value: object) -> tuple[float, float] | None:
    metres = _list(value)
    if len(metres) != 2 or not all(isinstance(part, int | float) and math.isfinite(part) for part in metres):
        return None
    east, north = map(_number, metres)
    return east, north
