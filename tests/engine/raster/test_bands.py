"""Which bands are taken for red, green and blue, and why."""

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp
from rasterio.windows import Window

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.raster.bands import choose_bands
from xview2_qgis.engine.raster.opening import open_source

COASTAL_TO_NIR = ["coastal", "blue", "green", "yellow", "red", "rededge", "nir", "nir08"]


def choice(path, wanted=None):
    with rasterio.open(path) as dataset:
        return choose_bands(dataset, wanted)


def written(tmp_path, count=4, dtype="uint16", **more):
    return write_raster(tmp_path / "a.tif", photo(64, 64, bands=count).astype(dtype), **more)


@pytest.mark.parametrize(
    ("descriptions", "bands"),
    [
        (["Blue", "Green", "Red", "NIR"], (3, 2, 1)),
        (["blue band", "green band", "Red band", "near infrared"], (3, 2, 1)),
        (["Band 1 - blau", "Band 2 - grün", "Band 3 - rot", "Band 4 - Infrarot"], (3, 2, 1)),
        (["B02", "B03", "B04", "B08"], (3, 2, 1)),
        (["B", "G", "R", "N"], (3, 2, 1)),
        (["coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir"], (6, 4, 2)),
        (["Red Edge", "Red", "Green", "Blue"], (2, 3, 4)),
        (["485 nm", "560 nm", "660 nm", "830 nm"], (3, 2, 1)),
        (["Blue (0.48 micrometers)", "Green", "Red", "NIR"], (3, 2, 1)),
    ],
)
def test_descriptions_decide(tmp_path, descriptions, bands):
    found = choice(written(tmp_path, len(descriptions), descriptions=descriptions))
    assert (found.bands, found.assumed) == (bands, False)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("common_name", COASTAL_TO_NIR),
        ("wavelength", [427, 478, 546, 608, 659, 724, 833, 949]),
        ("wavelength", [0.427, 0.478, 0.546, 0.608, 0.659, 0.724, 0.833, 0.949]),
        ("CENTRAL_WAVELENGTH_UM", [0.427, 0.478, 0.546, 0.608, 0.659, 0.724, 0.833, 0.949]),
        ("BandName", ["Coastal", "Blue", "Green", "Yellow", "Red", "Red Edge", "NIR1", "NIR2"]),
    ],
)
def test_tags_of_the_bands_decide(tmp_path, key, values):
    found = choice(written(tmp_path, 8, tags=[{key: value} for value in values]))
    assert (found.bands, found.assumed) == ((5, 3, 2), False)


def test_the_domain_of_gdal_for_imagery_decides(tmp_path):
    path = written(tmp_path)
    with rasterio.open(path, "r+") as file:
        for band, length in enumerate((0.48, 0.55, 0.66, 0.83), 1):
            file.update_tags(band, ns="IMAGERY", CENTRAL_WAVELENGTH_UM=length)
    assert choice(path).bands == (3, 2, 1)


@pytest.mark.parametrize("tags", [{"BAND_ORDER": "B,G,R,N"}, {"bands": "['blue', 'green', 'red', 'nir']"}])
def test_one_tag_for_all_bands_decides(tmp_path, tags):
    path = written(tmp_path)
    with rasterio.open(path, "r+") as file:
        file.update_tags(**tags)
    assert choice(path).bands == (3, 2, 1)


@pytest.mark.parametrize(
    "told", ["wavelength units = Nanometers\nwavelength = {485,560,660,830}", "band names = {Blue, Green, Red, NIR}"]
)
def test_the_header_of_envi_decides(tmp_path, told):
    photo(64, 64, bands=4).astype("uint16").tofile(tmp_path / "a.dat")
    (tmp_path / "a.hdr").write_text(
        "ENVI\nsamples = 64\nlines = 64\nbands = 4\nheader offset = 0\nfile type = ENVI Standard\ndata type = 12\n"
        "interleave = bsq\nbyte order = 0\nmap info = {UTM, 1, 1, 620000, 3340000, 0.5, 0.5, 16, North, WGS-84}\n"
        + told + "\n"
    )  # fmt: skip
    assert choice(tmp_path / "a.dat").bands == (3, 2, 1)


def test_the_groups_of_a_digitalglobe_file_decide(tmp_path):
    path = written(tmp_path, 8)
    groups = "".join(
        f"BEGIN_GROUP = BAND_{letter}\n\tULLon = 1.0;\n\tabsCalFactor = 9.0e-03;\nEND_GROUP = BAND_{letter}\n"
        for letter in ("C", "B", "G", "Y", "R", "RE", "N", "N2")
    )
    (tmp_path / "a.IMD").write_text(f'version = "R";\nbandId = "Multi";\n{groups}satId = "WV03";\nEND;\n')
    found = choice(path)
    assert (found.bands, found.assumed) == ((5, 3, 2), False)
    assert "vendor" in found.reason


def test_what_is_written_wins_over_the_interpretation(tmp_path):
    """GDAL calls four bands of bytes red, green, blue and alpha by default."""
    path = written(tmp_path, dtype="uint8", descriptions=["Blue", "Green", "Red", "NIR"])
    with rasterio.open(path) as file:
        assert file.colorinterp[0] == ColorInterp.red
    found = choice(path)
    assert (found.bands, found.alpha) == ((3, 2, 1), None)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("count", [4, 8])
def test_more_than_three_bands_without_a_word_are_assumed(tmp_path, dtype, count):
    found = choice(written(tmp_path, count, dtype, photometric="minisblack"))
    assert (found.bands, found.assumed) == ((1, 2, 3), True)


def test_infrared_is_no_transparency(tmp_path):
    """Four bands of bytes as GDAL writes them: the fourth is called alpha, and is infrared."""
    found = choice(written(tmp_path, dtype="uint8"))
    assert (found.bands, found.alpha, found.assumed) == ((1, 2, 3), None, True)


def test_transparency_is_no_infrared(tmp_path):
    values = photo(64, 64, bands=4)
    values[3] = 255
    values[3, :20] = 0
    values[3, 20:24] = np.arange(64) * 4  # feathered
    found = choice(write_raster(tmp_path / "a.tif", values))
    assert (found.bands, found.alpha, found.assumed) == ((1, 2, 3), 4, False)


def test_three_bands_and_the_interpretation_need_no_word(tmp_path):
    assert not choice(written(tmp_path, 3)).assumed
    kinds = [ColorInterp.blue, ColorInterp.green, ColorInterp.red, ColorInterp.undefined]
    found = choice(written(tmp_path, 4, colours=kinds))
    assert (found.bands, found.reason, found.assumed) == ((3, 2, 1), "colour interpretation", False)


def test_the_user_wins(tmp_path):
    found = choice(written(tmp_path, 4, descriptions=["Blue", "Green", "Red", "NIR"]), (4, 3, 2))
    assert (found.bands, found.reason, found.assumed) == ((4, 3, 2), "choice of the user", False)


def test_infrared_that_is_called_alpha_hides_nothing(tmp_path):
    values = photo(64, 64, bands=4)
    values[3, :, :40] //= 100  # dark water has no infrared, often none at all
    path = write_raster(tmp_path / "a.tif", values)
    with open_source(path) as source:
        assert source.read(Window(0, 0, 64, 64))[1].all()


@pytest.mark.parametrize(
    ("names", "bands", "reason"),
    [
        (["scene_blue", "scene_green", "scene_red"], (3, 2, 1), "names of the files of the bands"),
        (["T33UUP_B02_10m", "T33UUP_B03_10m", "T33UUP_B04_10m"], (3, 2, 1), "names of the files of the bands"),
        (["greenville_1", "greenville_2", "greenville_3"], (1, 2, 3), "order of the bands"),
    ],
)
def test_files_of_a_virtual_stack_tell_their_colours(tmp_path, names, bands, reason):
    for name in names:
        write_raster(tmp_path / f"{name}.tif", photo(64, 64, bands=1))
    sources = "".join(
        f"<VRTRasterBand dataType='Byte' band='{number}'><SimpleSource><SourceFilename relativeToVRT='1'>{name}.tif"
        "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>"
        for number, name in enumerate(names, 1)
    )
    (tmp_path / "stack.vrt").write_text(
        "<VRTDataset rasterXSize='64' rasterYSize='64'><SRS>EPSG:32616</SRS>"
        f"<GeoTransform>620000, 0.5, 0, 3340000, 0, -0.5</GeoTransform>{sources}</VRTDataset>"
    )
    found = choice(tmp_path / "stack.vrt")
    assert (found.bands, found.reason) == (bands, reason)


@pytest.mark.parametrize(
    ("names", "foreign"),
    [
        (["NIR", "Red", "Green"], ("nir", "red", "green")),
        (["Blue", "Green", "x"], ("blue", "green", "unknown")),
        (["Red", "Green", "x"], ()),
        (["Band 1", "Band 2", "Band 3"], ()),
    ],
)
@pytest.mark.parametrize("more", [{}, {"photometric": "RGB"}])
def test_three_bands_that_are_called_otherwise(tmp_path, names, foreign, more):
    found = choice(written(tmp_path, 3, "uint8", descriptions=names, **more))
    assert (found.bands, found.foreign) == ((1, 2, 3), foreign)
