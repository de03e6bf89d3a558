"""An ``.osm`` file for JOSM: new objects with negative ids, and a mark with which JOSM refuses to upload it.

Nodes come before ways and these before relations, as programs expect them, so each kind has a file of its own first.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

# only to write; nothing is read with it
from xml.sax.saxutils import quoteattr  # nosec B406

import shapely

from ....protocol.plain_text import printable
from .tags import TO_REVIEW

_KINDS = ("node", "way", "relation")
_DIGITS = 7  # what the database of OpenStreetMap keeps
_NODES_OF_A_WAY = 2000  # more are refused there
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<!-- {note} -->\n"
    "<osm version='0.6' upload='never' download='never' generator='xView2 for QGIS'>\n"
)
_NOTE = (
    "Machine results, not validated in the field: to be reviewed building by building against the imagery. "
    "Not for upload: copy what is right to a layer of your own."
)


class JosmSpool:
    """Takes buildings until the file is put together.

    Args:
        folder: where the parts lie meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._parts = {kind: folder / f"{kind}s.xml" for kind in _KINDS}
        self._last_id = 0
        for part in self._parts.values():
            part.touch()

    def add(self, buildings: Iterable[tuple[shapely.Polygon | shapely.MultiPolygon, dict[str, str]]]) -> None:
        """Add buildings with their tags.

        Args:
            buildings: outlines in degrees, and tags.

        Raises:
            OSError: the disk is full.
        """
        with ExitStack() as stack:
            files = {
                kind: stack.enter_context(part.open("a", encoding="utf-8", newline="\n"))
                for kind, part in self._parts.items()
            }
            for outline, tags in buildings:
                self._building(files, outline, tags)

    def write(self, path: Path) -> None:
        """Put the file together.

        Raises:
            OSError: it cannot be written.
        """
        with path.open("w", encoding="utf-8", newline="\n") as out:
            out.write(_HEAD.format(note=f"{_NOTE} {TO_REVIEW[0].upper()}{TO_REVIEW[1:]}."))
            for part in self._parts.values():
                with part.open(encoding="utf-8", newline="\n") as source:
                    shutil.copyfileobj(source, out)
            out.write("</osm>\n")

    def _building(
        self, files: Mapping[str, TextIO], outline: shapely.Polygon | shapely.MultiPolygon, tags: dict[str, str]
    ) -> None:
        parts = shapely.get_parts(outline).tolist()
        simple = len(parts) == 1 and not parts[0].interiors and len(parts[0].exterior.coords) <= _NODES_OF_A_WAY
        if simple:
            self._ring(files, parts[0].exterior, tags)
            return
        members = []
        for part in parts:
            members += [(way, "outer") for way in self._ring(files, part.exterior, {})]
            members += [(way, "inner") for hole in part.interiors for way in self._ring(files, hole, {})]
        lines = [f"    <member type='way' ref='{way}' role='{role}'/>\n" for way, role in members]
        self._object(files, "relation", "", [*lines, *_tag_lines({"type": "multipolygon", **tags})])

    def _ring(self, files: Mapping[str, TextIO], ring: shapely.LinearRing, tags: dict[str, str]) -> list[int]:
        """Write a ring as one way, a very long one as several; return their ids."""
        nodes = [
            self._object(files, "node", f" lat='{latitude:.{_DIGITS}f}' lon='{longitude:.{_DIGITS}f}'", [])
            for longitude, latitude in ring.coords[:-1]
        ]
        nodes.append(nodes[0])
        step = _NODES_OF_A_WAY - 1
        pieces = [nodes[begin : begin + _NODES_OF_A_WAY] for begin in range(0, len(nodes) - 1, step)]
        return [
            self._object(files, "way", "", [*(f"    <nd ref='{node}'/>\n" for node in piece), *_tag_lines(tags)])
            for piece in pieces
        ]

    def _object(self, files: Mapping[str, TextIO], kind: str, place: str, lines: list[str]) -> int:
        self._last_id -= 1
        begin = f"  <{kind} id='{self._last_id}' action='modify' visible='true'{place}"
        files[kind].write(f"{begin}>\n{''.join(lines)}  </{kind}>\n" if lines else f"{begin}/>\n")
        return self._last_id


def _tag_lines(tags: dict[str, str]) -> list[str]:
    return [
        f"    <tag k={quoteattr(printable(key))} v={quoteattr(printable(value))}/>\n" for key, value in tags.items()
    ]
