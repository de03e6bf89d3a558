"""The list of the scenes of a batch: read, and checked as a whole before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ....protocol.plain_text import text_fault
from ...errors import InputError, brief
from ...imagery.event_file import is_event_file
from ...run.events import EventSink
from .catalog_text import catalog_lines
from .scene_id import id_fault, same_file

_ALIASES = {"scene": "id", "name": "id", "area": "aoi"}
_SOURCES = ("pre", "post", "aoi", "exclude", "footprints")
_LONGEST_EVENT = 200
_SHOWN = 5  # faults of a list that are told
#: What begins like a driver of GDAL or an address; a drive of Windows has one letter.
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+._-]+:|/vsi|<|\{)")


@dataclass(frozen=True)
class Scene:
    """One line of the list.

    Attributes:
        id: its name, from which the names of its results are made.
        post: post-event image.
        pre: pre-event image; empty to assess the post-event image alone.
        aoi: polygons that limit the area; empty for what holds for all scenes, like the next two.
        exclude: polygons of what is not visible.
        footprints: polygons of known buildings.
        event: name of the event, or a JSON or YAML file with event and imagery.
        pre_date: when the pre-event image was taken, ISO 8601, or empty; it comes before what the image says.
        post_date: the same of the post-event image.
    """

    id: str
    post: str
    pre: str = ""
    aoi: str = ""
    exclude: str = ""
    footprints: str = ""
    event: str = ""
    pre_date: str = ""
    post_date: str = ""

    @property
    def sources(self) -> list[str]:
        """All that it names."""
        return [source for name in _SOURCES if (source := getattr(self, name))]


#: Columns of a list, the necessary ones first.
COLUMNS: tuple[str, ...] = ("id", "pre", "post", *(part.name for part in fields(Scene)[3:]))


def read_catalog(path: Path, events: EventSink) -> tuple[Scene, ...]:
    """Return the scenes of a list.

    Args:
        path: a CSV file. Relative paths in it count from its folder.
        events: warned of columns that are not understood (``catalog-columns``) and of dates in the wrong order
            (``dates-order``).

    Raises:
        InputError: it cannot be read (``catalog-open``), a column is missing (``catalog-columns``), there is no scene
            in it (``catalog-empty``), or lines are wrong, of which the first are told (``catalog-rows``).
    """
    lines = catalog_lines(path)
    names = _column_names(path, next(lines, (0, []))[1], events)
    scenes, faults = list[Scene](), list[str]()
    seen: dict[str, int] = {}
    for number, cells in lines:
        values = dict(zip(names, cells, strict=False)) if len(cells) <= len(names) else {}
        found = "has more cells than the first line" if not values else "; ".join(_faults(values, seen))
        if found:
            faults.append(f"line {number} {found}")
            continue
        seen[same_file(values["id"])] = number
        scenes.append(_scene(values, path.parent))
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InputError(
            f"{path.name}: {'; '.join(faults[:_SHOWN])}{more}", "correct the list of scenes", "catalog-rows"
        )
    if not scenes:
        raise InputError(f"there is no scene in {path.name}", "write one a line, below the columns", "catalog-empty")
    for scene in scenes:
        _warn_of_order(scene, events)
    return tuple(scenes)


def _column_names(path: Path, head: list[str], events: EventSink) -> list[str]:
    names = [_ALIASES.get(name, name) for name in (cell.lower().replace(" ", "_").replace("-", "_") for cell in head)]
    missing = [name for name in ("id", "post") if name not in names]
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if missing or twice:
        what = f"has no column {' and no column '.join(missing)}" if missing else f"has twice the column {twice[0]}"
        raise InputError(
            f"{path.name} {what}; its first line is {brief(', '.join(head)) or 'empty'}",
            f"name the columns in the first line: {','.join(COLUMNS[:3])} and, where wanted, {', '.join(COLUMNS[3:])}",
            "catalog-columns",
        )
    others = [cell for cell, name in zip(head, names, strict=True) if name not in COLUMNS and cell]
    if others:
        events.warning(
            "catalog-columns",
            f"columns of {path.name} that are not understood, and not used: {brief(', '.join(others), 200)}",
        )
    return names


def _faults(values: Mapping[str, str], seen: Mapping[str, int]) -> Iterator[str]:
    scene_id = values.get("id", "")
    if fault := id_fault(scene_id):
        yield f"has a name {brief(repr(scene_id))} that {fault}"
    elif (before := seen.get(same_file(scene_id))) is not None:
        yield f"has the name {brief(repr(scene_id))} of line {before}"
    if not values.get("post"):
        yield "names no post-event image"
    if any("\n" in values.get(name, "") for name in COLUMNS):
        yield "holds a line break"
    if fault := text_fault(values.get("event", ""), _LONGEST_EVENT):
        yield f"has an event that {fault}"
    for name in ("pre_date", "post_date"):
        if values.get(name) and _day(values[name]) is None:
            yield f"has the {name} {brief(repr(values[name]))}, which is no date such as 2023-02-06"


def _scene(values: Mapping[str, str], folder: Path) -> Scene:
    known: dict[str, Any] = {name: values.get(name, "") for name in COLUMNS}
    named = _SOURCES if not is_event_file(known["event"]) else (*_SOURCES, "event")
    return Scene(**known | {name: _placed(known[name], folder) for name in named})


def _placed(source: str, folder: Path) -> str:
    """Return a source with its folder; addresses, and what only GDAL understands, as they are."""
    if not source or _ADDRESS.match(source):
        return source
    name, sign, addition = source.partition("|")
    return f"{folder / name}{sign}{addition}"


def _warn_of_order(scene: Scene, events: EventSink) -> None:
    pre, post = _day(scene.pre_date), _day(scene.post_date)
    if scene.pre and pre is not None and post is not None and pre >= post:
        events.warning(
            "dates-order",
            f"{scene.id}: by the list its pre-event image ({pre}) is not older than the other one ({post}): "
            "check whether the two images are exchanged",
        )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def catalog_rows(scenes: Iterable[Scene]) -> Iterator[list[str]]:
    """Yield the lines of a list of scenes, the columns first; those that no scene needs are left out."""
    known = list(scenes)
    names = [name for name in COLUMNS if name in COLUMNS[:3] or any(getattr(scene, name) for scene in known)]
    yield names
    for scene in known:
        yield [getattr(scene, name) for name in names]
