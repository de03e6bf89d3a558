"""Names of sources: the file and nothing else, whatever the address hides; expected names are written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xview2_qgis.protocol.public_name import public_address, public_name, public_source

NAMES = [
    ("/home/jane/Client/x.tif", "x.tif"),
    ("C:\\Users\\jane\\x.tif", "x.tif"),
    ("\\\\server\\share\\x.tif", "x.tif"),
    ("/data/a=b.tif", "a=b.tif"),
    ("/data/me@home?.tif", "me@home?.tif"),
    ("https://u:pw@host/a/x.tif?sig=S3/C@R", "…"),  # where the password ends cannot be told
    ("https://u:pw@host/a/x.tif?sig=S3/C&R", "x.tif"),
    ("https://u:p/w?@host/x.tif", "…"),
    ("https://host/@me/x.tif", "x.tif"),
    ("https://u:pw@host/a/x.tif%3Fsig%3Dabc", "x.tif"),
    ("https%253A%252F%252Fu%253Apw%2540host%252Fx.tif%253Fsig%253Dabc", "x.tif"),
    ("/vsicurl/https://u:pw@host/a/x.tif?X-Amz-Signature=a/b", "x.tif"),
    ("/vsicurl?url=https%3A%2F%2Fu:pw%40host%2Fx.tif%3Fsig%3Dab/c&header.Authorization=Bearer%20x", "x.tif"),
    ("/vsicurl?header.Authorization=Bearer a/b&userpwd=a:b&url=https://host/x.tif", "x.tif"),
    ("/vsis3/bucket/year=2024/x.tif", "x.tif"),
    ("/vsiaz/container/x.tif?sv=1&sig=a/b", "x.tif"),
    ("/vsizip//home/jane/a.zip/inner/x.tif", "x.tif"),
    ("/vsizip//vsicurl/https://u:pw@host/a.zip?sig=abc/inner/x.tif", "a.zip"),
    ("/vsizip/{/vsicurl/https://u:pw@host/a.zip?sig=abc}/inner/x.tif", "a.zip"),
    ("/vsicrypt/key=abcdef,file=/home/jane/x.tif", "x.tif"),
    ("/vsicached?file=/home/jane/x.tif&chunk_size=3", "x.tif"),
    ("vrt:///vsicurl/https://u:pw@host/x.tif?sig=abc?bands=1,2,3", "x.tif"),
    ("vrt:///home/jane/x.tif?bands=3,2,1", "x.tif"),
    ("type=xyz&url=https://host/t/tiles.png?apikey=abc&zmax=3&authcfg=abc", "tiles.png"),
    ("crs=EPSG:3857&username=jane&password=abc", "…"),
    ('NETCDF:"/home/jane/x.nc":band', "x.nc:band"),
    ('NETCDF:"/vsicurl/https://u:pw@host/x.nc?sig=abc":band', "x.nc"),
    ("GPKG:/home/jane/pair.gpkg:pre", "pair.gpkg:pre"),
    ("PG:host=localhost user=jane password='a b/x.tif' tables=a.b", "PG:…"),
    ("OCI:scott/tiger@host:x.tif", "OCI:…"),
    ("AMIGOCLOUD:project AMIGOCLOUD_API_KEY=abc", "AMIGOCLOUD:…"),
    ("WMS:https://u:pw@host/service?token=abc", "service"),
    ("<GDAL_WMS><ServerUrl>https://u:pw@host</ServerUrl></GDAL_WMS>", "XML"),
    ('{"type":"FeatureCollection"}', "JSON"),
]


@pytest.mark.parametrize(("address", "name"), NAMES, ids=[address[:40] for address, _ in NAMES])
def test_a_source_has_the_name_of_its_file(address, name):
    assert public_name(address) == name


def test_which_part_of_a_source_counts_is_kept():
    assert public_source("/home/jane/r.gpkg|layername=a|authcfg=xyz|subset=\"o\" = 'x' || 'y'") == (
        "r.gpkg|layername=a|subset=\"o\" = 'x' || 'y'"
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://host:8443/x.tif", "https://host:8443/x.tif"),
        ("https://u:pw@host/token/abc/x.tif?sig=1#f", "https://host/…/x.tif"),
        ("https://u:p%40s%2Fw@host/x.tif", "https://host/x.tif"),
        ("https://u:p@s/w@host/x.tif", "https://…"),
        ("file:///home/jane/x.tif", "x.tif"),
    ],
)
def test_an_address_keeps_its_host(address, said):
    assert public_address(address) == said


@given(st.text(max_size=80))
def test_anything_has_a_name(text):
    assert public_name(text)
    assert public_address(text)
    assert public_source(text)
