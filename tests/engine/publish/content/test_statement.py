"""What products say of how they came about."""

from __future__ import annotations

import pytest

from xview2_qgis.engine.language.wording import Wording
from xview2_qgis.engine.publish.content.statement import method
from xview2_qgis.engine.stored.run import StoredRun


@pytest.mark.parametrize(
    ("parameters", "told"),
    [({"footprints": "houses.gpkg"}, True), ({"footprints": None}, False), ({}, False)],
)
def test_given_footprints_were_not_outlined_by_a_network(parameters, told):
    run = StoredRun(run_id="1", pre="a.tif", post="b.tif", parameters=parameters)
    text = method(run, Wording())
    assert ("Given footprints kept their outlines." in text) is told
    assert "neural network" in text
