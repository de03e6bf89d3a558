"""Images whose blocks would take gigabytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

import xview2_qgis
from tests.engine import stranger_files as stranger
from xview2_qgis.engine.access.block_size import LARGEST_BLOCK, block_bytes
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.file import open_dataset
from xview2_qgis.engine.raster.opening import open_source

ROOT = Path(xview2_qgis.__file__).parent.parent
PROGRAM = """
import resource, sys
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.raster.opening import open_source
try:
    open_source(sys.argv[1])
    print("read")
except InputError as error:
    print(error.code)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def sparse(path, size=32, block=None, count=3, dtype="uint8", **options):
    """Write an image of nothing, whose only block is as large as wanted and takes no space."""
    options |= {"tiled": True, "blockxsize": block, "blockysize": block} if block else {}
    with rasterio.open(
        path, "w", driver="GTiff", width=size, height=size, count=count, dtype=dtype, crs=stranger.CRS,
        transform=stranger.PLACE, sparse_ok=True, **options,
    ):  # fmt: skip
        return path


def refused(path, shown=""):
    with pytest.raises(InputError, match=rf"{shown}.* MB of memory each: write it anew in small tiles") as refusal:
        open_source(str(path))
    assert refusal.value.code == "large-blocks"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"block": 64, "interleave": "pixel"}, 64 * 64 * 3),
        ({"size": 96, "blockysize": 5}, 96 * 5 * 3),
        ({"size": 96, "block": 32, "count": 4, "dtype": "float64", "interleave": "pixel"}, 32 * 32 * 8 * 4),
    ],
    ids=["tiles", "strips", "doubles"],
)
def test_small_blocks_are_counted_with_all_their_bands(tmp_path, options, expected):
    with open_dataset(str(sparse(tmp_path / "a.tif", **options))) as dataset:
        assert block_bytes(dataset) == expected


@pytest.mark.parametrize(("interleave", "too_large"), [("pixel", True), ("band", False)])
def test_what_counts_is_what_is_decoded_at_once(tmp_path, interleave, too_large):
    side = 10_240  # 105 MB a band
    assert 3 * side**2 > LARGEST_BLOCK > side**2
    path = sparse(tmp_path / "a.tif", block=side, interleave=interleave, compress="deflate")
    if too_large:
        refused(path, "a.tif has blocks that take 300")
    else:
        assert open_source(str(path)).block_shape == (side, side)


def test_a_source_of_a_virtual_raster_may_not_have_such_blocks_either(tmp_path):
    huge = sparse(tmp_path / "huge.tif", block=16_384, compress="zstd", interleave="pixel")
    (tmp_path / "a.tif").write_text(stranger.virtual(str(huge)))
    refused(tmp_path / "a.tif", "huge.tif")


@pytest.mark.parametrize("ending", ["ovr", "msk"])
def test_overviews_and_masks_may_not_have_such_blocks_either(tmp_path, ending):
    image = stranger.sound_image(tmp_path / "a.tif")
    size = stranger.SIZE if ending == "msk" else stranger.SIZE // 2
    huge = sparse(tmp_path / f"a.tif.{ending}", size=size, block=32_768, count=1, compress="zstd")
    if ending == "msk":
        with rasterio.open(huge, "r+") as file:
            file.update_tags(INTERNAL_MASK_FLAGS_1="2")
    refused(image, f"a.tif.{ending}")


def test_overviews_inside_a_file_are_looked_at(tmp_path):
    path = tmp_path / "a.tif"
    with rasterio.Env(GDAL_TIFF_OVR_BLOCKSIZE=4096):
        with rasterio.open(
            path, "w", driver="GTiff", width=512, height=512, count=3, dtype="float64", crs=stranger.CRS,
            transform=stranger.PLACE, compress="deflate", interleave="pixel",
        ) as file:  # fmt: skip
            file.write(np.ones((3, 512, 512)))
        with rasterio.open(path, "r+") as file:
            file.build_overviews([2])
    refused(path, "a.tif has blocks that take 384")


@pytest.mark.skipif(sys.platform == "win32", reason="no such measure of memory")
def test_a_refusal_takes_no_more_memory_than_an_ordinary_image(tmp_path):
    def opened(path):
        program = [sys.executable, "-c", PROGRAM, str(path)]
        code, peak = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
        return code, int(peak)

    path = tmp_path / "huge.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=10_240, height=10_240, count=3, dtype="uint8", crs=stranger.CRS,
        transform=stranger.PLACE, compress="zstd", interleave="pixel", tiled=True, blockxsize=10_240,
        blockysize=10_240,
    ) as file:  # fmt: skip
        file.write(np.full((3, 10_240, 10_240), 50, np.uint8))
    assert path.stat().st_size < 100_000
    (code, peak), (sound, ordinary) = opened(path), opened(stranger.sound_image(tmp_path / "sound.tif"))
    assert (code, sound) == ("large-blocks", "read")
    assert peak < 1.3 * ordinary
