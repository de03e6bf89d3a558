"""FEMA's levels, read by pyogrio."""

import pyogrio
import pytest

from tests.engine.publish.published_scenes import context, reviewed_town
from xview2_qgis.engine.publish.formats.fema import write_levels
from xview2_qgis.engine.stored.result import StoredResult


def test_levels(tmp_path):
    output = tmp_path / "levels.gpkg"
    published = write_levels(StoredResult(reviewed_town(tmp_path)), output, context(low_confidence=1.0))
    levels = pyogrio.read_dataframe(output, layer="Damage_Assessment")
    assert levels.crs == "EPSG:4326"
    # there is no word for what is doubtful: nothing is pulled down
    assert levels["Damage_Level"].tolist() == [
        "Unknown", "Unknown", "Destroyed", "No Damage", "Minor", "Minor", "Major", "Destroyed", "Destroyed",
    ]  # fmt: skip
    assert set(levels["Assessment_Type"]) == {"Remote Sensing"}
    assert levels["Inundation_Depth"].isna().all()
    assert set(levels["Damage_Type"]) == {"Storm"}
    assert (levels["Event_Date"][0], levels["Image_Date"][0]) == ("2018-10-10", "2018-10-13")
    assert published.counts == {"Destroyed": 3, "Major": 1, "Minor": 2, "No Damage": 1, "Unknown": 2}
    assert levels.to_crs(32616).area.sum() == pytest.approx(900, rel=2e-3)
