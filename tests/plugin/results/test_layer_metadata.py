"""QGIS reads event, imagery and lineage of a result as metadata of its layer, by itself."""

from __future__ import annotations

import subprocess

from qgis.core import QgsVectorLayer

from tests.plugin.results.result_file import PYTHON, ROOT

_PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from shapely.geometry import MultiPolygon, box
from tests.engine.probability_scene import ORIGIN, UTM
from tests.engine.result_scene import RUN, given_to, one_of_each
from xview2_qgis.engine.output.geopackage.writer import GeoPackageWriter
from xview2_qgis.engine.output.writer import Outcome
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts
facts = SceneFacts(
    EventFacts("Quake", glide="EQ-2023-000015-TUR", contact="Jane, maps@example.org"),
    ImageFacts(acquired="2023-01-20"),
    ImageFacts("Maxar", "WorldView-3", "2023-02-07T08:16:09Z", credit="© 2023 Maxar"),
)
writer = GeoPackageWriter(Path(sys.argv[1]), UTM)
area = MultiPolygon([box(ORIGIN[0], ORIGIN[1] - 100, ORIGIN[0] + 200, ORIGIN[1])])
writer.finish(Outcome(given_to(writer, one_of_each()), replace(RUN, facts=facts), area, UTM, 0.0))
"""


def test_metadata_of_the_layer(project, tmp_path):
    path = tmp_path / "damage.gpkg"
    subprocess.run([PYTHON, "-c", _PROGRAM, str(path)], cwd=ROOT, check=True)
    layer = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr")
    metadata = layer.metadata()
    assert metadata.title() == "Building damage: Quake"
    assert "GLIDE EQ-2023-000015-TUR" in metadata.abstract()
    assert metadata.rights() == ["© 2023 Maxar"]
    assert metadata.licenses() == ["CC BY-NC-SA 4.0 (not for commercial use)"]
    assert "WorldView-3" in metadata.history()[1]
    [contact] = metadata.contacts()
    assert (contact.name, contact.email, contact.role) == ("Jane", "maps@example.org", "pointOfContact")
    extent = metadata.extent()
    [place] = extent.spatialExtents()
    assert place.extentCrs.authid() == layer.crs().authid()
    assert place.bounds.toRectangle().contains(layer.extent())
    [period] = extent.temporalExtents()
    assert period.begin().toString("yyyy-MM-dd") == "2023-01-20"
    assert period.end().toString("yyyy-MM-dd HH:mm:ss") == "2023-02-07 08:16:09"
