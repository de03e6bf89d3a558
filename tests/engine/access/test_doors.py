"""A file is read, and nothing else happens: with the installed GDALs, whatever the user's shell sets."""

import json
import os
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rasterio

import xview2_qgis
from tests.engine import stranger_files as stranger

ROOT = Path(xview2_qgis.__file__).parent.parent
# what a shell may hold that has nothing to do with us
SHELL = {
    "GDAL_VRT_ENABLE_PYTHON": "YES", "GDAL_VRT_ENABLE_RAWRASTERBAND": "YES", "GDAL_MEM_ENABLE_OPEN": "YES",
    "GDAL_SKIP": "GTiff", "OGR_SKIP": "GPKG", "OGR_SQLITE_STATIC_VIRTUAL_OGR": "YES", "GML_DOWNLOAD_SCHEMA": "YES",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "YES", "OGR_SQLITE_LOAD_EXTENSIONS": "ENABLE_SQL_LOAD_EXTENSION",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "YES", "ALLOW_OGR_SQL_FUNCTIONS_FROM_TRIGGER_AND_VIEW": "YES",
    "ALLOW_VIRTUAL_OGR_FROM_TRIGGER_AND_VIEW": "YES", "GML_SKIP_RESOLVE_ELEMS": "NONE", "PROJ_NETWORK": "ON",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "", "no_proxy": "*", "AWS_NO_SIGN_REQUEST": "YES", "AWS_HTTPS": "NO",
    "GS_NO_SIGN_REQUEST": "YES", "SWIFT_AUTH_TOKEN": "x", "OSS_ACCESS_KEY_ID": "x", "OSS_SECRET_ACCESS_KEY": "x",
    "OSS_HTTPS": "NO",
}  # fmt: skip
PROGRAM = """
import io, json, sys
from xview2_qgis.engine.access.geodata_environment import close_doors, keep_messages_back
keep_messages_back(); close_doors()
from xview2_qgis.engine.scene.area_layer import read_area
from xview2_qgis.engine.errors import EngineError
from xview2_qgis.engine.run.text_events import TextEvents
from xview2_qgis.engine.footprints.layer import open_footprints
from xview2_qgis.engine.access.network_access import shut_network
from xview2_qgis.engine.raster.opening import open_source
given = json.load(sys.stdin)
shut_network([path for _, path in given])
for kind, path in given:
    try:
        if kind == "raster":
            open_source(path)
        else:
            {"area": read_area, "footprints": open_footprints}[kind](path, TextEvents(io.StringIO(), io.StringIO()))
        print("read")
    except EngineError as error:
        print(error.code)
"""


@dataclass(frozen=True)
class Opened:
    """What became of each file, and what the server was asked for meanwhile."""

    codes: dict[str, str]
    asked: list[str]


def opened(given, listener, **variables):
    """Open everything in a process of its own: (kind, path) by name."""
    port = listener.address.rpartition(":")[2]
    services = {
        "AWS_S3_ENDPOINT": f"127.0.0.1:{port}", "AWS_VIRTUAL_HOSTING": "FALSE", "OSS_ENDPOINT": f"127.0.0.1:{port}",
        "OSS_VIRTUAL_HOSTING": "FALSE", "CPL_GS_ENDPOINT": f"{listener.address}/",
        "SWIFT_STORAGE_URL": listener.address,
        "AZURE_STORAGE_CONNECTION_STRING":
            f"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint={listener.address}/a",
    }  # fmt: skip
    listener.asked.clear()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps([list(map(str, pair)) for pair in given.values()]), text=True,
        capture_output=True, timeout=120, cwd=ROOT, env=os.environ | SHELL | services | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Opened(dict(zip(given, done.stdout.split(), strict=True)), list(listener.asked))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="module")
def listener(folder):
    with ExitStack() as stack:
        yield stack.enter_context(stranger.listening(folder))


@pytest.fixture(scope="module")
def image(folder):
    return stranger.sound_image(folder / "sound.tif")


@pytest.fixture(scope="module")
def area(folder):
    return stranger.sound_area(folder / "sound.gpkg")


def written(folder, texts):
    """Write texts into files and return these by name."""
    for name, text in texts.items():
        (folder / name).write_text(text)
    return {name: folder / name for name in texts}


def test_no_image_reaches_more_than_its_pixels(folder, listener, image, area):
    secret = folder / "secret"
    secret.write_text("KEY: abc\n" * 400)
    victim = folder / "profile"
    victim.write_text("# of the user\n")
    before = {path.name for path in folder.iterdir()}
    url, made = listener.address, folder / "made"
    texts = {
        "mrf.tif": stranger.meta_raster(image, victim),
        "mrf_new.tif": stranger.meta_raster(image, made),
        "mrf_inside.tif": stranger.virtual(str(folder / "mrf.tif")),
        "header.tif": stranger.virtual(f"/vsicurl?header_file={secret}&amp;url={url}/x.tif"),
        "wms.tif": stranger.tile_service(url),
        "wms_inside.tif": stranger.virtual(stranger.tile_service(url).replace("<", "&lt;")),
        "http.tif": stranger.virtual(f"{url}/x.tif"),
        "raw.tif": stranger.virtual(str(secret), "raw"),
        "raw_inside.tif": stranger.virtual(str(folder / "raw.tif")),
        "raw_inline.tif": stranger.virtual(stranger.virtual(str(secret), "raw").replace("<", "&lt;")),
        "python.tif": stranger.python_inside(image, made),
        "memory.tif": stranger.virtual("MEM:::DATAPOINTER=1000,PIXELS=32,LINES=32,DATATYPE=Byte"),
        "device.tif": stranger.virtual("/dev/stdin"),
        "standard.tif": stranger.virtual("/vsistdin/"),
        "dap.tif": stranger.virtual(f'NETCDF:"{url}/x.nc"'),
        "stac.json": '{"stac_version": "1.0.0", "type": "FeatureCollection", "features": [{"type": "Feature",'
        f'"stac_version": "1.0.0", "properties": {{}}, "assets": {{"a": {{"href": "{url}/x.tif"}}}}}}]}}',
        "gti.tif": f"<GDALTileIndexDataset><IndexDataset>/vsicurl/{url}/x.gpkg</IndexDataset></GDALTileIndexDataset>",
        "alg.tif": '{"type": "gdal_streamed_alg", "command_line": '
        f'"gdal raster convert /vsicurl/{url}/x.tif {made}"}}',
        "warped.tif": f'<VRTDataset rasterXSize="32" rasterYSize="32" subClass="VRTWarpedDataset"><GDALWarpOptions>'
        f"<SourceDataset>/vsicurl/{url}/x.tif</SourceDataset></GDALWarpOptions></VRTDataset>",
    }  # fmt: skip
    for system in ("curl/" + url, "curl_streaming/" + url, "webhdfs/" + url, "s3/b", "gs/b", "az/b", "adls/b", "oss/b"):
        texts[f"{system.partition('/')[0]}.tif"] = stranger.virtual(f"/vsi{system}/x.tif")
    texts["swift.tif"] = stranger.virtual("/vsiswift/b/x.tif")
    texts["zipped.tif"] = stranger.virtual(f"/vsizip//vsicurl/{url}/x.zip/x.tif")
    side = stranger.sound_image(folder / "side.tif")
    overviews = f'<MDI key="OVERVIEW_FILE">/vsicurl/{url}/o.tif</MDI>'
    (folder / "side.tif.aux.xml").write_text(
        f'<PAMDataset><Metadata domain="OVERVIEWS">{overviews}</Metadata></PAMDataset>'
    )
    with zipfile.ZipFile(folder / "raw.zip", "w") as archive:
        archive.writestr("a.tif", stranger.virtual(str(secret), "raw"))
    texts["raw_zipped.tif"] = stranger.virtual(f"/vsizip/{folder}/raw.zip/a.tif")
    files = written(folder, texts) | {"side.tif": side}
    result = opened({name: ("raster", path) for name, path in files.items()} | {"sound": ("raster", image)}, listener)
    assert result.asked == []
    assert {name for name, code in result.codes.items() if code == "read"} == {"sound"}
    assert victim.read_text() == "# of the user\n"
    assert {path.name for path in folder.iterdir()} == before | set(files) | {"side.tif.aux.xml", "raw.zip"}


@pytest.mark.parametrize("kind", ["area", "footprints"])
def test_no_layer_reaches_more_than_its_polygons(folder, listener, area, kind, tmp_path):
    url, made = listener.address, tmp_path / "made.hta"
    files = written(
        tmp_path,
        {
            "vacuum.gpkg": stranger.layer_by_statement(area, f"VACUUM INTO '{made}'"),
            "vacuum.geojson": stranger.layer_by_statement(area, f"VACUUM INTO '{made}'"),
            "remote.shp": stranger.layer_by_statement(f"/vsicurl/{url}/a.gpkg"),
            "link.geojson": stranger.polygon_with_crs({"type": "link", "properties": {"href": f"{url}/crs"}}),
            "url.geojson": stranger.polygon_with_crs({"type": "url", "properties": {"url": f"{url}/crs"}}),
            "alg.json": '{"type": "gdal_streamed_alg", "command_line": '
            f'"gdal vector pipeline ! read {area} ! write {made}"}}',
            "adbc.gpkg": "ADBC:sqlite",
        },
    )
    geocode = f"ogr_geocode('x','display_name','SERVICE=OSM_NOMINATIM','QUERY_TEMPLATE={url}/g?q=%s')"
    pixel = f"gdal_get_pixel_value('/vsicurl/{url}/p.tif',1,'pixel',0,0)"
    for name, definition in (
        ("geocode.gpkg", f"CREATE VIEW v AS SELECT fid, geom, {geocode} AS n FROM area"),
        ("pixel.gpkg", f"CREATE VIEW v AS SELECT fid, geom, {pixel} AS n FROM area"),
        ("extension.gpkg", "CREATE VIEW v AS SELECT fid, geom, load_extension('/nowhere') AS n FROM area"),
        ("elsewhere.gpkg", f"CREATE VIRTUAL TABLE v USING VirtualOGR('/vsicurl/{url}/o.gpkg')"),
        ("link.gpkg", f"CREATE VIRTUAL TABLE v USING VirtualOGR('{tmp_path / 'link.geojson'}')"),
    ):
        files[name] = f"{stranger.with_layer(tmp_path / name, definition)}|layername=v"
    result = opened(
        {name: (kind, path) for name, path in files.items()} | {"sound": (kind, area)},
        listener,
    )
    assert result.asked == []
    assert not made.exists()
    # a GeoJSON stays one without the CRS that it names elsewhere: GDAL then takes longitude and latitude
    # a view whose column is never read computes nothing
    harmless = {"sound", "link.geojson", "url.geojson", "pixel.gpkg"}
    assert {name for name, code in result.codes.items() if code == "read"} <= harmless
    assert result.codes["sound"] == "read"


def image_package(path):
    image = path.with_suffix(".tif")
    with rasterio.open(
        image, "w", driver="GTiff", width=256, height=256, count=3, dtype="uint8", crs=stranger.CRS,
        transform=stranger.PLACE,
    ) as file:  # fmt: skip
        file.write(np.full((3, 256, 256), 9, np.uint8))
    # in a process of its own: other tests have left GeoPackages out of this one
    program = "import sys; from rasterio.shutil import copy; copy(*sys.argv[1:], driver='GPKG')"
    all_drivers = {name: value for name, value in os.environ.items() if name not in {"GDAL_SKIP", "OGR_SKIP"}}
    subprocess.run([sys.executable, "-c", program, image, path], check=True, env=all_drivers)
    image.unlink()
    return path


@pytest.mark.parametrize("with_package", [False, True], ids=["alone", "with a GeoPackage of the user"])
def test_no_option_of_a_virtual_raster_runs_a_statement(listener, tmp_path, with_package):
    package, made = image_package(tmp_path / "images.gpkg"), tmp_path / "made"
    statement = f"VACUUM INTO '{made}'"
    at_once = stranger.by_option(package, statement, at_once=True)
    options = at_once[at_once.index("<OpenOptions>") : at_once.index("<BandList>")]
    outer = at_once.replace(str(package), str(tmp_path / "inner's &lt;one&gt;.txt")).replace(options, "")
    texts = {
        "late.tif": stranger.by_option(package, statement),
        "at_once.tif": at_once,
        "letters.tif": at_once.replace("PRELUDE", "&#80;RELUDE"),
        "inner's <one>.txt": at_once,
        "outer.tif": outer,
        "verbatim.tif": outer.replace("inner's &lt;one&gt;.txt", "<![CDATA[inner's <one>.txt]]>"),
        "comment.tif": outer.replace("inner's", "inn<!-- > -->er's"),
        "url.tif": stranger.virtual(f"vrt://{package}?oo=PRELUDE_STATEMENTS={statement}"),
        "beside.tif.aux.xml": '<PAMDataset><Metadata domain="OVERVIEWS">'
        f'<MDI key="OVERVIEW_FILE">{tmp_path}/at_once.tif</MDI></Metadata></PAMDataset>',
    }
    files = written(tmp_path, texts) | {"beside.tif": stranger.sound_image(tmp_path / "beside.tif")}
    del files["beside.tif.aux.xml"]
    given = {"package": ("raster", package)} if with_package else {}
    result = opened(given | {name: ("raster", path) for name, path in files.items()}, listener)
    assert not made.exists()
    # without GeoPackages, overviews that lie in one are none
    harmless = {"package"} if with_package else {"beside.tif"}
    assert {name for name, code in result.codes.items() if code == "read"} == harmless


def test_an_address_of_the_user_is_read_and_no_other(folder, listener, image, area):
    url = listener.address
    overviews = f'<Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/vsicurl/{url}/o.tif</MDI></Metadata>'
    written(
        folder,
        {
            "sound.tif.aux.xml": f"<PAMDataset>{overviews}</PAMDataset>",
            "local.tif": stranger.virtual(f"/vsicurl/{url}/sound.tif"),
        },
    )
    given = {
        "url": ("raster", f"{url}/sound.tif?token=a"),
        "vsi": ("raster", f"/vsicurl/{url}/sound.tif"),
        "bands": ("raster", f"vrt:///vsicurl/{url}/sound.tif?bands=3,2,1"),
        "area": ("area", f"{url}/sound.gpkg"),
        "footprints": ("footprints", f"/vsicurl/{url}/sound.gpkg|layername=area"),
        "local": ("raster", folder / "local.tif"),  # names the same, but it is not the user who does
        "remote": ("raster", f"{url}/local.tif"),
    }
    result = opened(given, listener)
    assert result.codes == dict.fromkeys(given, "read") | {"local": "raster-source", "remote": "raster-source"}
    asked = {line.partition(" ")[0] for line in result.asked}
    # SQLite looks for its journal
    assert asked <= {"/sound.tif", "/sound.tif?token=a", "/sound.gpkg", "/local.tif"}
