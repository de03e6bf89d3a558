from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.engine.acquisition_date import (
    AcquisitionDate,
    acquisition_date,
    date_in_name,
    date_in_tags,
    wrong_order,
)


def day(text):
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)


def image(path, tags=None, domain=None, driver="GTiff", text=None):
    with rasterio.open(path, "w", driver=driver, width=4, height=4, count=3, dtype="uint8") as file:
        file.write(np.ones((3, 4, 4), np.uint8))
        if tags:
            file.update_tags(ns=domain, **tags)
    return str(path)


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
    ],
)
def test_dates_in_names(name, wanted):
    date = date_in_name(name)
    assert (date.moment, date.to_the_day, date.source) == (day(wanted), True, "file name")


@pytest.mark.parametrize(
    "name",
    [
        "pre", "", "20231315", "20231032", "2023-10_15", "05-10-2023", "10300100D20231015", "1697365821", "3857",
        "change_20230101_20231015", "20230229", "29991231", "19400101", "2023-1-5", "202310151",
    ],
)  # fmt: skip
def test_no_dates_in_names(name):
    assert date_in_name(name) is None


@given(
    st.dates(min_value=day("1972-01-01").date(), max_value=day("2026-01-01").date()), st.sampled_from(["", "-", "_"])
)
def test_every_day_is_read(date, mark):
    assert date_in_name(f"a {date:%Y{mark}%m{mark}%d} b").moment.date() == date


@pytest.mark.parametrize(
    ("tags", "moment"),
    [
        ({"ACQUISITIONDATETIME": "2023-10-15 10:30:21"}, "2023-10-15T10:30:21"),
        ({"ACQUISITIONDATE": "2023-10-15"}, "2023-10-15T00:00:00"),
        ({"ACQUISITION_DATE": "2023/10/15"}, "2023-10-15T00:00:00"),
        ({"NITF_IDATIM": "20231015103021"}, "2023-10-15T10:30:21"),
        ({"NITF_IDATIM": "20231015------"}, "2023-10-15T00:00:00"),
        ({"NITF_IDATIM": "15103021ZOCT97"}, "1997-10-15T10:30:21"),
        ({"IMAGE_1.firstLineTime": '"2023-10-15T10:30:21.480000Z"'}, "2023-10-15T10:30:21"),
        ({"PRODUCT_START_TIME": "2023-10-15T10:30:21.024Z"}, "2023-10-15T10:30:21"),
        ({"EXIF_DateTimeOriginal": "2023:10:15 10:30:21"}, "2023-10-15T10:30:21"),
        ({"acquisition time": "2023-10-15T12:30:21+02:00"}, "2023-10-15T10:30:21"),
    ],
)
def test_dates_in_tags(tags, moment):
    assert date_in_tags(tags).moment == datetime.fromisoformat(moment).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "0000:00:00 00:00:00", "1970:01:01 00:00:00", "2023:13:40", "9" * 30]
)
def test_what_is_no_date(text):
    assert date_in_tags({"ACQUISITIONDATETIME": text}) is None


def test_metadata_before_name_before_time_of_the_file(tmp_path):
    path = image(tmp_path / "a_20230301.tif", {"TIFFTAG_DATETIME": "2024:05:06 07:08:09"})
    assert acquisition_date(path).moment == day("2023-03-01")
    plain = image(tmp_path / "a.tif", {"TIFFTAG_DATETIME": "2024:05:06 07:08:09"})
    assert str(acquisition_date(plain)) == "2024-05-06 07:08 (TIFFTAG_DATETIME)"
    path = image(tmp_path / "b_20230301.tif", {"ACQUISITIONDATETIME": "2022-01-02 03:04:05"}, "IMAGERY")
    assert str(acquisition_date(path)) == "2022-01-02 03:04 (ACQUISITIONDATETIME)"
    assert acquisition_date(image(tmp_path / "c.tif")) is None
    assert acquisition_date(str(tmp_path / "missing.tif")) is None


def test_a_vendor_file_that_gdal_reads(tmp_path):
    """An .IMD file beside the image is read by GDAL itself."""
    path = image(tmp_path / "maxar.tif")
    (tmp_path / "maxar.IMD").write_text(
        'version = "R";\nBEGIN_GROUP = IMAGE_1\n\tsatId = "WV02";\n\tfirstLineTime = 2017-08-29T16:52:11.480000Z;\n'
        "\tcloudCover = 0.1;\nEND_GROUP = IMAGE_1\nEND;\n"
    )
    (tmp_path / "maxar.RPB").write_text("")
    assert acquisition_date(path).moment.date() == day("2017-08-29").date()


def test_a_mosaic_has_the_date_of_its_tiles(tmp_path):
    tiles = [image(tmp_path / f"{name}_20230301.tif") for name in "ab"]
    mosaic = image(tmp_path / "mosaic.tif")
    assert acquisition_date(mosaic, [mosaic, *tiles]).moment == day("2023-03-01")
    assert acquisition_date(mosaic, [mosaic, *tiles, "c_20230405.tif"]) is None


def moment(text, source="NITF_IDATIM", to_the_day=False):
    return AcquisitionDate(datetime.fromisoformat(text).replace(tzinfo=timezone.utc), to_the_day, source)


@pytest.mark.parametrize(
    ("pre", "post", "words"),
    [
        (moment("2023-10-15T10:00"), moment("2023-10-15T12:00"), None),
        (moment("2023-10-15T12:00"), moment("2023-10-15T10:00"), "later than"),
        (moment("2023-10-15T12:00"), moment("2023-10-15T12:00"), "same date"),
        (moment("2023-10-15T12:00"), moment("2023-10-15", "file name", True), "same date"),
        (moment("2023-10-16", "file name", True), moment("2023-10-15T12:00"), "later than"),
        (moment("2023-10-14", "file name", True), moment("2023-10-15T12:00"), None),
        # a program wrote both on one day
        (moment("2023-10-15T12:00", "TIFFTAG_DATETIME"), moment("2023-10-15T11:59", "TIFFTAG_DATETIME"), None),
        (moment("2023-10-16T12:00", "TIFFTAG_DATETIME"), moment("2023-10-15T12:00", "TIFFTAG_DATETIME"), "later than"),
        (None, moment("2023-10-15T12:00"), None),
        (moment("2023-10-15T12:00"), None, None),
    ],
)
def test_order(pre, post, words):
    found = wrong_order(pre, post)
    assert found is None if words is None else words in found


def test_a_date_to_come_is_none():
    later = datetime.now(timezone.utc) + timedelta(days=40)
    assert date_in_name(f"{later:%Y%m%d}") is None
