from __future__ import annotations

import pytest

from xview2_qgis.protocol.scene_facts import FactsFault, ImageFacts


def test_numbers_and_their_texts():
    image = ImageFacts(gsd_m="0.31", off_nadir_deg=0, acquired="2023-02-07T08:16:09Z")
    assert (image.gsd_m, image.off_nadir_deg, image.acquired) == (0.31, 0.0, "2023-02-07T08:16:09Z")
    assert ImageFacts(gsd_m=" ").gsd_m is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("off_nadir_deg", 90.1), ("off_nadir_deg", -1), ("off_nadir_deg", float("nan")), ("gsd_m", 0), ("gsd_m", True),
        ("gsd_m", "0,5"), ("gsd_m", "inf"), ("gsd_m", 10**400), ("gsd_m", [0.5]), ("licence", 4.0),
        ("credit", "turned \u202e round"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(field, value):
    with pytest.raises(FactsFault) as fault:
        ImageFacts(**{field: value})
    assert fault.value.field == field
    assert len(str(fault.value)) < 200
