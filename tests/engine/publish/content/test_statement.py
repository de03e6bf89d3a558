"""What products say of how they came about."""

from __future__ import annotations

import pytest

from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.publish.content.statement import method
from xview2_qgis.engine.stored.run import StoredRun, joint_run


@pytest.mark.parametrize(
    ("parameters", "told"),
    [({"footprints": "houses.gpkg"}, True), ({"footprints": None}, False), ({}, False)],
)
def test_given_footprints_were_not_outlined_by_a_network(parameters, told):
    run = StoredRun(run_id="1", pre="a.tif", post="b.tif", parameters=parameters)
    text = method(run, Wording())
    assert ("Given footprints kept their outlines." in text) is told
    assert "neural network" in text


@pytest.mark.parametrize(("pre", "alone"), [(("", ""), True), (("", "a.tif"), False), (("a.tif", "c.tif"), False)])
def test_scenes_without_a_pre_event_image_were_not_compared(pre, alone):
    rows = [{"pre": name, "post": f"{number}.tif"} for number, name in enumerate(pre)]
    text = method(joint_run([StoredRun.of_row(row) for row in rows]), Wording())
    assert ("from an image from after the event alone" in text) is alone
    assert "compares" in method(StoredRun.of_row({}), Wording())  # an older version recorded no images
