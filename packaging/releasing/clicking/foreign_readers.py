"""Counts of products by readers that are not ours: GDAL, DuckDB, openpyxl, and Python's own of HTML and JSON."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

WORDS = ("no-damage", "minor-damage", "major-damage", "destroyed", "unknown")

_TABLES = """
import json, sys
from collections import Counter
path = sys.argv[1]
if path.endswith(".parquet"):
    import duckdb
    # the path is a parameter, no part of the text
    words = [row[0] for row in duckdb.execute("select final_class from read_parquet(?)", [path]).fetchall()]
    print(json.dumps(["DuckDB", Counter(words)]))
else:
    import openpyxl
    rows = list(openpyxl.load_workbook(path, read_only=True)["Buildings"].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if "final_class" in row)
    words = [row[rows[head].index("final_class")] for row in rows[head + 1 :]]
    print(json.dumps(["openpyxl", Counter(words)]))
"""


@dataclass(frozen=True)
class Found:
    """What a reader found in a product.

    Attributes:
        reader: its name.
        classes: number of buildings by what the product calls them.
        remark: what else there is to say.
    """

    reader: str
    classes: dict[str, int] = field(default_factory=dict)
    remark: str = ""

    def agrees(self, layer: dict[str, int], left_out: int = 0) -> bool:
        """Whether this is as many buildings as in the layer, and of each class where the product has our words.

        Args:
            layer: number of buildings of each class.
            left_out: how many unknown ones the product says that it leaves out, for want of a word.
        """
        wanted = {word: n - left_out if word == "unknown" else n for word, n in layer.items()}
        same = self.classes == {word: n for word, n in wanted.items() if n} or not set(self.classes) <= set(WORDS)
        return sum(self.classes.values()) == sum(wanted.values()) and same


def read_all(folder: Path, engine: Path) -> dict[str, Found]:
    """Return what is found in the products of a folder, by the name of the product.

    Args:
        folder: as the errand of one who delivers leaves it.
        engine: interpreter with DuckDB and openpyxl.
    """
    files = {path.stem: path for path in folder.iterdir() if path.suffix not in (".tmp", ".xml")}
    [package] = (folder / "cems").glob("*.gpkg")
    return {
        "zones": _zones(folder / "zones.gpkg"),
        "map": _map(folder),
        "report": read_report(folder / "report.html"),
        "cems": _vector(package, "builtUpA_v1", "damage_gra"),
        "unosat": _vector(files["unosat"], "", "Main_Damage_Site_Class"),
        "fema": _vector(files["fema"], "", "Damage_Level"),
        "osm": _osm(folder / "osm"),
        "geoparquet": _tables(files["geoparquet"], engine),
        "mapswipe": _vector(folder / "mapswipe" / "buildings.geojson", "", "final_class"),
        "kml": _folders(files["kml"]),
        "kmz": _folders(files["kmz"]),
        "shapefile": _vector(f"/vsizip/{files['shapefile'].resolve()}", "", "final_cls"),
        "csv": _vector(files["csv"], "", "final_class"),
        "xlsx": _tables(files["xlsx"], engine),
        "hdx": read_hdx(folder / "hdx"),
    }


def _open(path: Path | str) -> object:
    from osgeo import gdal, ogr

    gdal.UseExceptions()
    return ogr.Open(str(path))


def _vector(path: Path | str, layer: str, name: str) -> Found:
    source = _open(path)
    rows = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    counts = dict(Counter(str(row.GetField(name)) for row in rows))
    valid = sum(row.GetGeometryRef() is not None and row.GetGeometryRef().IsValid() for row in rows)
    system = rows.GetSpatialRef()
    code = system.GetAuthorityCode(None) if system else None
    where = f"{valid} valid geometries, EPSG:{code}" if code else f"{valid} geometries, no CRS"
    return Found(f"GDAL {source.GetDriver().GetName()}", counts, where)


def _folders(path: Path) -> Found:
    source = _open(path)
    layers = [source.GetLayer(number) for number in range(source.GetLayerCount())]
    counts = Counter(str(row.GetField("final_class")) for layer in layers for row in layer)
    return Found(f"GDAL {source.GetDriver().GetName()}", dict(counts), f"{len(layers)} folders")


def _zones(path: Path) -> Found:
    source = _open(path)
    layer = source.GetLayerByName("zones")
    names = {word: word.replace("-", "_") for word in WORDS}
    zones = [{word: row.GetField(name) or 0 for word, name in names.items()} for row in layer]
    totals = source.GetLayerByName("zone_totals")
    outside = [{word: row.GetField(name) for word, name in names.items()} for row in totals
               if row.GetField("row") == "outside"]  # fmt: skip
    sums = {word: sum(row[word] for row in (*zones, *outside)) for word in WORDS}
    workbook = _open(path.with_suffix(".xlsx"))  # a layer of it must not outlive it
    table = workbook.GetLayerByName("Zones").GetFeatureCount()
    return Found("GDAL GPKG", {word: n for word, n in sums.items() if n}, f"{len(zones)} zones, {table} rows in XLSX")


def _map(folder: Path) -> Found:
    from osgeo import gdal

    gdal.UseExceptions()
    sizes = []
    for name in ("map.pdf", "map.png"):
        source = gdal.Open(str(folder / name))
        system = source.GetSpatialRef()
        where = f", {system.GetName()}" if system else ""
        sizes.append(f"{source.GetDriver().ShortName} {source.RasterXSize}×{source.RasterYSize}{where}")
    return Found("GDAL PDF, PNG", {}, "; ".join(sizes))


def _osm(folder: Path) -> Found:
    from osgeo import gdal

    gdal.SetConfigOption("OSM_USE_CUSTOM_INDEXING", "NO")  # new objects have negative numbers, as in JOSM
    source = _open(folder / "buildings.osm")
    n = sum(1 for _ in source.GetLayerByName("multipolygons"))
    # each line begins with a record separator
    lines = (folder / "maproulette.geojson").read_text(encoding="utf-8").strip().split("\n")
    tasks = [json.loads(line.strip("\x1e")) for line in lines]
    return Found("GDAL OSM", {"building": n}, f"{len(tasks)} tasks of MapRoulette")


def _tables(path: Path, engine: Path) -> Found:
    command = [str(engine), "-c", _TABLES, str(path)]
    reader, counts = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Found(reader, counts)


def read_hdx(folder: Path) -> Found:
    """Return the numbers in the text of a package for HDX."""
    notes = json.loads((folder / "hdx.json").read_text(encoding="utf-8"))["notes"]
    titles = {"Destroyed": "destroyed", "Major damage": "major-damage", "Minor damage": "minor-damage",
              "No damage": "no-damage", "Unknown": "unknown"}  # fmt: skip
    counts = {word: int(re.search(rf"{title}: (\d+)", notes)[1]) for title, word in titles.items()}
    return Found("Python json", {word: n for word, n in counts.items() if n})


class _Texts(HTMLParser):
    """Collects the words of a page; what is not for readers is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent = tag if tag in ("style", "script") else ""

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))


def read_report(path: Path) -> Found:
    """Return the first number of buildings in a report."""
    page = _Texts()
    page.feed(path.read_text(encoding="utf-8"))
    text = " ".join(page.words)
    total = re.search(r"(\d[\d,]*) buildings", text)
    return Found("Python html.parser", {"building": int(total[1].replace(",", ""))} if total else {})
