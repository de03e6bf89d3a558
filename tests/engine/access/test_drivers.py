"""The drivers of GDAL: which the installed versions bring, and that all but those on the list are gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import xview2_qgis
from xview2_qgis.engine.access.drivers import KEPT, RASTERS, VECTORS, is_geopackage

ROOT = Path(xview2_qgis.__file__).parent.parent
# what was looked at and left out, of GDAL 3.10.3 (rasterio 1.4.4) and GDAL 3.12.4 (pyogrio 0.13.0). A new name in the
# installed versions makes a test fail: decide whether it reads a file and nothing else, and write it here or there
RASTERIO = """
    AAIGrid, ACE2, ADRG, AIG, AVCBin, AVCE00, AirSAR, BAG, BIGGIF, BLX, BSB, BT, BYN, CALS, CEOS, COASP,
    COSAR, CPG, CTG, CTable2, DAAS, DERIVED, DIPEx, DOQ1, DOQ2, DTED, ECRGTOC, EEDA, EEDAI, EIR, ELAS, ERS,
    ESAT, ESRIC, FAST, FIT, GFF, GNMDatabase, GNMFile, GRASSASCIIGrid, GRIB, GS7BG, GSAG, GSBG, GSC, GTI, GTX,
    GXF, GenBin, HDF5, HDF5Image, HF2, HTTP, ILWIS, IRIS, ISCE, ISG, ISIS2, ISIS3, JAXAPALSAR, JDEM,
    KMLSUPEROVERLAY, KRO, L1B, LAN, LCP, LOSLAS, Leveller, MAP, MFF, MFF2, MRF, MSGN, MVT, NDF, NGSGEOID,
    NOAA_B, NSIDCbin, NTv2, NWT_GRC, NWT_GRD, OZI, PAux, PCIDSK, PCRaster, PDF, PDS, PDS4, PLMOSAIC, PNM, PRF,
    R, RIK, ROI_PAC, RPFTOC, RRASTER, RS2, RST, Rasterlite, S102, S104, S111, SAFE, SAGA, SAR_CEOS, SDTS,
    SENTINEL2, SGI, SIGDEM, SNAP_TIFF, SNODAS, SRP, SRTMHGT, STACIT, STACTA, TGA, TSX, Terragen, USGSDEM,
    VICAR, WCS, WMS, WMTS, XPM, XYZ, ZMap, Zarr, netCDF
"""
PYOGRIO = """
    ADBC, AIVector, AVCBin, AVCE00, AmigoCloud, CSW, Carto, EDIGEO, EEDA, Elasticsearch, GDALG, GPSBabel,
    GTFS, GeoRSS, HTTP, Idrisi, MVT, MapML, MiraMonVector, NGW, OAPIF, ODS, OGCAPI, OGR_PDS, OGR_VRT, PCIDSK,
    PDF, PDS4, PGDUMP, PLSCENES, PMTiles, S57, SXF, Selafin, VDV, VFK, VICAR, WAsP, WFS, XLSX
"""
LIST = """
import json, pyogrio, rasterio
{before}
with rasterio.Env() as environment:
    print(json.dumps([sorted(environment.drivers()), sorted(pyogrio.list_drivers())]))
"""
CLOSE = "{first}; from xview2_qgis.engine.access.drivers import leave_out_other_drivers as leave; leave(); {again}"


def registered(before="", **variables):
    """Drivers of rasterio and of pyogrio in a process of its own."""
    mine = {name: text for name, text in os.environ.items() if not name.startswith(("GDAL_", "OGR_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIST.format(before=before)], capture_output=True, text=True, timeout=120,
        cwd=ROOT, env=mine | variables,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [set(names) for names in json.loads(done.stdout)]


def names(text):
    return {name.strip() for name in text.split(",")}


@pytest.fixture(scope="module")
def installed():
    return registered()


@pytest.mark.parametrize(("which", "left_out"), [(0, RASTERIO), (1, PYOGRIO)], ids=["rasterio", "pyogrio"])
def test_every_driver_of_the_installed_versions_was_looked_at(installed, which, left_out):
    assert installed[which] - KEPT - names(left_out) == set()
    assert not KEPT & names(left_out)


@pytest.mark.parametrize(
    ("again", "variables"),
    [
        ("", {}),
        ("", {"GDAL_SKIP": "GTiff,WMS", "OGR_SKIP": "GPKG", "GDAL_DRIVER_PATH": "/tmp"}),
        ("rasterio.Env().__enter__().__exit__()", {}),
        ("import threading; t = threading.Thread(target=rasterio.Env().__enter__); t.start(); t.join()", {}),
    ],
    ids=["alone", "others left out by the shell", "another environment", "another thread"],
)
@pytest.mark.parametrize("first", ["", "rasterio.Env().__enter__()"], ids=["", "environment before"])
def test_only_those_on_the_list_are_left(installed, first, again, variables):
    left = registered(CLOSE.format(first=first or "pass", again=again), **variables)
    if left != [names & KEPT for names in installed]:  # as with conda, where both libraries share one GDAL
        rasters = installed[0] & {*RASTERS, "COG", "MEM", "Memory"} - {"GPKG"}
        assert left == [rasters, installed[1] & {*VECTORS, "MEM", "Memory"}]


def test_geopackages_come_back_for_a_user_who_names_one(installed):
    shut = "from xview2_qgis.engine.access.geodata_environment import close_doors as shut; shut()"
    program = "from xview2_qgis.engine.access.drivers import let_geopackages_in as let; let(); let()"
    before, after = registered(CLOSE.format(first="pass", again="")), registered(program)
    assert after == [before[0] | {"GPKG"}, before[1]]
    assert registered(CLOSE.format(first="pass", again=f"{shut}; {program}")) == after  # the shell says no more by then


def test_a_geopackage_is_known_by_its_first_bytes(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"SQLite format 3\0 and more")
    (tmp_path / "a.gpkg").write_text("<VRTDataset/>")
    assert is_geopackage(str(tmp_path / "a.tif"))
    assert not is_geopackage(str(tmp_path / "a.gpkg"))
    assert is_geopackage("GPKG:a.gpkg:table")
    assert is_geopackage("https://host/a.gpkg")


def test_what_the_engine_reads_and_writes_is_left(installed):
    rasters, vectors = (names & KEPT for names in installed)
    assert {"GTiff", "COG", "VRT", "JPEG", "PNG", "JP2OpenJPEG", "HFA", "NITF", "GPKG", "MEM"} <= rasters
    assert {"GPKG", "GeoJSON", "ESRI Shapefile", "FlatGeobuf", "LIBKML", "GML", "CSV", "OpenFileGDB"} <= vectors


def test_nothing_that_asks_hosts_or_leads_elsewhere_is_on_the_list():
    doors = (
        "MRF WMS WMTS WCS HTTP DAAS EEDA EEDAI PLMOSAIC STACIT STACTA GTI GDALG OGR_VRT ADBC GPSBabel GeoRSS WFS OAPIF "
        "OGCAPI CSW NGW Carto Elasticsearch AmigoCloud PLSCENES netCDF Zarr HDF5 ECW JP2ECW JP2KAK DERIVED PostgreSQL "
        "PGeo ODBC MSSQLSpatial MySQL MongoDBv3 HANA PCIDSK ERS KMLSUPEROVERLAY PDF"
    )
    assert not set(doors.split()) & {*KEPT, *RASTERS, *VECTORS}
