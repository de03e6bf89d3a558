"""What is said where GDAL cannot open or read an image; "damaged" only of what is."""

import gzip
import zipfile

import numpy as np
import pytest
import rasterio
import rasterio.shutil

from tests.engine import stranger_files as stranger
from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.access.drivers import let_geopackages_in
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.failure import gdal_reason, read_failure
from xview2_qgis.engine.raster.opening import open_source

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def said(path):
    with pytest.raises(InputError) as caught:
        open_source(str(path))
    text = str(caught.value)
    assert "\n" not in text
    return caught.value.code, text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.tif", b"", "is empty"),
        ("a.tif", b"<!DOCTYPE html><html>log in</html>", "web page"),
        ("a.tif", b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "server's answer"),
        ("a.tif", b'{"message": "token expired"}', "server's answer"),
        ("a.xml", b'<GDAL_WMS><Service name="TMS"></Service></GDAL_WMS>', "web map service"),
        ("a.ecw", b"\x65\x02" + bytes(900), "ECW"),
        ("a.sid", b"msid" + bytes(900), "MrSID"),
        ("a.nc", b"CDF\x01" + bytes(900), "netCDF"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(900), "HDF5"),
        ("a.shp", b"\0\0\x27\x0a" + bytes(900), "vector"),
        ("a.tif", b"II*\0\x08\0\0\0" + bytes(9), "damaged"),
        ("a.zip", b"PK\x03\x04" + bytes(60), "damaged"),
        ("a.tif.gz", gzip.compress(b"II*\0", mtime=0), "unpack it"),
        ("a.tar", bytes(257) + b"ustar" + bytes(250), "unpack it"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(250), "unpack it"),
        ("a.tif", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"),
        ("a.mbtiles", b"SQLite format 3\0" + bytes(900), "MBTiles"),
        ("a.qlr", b"<!DOCTYPE qgis-layer-definition><qlr/>", "give the image"),
        ("a.dat", b"nothing known" * 9, "GeoTIFF"),
    ],
)
def test_what_a_file_is_instead(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    code, text = said(tmp_path / name)
    assert code == "raster-open"
    assert words in text
    assert ("damaged" in text) is (words == "damaged")


def test_the_address_of_a_service():
    code, text = said("WMS:http://127.0.0.1:9/?SERVICE=WMS")
    assert code == "raster-open"
    assert "web map service" in text


def test_a_folder(tmp_path):
    assert "is a folder" in said(tmp_path)[1]


def test_an_archive_is_named_with_the_image_in_it(tmp_path):
    write_raster(tmp_path / "a.tif", photo(20, 20))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.tif", "scene/a.tif")
    for path in (tmp_path / "a.zip", f"/vsizip/{tmp_path}/a.zip/b.tif"):
        assert "scene/a.tif" in said(path)[1]
    assert open_source(f"/vsizip/{tmp_path}/a.zip/scene/a.tif").width == 20


def test_the_missing_source_of_a_mosaic_is_named(tmp_path):
    # never read here: GDAL may keep sources of virtual rasters open
    (tmp_path / "a.vrt").write_text(stranger.virtual(str(tmp_path / "whole.tif")))
    code, text = said(tmp_path / "a.vrt")
    assert code in ("raster-open", "raster-read")
    assert "whole.tif is missing" in text
    assert "damaged" not in text


def test_several_rasters_in_one_file_are_listed(tmp_path):
    let_geopackages_in()  # the engine reads them, and keeps those who write with the same GDAL from it otherwise
    for table, more in (("FIRST", {}), ("SECOND", {"APPEND_SUBDATASET": "YES"})):
        path = write_raster(tmp_path / f"{table}.tif", photo(300, 300))
        rasterio.shutil.copy(path, str(tmp_path / "two.gpkg"), driver="GPKG", RASTER_TABLE=table, **more)
    code, text = said(tmp_path / "two.gpkg")
    assert code == "bands"
    assert "holds 2 rasters" in text
    assert "GPKG:two.gpkg:FIRST or GPKG:two.gpkg:SECOND" in text
    assert open_source(f"GPKG:{tmp_path}/two.gpkg:FIRST").width == 300
    assert "no such raster" in said(f"GPKG:{tmp_path}/two.gpkg:THIRD")[1]


def test_a_truncated_file_is_damaged(tmp_path):
    path = tmp_path / "a.tif"
    write_raster(path, photo(), compress="deflate")
    path.write_bytes(path.read_bytes()[:-20_000])
    with open_source(str(path)) as source:  # most of it can be read
        assert "damaged or incomplete" in str(source.unreadable.first)
    path.write_bytes(path.read_bytes()[:20_000])
    code, text = said(path)
    assert code == "raster-read"
    assert "damaged or incomplete" in text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("JPEGLib:Unsupported JPEG data precision 12", "12-bit JPEG"),
        ("Cannot open TIFF file due to missing codec.", "compressed"),
        ("LERC compression support is not configured", "compressed"),
        ("CURL error: Could not resolve host: tiles.example", "server"),
        ("HTTP response code: 403", "server"),
        ("ZIPDecode:Decoding error at scanline 0", "damaged"),
    ],
)
def test_the_reason_of_gdal_decides(reason, words):
    outer = RuntimeError("Read failed. See previous exception for details.")
    outer.__cause__ = RuntimeError(reason)
    error = read_failure("/vsicurl/https://tiles.example/a.tif", 3, 4, outer)
    assert words in str(error)
    assert ("damaged" in str(error)) is (words == "damaged")
    assert gdal_reason(outer) == reason


def test_nothing_is_made_up_of_a_readable_file(tmp_path):
    assert open_source(write_raster(tmp_path / "a.tif", np.ones((3, 20, 20), np.uint8))).width == 20
