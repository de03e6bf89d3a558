import struct

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from tests.engine.photo_rasters import photo, write_raster
from xview2_qgis.engine.radiometry.validity import declared_nodata
from xview2_qgis.engine.raster.opening import open_source


def nodata_of(path, bands=(1, 2, 3)):
    with rasterio.open(path) as dataset:
        return declared_nodata(dataset, bands, dataset.dtypes[0])


def valid_share(path):
    with open_source(path) as source:
        return float(source.read(Window(0, 0, source.width, source.height))[1].mean())


@pytest.mark.parametrize("text", ["-99", "999", "0.5", "nan"])
def test_values_that_bytes_cannot_hold_are_ignored(tmp_path, text):
    """GDAL would cast -9999 to 0, and every black pixel to a hole."""
    values = photo()
    values[:, :100] = 0
    values[:, 100:200] = 255
    path = tmp_path / "a.tif"
    write_raster(path, values, nodata=200)
    tag = struct.pack("<HHI", 42113, 2, 4)  # GDAL_NODATA, four letters
    assert tag + b"200\0" in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(tag + b"200\0", tag + text.encode() + b"\0"))
    found = nodata_of(str(path))
    assert found.values is None
    np.testing.assert_array_equal(found.impossible, [float(text)])
    assert valid_share(str(path)) == 1.0


@pytest.mark.parametrize("text", ["-3.4028234663852886e+38", "-3.4028235e+38", "1e20", "0.1", "-9999"])
def test_values_of_floats_are_rounded_as_pixels_are(tmp_path, text):
    values = (photo() / 255).astype(np.float32)
    values[:, :100] = np.float32(float(text))
    path = write_raster(tmp_path / "a.tif", values)
    (tmp_path / "a.vrt").write_text(vrt(path, text, "Float32"))
    assert nodata_of(str(tmp_path / "a.vrt")).impossible == ()
    assert valid_share(str(tmp_path / "a.vrt")) == 0.75


def vrt(path, nodata, kind="Byte"):
    with rasterio.open(path) as file:
        place, crs = ", ".join(map(str, file.transform.to_gdal())), file.crs.to_wkt().replace('"', "&quot;")
        size = f'rasterXSize="{file.width}" rasterYSize="{file.height}"'
    bands = "".join(
        f'<VRTRasterBand dataType="{kind}" band="{n}"><NoDataValue>{nodata}</NoDataValue><SimpleSource>'
        f'<SourceFilename relativeToVRT="0">{path}</SourceFilename><SourceBand>{n}</SourceBand></SimpleSource>'
        "</VRTRasterBand>"
        for n in (1, 2, 3)
    )
    return f"<VRTDataset {size}><SRS>{crs}</SRS><GeoTransform>{place}</GeoTransform>{bands}</VRTDataset>"
