"""Variables of other programs lead nowhere, and GDAL keeps its messages to itself: in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import xview2_qgis

ROOT = Path(xview2_qgis.__file__).parent.parent
VARIABLES = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA")
FORGET = "from xview2_qgis.engine.access.geodata_environment import forget_foreign_data; forget_foreign_data()\n"
KEEP = "from xview2_qgis.engine.access.geodata_environment import keep_messages_back; keep_messages_back()\n"
TELL = f"import json, os; print(json.dumps([name for name in {VARIABLES} if name in os.environ]))\n"
# GDAL says by itself that this code was replaced by another
SPEAK = "from rasterio.crs import CRS; CRS.from_epsg(3786)\n"
LOG = "import logging; logging.getLogger('rasterio._err').error('a line for each block')\n"


def run(program, *options, **variables):
    done = subprocess.run(
        [sys.executable, *options, "-c", program], capture_output=True, text=True, timeout=120,
        env={name: text for name, text in os.environ.items() if name != "CPL_LOG"} | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def foreign(tmp_path):
    """Variables of another program, whose folder holds no database at all."""
    return dict.fromkeys(VARIABLES, str(tmp_path))


@pytest.fixture
def own_data():
    """Skip where rasterio is that of the system."""
    rasterio = pytest.importorskip("rasterio")
    if not (Path(rasterio.__file__).parent / "proj_data").is_dir():
        pytest.skip("rasterio did not bring its own data")


@pytest.mark.usefixtures("own_data")
def test_a_foreign_database_does_not_matter(foreign):
    program = "from rasterio.crs import CRS\nfrom rasterio.warp import transform\n" + (
        "print([c[0] for c in transform(CRS.from_epsg(4326), CRS.from_epsg(32616), [-87.0], [0.0])])"
    )
    # the central meridian of zone 16 on the equator
    assert json.loads(run(FORGET + program, **foreign).stdout) == pytest.approx([500_000.0, 0.0], abs=1e-6)


@pytest.mark.usefixtures("own_data")
def test_all_variables_are_forgotten_and_no_other(foreign):
    program = FORGET + TELL + "print(os.environ['PROJ_NETWORK'])"
    variables, other = run(program, **foreign, PROJ_NETWORK="OFF").stdout.splitlines()
    assert json.loads(variables) == []
    assert other == "OFF"


@pytest.mark.usefixtures("own_data")
def test_nothing_to_forget_is_no_error():
    assert json.loads(run(FORGET * 2 + TELL).stdout) == []


@pytest.mark.parametrize("installed", [True, False])
def test_variables_stay_where_rasterio_brought_no_data(tmp_path, foreign, installed):
    # as with conda, whose rasterio finds the data of the environment by them
    if installed:
        (tmp_path / "rasterio").mkdir()
        (tmp_path / "rasterio" / "__init__.py").write_text("")
    path = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n"
    # -S leaves out the packages of this environment
    assert json.loads(run(path + FORGET + TELL, "-S", **foreign).stdout) == list(VARIABLES)


@pytest.mark.parametrize("program", [SPEAK, LOG], ids=["GDAL", "logging"])
def test_messages_are_kept_back(program):
    if not run(program).stderr:
        pytest.skip("this version says nothing here")
    assert run(KEEP + program).stderr == ""


def test_what_matters_still_comes_as_an_exception(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0\x08\0\0\0" + b"\xff" * 40)
    program = KEEP + (
        "import rasterio\ntry:\n    rasterio.open('a.tif')\nexcept rasterio.errors.RasterioIOError as error:\n"
        "    print(error)\n"
    )
    done = run(f"import os; os.chdir({str(tmp_path)!r})\n" + program)
    assert "a.tif" in done.stdout
    assert done.stderr == ""


def test_a_log_that_somebody_asked_for_is_written(tmp_path):
    log = tmp_path / "gdal.log"
    done = run(KEEP + "import os; print(os.environ['CPL_LOG'])\n" + SPEAK, CPL_LOG=str(log))
    assert (done.stdout.strip(), done.stderr) == (str(log), "")
    assert not run(SPEAK).stderr or "3786" in log.read_text()


def test_no_option_of_the_shell_opens_a_door_and_the_network_stays_the_users():
    given = {
        "GDAL_VRT_ENABLE_PYTHON": "YES", "PROJ_NETWORK": "ON", "OGR_SQLITE_LOAD_EXTENSIONS": "a",
        "GDAL_CONFIG_FILE": "a", "GDAL_DRIVER_PATH": "a", "GDAL_PYTHON_DRIVER_PATH": "a", "OGR_SOMETHING_NEW": "a",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "a",
        "GDAL_HTTP_PROXY": "a", "AWS_PROFILE": "a", "GDAL_CACHEMAX": "64", "CPL_DEBUG": "ON",
    }  # fmt: skip
    program = (
        "import json, os; from xview2_qgis.engine.access.geodata_environment import close_doors; close_doors()\n"
        + (f"print(json.dumps([os.environ.get(name) for name in {list(given)}]))")
    )
    found = dict(zip(given, json.loads(run(program, **given).stdout), strict=True))
    assert found == {
        "GDAL_VRT_ENABLE_PYTHON": "NO", "PROJ_NETWORK": "OFF", "OGR_SQLITE_LOAD_EXTENSIONS": None,
        "GDAL_CONFIG_FILE": None, "GDAL_DRIVER_PATH": found["GDAL_DRIVER_PATH"], "GDAL_PYTHON_DRIVER_PATH": None,
        "OGR_SOMETHING_NEW": None, "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "GDAL_HTTP_PROXY": "a", "AWS_PROFILE": "a", "GDAL_CACHEMAX": "64", "CPL_DEBUG": "ON",
    }  # fmt: skip
    assert found["GDAL_DRIVER_PATH"] in ("disable", None)
