"""A small result with event, imagery and image, and the maps of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsVectorLayer

from tests.plugin.map_layout.drawn_result import write_image
from xview2_qgis.map_layout.production import MapOrder, own_production

#: What a user says of event and imagery.
FACTS = {
    "event_name": "Kahramanmaraş earthquakes", "event_type": "earthquake", "event_date": "2023-02-06",
    "event_glide": "EQ-2023-000015-TUR", "event_area": "Antakya", "event_country": "Türkiye",
    "event_contact": "maps@example.org", "pre_source": "Vantor", "pre_sensor": "WorldView-3",
    "pre_acquired": "2022-12-22T08:31:00Z", "pre_gsd_m": 0.31, "pre_credit": "Vantor 2022",
    "post_source": "Vantor", "post_sensor": "WorldView-2", "post_acquired": "2023-02-07T08:16:09Z",
    "post_gsd_m": 0.46, "post_off_nadir_deg": 21.5, "post_licence": "CC BY-NC 4.0", "post_credit": "Vantor 2023",
}  # fmt: skip


def set_facts(path, facts):
    """Write facts into the record of a run, in the columns that the engine gives it."""
    database = sqlite3.connect(path)
    there = {row[1] for row in database.execute("PRAGMA table_info(run)")}
    for name in facts:
        if name not in there:
            database.execute(f"ALTER TABLE run ADD COLUMN {name}")
    database.execute(f"UPDATE run SET {', '.join(f'{name} = ?' for name in facts)}", list(facts.values()))
    database.commit()
    database.close()


@pytest.fixture
def told_file(town_file):
    """The small town, with event and imagery, and its post-event image beside it."""
    set_facts(town_file, FACTS)
    write_image(Path(town_file).with_name("post.tif"))
    return str(town_file)


@pytest.fixture
def told_layer(told_file, project):
    return project.addMapLayer(QgsVectorLayer(f"{told_file}|layername=damage", "town", "ogr"))


@pytest.fixture
def compose(project):
    """Compose a map of a layer; returns production and layout."""
    made = []

    def start(layer, **wishes):
        path = layer.source().split("|")[0]
        production = own_production(layer, path, MapOrder(**{"language": "en", **wishes}), project)
        layout = production.map.layout(production.project, "map", production.pages)
        made.append((layout, production))
        return production, layout

    yield start
    for layout, production in made:
        layout.clear()
        production.project.clear()


@pytest.fixture
def utm():
    return QgsCoordinateReferenceSystem("EPSG:32616")
