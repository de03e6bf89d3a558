from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.name_date import date_in_name


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("20231015", "2023-10-15"),
        ("scene_20231015T103021_v2", "2023-10-15"),
        ("img20231015", "2023-10-15"),
        ("town 2023-10-15 post", "2023-10-15"),
        ("2023_10_15_103021_ssc4", "2023-10-15"),
        ("2023.10.15", "2023-10-15"),
        ("Antakya_15.10.2023", "2023-10-15"),
        ("15-10-2023", "2023-10-15"),
        ("05.10.2023", "2023-10-05"),
        ("S2B_MSIL2A_20231015T103021_N0509_R108_T32TQM_20231015T150103", "2023-10-15"),
        ("2024-02-29", "2024-02-29"),
        ("IMG_PHR1A_PMS_202310151030215_ORT", "2023-10-15"),
        ("scene_20231015103021", "2023-10-15"),
        ("23OCT15103021-S2AS-011", "2023-10-15"),
    ],
)
def test_dates_in_names(name, wanted):
    assert date_in_name(name) == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    "name",
    [
        "pre", "", "20231315", "20231032", "2023-10_15", "05-10-2023", "10300100D20231015", "1697365821", "3857",
        "change_20230101_20231015", "20230229", "29991231", "19400101", "2023-1-5", "202310151", "20231015999999",
        "xA23OCT15103021", "23OCT15",
    ],
)  # fmt: skip
def test_no_dates_in_names(name):
    assert date_in_name(name) is None


@given(st.dates(date(1972, 1, 1), date(2026, 1, 1)), st.sampled_from(["", "-", "_"]))
def test_every_day_is_read(day, mark):
    assert date_in_name(f"a {day:%Y{mark}%m{mark}%d} b") == day


def test_a_date_to_come_is_none():
    later = date.today() + timedelta(days=40)
    assert date_in_name(f"{later:%Y%m%d}") is None
