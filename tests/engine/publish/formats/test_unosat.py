"""Damage sites, read by pyogrio against the published structure."""

import geopandas
import pyogrio
import pytest
from pyproj import Geod

from tests.engine.publish.published_scenes import context, reviewed_town, town
from xview2_qgis.engine.publish.formats.unosat import write_sites
from xview2_qgis.engine.stored.result import StoredResult

SITES, HIDDEN, EXTENT = (f"{head}_MexicoBeach_20181013" for head in ("Damage_Sites", "Not_Analysed", "Analysis_Extent"))


def test_sites(tmp_path):
    path, output = reviewed_town(tmp_path), tmp_path / "sites.gpkg"
    published = write_sites(StoredResult(path), output, context(low_confidence=0.75, event_code="TC20181010USA"))
    assert dict(pyogrio.list_layers(output)) == {
        SITES: "Point", HIDDEN: "MultiPolygon", EXTENT: "MultiPolygon", "layer_styles": None,
    }  # fmt: skip
    sites = pyogrio.read_dataframe(output, layer=SITES)
    assert sites.crs == "EPSG:4326"
    assert sites.columns.tolist() == [
        "SiteID", "EventCode", "SensorDate", "SensorID", "Main_Damage_Site_Class", "Grouped_Damage_Classes",
        "Municipality", "Governorate", "Field_Validation", "Notes", "geometry",
    ]  # fmt: skip
    assert sites["Main_Damage_Site_Class"].tolist() == [1, 6, 3, 4, 4, 4, 4]
    assert sites["SiteID"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert sites["SensorDate"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2018-10-13"]
    assert (sites["EventCode"][0], sites["SensorID"][0]) == ("TC20181010USA", "GeoEye-1")
    assert set(sites["Field_Validation"]) == {"Not yet field validated"}
    assert sites["Notes"].tolist()[:2] == ["Photo-interpretation", "Automatic extraction, confidence 0.70"]
    assert (published.buildings, published.left_out) == (7, 2)
    assert sum(published.counts.values()) == 7
    # each point lies in its building
    outlines = geopandas.read_file(path, layer="damage").to_crs(4326)
    joined = sites.sjoin(outlines, predicate="within")
    assert joined["building_id"].tolist() == [3, 4, 5, 6, 8, 9, 10]


def test_what_cannot_be_seen_is_an_area(tmp_path):
    output = tmp_path / "sites.gpkg"
    write_sites(StoredResult(town(tmp_path)), output, context())
    hidden = pyogrio.read_dataframe(output, layer=HIDDEN)
    sizes = [abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) for shape in hidden.geometry]
    assert sizes == pytest.approx([40 * 60, 100, 100], rel=1e-3)  # the clouds, and both unknown buildings


def test_without_facts(tmp_path):
    output = tmp_path / "sites.gpkg"
    write_sites(StoredResult(town(tmp_path, facts=None)), output, context())
    sites = pyogrio.read_dataframe(output, layer="Damage_Sites_post_20260203")
    assert sites["SensorDate"].isna().all()
    assert sites["EventCode"].isna().all()
