import numpy as np

from xview2_qgis.engine.radiometry.nodata_rule import mark_nodata
from xview2_qgis.protocol.options.nodata_rule import NodataRule


def test_a_pixel_has_no_data_where_all_its_bands_are_in_one_range():
    values = np.array([[[0, 255, 255, 91]], [[0, 255, 10, 95]], [[0, 255, 255, 99]]], np.uint8)
    valid = np.ones((1, 4), bool)
    mark_nodata(valid, values, NodataRule.parse("255,90:99"))
    assert valid.tolist() == [[True, False, True, False]]
