"""Results in several places on Earth, their products, and what other programs say is in the results."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from rasterio.crs import CRS
from shapely.affinity import rotate
from shapely.geometry import MultiPolygon, Polygon, box

from tests.engine.recorder import Recorder
from tests.engine.result_scene import write_result
from tests.engine.stored.stored_scenes import edit, review
from xview2_qgis.engine.buildings.building import Building, Source
from xview2_qgis.engine.decision.vote import Vote
from xview2_qgis.engine.publish.product_format import PublishContext, Published
from xview2_qgis.engine.publish.registry import product_format
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.engine.stored.result import StoredResult
from xview2_qgis.protocol.products import PublishOptions
from xview2_qgis.protocol.schema import Damage

CLASSES = (
    [Damage.NO_DAMAGE] * 4 + [Damage.MINOR] * 3 + [Damage.MAJOR] * 2 + [Damage.DESTROYED] * 3 + [Damage.UNKNOWN] * 2
)
IDS = ["way/5", "w123", "=1+2", "+alert", "4711", "büro ф 5"]
FACTS = {
    "event_name": "Örtüsü earthquake", "event_type": "earthquake", "event_date": "2023-02-06",
    "event_glide": "EQ-2023-000015-TUR", "event_area": "Islahiye", "event_country": "Turkey",
    "post_source": "Vantor & Co", "post_sensor": "WV-3", "post_acquired": "2023-02-07T08:16:09Z", "post_gsd_m": 0.5,
    "post_licence": "CC BY-NC 4.0", "post_credit": "© Vantor <2023>", "pre_acquired": "2022-11-01",
}  # fmt: skip
_METRES = 0.05


@dataclass(frozen=True)
class Place:
    """Where a town lies.

    Attributes:
        crs: of the result.
        x: east of its south-west corner.
        y: north of the same.
        unit: length of a metre in the CRS.
    """

    crs: int
    x: float
    y: float
    unit: float = 1.0


#: Rotated outlines everywhere; the last two lie across the antimeridian, of which one counts on beyond 180 degrees.
PLACES = {
    "metres": Place(32637, 300_000.0, 4_100_000.0),
    "degrees": Place(4326, 36.63, 37.02, 1 / 111_000),
    "other datum": Place(4267, -95.3, 29.7, 1 / 111_000),
    "antimeridian": Place(32760, 819_100.0, 8_098_000.0),
    "beyond 180": Place(4326, 179.9995, -17.0, 1 / 111_000),
}


def town(folder: Path, place: Place, facts: dict[str, object] | None = None) -> Path:
    """Fourteen buildings of all classes, one more that a review calls none, one reviewed; rotated by 30 degrees."""
    path, crs = folder / "town.gpkg", CRS.from_epsg(place.crs)
    buildings = [_building(place, crs, number, damage) for number, damage in enumerate([*CLASSES, Damage.MINOR])]
    write_result(path, buildings, crs, multipart=True, area=_area(place))
    review(path, 15, "no-building")
    review(path, 5, "destroyed")
    edit(path, "UPDATE damage SET review_note = 'ask Jane Doe' WHERE building_id = 5")
    write_facts(path, FACTS if facts is None else facts)
    return path


def write_facts(path: Path, facts: dict[str, object]) -> None:
    """Say what is known of event and images."""
    with closing(sqlite3.connect(path)) as database, database:
        known = {name for _, name, *_ in database.execute("PRAGMA table_info(run)")}
        for name in facts.keys() - known:
            database.execute(f"ALTER TABLE run ADD COLUMN {name}")
        for name, value in facts.items():
            database.execute(f"UPDATE run SET {name} = ?", (value,))
        database.execute("UPDATE run SET pre = '/home/jane/secret/pre.tif', post = '/home/jane/secret/post.tif'")


def product(
    path: Path, name: str, output: Path, options: PublishOptions | None = None, sink: Recorder | None = None
) -> Published:
    """Write a product of a result."""
    context = PublishContext(RunContext(sink or Recorder()), options or PublishOptions())
    return product_format(name).write(StoredResult(path), output, context)


def expected(path: Path) -> geopandas.GeoDataFrame:
    """What geopandas reads of the result, without the outline that holds no building; by number."""
    found = geopandas.read_file(path, layer="damage")
    return found[found["final_class"] != "no-building"].set_index("building_id")


def expected_counts(path: Path) -> Counter[str]:
    """Number of buildings of each final class."""
    return Counter(expected(path)["final_class"])


def assert_places(path: Path, found: dict[int, shapely.Geometry]) -> None:
    """Check that outlines in degrees lie where those of the result do, by PROJ's own way, to five centimetres."""
    known = expected(path)
    assert set(found) == set(known.index)
    transformer = pyproj.Transformer.from_crs(known.crs, 4326, always_xy=True)
    geod = pyproj.Geod(ellps="WGS84")
    for number, outline in found.items():
        assert -180 <= outline.bounds[0] <= outline.bounds[2] <= 180
        assert outline.is_valid
        lonlat = shapely.transform(known.geometry[number], lambda xy: _moved(transformer, xy))
        here, there = _together(outline).centroid, _together(lonlat).centroid
        assert geod.inv(here.x, here.y, there.x, there.y)[2] < _METRES
        area = abs(geod.geometry_area_perimeter(_together(outline))[0])
        assert abs(area / known["area_m2"][number] - 1) < 0.01


def assert_discreet(text: str) -> None:
    """Check that neither folders nor people are named."""
    for secret in ("/home", "jane", "Jane", "somebody", "secret"):
        assert secret not in text, secret


def _moved(transformer: pyproj.Transformer, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack(transformer.transform(xy[:, 0], xy[:, 1]), axis=1)


def _together(outline: shapely.Geometry) -> shapely.Geometry:
    """An outline in one piece: longitudes below zero counted on where it crosses the antimeridian."""
    if outline.bounds[2] - outline.bounds[0] > 180:
        outline = shapely.transform(outline, lambda xy: xy + [360.0, 0.0] * (xy[:, :1] < 0))
    return shapely.union_all(shapely.get_parts(shapely.set_precision(outline, 0)), grid_size=1e-9)


def _area(place: Place) -> MultiPolygon:
    unit = place.unit
    return MultiPolygon([box(place.x - 20 * unit, place.y - 20 * unit, place.x + 160 * unit, place.y + 120 * unit)])


def _building(place: Place, crs: CRS, number: int, damage: Damage) -> Building:
    unit = place.unit
    x, y = place.x + 25 * unit * (number % 5), place.y + 25 * unit * (number // 5)
    outline: Polygon | MultiPolygon = box(x, y, x + 12 * unit, y + 8 * unit)
    if number == 3:
        outline = outline.difference(box(x + 4 * unit, y + 2 * unit, x + 8 * unit, y + 6 * unit))
    if number == 4:
        outline = MultiPolygon([outline, box(x, y + 10 * unit, x + 12 * unit, y + 14 * unit)])
    outline = rotate(outline, 30, origin=(place.x, place.y))
    shares = [0.1, 0.1, 0.1, 0.1]
    if damage is Damage.UNKNOWN:
        vote = Vote(damage, None, None, 0.0)
    else:
        shares[damage - 1] = 0.7 - 0.02 * number
        shares[damage % 4] = 0.1 + 0.02 * number
        vote = Vote(damage, (shares[0], shares[1], shares[2], shares[3]), shares[damage - 1], 1.0)
    given = number < len(IDS)
    return Building(outline, crs, vote, Source.FOOTPRINT if given else Source.MODEL, IDS[number] if given else None)
