"""Files as a stranger may send them: small, sound to look at, and more than data to GDAL."""

from __future__ import annotations

import http.server
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from affine import Affine

CRS = "EPSG:32633"
PLACE = Affine(0.5, 0.0, 540_000.0, 0.0, -0.5, 4_750_000.0)
SIZE = 32
_GEOREFERENCE = "<GeoTransform>540000,0.5,0,4750000,0,-0.5</GeoTransform><SRS>EPSG:32633</SRS>"


class Listener:
    """A web server on this machine that keeps what it is asked for, and gives out the files of a folder."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.address, self.asked = f"http://127.0.0.1:{port}", asked


@contextmanager
def listening(folder: Path) -> Iterator[Listener]:
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments):
            pass

        def parse_request(self):
            parsed = super().parse_request()
            asked.append(f"{self.path} {dict(self.headers) if parsed else ''}")
            return parsed

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Listener(server.server_address[1], asked)
        server.shutdown()


def sound_image(path: Path, **options) -> Path:
    """Write a georeferenced image of three bands."""
    values = np.arange(3 * SIZE * SIZE, dtype=np.uint32).reshape(3, SIZE, SIZE) % 200 + 20
    with rasterio.open(
        path, "w", driver="GTiff", width=SIZE, height=SIZE, count=3, dtype="uint8", crs=CRS, transform=PLACE, **options
    ) as file:
        file.write(values.astype(np.uint8))
    return path


def sound_area(path: Path) -> Path:
    """Write a GeoPackage with one polygon over the image, in the layer ``area``."""
    box = shapely.box(540_000, 4_749_990, 540_010, 4_750_000)
    geopandas.GeoDataFrame({"name": ["a"]}, geometry=[box], crs=CRS).to_file(path, driver="GPKG", layer="area")
    return path


def virtual(source: str, kind: str = "SimpleSource", attributes: str = "", size: int = SIZE, more: str = "") -> str:
    """Return a virtual raster whose three bands have one source."""
    if kind == "raw":
        inner = f"<SourceFilename>{source}</SourceFilename><PixelOffset>1</PixelOffset><LineOffset>{size}</LineOffset>"
        attributes = 'subClass="VRTRawRasterBand"'
    else:
        inner = f"{more}<{kind}><SourceFilename>{source}</SourceFilename><SourceBand>1</SourceBand></{kind}>"
    bands = "".join(
        f'<VRTRasterBand dataType="Byte" band="{band}" {attributes}>{inner}</VRTRasterBand>' for band in (1, 2, 3)
    )
    return f'<VRTDataset rasterXSize="{size}" rasterYSize="{size}">{_GEOREFERENCE}{bands}</VRTDataset>'


def by_option(source: Path, statement: str, *, at_once: bool = False) -> str:
    """Return a virtual raster that opens a GeoPackage with a statement to run first."""
    options = f'<OpenOptions><OOI key="PRELUDE_STATEMENTS">{statement}</OOI></OpenOptions>'
    if not at_once:
        return virtual(str(source)).replace("</SourceFilename>", f"</SourceFilename>{options}")
    return (
        f'<VRTDataset rasterXSize="{SIZE}" rasterYSize="{SIZE}" subClass="VRTWarpedDataset">{_GEOREFERENCE}'
        '<VRTRasterBand dataType="Byte" band="1" subClass="VRTWarpedRasterBand"/><GDALWarpOptions>'
        f"<SourceDataset>{source}</SourceDataset>{options}"
        '<BandList><BandMapping src="1" dst="1"/></BandList></GDALWarpOptions></VRTDataset>'
    )


def python_inside(image: Path, made: Path) -> str:
    """Return a virtual raster whose bands are computed by a program that writes a file."""
    program = f'import os\nopen({str(made)!r}, "w").write("x")\ndef f(*a, **k): pass\n'
    more = (
        "<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python</PixelFunctionLanguage>"
        f"<PixelFunctionCode><![CDATA[{program}]]></PixelFunctionCode>"
    )
    return virtual(str(image), attributes='subClass="VRTDerivedRasterBand"', more=more)


def meta_raster(image: Path, target: Path) -> str:
    """Return a text of the MRF driver that copies the pixels of an image to the end of any file."""
    return (
        f'<MRF_META><CachedSource><Source>{image}</Source></CachedSource><Raster><Size x="{SIZE}" y="{SIZE}" c="3"/>'
        f'<PageSize x="{SIZE}" y="{SIZE}" c="3"/><Compression>NONE</Compression><DataFile>{target}</DataFile>'
        f"<IndexFile>{target}.idx</IndexFile></Raster></MRF_META>"
    )


def tile_service(address: str) -> str:
    """Return a text of the WMS driver."""
    return (
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{address}/${{z}}/${{x}}/${{y}}.png</ServerUrl></Service>'
        "<DataWindow><UpperLeftX>540000</UpperLeftX><UpperLeftY>4750000</UpperLeftY><LowerRightX>540016</LowerRightX>"
        "<LowerRightY>4749984</LowerRightY><SizeX>32</SizeX><SizeY>32</SizeY><TileLevel>0</TileLevel></DataWindow>"
        "<Projection>EPSG:32633</Projection><BandsCount>3</BandsCount></GDAL_WMS>"
    )


def layer_by_statement(source: str, statement: str | None = None) -> str:
    """Return a text of the OGR VRT driver."""
    chosen = f"<SrcSQL>{statement}</SrcSQL>" if statement else "<SrcLayer>area</SrcLayer>"
    layer = f"<OGRVRTLayer name='area'><SrcDataSource>{source}</SrcDataSource>{chosen}</OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"


def polygon_with_crs(crs: dict[str, object]) -> str:
    """Return a GeoJSON whose CRS is said by a link."""
    ring = [[15.49, 42.90], [15.50, 42.90], [15.50, 42.91], [15.49, 42.90]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]})


def with_layer(path: Path, definition: str) -> Path:
    """Write a GeoPackage in which the layer ``v`` is the view or virtual table of a definition, and the first one."""
    sound_area(path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA writable_schema=1")
        kind = "view" if definition.startswith("CREATE VIEW") else "table"
        file.execute("INSERT INTO sqlite_master VALUES (?, 'v', 'v', 0, ?)", (kind, definition))
        columns = "data_type, 'v', description, last_change, min_x, min_y, max_x, max_y, srs_id"
        file.execute(f"INSERT INTO gpkg_contents SELECT 'v', {columns} FROM gpkg_contents")
        columns = "column_name, geometry_type_name, srs_id, z, m"
        file.execute(f"INSERT INTO gpkg_geometry_columns SELECT 'v', {columns} FROM gpkg_geometry_columns")
        file.commit()
    return path
