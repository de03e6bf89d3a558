"""What rasters are made of."""

import os
import zipfile

import numpy as np
import pytest
import rasterio

from tests.engine import stranger_files as stranger
from xview2_qgis.engine.access.virtual_raster import files_of
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.file import open_dataset
from xview2_qgis.engine.raster.opening import open_source


@pytest.fixture
def image(tmp_path):
    return stranger.sound_image(tmp_path / "sound.tif")


def files(path):
    with open_dataset(str(path)) as dataset:
        return set(files_of(dataset))


def test_an_ordinary_raster_is_its_file_and_what_lies_beside_it(image):
    with rasterio.open(image, "r+") as file:
        file.build_overviews([2])
    with rasterio.open(
        image.with_name("sound.tif.ovr"), "w", driver="GTiff", width=1, height=1, count=1, dtype="uint8"
    ):
        pass
    assert files(image) == {str(image), f"{image}.ovr"}


def test_virtual_rasters_in_virtual_rasters_whatever_they_are_called(tmp_path, image):
    (tmp_path / "inner.tif").write_text(stranger.virtual(str(image)))
    (tmp_path / "outer.png").write_text(stranger.virtual(str(tmp_path / "inner.tif")))
    assert files(tmp_path / "outer.png") == {str(tmp_path / name) for name in ("outer.png", "inner.tif", "sound.tif")}
    with open_source(str(tmp_path / "outer.png")) as source:
        assert source.width == stranger.SIZE


def test_relative_names_archives_and_subdatasets_are_followed(tmp_path, image):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(image, "a.tif")
    inside = f"/vsizip/{tmp_path}/a.zip/a.tif"
    (tmp_path / "a.vrt").write_text(
        stranger.virtual("sound.tif").replace("<SourceFilename>", '<SourceFilename relativeToVRT="1">')
    )
    (tmp_path / "b.vrt").write_text(stranger.virtual(inside))
    (tmp_path / "c.vrt").write_text(stranger.virtual(f"GTIFF_DIR:1:{image}"))
    assert str(image) in files(tmp_path / "a.vrt")
    assert inside in files(tmp_path / "b.vrt")
    for name in "abc":
        assert open_source(str(tmp_path / f"{name}.vrt")).dtype == "uint8"


def test_a_raster_that_names_itself_has_an_end(tmp_path):
    for name, other in (("a.vrt", "b.vrt"), ("b.vrt", "a.vrt")):
        (tmp_path / name).write_text(stranger.virtual(str(tmp_path / other)))
    assert files(tmp_path / "a.vrt") == {str(tmp_path / "a.vrt"), str(tmp_path / "b.vrt")}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_pipes_are_found_before_gdal_waits_for_them(tmp_path, image):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "a.vrt").write_text(stranger.virtual(str(pipe)))
    with pytest.raises(InputError, match="which is no file"):
        open_source(str(tmp_path / "a.vrt"))
    warped = tmp_path / "warped.vrt"
    warped.write_text(
        '<VRTDataset subClass="VRTWarpedDataset" rasterXSize="9" rasterYSize="9"><GDALWarpOptions>'
        '<SourceDataset relativeToVRT="1">pipe</SourceDataset></GDALWarpOptions></VRTDataset>'
    )
    (tmp_path / "outer.vrt").write_text(stranger.virtual(str(warped)))
    for path in (warped, tmp_path / "outer.vrt"):
        with pytest.raises(InputError, match="reads from pipe, which is no file") as refusal:
            open_source(str(path))
        assert refusal.value.code == "raster-source"
    os.mkfifo(tmp_path / "sound.IMD")
    for address in (pipe, f"vrt://{pipe}", f"/vsicached?file={pipe}", f"GTIFF_DIR:1:{pipe}", image):
        with pytest.raises(InputError, match="is no file but a pipe"):
            open_source(str(address))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_no_part_of_a_raster(tmp_path):
    os.mkfifo(tmp_path / "pipe")  # GDAL would wait for it for ever
    (tmp_path / "a.vrt").write_text(stranger.virtual(str(tmp_path / "pipe")))
    with pytest.raises(InputError, match=r"a\.vrt reads from .*pipe, which is no file") as refusal:
        files(tmp_path / "a.vrt")
    assert refusal.value.code == "raster-source"


def test_an_address_in_a_note_is_nothing_but_words(tmp_path, image):
    note = '<Metadata><MDI key="history">gdal_translate /vsicurl/https://host/a.tif MEM:::a</MDI></Metadata>'
    (tmp_path / "a.vrt").write_text(stranger.virtual(str(image)).replace("<SRS>", f"{note}<SRS>"))
    assert files(tmp_path / "a.vrt") == {str(tmp_path / "a.vrt"), str(image)}


def test_functions_that_come_with_gdal_are_used(tmp_path, image):
    more = "<PixelFunctionType>real</PixelFunctionType>"
    (tmp_path / "a.vrt").write_text(
        stranger.virtual(str(image), attributes='subClass="VRTDerivedRasterBand"', more=more)
    )
    source = open_source(str(tmp_path / "a.vrt"))
    with source, rasterio.open(image) as original:
        values, _ = source.read(rasterio.windows.Window(0, 0, 8, 8))
        np.testing.assert_array_equal(values[0], original.read(1)[:8, :8])


def test_what_lies_beside_an_image_still_counts(tmp_path, image):
    """World file, mask, statistics and names of bands in the side file."""
    bare = tmp_path / "bare.png"
    with rasterio.open(image) as file:
        values = file.read()
    with rasterio.open(bare, "w", driver="PNG", width=stranger.SIZE, height=stranger.SIZE, count=3, dtype="uint8") as f:
        f.write(values)
    (tmp_path / "bare.pgw").write_text("0.5\n0\n0\n-0.5\n540000.25\n4749999.75\n")
    bands = "".join(
        f'<PAMRasterBand band="{n}"><Description>{name}</Description><Metadata>'
        f'<MDI key="STATISTICS_MEAN">7</MDI></Metadata></PAMRasterBand>'
        for n, name in ((1, "blue"), (2, "green"), (3, "red"))
    )
    bare.with_name("bare.png.aux.xml").write_text(f"<PAMDataset><SRS>{stranger.CRS}</SRS>{bands}</PAMDataset>")
    with rasterio.open(image, "r+") as file:
        mask = np.zeros((stranger.SIZE, stranger.SIZE), np.uint8)
        mask[:4] = 255
        file.write_mask(mask)  # beside the file, as GDAL_TIFF_INTERNAL_MASK is off
    source = open_source(str(bare))
    assert (source.transform, source.crs) == (stranger.PLACE, rasterio.crs.CRS.from_string(stranger.CRS))
    with open_dataset(str(bare)) as dataset:
        assert dataset.descriptions == ("blue", "green", "red")
        assert dataset.tags(1)["STATISTICS_MEAN"] == "7"
    masked = open_source(str(image))
    with masked:
        _, valid = masked.read(rasterio.windows.Window(0, 0, 8, 8))
    assert masked.masked
    np.testing.assert_array_equal(valid, mask[:8, :8] > 0)


@pytest.mark.parametrize(
    "step",
    [
        '<Input><SourceFilename relativeToVRT="0">{raw}</SourceFilename></Input>',
        "<input><sourcefilename relativetovrt='1'>raw.vrt</sourcefilename></input>",
        "<Input><SourceFilename>{image}</SourceFilename></Input>|{raw}",
        "<Input><SourceFilename>{image}</SourceFilename></Input>|raw.vrt",
    ],
)
def test_raw_pixels_do_not_come_through_processing_steps(tmp_path, image, step, monkeypatch):
    """GDAL reads the names of elements in upper and lower case, and steps have rasters of their own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw.vrt").write_text(stranger.virtual(str(image), "raw"))
    (tmp_path / "plain.vrt").write_text(stranger.virtual(str(image)))
    source, _, gain = step.format(raw=tmp_path / "raw.vrt", image=image).partition("|")
    arguments = "".join(
        f'<Argument name="{kind}_dataset_{what}_{band}">{value}</Argument>'
        for band in (1, 2, 3)
        for kind, name in (("gain", gain or "plain.vrt"), ("offset", "plain.vrt"))
        for what, value in (("filename", name), ("band", 1))
    )
    head = stranger.virtual(str(image)).partition("<VRTRasterBand")[0]
    head = head.replace("<VRTDataset", '<VRTDataset subClass="VRTProcessedDataset"')
    (tmp_path / "processed.vrt").write_text(
        f"{head}{source}<ProcessingSteps><Step>"
        f"<Algorithm>LocalScaleOffset</Algorithm>{arguments}</Step></ProcessingSteps></VRTDataset>"
    )
    with pytest.raises(InputError, match=r"processed\.vrt reads another file as raw pixels"):
        files(tmp_path / "processed.vrt")


def test_the_crs_of_a_warped_raster_is_not_asked_for(tmp_path, image):
    """GDAL would ask for it although the network is allowed for one address only."""
    with stranger.listening(tmp_path) as server:
        warped = stranger.virtual(str(image)).partition("<VRTRasterBand")[0].replace(
            "<VRTDataset", '<VRTDataset subClass="VRTWarpedDataset"'
        )  # fmt: skip
        (tmp_path / "warped.vrt").write_text(
            f"{warped}<GDALWarpOptions><SourceDataset>{image}</SourceDataset><Transformer><GenImgProjTransformer>"
            f"<ReprojectTransformer><ReprojectionTransformer><SourceSRS>{server.address}/crs</SourceSRS>"
            f"<TargetSRS>{stranger.CRS}</TargetSRS></ReprojectionTransformer></ReprojectTransformer>"
            "</GenImgProjTransformer></Transformer></GDALWarpOptions></VRTDataset>"
        )
        with pytest.raises(InputError, match="reads from another machine"):
            open_source(str(tmp_path / "warped.vrt"))
        assert not server.asked
