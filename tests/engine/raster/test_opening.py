import struct
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.rpc import RPC
from rasterio.windows import Window

from tests.engine.drawn_rasters import draw
from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.opening import open_source
from xview2_qgis.protocol.options.nodata_rule import NodataRule

UTM = Affine(0.5, 0, 620_000, 0, -0.5, 3_340_000)


def write(
    path, bands=3, dtype="uint8", crs="EPSG:32616", transform=UTM, value=7, colours=None, descriptions=None, **profile
):
    with rasterio.open(path, "w", driver="GTiff", width=64, height=48, count=bands, dtype=dtype, crs=crs,
                       transform=transform, **profile) as file:  # fmt: skip
        file.write(np.stack([np.full((48, 64), value + n) for n in range(bands)]).astype(dtype))
        if colours:
            file.colorinterp = colours
        for number, text in enumerate(descriptions or [], 1):
            file.set_band_description(number, text)
    return str(path)


def refusal(path, code, **options):
    with pytest.raises(InputError) as caught:
        open_source(str(path), **options)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_describes_what_it_opens(tmp_path):
    source = open_source(write(tmp_path / "a.tif", nodata=0))
    assert (source.width, source.height, source.dtype, source.bands) == (64, 48, "uint8", (1, 2, 3))
    assert source.crs == CRS.from_epsg(32616)
    assert source.transform == UTM
    assert source.nodata == (0, 0, 0)
    assert source.name == "a.tif"


def test_bands_by_colour_interpretation(tmp_path):
    kinds = [ColorInterp.blue, ColorInterp.green, ColorInterp.red, ColorInterp.undefined]
    assert open_source(write(tmp_path / "a.tif", 4, colours=kinds)).bands == (3, 2, 1)


def test_bands_by_description(tmp_path):
    path = write(tmp_path / "a.tif", 4, "uint16", descriptions=["nir", "Blue", "Green", "Red"])
    assert open_source(path).bands == (4, 3, 2)


def test_given_bands_win(tmp_path):
    path = write(tmp_path / "a.tif", 5, "uint16")
    assert open_source(path).bands == (1, 2, 3)
    assert open_source(path, bands=(5, 3, 2)).bands == (5, 3, 2)
    refusal(path, "bands", bands=(5, 3, 6))


def test_bands_that_somebody_looked_at_count_where_the_file_says_nothing_better(tmp_path):
    silent = write(tmp_path / "a.tif", 4, "uint16")
    assert open_source(silent, shown=(3, 2, 1)).bands == (3, 2, 1)
    assert open_source(silent, bands=(1, 2, 3), shown=(3, 2, 1)).bands == (1, 2, 3)
    named = write(tmp_path / "b.tif", 4, "uint16", descriptions=["Blue", "Green", "Red", "nir"])
    assert open_source(named, shown=(4, 3, 2)).bands == (3, 2, 1)
    kinds = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined]
    interpreted = write(tmp_path / "c.tif", 4, colours=kinds)
    assert open_source(interpreted, shown=(4, 1, 2)).bands == (1, 2, 3)
    assert open_source(interpreted, shown=(3, 2, 1)).bands == (3, 2, 1)


def test_values_that_the_user_declares(tmp_path):
    path = write(tmp_path / "a.tif", nodata=0)
    with rasterio.open(path, "r+") as file:
        bands = np.full_like(file.read(), 7)
        bands[:, :10], bands[:, 10:20], bands[1, 30:] = 0, 200, 200
        file.write(bands)
    rows = np.arange(48)
    for rule, expected in (("200", rows >= 20), ("none", rows >= 0), ("none,150:250", (rows < 10) | (rows >= 20))):
        with open_source(path, nodata_rule=NodataRule.parse(rule)) as source:
            valid = source.read(Window(0, 0, 64, 48))[1]
        np.testing.assert_array_equal(valid, np.repeat(expected[:, None], 64, 1))


def test_alpha_is_no_colour(tmp_path):
    # GDAL marks the first band beyond the colours, here grey
    source = open_source(write(tmp_path / "a.tif", 5, "uint16", alpha="yes"))
    assert source.bands == (1, 3, 4)
    assert source.alpha == 2
    assert source.masked


@pytest.mark.parametrize(
    ("bands", "colours"),
    [(1, None), (2, None), (2, [ColorInterp.gray, ColorInterp.alpha]), (1, [ColorInterp.palette])],
)
def test_too_few_bands(tmp_path, bands, colours):
    refusal(write(tmp_path / "a.tif", bands, colours=colours), "bands")


def test_complex_numbers(tmp_path):
    refusal(write(tmp_path / "a.tif", dtype="complex64"), "dtype")


def test_missing_crs(tmp_path):
    assert "--pre-crs" in refusal(write(tmp_path / "a.tif", crs=None), "no-crs")


@pytest.mark.parametrize("stored", [None, "EPSG:32617"])
@pytest.mark.parametrize("given", ["EPSG:32616", CRS.from_epsg(32616).to_wkt(), "+proj=utm +zone=16 +datum=WGS84"])
def test_given_crs_wins(tmp_path, stored, given):
    source = open_source(write(tmp_path / "a.tif", crs=stored), crs=given)
    assert (source.crs.to_dict(), source.transform) == (CRS.from_epsg(32616).to_dict(), UTM)


@pytest.mark.parametrize("given", ["", "32616", "EPSG:1", "EPSG:4978", "x" * 5000])
def test_given_crs_is_none(tmp_path, given):
    assert len(refusal(write(tmp_path / "a.tif"), "crs", crs=given)) < 150


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_missing_georeference(tmp_path):
    refusal(write(tmp_path / "a.tif", crs=None, transform=None), "no-georeference")
    refusal(write(tmp_path / "b.tif", transform=None), "no-georeference")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_rational_polynomials_are_no_georeference(tmp_path):
    path = write(tmp_path / "a.tif", crs=None, transform=None)
    terms = [1.0] + [0.0] * 19
    with rasterio.open(path, "r+") as file:
        file.rpcs = RPC(0, 1, 30, 0.1, terms, terms, 24, 24, -85, 0.1, terms, terms, 32, 32)
    assert "gdalwarp -rpc" in refusal(path, "no-georeference")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_control_points(tmp_path):
    corners = [GroundControlPoint(r, c, *(UTM @ (c, r))) for r in (0, 48) for c in (0, 64)]
    path = write(tmp_path / "a.tif", crs=CRS.from_epsg(32616), transform=None, gcps=corners)
    source = open_source(path)
    assert len(source.gcps) == 4
    np.testing.assert_allclose(
        source.georeference.to_crs([0, 10], [0, 20]), [[620_000, 620_005], [3_340_000, 3_339_990]]
    )
    np.testing.assert_allclose(source.georeference.to_pixels([620_005], [3_339_990]), [[10], [20]], atol=1e-6)


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:4326", UTM),
        ("EPSG:32616", Affine(0.5, 0.5, 620_000, 0.5, 0.5, 3_340_000)),
        ("EPSG:32616", Affine(np.nan, 0, 620_000, 0, -0.5, 3_340_000)),
        ("EPSG:32616", Affine(0.5, 0, 1e30, 0, -0.5, 3_340_000)),
        ("EPSG:32616", Affine(1e300, 0, 620_000, 0, -1e300, 3_340_000)),
        ("EPSG:32616", Affine(0.5, 0, 620_000, 0, -1e160, 3_340_000)),
        ("EPSG:4326", Affine(1e-6, 0, 1e300, 0, -1e-6, 30)),
    ],
)
def test_impossible_position(tmp_path, crs, transform):
    refusal(write(tmp_path / "a.tif", crs=crs, transform=transform), "bad-georeference")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("nowhere", [1e300, -1e160, np.inf, np.nan])
def test_a_control_point_that_lies_nowhere(tmp_path, nowhere):
    corners = [GroundControlPoint(r, c, *(UTM @ (c, r))) for r in (0, 48) for c in (0, 64)]
    corners[1] = GroundControlPoint(0, 64, nowhere, 3_340_000)
    path = write(tmp_path / "a.tif", crs=CRS.from_epsg(32616), transform=None, gcps=corners)
    refusal(path, "bad-georeference")


def test_missing_or_broken_file(tmp_path):
    assert "there is no file" in refusal(tmp_path / "nothing.tif", "raster-open")
    text = tmp_path / "text.tif"
    text.write_text("no raster")
    refusal(text, "raster-open")
    refusal("/vsizip/" + str(tmp_path / "nothing.zip"), "raster-open")


def test_truncated_file(tmp_path):
    path = tmp_path / "a.tif"
    draw(path, tiled=True, blockxsize=16, blockysize=16)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 4])
    assert "a.tif" in refusal(path, "raster-read")
    path.write_bytes(whole[:-5_000])
    with open_source(str(path)) as source:
        assert source.unreadable.first.code == "raster-read"
        assert source.unreadable.boxes == ()


@pytest.mark.parametrize("ending", [".ovr", ".msk"])
def test_a_damaged_file_beside_an_image_is_named(tmp_path, ending):
    """GDAL looks at it late, with errors of its own that are no public ones."""
    path = write(tmp_path / "a.tif", tiled=True)
    beside = tmp_path / f"a.tif{ending}"
    beside.write_bytes(damaged_directory(path))
    assert f"also {beside.name} beside it" in refusal(path, "raster-open")


def damaged_directory(path):
    """Return an image of a TIFF whose bands say to have different numbers of bits."""
    data = bytearray(Path(path).read_bytes())
    [start] = struct.unpack_from("<I", data, 4)
    [entries] = struct.unpack_from("<H", data, start)
    places = [start + 2 + 12 * number for number in range(entries)]
    [bits] = [place for place in places if struct.unpack_from("<H", data, place)[0] == 258]
    [values] = struct.unpack_from("<I", data, bits + 8)
    struct.pack_into("<3H", data, values, 8, 16, 1)
    return bytes(data)


def read_all(path):
    with open_source(path) as source:
        return source.read(Window(0, 0, source.width, source.height))


def test_nodata_is_nodata_in_all_bands(tmp_path):
    path = write(tmp_path / "a.tif", nodata=0)
    with rasterio.open(path, "r+") as file:
        bands = file.read()
        bands[:, :10] = 0
        bands[0, 20] = 0
        file.write(bands)
    expected = np.ones((48, 64), bool)
    expected[:10] = False
    np.testing.assert_array_equal(read_all(path)[1], expected)


def test_alpha_and_mask_say_where_data_is(tmp_path):
    expected = np.ones((48, 64), bool)
    expected[:, :7] = False
    kinds = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
    with_alpha = write(tmp_path / "alpha.tif", 4, colours=kinds)
    with rasterio.open(with_alpha, "r+") as file:
        file.write(expected.astype(np.uint8) * 255, 4)
    with_mask = write(tmp_path / "mask.tif")
    with rasterio.open(with_mask, "r+") as file:
        file.write_mask(expected)
    infrared = write(tmp_path / "infrared.tif", 5, photometric="RGB", alpha="yes")
    with rasterio.open(infrared, "r+") as file:
        file.write(expected.astype(np.uint8) * 255, file.colorinterp.index(ColorInterp.alpha) + 1)
    for path in (with_alpha, with_mask, infrared):
        np.testing.assert_array_equal(read_all(path)[1], expected)


def test_not_a_number_is_no_data(tmp_path):
    path = write(tmp_path / "a.tif", dtype="float32")
    with rasterio.open(path, "r+") as file:
        bands = file.read()
        bands[1, 3, 4], bands[2, 5, 6] = np.nan, np.inf
        file.write(bands)
    assert np.argwhere(~read_all(path)[1]).tolist() == [[3, 4], [5, 6]]


def test_every_band_has_its_own_nodata(tmp_path):
    """As mosaics of bands from several files have."""
    path = write(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as file:
        bands = np.full((3, 48, 64), 50, np.uint8)
        bands[:, :10] = np.array([7, 8, 9], np.uint8).reshape(3, 1, 1)
        bands[:, 20] = 7
        file.write(bands)
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{n}"><NoDataValue>{n + 6}</NoDataValue>'
        f"<ColorInterp>{colour}</ColorInterp>"
        f'<SimpleSource><SourceFilename relativeToVRT="1">a.tif</SourceFilename><SourceBand>{n}</SourceBand>'
        "</SimpleSource></VRTRasterBand>"
        for n, colour in enumerate(("Red", "Green", "Blue"), 1)
    )
    with rasterio.open(path) as file:
        place, crs = ", ".join(map(str, file.transform.to_gdal())), file.crs.to_wkt().replace('"', "&quot;")
    (tmp_path / "a.vrt").write_text(
        f'<VRTDataset rasterXSize="64" rasterYSize="48"><SRS>{crs}</SRS><GeoTransform>{place}</GeoTransform>'
        f"{bands}</VRTDataset>"
    )
    source = open_source(str(tmp_path / "a.vrt"))
    assert source.nodata == (7, 8, 9)
    expected = np.ones((48, 64), bool)
    expected[:10] = False
    np.testing.assert_array_equal(read_all(str(tmp_path / "a.vrt"))[1], expected)


def test_a_nodata_value_of_one_band_is_that_of_all(tmp_path):
    path = write(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as file:
        pixels = np.full((3, 48, 64), 50, np.uint8)
        pixels[:, :5] = 9
        file.write(pixels)
        place, crs = ", ".join(map(str, file.transform.to_gdal())), file.crs.to_wkt().replace('"', "&quot;")
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{n}">{"<NoDataValue>9</NoDataValue>" if n == 1 else ""}<SimpleSource>'
        f'<SourceFilename relativeToVRT="1">a.tif</SourceFilename><SourceBand>{n}</SourceBand></SimpleSource>'
        "</VRTRasterBand>"
        for n in (1, 2, 3)
    )
    (tmp_path / "a.vrt").write_text(
        f'<VRTDataset rasterXSize="64" rasterYSize="48"><SRS>{crs}</SRS><GeoTransform>{place}</GeoTransform>'
        f"{bands}</VRTDataset>"
    )
    valid = read_all(str(tmp_path / "a.vrt"))[1]
    assert not valid[:5].any()
    assert valid[5:].all()


def test_numbers_for_missing_data_are_found_beside_not_a_number(tmp_path):
    path = write(tmp_path / "a.tif", dtype="float32")
    with rasterio.open(path, "r+") as file:
        pixels = np.full((3, 48, 64), 0.5, np.float32)
        pixels[:, :5] = -9999
        pixels[0, 20, 20] = np.nan
        file.write(pixels)
    valid = read_all(path)[1]
    assert not valid[:5].any()
    assert (~valid[5:]).sum() == 1


def test_white_is_fill_only_where_the_border_shows_it(tmp_path):
    for name, edge in (("collar", 0), ("roof", 100)):
        pixels = photo(300, 400)
        pixels[:, edge : edge + 80, edge:300] = 255
        fill = open_source(write_raster(tmp_path / f"{name}.tif", pixels)).fill
        assert [f.values[0] for f in fill] == ([0, 255] if name == "collar" else [0])
