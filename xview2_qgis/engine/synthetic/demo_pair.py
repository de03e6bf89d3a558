"""Writes the demo pair: a synthetic town before and after a storm, made as awkward as real image pairs are.

The post-event image is darker, 16-bit, in another CRS and resolution, displaced by a few pixels, and one corner is
empty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import RasterioError
from rasterio.warp import reproject, transform_bounds
from shapely.affinity import affine_transform, translate
from shapely.geometry import Polygon

from xview2_qgis.engine.access.drivers import leave_out_other_drivers
from xview2_qgis.engine.errors import RuntimeFailure, UsageError
from xview2_qgis.engine.geo.crs import CrsTransform
from xview2_qgis.engine.staging.output_lock import OutputLocks
from xview2_qgis.engine.staging.working_folder import WorkingFolder
from xview2_qgis.engine.synthetic.town import TownBuilding, TownOptions, TownScene, draw_town
from xview2_qgis.protocol.schema import CLASS_NAMES, Damage

#: Size of the pre-event image in pixels (columns, rows) and metres per pixel.
SIZE = (1800, 1500)
GSD_M = 0.5

#: CRS of the pre-event image and of the truth. The place is open sea, so that the town is not taken for a real one.
CRS_PRE = CRS.from_epsg(32633)
ORIGIN = (540_000.0, 4_750_000.0)

#: CRS of the post-event image, and its ground sampling distance in metres.
CRS_POST = CRS.from_epsg(4326)
GSD_POST_M = 0.6

#: Error of the georeference of the post-event image in metres (east, north): 3.6 pixels of the pre-event image.
DISPLACEMENT_M = (1.5, -1.0)

_SEED = 2019
_MARGIN = 80  # pixels drawn around the pre-event image, so that the displaced post-event image is filled to its edges
_MARK = "XVIEW2_DEMO"
_METRES_PER_DEGREE = 111_132.0
_DN_PER_STEP, _DN_OFFSET = 5.0, 40.0  # 8-bit steps to the 11-bit values that satellites deliver


@dataclass(frozen=True)
class DemoFiles:
    """The files of the demo.

    Attributes:
        pre: pre-event image: uint8 RGB, EPSG:32633, 0.5 m.
        post: post-event image: uint16 RGB, EPSG:4326, 0.6 m, nodata 0.
        truth: GeoPackage with the layer ``truth``: polygons in EPSG:32633 with ``damage`` and ``damage_class``.
    """

    pre: Path
    post: Path
    truth: Path


def write_demo(folder: Path) -> DemoFiles:
    """Write the demo pair and its truth into a folder, which is made if missing.

    Files of an earlier call are replaced; files that are not ours are left alone. All three appear only when complete.

    Args:
        folder: where to write ``pre.tif``, ``post.tif`` and ``truth.gpkg``.

    Raises:
        UsageError: the folder cannot be made or written, or holds a file of that name that is not ours.
        RuntimeFailure: the disk failed or is full.
    """
    files = DemoFiles(folder / "pre.tif", folder / "post.tif", folder / "truth.gpkg")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot write into {folder} ({error.strerror})", "choose a folder you may write to", "output-unwritable"
        ) from error
    with OutputLocks([files.pre]) as locks:
        locks.remove_stale_files()
        with WorkingFolder(files.pre) as working:
            _write_together(files, working.path)
    return files


def _write_together(files: DemoFiles, working: Path) -> None:
    """Write into a working folder first, and put all files in place at the end."""
    for path in (files.pre, files.post, files.truth):
        _refuse_foreign(path)
    parts = DemoFiles(working / "pre.tif", working / "post.tif", working / "truth.gpkg")
    try:
        _write(parts)
        for done, path in ((parts.pre, files.pre), (parts.post, files.post), (parts.truth, files.truth)):
            done.replace(path)
            # statistics that GDAL or QGIS kept beside the file it replaces
            path.with_name(path.name + ".aux.xml").unlink(missing_ok=True)
    except (OSError, RasterioError, pyogrio.errors.DataSourceError) as error:
        raise RuntimeFailure(f"cannot write the demo ({error})", "free space on the disk", "output-failed") from error


def _refuse_foreign(path: Path) -> None:
    if not path.exists() or _is_ours(path):
        return
    raise UsageError(f"{path} exists and was not written by the demo", "choose another folder", "output-exists")


def _is_ours(path: Path) -> bool:
    leave_out_other_drivers()
    try:
        if path.suffix == ".gpkg":
            return _MARK in (pyogrio.read_info(path, layer="truth").get("layer_metadata") or {})
        with rasterio.open(path) as dataset:
            return _MARK in dataset.tags()
    except (RasterioError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError):
        return False


def _write(files: DemoFiles) -> None:
    width, height = SIZE
    scene = draw_town(_SEED, width + 2 * _MARGIN, height + 2 * _MARGIN, TownOptions(density=0.9))
    inner = slice(_MARGIN, _MARGIN + height), slice(_MARGIN, _MARGIN + width)
    transform = Affine(GSD_M, 0.0, ORIGIN[0], 0.0, -GSD_M, ORIGIN[1])
    _write_raster(files.pre, scene.pre[:, inner[0], inner[1]], CRS_PRE, transform, None)
    post, post_transform = _image_after(scene, transform)
    seen = _cut_corner(post)
    _write_raster(files.post, post, CRS_POST, post_transform, 0)
    _write_truth(files.truth, scene, transform, _in_crs_of_pre(seen, post_transform))


def _image_after(scene: TownScene, transform: Affine) -> tuple[NDArray[np.uint16], Affine]:
    """Return the post-event image with shape (3, H, W), warped to :data:`CRS_POST`, and its transform."""
    drawn = transform @ Affine.translation(-_MARGIN, -_MARGIN)
    displaced = Affine.translation(*DISPLACEMENT_M) @ drawn
    width, height = SIZE
    # the footprints differ as those of real acquisitions do: a strip is missing in the east, one is added in the west
    left, top = transform @ (-40.0, -30.0)
    right, bottom = transform @ (width - 50.0, height + 20.0)
    west, south, east, north = transform_bounds(CRS_PRE, CRS_POST, left, bottom, right, top)
    step_y = GSD_POST_M / _METRES_PER_DEGREE
    step_x = step_y / math.cos(math.radians((south + north) / 2))
    post_transform = Affine(step_x, 0.0, west, 0.0, -step_y, north)
    shape = (3, math.ceil((north - south) / step_y), math.ceil((east - west) / step_x))
    warped = np.zeros(shape, dtype=np.float32)
    reproject(
        scene.post.astype(np.float32),
        warped,
        src_transform=displaced,
        src_crs=CRS_PRE,
        dst_transform=post_transform,
        dst_crs=CRS_POST,
        init_dest_nodata=True,
        dst_nodata=-1.0,
        resampling=Resampling.cubic,
    )
    values = np.clip(np.rint(np.maximum(warped, 0) * _DN_PER_STEP + _DN_OFFSET), 1, 2047)
    return np.where(warped < -0.5, 0, values).astype(np.uint16), post_transform


def _cut_corner(image: NDArray[np.uint16]) -> Polygon:
    """Set the lower left corner of an image (3, H, W) to 0, in place; return the rest of it in pixel coordinates."""
    height, width = image.shape[1:]
    reach_x, reach_y = 0.30 * width, 0.34 * height
    x = (np.arange(width) + 0.5)[None, :]
    y = (height - np.arange(height) - 0.5)[:, None]
    image[:, x / reach_x + y / reach_y < 1] = 0
    return Polygon([(0, 0), (width, 0), (width, height), (reach_x, height), (0, height - reach_y)])


def _to_map(polygon: Polygon, transform: Affine) -> Polygon:
    return affine_transform(polygon, transform.to_shapely())


def _in_crs_of_pre(polygon: Polygon, transform: Affine) -> Polygon:
    outline = _to_map(polygon.segmentize(50.0), transform)
    return Polygon(shapely.get_coordinates(CrsTransform(CRS_POST, CRS_PRE).geometries([outline])))


def _write_raster(
    path: Path, image: NDArray[np.uint8] | NDArray[np.uint16], crs: CRS, transform: Affine, nodata: int | None
) -> None:
    bands, height, width = image.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=bands,
        dtype=image.dtype,
        crs=crs,
        transform=transform,
        nodata=nodata,
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        predictor=2,
        photometric="RGB",
    ) as dataset:
        dataset.write(image)
        dataset.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        dataset.update_tags(**{_MARK: "synthetic town", "TIFFTAG_IMAGEDESCRIPTION": "Synthetic town, no real place"})
        dataset.build_overviews([2, 4], Resampling.average)


def _write_truth(path: Path, scene: TownScene, transform: Affine, seen: Polygon) -> None:
    width, height = SIZE
    frame = shapely.box(0, 0, width, height)
    polygons: list[Polygon] = []
    damages: list[Damage] = []
    for building in scene.buildings:
        outline = _visible(building, frame)
        if outline is None:
            continue
        outline = _to_map(outline, transform)
        polygons.append(outline)
        # of a building without any valid pixel after the event the damage is unknown
        damages.append(building.damage if seen.intersects(outline) else Damage.UNKNOWN)
    # version 1.2: newer ones make QGIS with GDAL 3.6 warn
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(polygon) for polygon in polygons], object),
        [np.array(damages, np.int32), np.array([CLASS_NAMES[damage] for damage in damages], object)],
        ["damage", "damage_class"],
        layer="truth",
        driver="GPKG",
        geometry_type="Polygon",
        crs=CRS_PRE.to_wkt(),
        layer_metadata={_MARK: "synthetic town"},
        dataset_options={"VERSION": "1.2"},
    )


def _visible(building: TownBuilding, frame: Polygon) -> Polygon | None:
    """Return a building in pixels of the pre-event image, or None where it does not show there."""
    moved = translate(building.polygon, -_MARGIN, -_MARGIN).intersection(frame)
    parts = [part for part in getattr(moved, "geoms", [moved]) if isinstance(part, Polygon)]
    largest = max(parts, key=lambda part: part.area, default=None)
    return largest if largest is not None and largest.area >= 12.0 else None
