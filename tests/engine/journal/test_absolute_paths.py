"""What a run was asked for holds in any folder."""

from __future__ import annotations

from xview2_qgis.engine.journal.absolute_paths import with_absolute_paths
from xview2_qgis.protocol.options.assessment import AssessmentParameters


def test_files_are_named_whole_and_addresses_and_names_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "model").mkdir(parents=True)
    (tmp_path / "compact").mkdir()
    for name in ("pre.tif", "town.gpkg"):
        (tmp_path / "in" / name).touch()
    texts = {
        "pre": "in/pre.tif", "post": "/vsicurl/https://host/post.tif", "output": "out.gpkg", "model": "in/model",
        "aoi": "in/town.gpkg|layername=a|b", "exclude": f"{tmp_path}/in/../town.gpkg", "report": "out.html",
    }  # fmt: skip
    found = with_absolute_paths(AssessmentParameters.from_texts(texts))
    assert found.pre.path == str(tmp_path / "in" / "pre.tif")
    assert found.post.path == texts["post"]
    assert (found.output, found.report, found.damage_raster) == (tmp_path / "out.gpkg", tmp_path / "out.html", None)
    assert found.aoi == f"{tmp_path / 'in' / 'town.gpkg'}|layername=a|b"
    assert found.exclude == texts["exclude"]
    assert found.footprints is None
    assert found.model == str(tmp_path / "in" / "model")
    named = AssessmentParameters.from_texts({"post": "in/pre.tif", "output": "out.gpkg", "model": "compact"})
    assert with_absolute_paths(named).model == "compact"
    assert with_absolute_paths(found) == found
