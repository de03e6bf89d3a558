"""Results with event and imagery, as they are published."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from rasterio.crs import CRS
from shapely.geometry import MultiPolygon, box

from tests.engine.probability_scene import ORIGIN
from tests.engine.recorder import Recorder
from tests.engine.result_scene import square, write_result
from tests.engine.stored.stored_scenes import edit, review
from xview2_qgis.engine.geo.crs import CrsTransform
from xview2_qgis.engine.output.geopackage.layer_file import LayerFile
from xview2_qgis.engine.output.geopackage.writer import ellipsoidal_areas
from xview2_qgis.engine.publish.product_format import PublishContext
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.protocol.products import PublishOptions
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts
from xview2_qgis.protocol.schema import Damage

AREA = MultiPolygon([box(ORIGIN[0], ORIGIN[1] - 60, ORIGIN[0] + 200, ORIGIN[1])])
HIDDEN = MultiPolygon([box(ORIGIN[0] + 200, ORIGIN[1] - 60, ORIGIN[0] + 240, ORIGIN[1])])
FACTS = SceneFacts(
    EventFacts(
        "Hurricane Michael", "storm", "2018-10-10", "TC-2018-000161-USA", "Mexico Beach", "USA", "maps@example.org"
    ),
    ImageFacts("Maxar", "WorldView-2", "2017-10-29T16:32:00Z", 0.46, 12.5, "CC BY-NC 4.0", "© Maxar"),
    ImageFacts("Maxar", "GeoEye-1", "2018-10-13T16:05:09Z", 0.5),
)  # fmt: skip


def town(folder: Path, facts: SceneFacts | None = FACTS, crs: CRS | None = None, name: str = "town.gpkg") -> Path:
    """Two buildings of each class in rows, 10 m squares with confidence 0.7, unknown first, beside a hidden area."""
    path = folder / name
    buildings = [square(5 + 20 * (2 * int(damage) + n), 5, damage=damage) for damage in Damage for n in range(2)]
    target = CRS.from_epsg(32616) if crs is None else crs
    write_result(path, buildings, target, area=AREA)
    way = CrsTransform(CRS.from_epsg(32616), target)
    hidden = way.geometries([HIDDEN])
    LayerFile(path, target).write(
        "not_visible", hidden, "MultiPolygon", {"area_m2": ellipsoidal_areas(hidden, target)}, append=False
    )
    if facts is not None:
        tell(path, facts)
    edit(path, "UPDATE run SET pre = '/home/someone/pre.tif', post = '/home/someone/post.tif'")
    return path


def tell(path: Path, facts: SceneFacts) -> None:
    """Put facts into the table ``run``, as a run does that knows them."""
    with closing(sqlite3.connect(path)) as database, database:
        there = {row[1] for row in database.execute("PRAGMA table_info(run)")}
        for name, value in facts.to_columns().items():
            if name not in there:
                database.execute(f'ALTER TABLE run ADD COLUMN "{name}"')
            database.execute(f'UPDATE run SET "{name}" = ?', [value])


def reviewed_town(folder: Path) -> Path:
    """The same, of which one building got another class, one was left as it is, and one is none."""
    path = town(folder)
    review(path, 3, "destroyed")  # the model: no damage
    review(path, 5, "minor-damage")  # as the model
    review(path, 7, "no-building")
    return path


def context(recorder: Recorder | None = None, **options: object) -> PublishContext:
    """What a product is told."""
    return PublishContext(RunContext(recorder or Recorder()), PublishOptions(**options))
