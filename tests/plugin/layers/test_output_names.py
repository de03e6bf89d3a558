from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsVectorLayer

from tests.plugin.fake_engine import write_geopackage
from xview2_qgis.gui.assess.output_choice import OutputChoice
from xview2_qgis.layers.output_names import is_plain, plain_name, unopenable


@pytest.mark.parametrize(
    "name",
    [
        "a%20b",
        "a%zzb",
        "100%",
        "a%2",
        "a#b",
        "a?b",
        "a'b",
        "ä ö",
        "%41",
        "a|b",
        "a|c=d",
        "a|layername=b",
        "a|layerid=0",
        "a|subset=x",
        "a|geometrytype=Point",
        "a|option:x=y",
    ],
)
def test_what_qgis_opens(qgis_app, tmp_path, name):
    path = str(tmp_path / f"{name}.gpkg")
    write_geopackage(path)
    opened = QgsVectorLayer(f"{path}|layername=damage", "damage", "ogr").isValid()
    assert opened == (unopenable(path) is None)
    assert opened or not is_plain(path)


@pytest.mark.parametrize(
    ("text", "name"), [("My houses", "My_houses"), ("a%20b!c", "a_b_c"), ("Häuser (neu)", "Häuser_neu"), ("//", "")]
)
def test_plain_name(text, name):
    assert plain_name(text) == name
    assert is_plain(name)


@pytest.mark.parametrize("image", ["a%20b.tif", "a!b.tif", "a|layername=b.tif", "a%20b/pre.tif"])
def test_no_name_is_proposed_that_is_refused(qgis_app, tmp_path, image):
    path = tmp_path / image
    path.parent.mkdir(exist_ok=True)
    choice = OutputChoice()
    choice.suggest(str(path))
    geopackage = choice.paths()[0]
    assert is_plain(geopackage)
    assert Path(geopackage).parent.is_dir()
