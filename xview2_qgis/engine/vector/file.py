"""Files of polygons that OGR opens only with the right options: compressed, tables with outlines as text, archives.

Google's Open Buildings come as ``.csv.gz`` with the outlines in a column of WKT, Microsoft's building footprints as
``.csv.gz`` that are really GeoJSON, one feature a line.
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SAMPLE = 2**17  # bytes: no field of a sample is longer than Python's csv reads
_ZIPPED = "/vsigzip/"
_TABLES = (".csv", ".tsv", ".txt", ".psv")
_LINES = (".geojsonl", ".geojsons", ".jsonl", ".ndjson", ".ndgeojson")
#: What may lie in an archive; the other files of a Shapefile are no layers of their own.
_LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif", ".dxf", *_TABLES, *_LINES)
#: A geodatabase is a folder.
_DATABASE = re.compile(r"(?:[^/]+/)*?[^/]+\.gdb(?=/)", re.IGNORECASE)
_GOOGLE = {"latitude", "longitude", "area_in_meters", "geometry"}
#: Columns that hold outlines, where none is recognised by what it holds.
_OUTLINES = ("wkt", "geometry", "geom", "the_geom", "wkt_geom", "geometry_wkt", "polygon", "footprint", "shape", "wkb")
_GML, _GML_WITHIN = b"opengis.net/gml", 4096  # bytes in which GDAL looks for it
_POINT_COLUMNS = {
    "lat", "lon", "lng", "long", "latitude", "longitude", "x", "y", "easting", "northing", "point_x", "point_y",
}  # fmt: skip
_WKT = (
    "POLYGON", "MULTIPOLYGON", "CURVEPOLYGON", "MULTISURFACE", "GEOMETRYCOLLECTION", "TIN", "POLYHEDRALSURFACE",
    "POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING",
)  # fmt: skip
_WKB = ("0103", "0106", "00000003", "00000006")  # hexadecimal, little and big end first
# in WKT two numbers stand between commas
_LONE_NUMBER = re.compile(r"[(,]\s*[-+]?\d+\s*,")


class UnreadableVectorError(ValueError):
    """A file that cannot serve, for a reason that can be stated.

    Args:
        message: what is wrong.
        hint: what to do.
        fault: end of the code of the error: it cannot be opened (``open``) or holds no outlines (``type``).
    """

    def __init__(self, message: str, hint: str, fault: str = "open") -> None:
        super().__init__(message)
        self.message, self.hint, self.fault = message, hint, fault


@dataclass(frozen=True)
class VectorFile:
    """How OGR is to open a file.

    Attributes:
        path: what to open.
        options: open options, ``NAME=VALUE``.
        assumed_crs: the CRS that the definition of the format prescribes where files of it name none.
        kind: the name of that format for a message, None where nothing is assumed.
    """

    path: str
    options: tuple[str, ...] = ()
    assumed_crs: str | None = None
    kind: str | None = None

    @property
    def open_options(self) -> dict[str, str]:
        """The options as pyogrio takes them."""
        return {name: value for name, _, value in (option.partition("=") for option in self.options)}


def vector_file(path: str, options: Sequence[str] = ()) -> VectorFile:
    """Find out how a file is to be opened.

    Args:
        path: a path, or whatever else OGR opens, which is left as it is.
        options: open options that were asked for; with some, nothing is guessed.

    Raises:
        UnreadableVectorError: it is a table without outlines, or an archive of which it is unclear what counts.
        OSError: it cannot be read.
    """
    given = path.removeprefix(_ZIPPED) if path.startswith(_ZIPPED) else path
    zipped = given is not path or given.lower().endswith(".gz")
    if not os.path.isfile(given) or given.lower().endswith((".tar.gz", ".shp.zip")) or options:
        return VectorFile(_unwritable(path), tuple(options))
    suffix = Path(given.lower().removesuffix(".gz")).suffix
    if suffix == ".zip" and zipfile.is_zipfile(given):
        return VectorFile(_in_archive(given))
    if not zipped and suffix not in (*_TABLES, *_LINES):
        return VectorFile(_unwritable(path))
    opened = _ZIPPED + given if zipped else path
    beginning = _beginning(given, zipped)
    if _is_lines(beginning) or suffix in _LINES:
        return VectorFile(f"GeoJSONSeq:{opened}")
    return _table(given, opened, beginning) if suffix in _TABLES else VectorFile(opened)


def _unwritable(path: str) -> str:
    """Return GML under a name to which GDAL cannot write: it would leave a ``.gfs`` of its own beside the file."""
    with suppress(OSError, ValueError):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                if _GML in file.read(_GML_WITHIN):
                    return f"/vsisubfile/0_-1,{path}"
    return path


def _beginning(path: str, zipped: bool) -> str:
    try:
        with gzip.open(path) if zipped else open(path, "rb") as file:
            return file.read(_SAMPLE).decode("utf-8-sig", errors="replace")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableVectorError(
            f"{Path(path).name} is no complete gzip file", "download it again, or unpack it and give what is in it"
        ) from error


def _is_lines(text: str) -> bool:
    """Return whether a text is GeoJSON, one feature a line."""
    first = text.lstrip("\x1e \r\n\t").partition("\n")[0]
    plain = "".join(first[:200].split())
    return plain.startswith("{") and '"type":"Feature"' in plain + first.replace(" ", "") and "FeatureColl" not in plain


def _table(path: str, opened: str, beginning: str) -> VectorFile:
    """Return how to open a table of separated values.

    Raises:
        UnreadableVectorError: it has no column with outlines.
    """
    header, rows = _rows(beginning)
    names = {name.strip().lower(): name for name in header}
    column = _column_of_outlines(header, rows)
    if column is None:
        points = [name for lowered, name in names.items() if lowered in _POINT_COLUMNS]
        if points:
            raise UnreadableVectorError(
                f"{Path(path).name} holds points ({', '.join(points)}) and no outlines",
                "give polygons: a column of WKT such as POLYGON ((20.5 49.1, …)), or another format",
                "type",
            )
        raise UnreadableVectorError(
            f"{Path(path).name} is a table without geometry",
            "give a polygon layer, or a table with a column of WKT such as POLYGON ((20.5 49.1, …))",
            "type",
        )
    outlines = [row[header.index(column)] for row in rows if len(row) == len(header)]
    if any(_LONE_NUMBER.search(outline) for outline in outlines if _is_outline(outline.strip().upper())):
        raise UnreadableVectorError(
            f"the outlines of {Path(path).name} have commas as decimal marks",
            "write the table anew with decimal points: POLYGON ((20.5 49.1, …))",
            "type",
        )
    # a table in an archive or without the usual ending is not recognised by GDAL
    driver = "" if opened.lower().endswith(".csv") else "CSV:"
    google = names.keys() >= _GOOGLE
    return VectorFile(
        driver + opened,
        (f"GEOM_POSSIBLE_NAMES={column}", "KEEP_GEOM_COLUMNS=NO"),
        "EPSG:4326" if google else None,
        "Open Buildings of Google" if google else None,
    )


def _rows(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the names and the first rows of a table, of which the end may be cut off."""
    lines = text.splitlines()
    if not lines:
        return [], []
    separator = max(",;\t|", key=lines[0].count)
    try:
        header, *rows = list(csv.reader(lines[:20], delimiter=separator))
    except csv.Error:
        return lines[0].split(separator), []
    return header, rows


def _column_of_outlines(header: list[str], rows: list[list[str]]) -> str | None:
    for index, name in enumerate(header):
        values = [row[index].strip().upper() for row in rows if len(row) > index and row[index].strip()]
        if values and all(value.partition(";")[2].strip().startswith(_WKT) or _is_outline(value) for value in values):
            return name
    return next((name for name in header if name.strip().lower() in _OUTLINES), None)


def _is_outline(value: str) -> bool:
    return value.startswith((*_WKT, *_WKB)) or (value.startswith("{") and '"COORDINATES"' in value)


def _in_archive(path: str) -> str:
    """Return what to open of a zip archive.

    Raises:
        UnreadableVectorError: it holds nothing of use, or several things.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableVectorError(f"{Path(path).name} is no complete archive", "download it again") from error
    members = [name for name in names if _is_layer(name)]
    if any(not name.lower().endswith(_TABLES) for name in members):
        # beside a Shapefile a text is a description of it
        members = [name for name in members if not name.lower().endswith(_TABLES)]
    absolute = f"/vsizip/{{{path}}}" if "{" not in path else f"/vsizip/{path}"
    folders = {str(PurePosixPath(name).parent) for name in members}
    if len(members) == 1:
        return f"{absolute}/{members[0]}"
    if members and len(folders) == 1 and all(name.lower().endswith(".shp") for name in members):
        (folder,) = folders
        return absolute if folder == "." else f"{absolute}/{folder}"
    if not members:
        databases = dict.fromkeys(match[0] for match in map(_DATABASE.match, names) if match)
        return f"{absolute}/{next(iter(databases))}" if len(databases) == 1 else path
    raise UnreadableVectorError(
        f"{Path(path).name} holds several files ({_few(members)})", "unpack it, and give the one that counts"
    )


def _is_layer(name: str) -> bool:
    return name.lower().endswith(_LAYERS) and not PurePosixPath(name).name.startswith(("._", "."))


def _few(names: Iterable[str], most: int = 4) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
