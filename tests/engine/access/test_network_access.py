"""Addresses in the arguments of a user, and the network where there is none."""

import os

import pytest

from xview2_qgis.engine.access.network_access import network_options, remote_name, shut_network

PROXIES = ("GDAL_HTTP_PROXY", "GDAL_HTTPS_PROXY", "no_proxy")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://host/a.tif?token=1%2F2", "/vsicurl/https://host/a.tif?token=1%2F2"),
        ("S3://bucket/a.tif", "/vsis3/bucket/a.tif"),
        ("/vsicurl/https://host/a.tif", "/vsicurl/https://host/a.tif"),
        ("/vsicurl?header_file=h.txt&url=https://host/a.tif", "/vsicurl?header_file=h.txt&url=https://host/a.tif"),
        ("/vsigs_streaming/bucket/a.tif", "/vsigs_streaming/bucket/a.tif"),
        ("vrt:///vsis3/bucket/a.tif?bands=3,2,1", "/vsis3/bucket/a.tif"),
        ("/vsizip//vsicurl/https://host/a.zip/b/c.tif", "/vsicurl/https://host/a.zip"),
        ("/vsizip/vsicurl/https://host/a.zip/b/c.tif", "/vsicurl/https://host/a.zip"),
        ("/vsitar/{/vsis3/bucket/a}/c.tif", "/vsis3/bucket/a"),
        ("/vsigzip//vsicurl/https://host/a.geojson.gz", "/vsicurl/https://host/a.geojson.gz"),
        ("zip+https://host/a.zip!b.tif", "/vsicurl/https://host/a.zip"),
        ("/vsicached?chunk_size=64&file=/vsicurl/https://host/a.tif", "/vsicurl/https://host/a.tif"),
        ("/vsisubfile/0_100,/vsiaz/box/a.tif", "/vsiaz/box/a.tif"),
        ("GTIFF_DIR:2:/vsicurl/https://host/a.tif", "/vsicurl/https://host/a.tif"),
        ("GPKG:/vsicurl/https://host/a.gpkg:table", "/vsicurl/https://host/a.gpkg"),
    ],
)
def test_an_address_is_what_gdal_calls_it(given, expected):
    assert remote_name(given) == expected
    assert network_options(given)["CPL_VSIL_CURL_ALLOWED_FILENAME"] == expected


@pytest.mark.parametrize(
    "given",
    [
        "a.tif", "/data/vsicurl/https://host/a.tif", r"C:\vsis3\a.tif", "C:/x/vsis3/a.tif", "/vsizip/a.zip/b.tif",
        "vrt://a.tif?bands=1", "GPKG:a.gpkg:table", '{"type": "Polygon", "x": "/vsicurl/https://host/a"}', "zip://a.zip!b",
        "file:///a.tif", "", "<VRTDataset>/vsicurl/http://host/a.tif</VRTDataset>", "unknown://host/a",
    ],
)  # fmt: skip
def test_what_lies_here_is_no_address(given):
    assert remote_name(given) is None
    assert network_options(given) == {"CPL_VSIL_CURL_ALLOWED_FILENAME": "none"}


def test_the_proxies_of_a_user_stay_where_an_argument_is_an_address(monkeypatch):
    for name in PROXIES:
        monkeypatch.setenv(name, "mine")
    shut_network(["a.tif", None, "https://host/a.tif"])
    assert [os.environ[name] for name in PROXIES] == ["mine"] * 3


def test_without_an_address_all_goes_to_a_place_that_answers_nothing(monkeypatch):
    for name in PROXIES:
        monkeypatch.setenv(name, "mine")
    shut_network(["a.tif", None, "/data/b.tif"])
    assert [os.environ.get(name) for name in PROXIES] == ["http://127.0.0.1:9"] * 2 + [None]
