"""Images that are none, lie, or hold the unexpected. Each kind writes files and returns the options that differ."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from affine import Affine

from tests.fuzz.corpus import CRS, PLACE, SIDE, Corpus, pixels, write_image
from tests.fuzz.mutation import NUMBERS, changed_bytes, changed_text, truncated

Options = dict[str, str]
Kind = Callable[[random.Random, Path, Corpus], Options]

_HEADER = 600  # bytes at the beginning of a TIFF in which its directory lies
_SYSTEMS = (
    "EPSG:4326", "EPSG:4978", "EPSG:4979", "EPSG:3857", "EPSG:5041", "EPSG:3031", "EPSG:2193", "EPSG:27700",
    "EPSG:5773",
    "EPSG:32601", "EPSG:32760", "+proj=ortho +lat_0=90", "+proj=geos +h=35785831 +lon_0=0 +sweep=y",
    "+proj=utm +zone=33",
    "+proj=ob_tran +o_proj=longlat +o_lat_p=30 +lon_0=10", "+proj=lcc +lat_1=1 +lat_2=1", "+proj=merc +k=1e-30",
    "+proj=tmerc +lon_0=1e6", "+proj=stere +lat_0=91", "+proj=eqc +a=1 +b=1", "+proj=igh",
    "+proj=longlat +a=1737400 +b=1737400",
    'LOCAL_CS["nowhere",UNIT["metre",1]]',
    'ENGCRS["site",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
)  # fmt: skip
_NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "0",
    "-0.0",
    "1e-300",
    "1e300",
    "1e-6",
    "-0.5",
    "0.5",
    "1e6",
    "540000",
    "180",
    "1e400",
    "",
)
_SOURCE = "<SourceFilename{}>{}</SourceFilename><SourceBand>{}</SourceBand>"
_WORDS = (
    *_NUMBERS, "-1", "2147483647", "4294967296", "Byte", "CFloat64", "Float64", "UInt32", "Int8", "Unknown", "Alpha",
    "Gray",
    "pre.tif", "self.vrt", "/etc/passwd", "/dev/zero", "/vsimem/x", "/vsicurl/http://127.0.0.1:9/x.tif", "<", ">",
    "&", "]]>", "\x00",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "VRTRawRasterBand", "VRTWarpedRasterBand", "VRTDerivedRasterBand",
    "VRTPansharpenedDataset",
)  # fmt: skip


def tiff_cut(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """An image that was not copied to its end."""
    (place / "cut.tif").write_bytes(truncated(draw, corpus.post.read_bytes()))
    return {draw.choice(("pre", "post")): str(place / "cut.tif")}


def tiff_bytes(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """An image with damaged bytes, mostly in its directory."""
    first = draw.choice((None, _HEADER, 16))
    (place / "bad.tif").write_bytes(changed_bytes(draw, corpus.post.read_bytes(), first))
    return {draw.choice(("pre", "post")): str(place / "bad.tif")}


def tiff_lies(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """An image whose directory says other numbers, types and counts than are true."""
    data = bytearray(corpus.pre.read_bytes())
    [start] = struct.unpack_from("<I", data, 4)
    [entries] = struct.unpack_from("<H", data, start)
    for _ in range(draw.choice((1, 1, 2, 3))):
        entry = start + 2 + 12 * draw.randrange(entries)
        part, form = draw.choice(((0, "<H"), (2, "<H"), (4, "<I"), (8, "<I"), (8, "<I"), (8, "<I")))
        size = 2 ** (8 * struct.calcsize(form))
        struct.pack_into(form, data, entry + part, draw.choice((*NUMBERS, draw.randrange(size))) % size)
    (place / "lie.tif").write_bytes(data)
    return {draw.choice(("pre", "post")): str(place / "lie.tif")}


def placed_oddly(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """An image in an odd CRS, or of an odd size, rotation and origin of pixels."""
    crs = draw.choice((*_SYSTEMS, CRS, CRS, CRS, CRS))
    numbers = [float(draw.choice(_NUMBERS[:-2])) if draw.random() < 0.3 else value for value in PLACE[:6]]
    both = draw.random() < 0.5
    options: Options = {}
    for name in ("pre", "post") if both else ("post",):
        path = place / f"{name}.tif"
        try:
            write_image(path, pixels(name == "post"), crs=crs, transform=Affine(*numbers))
        except Exception:  # what the library does not write is given as an option
            options[f"{name}-crs"] = crs
        else:
            options[name] = str(path)
    return options


def _virtual(source: str, numbers: str, size: int) -> str:
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{band}"><NoDataValue>0</NoDataValue><ColorInterp>Red</ColorInterp>'
        "<SimpleSource>"
        f'{_SOURCE.format("", source, band)}<SrcRect xOff="0" yOff="0" xSize="128" ySize="128"/>'
        f'<DstRect xOff="0" yOff="0" xSize="{size}" ySize="{size}"/></SimpleSource></VRTRasterBand>'
        for band in (1, 2, 3)
    )
    place = f"<GeoTransform>{numbers}</GeoTransform><SRS>EPSG:32633</SRS>"
    return f'<VRTDataset rasterXSize="{size}" rasterYSize="{size}">{place}{bands}</VRTDataset>'


def virtual_text(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A virtual raster whose text was changed."""
    text = changed_text(draw, _virtual(str(corpus.post), "540000,0.5,0,4750000,0,-0.5", SIDE), _WORDS)
    (place / "self.vrt").write_bytes(text.encode("utf-8", "replace"))
    return {draw.choice(("pre", "post")): str(place / "self.vrt")}


def virtual_numbers(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A virtual raster with an odd place, size or source."""
    numbers = ["540000", "0.5", "0", "4750000", "0", "-0.5"]
    for _ in range(draw.choice((0, 1, 2, 6))):
        numbers[draw.randrange(6)] = draw.choice(_NUMBERS)
    source = draw.choice(
        (str(corpus.post), str(corpus.post), str(place / "self.vrt"), str(place), "/dev/zero", "/etc/passwd", "")
    )
    size = draw.choice((SIDE, SIDE, 1, 0, -1, 3, 5000, 600_000, 2**31 - 1, 2**31))
    text = _virtual(source, ",".join(numbers[: draw.choice((6, 6, 6, 5, 0))]), size)
    (place / "self.vrt").write_text(text)
    return {"pre": str(place / "self.vrt")} | ({"post": str(place / "self.vrt")} if draw.random() < 0.2 else {})


_AUX = (
    "<PAMDataset><SRS>EPSG:32633</SRS><GeoTransform>540000, 0.5, 0, 4750000, 0, -0.5</GeoTransform>"
    '<GCPList Projection="EPSG:32633">'
    '<GCP Id="1" Pixel="0" Line="0" X="540000" Y="4750000"/></GCPList><Metadata>'
    '<MDI key="ACQUISITIONDATETIME">2020-01-01</MDI>'
    '</Metadata><PAMRasterBand band="1"><NoDataValue>0</NoDataValue><ColorInterp>Red</ColorInterp><Scale>1</Scale>'
    "</PAMRasterBand></PAMDataset>"
)


def side_files(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """A sound image with files beside it that are not."""
    image = place / "scene.tif"
    image.write_bytes(corpus.post.read_bytes())
    sound = corpus.post.read_bytes()
    world = "\n".join(draw.choice((*_NUMBERS, "0.5", "0.5")) for _ in range(draw.choice((6, 6, 3, 0))))
    beside: dict[str, bytes] = {
        "scene.tif.aux.xml": changed_text(draw, _AUX, _WORDS).encode("utf-8", "replace"),
        "scene.tfw": world.encode(),
        "scene.tif.ovr": changed_bytes(draw, sound),
        "scene.tif.msk": changed_bytes(draw, sound, _HEADER),
        "scene.prj": draw.choice(_SYSTEMS).encode() * draw.choice((1, 1, 1000)),
        "scene.IMD": b"firstLineTime = " + draw.randbytes(200) + b"\nBEGIN_GROUP = " * 300,
        "scene.RPB": b"satId = \"x\";\nbandId = \"P\";\nlineOffset = 1e999;\n" * 9,
        "scene_RPC.TXT": b"LINE_OFF: nan\nSAMP_OFF: x\n",
        "scene.xml": b"<a>" * 5000,
    }  # fmt: skip
    for name in draw.sample(sorted(beside), draw.choice((1, 2, 9))):
        (place / name).write_bytes(beside[name])
    if draw.random() < 0.3:  # without a place of its own, that beside it counts
        write_image(image, pixels(True), crs=None, transform=Affine.identity())
    return {draw.choice(("pre", "post")): str(image)}


def odd_values(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """Pixels of any type with numbers at its borders, and any nodata value."""
    kind = draw.choice(
        ("float32", "float64", "int16", "uint16", "int32", "uint32", "int8", "complex64", "complex128", "uint8")
    )
    image = pixels(True).astype(kind)
    if "float" in kind or "complex" in kind:
        largest = np.finfo(kind).max
        odd = [np.nan, np.inf, -np.inf, 0.0, -0.0, largest, -largest, np.finfo(kind).tiny, 1e30]
    else:
        odd = [np.iinfo(kind).max, np.iinfo(kind).min, 0]
    for value in draw.sample(odd, draw.choice((1, 2, 3))):
        row, column, size = draw.randrange(100), draw.randrange(100), draw.choice((1, 20, 128))
        image[:, row : row + size, column : column + size] = value
    if draw.random() < 0.2:
        image[:] = odd[0]
    nodata = draw.choice((None, None, 0, 255, float("nan"), 1e30))
    try:
        write_image(place / "odd.tif", image, nodata=nodata)
    except Exception:  # the nodata value is none of this type
        write_image(place / "odd.tif", image)
    options = {draw.choice(("pre", "post")): str(place / "odd.tif")}
    return (
        {**options, "post-nodata": draw.choice(("0", "nan", "-1e400", "none", "5:1", "1e308"))}
        if draw.random() < 0.3
        else options
    )


_FORMATS = {
    "PNG": "png",
    "JPEG": "jpg",
    "JP2OpenJPEG": "jp2",
    "BMP": "bmp",
    "GIF": "gif",
    "ENVI": "img",
    "HFA": "img",
    "WEBP": "webp",
}


def other_formats(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """Images of other formats with damaged bytes, and sometimes of no format at all."""
    driver = draw.choice((*_FORMATS, "noise"))
    path = place / f"image.{_FORMATS.get(driver, 'tif')}"
    if driver == "noise":
        begin = draw.choice(
            (
                b"II*\0",
                b"MM\0*",
                b"II+\0",
                b"\x89PNG\r\n\x1a\n",
                b"\xff\xd8\xff",
                b"SQLite format 3\0",
                b"PK\3\4",
                b"NITF02.10",
                b"<VRT",
                b"",
            )
        )
        path.write_bytes(begin + draw.randbytes(draw.choice((0, 1, 100, 5000))))
        return {draw.choice(("pre", "post")): str(path)}
    image = pixels(True)
    write_image(path, image[:1] if driver == "GIF" else image, driver=driver)
    bad = sorted(file for file in place.iterdir() if file.is_file())
    for file in draw.sample(bad, 1):
        change = draw.choice((truncated, changed_bytes))
        file.write_bytes(change(draw, file.read_bytes()) if file.stat().st_size else b"")
    return {draw.choice(("pre", "post")): str(path)}


def odd_options(draw: random.Random, place: Path, corpus: Corpus) -> Options:
    """Options whose words are hardly any."""
    words = (
        *_WORDS,
        *_SYSTEMS,
        "1,2,3",
        "0,0,0",
        "3,2,99999999999999999999",
        "1,2",
        "a\nb",
        "--help",
        "é",
        "\ud83d",
        "1" * 5000,
        "0:0,none",
        "EPSG:0",
    )
    names = (
        "pre-bands",
        "post-bands",
        "pre-crs",
        "post-crs",
        "pre-nodata",
        "post-nodata",
        "tile-offset",
        "batch-size",
        "tta",
        "aoi",
        "pre",
        "model",
        "pre-shown-bands",
    )
    return {name: draw.choice(words).replace("\x00", "0") for name in draw.sample(names, draw.choice((1, 1, 2)))}


KINDS: tuple[Kind, ...] = (
    tiff_cut, tiff_bytes, tiff_lies, placed_oddly, virtual_text, virtual_numbers, side_files, odd_values, other_formats,
    odd_options,
)  # fmt: skip
