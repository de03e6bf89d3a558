"""Areas and footprints that are none, lie, or hold what nobody expects."""

from __future__ import annotations

import json
import random
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path

import geopandas
import shapely

from tests.fuzz.corpus import CRS, Corpus
from tests.fuzz.mutation import changed_bytes, changed_text, changed_tree, tree_bytes, truncated
from tests.fuzz.raster_cases import Kind, Options

_LEFT, _TOP = 540_000.0, 4_750_000.0
_ODD = (float("nan"), float("inf"), 1e300, -1e300, 1e18, 0.0, 181.0, 91.0, 5e-324, -180.0, 90.0)
_WORDS = (
    "NaN", "1e999", "-1e300", "null", "<", ">", "&", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "Polygon", "Point",
    "Placemark", "\x00",
    "http://127.0.0.1:9/x", "EMPTY", "CURVEPOLYGON", "((", "))", ",", "9" * 400, "é", "]]>",
)  # fmt: skip


def _boxes() -> list[shapely.Geometry]:
    return [shapely.box(_LEFT + x, _TOP - y - 15, _LEFT + x + 15, _TOP - y) for x, y in ((10, 10), (37, 10), (10, 37))]


def _frame(geometries: list[shapely.Geometry | None]) -> geopandas.GeoDataFrame:
    columns = {"id": [str(number) for number in range(len(geometries))], "name": ["a"] * len(geometries)}
    return geopandas.GeoDataFrame(columns, geometry=geometries, crs=CRS)


def _as(draw: random.Random, path: Path, **more: str) -> Options:
    return {draw.choice(("aoi", "footprints")): str(path), **more}


def _odd_geometry(draw: random.Random) -> shapely.Geometry | None:
    x, y, odd = _LEFT + 20, _TOP - 20, draw.choice(_ODD)
    ring = [(x, y), (x + 9, y), (x + 9, y + 9), (x, y)]
    first = x if odd != odd else odd  # a ring that begins at NaN is none to the library that draws here
    bow = shapely.Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9), (x, y)])
    hole = [(x - 50, y), (x + 50, y), (x, y + 50), (x - 50, y)]
    return draw.choice((
        None, shapely.Point(x, y), shapely.LineString(ring), shapely.Polygon(), shapely.MultiPolygon(), bow,
        shapely.GeometryCollection(), shapely.GeometryCollection([shapely.Point(x, y), shapely.Polygon(ring)]),
        shapely.MultiPoint([(x, y)] * 3), shapely.Polygon([(x, y), (x, y), (x, y), (x, y)]),
        shapely.Polygon([(x, y), (x + 9, y), (x + 4, y), (x, y)]),
        shapely.Polygon([(x, y), (odd, y), (x, odd), (x, y)]),
        shapely.Polygon([(first, first), (odd, y), (odd, odd), (first, first)]), shapely.Polygon(ring, [hole]),
        shapely.Polygon([(a, b, odd) for a, b in ring]), shapely.box(-1e9, -1e9, 1e9, 1e9),
        shapely.box(-180, -90, 180, 90), shapely.MultiPolygon([shapely.Polygon(ring)] * 200),
        shapely.Point(x, y).buffer(8, quad_segs=5000),
    ))  # fmt: skip


def odd_geometries(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """Layers whose shapes are wrong, missing, huge or twisted."""
    geometries = [_odd_geometry(draw) for _ in range(draw.choice((1, 2, 5)))] + (
        _boxes() if draw.random() < 0.4 else []
    )
    driver, suffix = draw.choice(
        (("GPKG", "gpkg"), ("GeoJSON", "geojson"), ("FlatGeobuf", "fgb"), ("GPKG", "gpkg"), ("GML", "gml"))
    )
    frame = _frame(geometries)
    if draw.random() < 0.3:
        frame = frame.set_crs(draw.choice(("EPSG:4326", "EPSG:3857", "EPSG:4978", "EPSG:3031")), allow_override=True)
    path = place / f"shapes.{suffix}"
    try:
        frame.to_file(path, driver=driver)
    except Exception:  # what cannot be written so is written as text
        path = place / "shapes.csv"
        words = (shapely.to_wkt(g) if g is not None else "" for g in geometries)
        path.write_text("id,WKT\n" + "".join(f'{number},"{word}"\n' for number, word in enumerate(words)))
        path.with_suffix(".prj").write_text(CRS)
    return _as(draw, path)


def _geojson() -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "id": number,
            "properties": {"name": "a", "n": 1.5},
            "geometry": shapely.geometry.mapping(box),
        }
        for number, box in enumerate(_boxes())
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}
    return json.loads(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))


def geojson_tree(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """GeoJSON with other values, parts missing, nested deeply."""
    (place / "area.geojson").write_bytes(tree_bytes(draw, changed_tree(draw, _geojson())))
    return _as(draw, place / "area.geojson")


def geojson_bytes(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """GeoJSON that was cut or damaged."""
    data = json.dumps(_geojson()).encode()
    change = draw.choice((truncated, changed_bytes, changed_bytes))
    (place / "area.geojson").write_bytes(change(draw, data))
    return _as(draw, place / "area.geojson")


def geopackage_bytes(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A GeoPackage with damaged pages."""
    path = place / "area.gpkg"
    _frame(_boxes()).to_file(path, driver="GPKG", layer="area")
    data = path.read_bytes()
    change = draw.choice((truncated, changed_bytes, changed_bytes, lambda d, b: changed_bytes(d, b, 120)))
    path.write_bytes(change(draw, data))
    return _as(draw, path)


_STATEMENTS = (
    "UPDATE area SET geom = NULL", "UPDATE area SET geom = x'00'", "UPDATE area SET geom = 'text'",
    "UPDATE area SET geom = 5",
    "UPDATE area SET geom = zeroblob(100000)", "DROP TABLE area", "DELETE FROM gpkg_geometry_columns",
    "DELETE FROM gpkg_contents",
    "UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'",
    "UPDATE gpkg_geometry_columns SET srs_id = 99999",
    "UPDATE gpkg_geometry_columns SET column_name = 'name'", "UPDATE gpkg_contents SET min_x = 'x', max_x = 1e999",
    "UPDATE gpkg_contents SET data_type = 'tiles'", "UPDATE gpkg_contents SET table_name = 'gpkg_contents'",
    "DELETE FROM area",
    "UPDATE gpkg_spatial_ref_sys SET definition = 'nonsense'",
    "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = -1",
    "PRAGMA application_id = 1", "PRAGMA user_version = 99999",
    "UPDATE area SET fid = -9223372036854775808 WHERE fid = 1",
    "UPDATE area SET name = x'ff00fe'", "UPDATE area SET id = printf('%.*c', 100000, 'x')",
    "UPDATE gpkg_extensions SET scope = 1",
)  # fmt: skip


def geopackage_tables(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A sound database that is a wrong GeoPackage."""
    path = place / "area.gpkg"
    _frame(_boxes()).to_file(path, driver="GPKG", layer="area")
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for statement in draw.sample(_STATEMENTS, draw.choice((0, 1, 2, 3))):
            with suppress(sqlite3.Error):
                database.execute(statement)
        if draw.random() < 0.6:
            with suppress(sqlite3.Error):  # the table may be gone by now
                database.execute("UPDATE area SET geom = ? WHERE fid = 1", (_odd_blob(draw),))
        database.commit()
    suffix = draw.choice(
        (
            "",
            "",
            "",
            "|layername=area",
            "|layername=none",
            "|layerid=-1",
            "|layerid=1e9",
            "|subset=1/0",
            "|subset=name = 'a' UNION SELECT 1",
            "|geometrytype=Point",
            "|||",
        )
    )
    return {draw.choice(("aoi", "footprints")): f"{path}{suffix}"}


def _odd_blob(draw: random.Random) -> bytes:
    """Return a shape in the words of a GeoPackage that counts more than there is, or is of a kind nobody knows."""
    x, y = _LEFT + 10, _TOP - 10
    points = struct.pack("<8d", x, y, x + 9, y, x + 9, y + 9, x, y)
    kind = draw.choice((3, 3, 3, 6, 7, 10, 15, 16, 17, 1003, 2003, 3003, 99, 0xFFFFFFFF))
    rings, count = draw.choice((1, 0, 2, 0x7FFFFFFF, 0xFFFFFFFF)), draw.choice((4, 3, 1, 0, 5, 0x10000000, 0xFFFFFFFF))
    shape = b"\x01" + struct.pack("<III", kind, rings, count) + points
    if draw.random() < 0.2:
        shape = b"\x01" + struct.pack("<II", 7, 1)
        shape = shape * draw.choice((50, 5000)) + b"\x01\x07\0\0\0\0\0\0\0"
    return (
        b"GP\x00"
        + bytes([draw.choice((1, 3, 0x0F, 0x21, 0x11))])
        + struct.pack("<i", draw.choice((32633, 0, -1)))
        + shape
    )


_KML = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>a</name>'
    "<Placemark><name>b</name><Polygon><outerBoundaryIs><LinearRing><coordinates>15.4897,42.9019,0 15.4900,42.9019,0"
    " 15.4900,42.9022,0 15.4897,42.9019,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>"
    "</Document></kml>"
)


def markup(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """KML and GML whose text was changed."""
    if draw.random() < 0.6:
        path, text = place / "area.kml", _KML
    else:
        path = place / "area.gml"
        _frame(_boxes()).to_file(path, driver="GML")
        text = path.read_text(encoding="utf-8")
    path.write_bytes(changed_text(draw, text, _WORDS).encode("utf-8", "replace"))
    return _as(draw, path)


def many_files(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A Shapefile of which one part is damaged, cut or missing; FlatGeobuf the same; also inside a zip that lies."""
    path = place / draw.choice(("area.shp", "area.shp", "area.fgb", "area.gpkg"))
    _frame(_boxes()).to_file(path)
    bad = draw.choice(sorted(place.glob("area.*")))
    match draw.randrange(4):
        case 0 if bad != path:
            bad.unlink()
        case 1:
            bad.write_bytes(truncated(draw, bad.read_bytes()))
        case _:
            bad.write_bytes(changed_bytes(draw, bad.read_bytes(), draw.choice((None, 100))))
    return _as(draw, path)


def tables(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """Tables of WKT whose words were changed."""
    rows = "".join(f'{number},"{shapely.to_wkt(box)}"\n' for number, box in enumerate(_boxes()))
    (place / "area.csv").write_bytes(changed_text(draw, f"id,WKT\n{rows}", _WORDS).encode("utf-8", "replace"))
    (place / "area.prj").write_text(draw.choice((CRS, CRS, CRS, "nonsense", "EPSG:4978", "")))
    return _as(draw, place / "area.csv")


KINDS: tuple[Kind, ...] = (
    odd_geometries, geojson_tree, geojson_bytes, geopackage_bytes, geopackage_tables, markup, many_files, tables,
)  # fmt: skip
