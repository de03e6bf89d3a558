from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import rasterio

from xview2_qgis.engine.imagery.acquisition_date import (
    AcquisitionDate,
    acquisition_date,
    date_in_tags,
    date_of_names,
    wrong_order,
)


def day(text):
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def image(path, tags=None, domain=None, driver="GTiff", text=None):
    with rasterio.open(path, "w", driver=driver, width=4, height=4, count=3, dtype="uint8") as file:
        file.write(np.ones((3, 4, 4), np.uint8))
        if tags:
            file.update_tags(ns=domain, **tags)
    return str(path)


def taken(path, files=()):
    with rasterio.open(path) as dataset:
        return acquisition_date(dataset, path, files)


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
    assert date_in_tags(tags).moment == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "0000:00:00 00:00:00", "1970:01:01 00:00:00", "20021216151629", "2023:13:40", "9" * 30]
)
def test_what_is_no_date(text):
    assert date_in_tags({"ACQUISITIONDATETIME": text}) is None


def test_metadata_before_name_before_time_of_the_file(tmp_path):
    path = image(tmp_path / "a_20230301.tif", {"TIFFTAG_DATETIME": "2024:05:06 07:08:09"})
    assert taken(path).moment == day("2023-03-01")
    plain = image(tmp_path / "a.tif", {"TIFFTAG_DATETIME": "2024:05:06 07:08:09"})
    assert str(taken(plain)) == "2024-05-06 07:08 (TIFFTAG_DATETIME)"
    path = image(tmp_path / "b_20230301.tif", {"ACQUISITIONDATETIME": "2022-01-02 03:04:05"}, "IMAGERY")
    assert str(taken(path)) == "2022-01-02 03:04 (ACQUISITIONDATETIME)"
    assert taken(image(tmp_path / "c.tif")) is None


def test_a_vendor_file_that_gdal_reads(tmp_path):
    """An .IMD file beside the image is read by GDAL itself."""
    path = image(tmp_path / "maxar.tif")
    (tmp_path / "maxar.IMD").write_text(
        'version = "R";\nBEGIN_GROUP = IMAGE_1\n\tsatId = "WV02";\n\tfirstLineTime = 2017-08-29T16:52:11.480000Z;\n'
        "\tcloudCover = 0.1;\nEND_GROUP = IMAGE_1\nEND;\n"
    )
    (tmp_path / "maxar.RPB").write_text("")
    assert taken(path).moment.date() == day("2017-08-29").date()


def test_a_mosaic_has_the_date_of_its_tiles(tmp_path):
    tiles = [image(tmp_path / f"{name}_20230301.tif") for name in "ab"]
    mosaic = image(tmp_path / "mosaic.tif")
    assert taken(mosaic, [mosaic, *tiles]).moment == day("2023-03-01")
    assert taken(mosaic, [mosaic, *tiles, "c_20230405.tif"]) is None


def moment(text, source="NITF_IDATIM", to_the_day=False):
    return AcquisitionDate(datetime.fromisoformat(text).replace(tzinfo=UTC), to_the_day, source)


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


def test_the_signature_of_an_address_is_no_date():
    files = ["/vsicurl/https://example.org/c/town.tif?sv=2022-11-02&st=2023-01-01T00:00:00Z&sig=abc"]
    assert date_of_names("missing.tif", files) is None
    assert date_of_names("missing.tif", [files[0].replace("town", "town_20230203")]).moment == day("2023-02-03")
