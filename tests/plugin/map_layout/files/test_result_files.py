"""Files of maps, read back with GDAL."""

from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem
from qgis.PyQt.QtGui import QImage

from xview2_qgis.map_layout.files.file_set import CancelledError, FileSet, NotWrittenError
from xview2_qgis.map_layout.files.result_files import FileOrder, Progress, write_files
from xview2_qgis.protocol.schema import CLASS_COLOURS, Damage

DPI = 100.0


def quiet():
    return Progress(lambda: False, lambda part: None)


def colour_at(dataset, east, north):
    """The colour of the pixel at a place, by the georeference of the file."""
    gt = gdal.InvGeoTransform(dataset.GetGeoTransform())
    column, row = gdal.ApplyGeoTransform(gt, east, north)
    return tuple(int(dataset.GetRasterBand(band).ReadAsArray(int(column), int(row), 1, 1)[0][0]) for band in (1, 2, 3))


def destroyed_box(layer):
    """The extent of a destroyed building."""
    return next(f.geometry().boundingBox() for f in layer.getFeatures() if f["final_class"] == "destroyed")


def assert_building_lies_there(path, layer):
    dataset = gdal.Open(str(path))
    assert dataset is not None
    reference = osr.SpatialReference(dataset.GetProjection())
    assert reference.IsSame(osr.SpatialReference(QgsCoordinateReferenceSystem("EPSG:32616").toWkt()))
    box, red = destroyed_box(layer), QImage(1, 1, QImage.Format.Format_RGB32)
    red.fill(0)
    expected = tuple(int(CLASS_COLOURS[Damage.DESTROYED][start : start + 2], 16) for start in (1, 3, 5))
    pixel = abs(dataset.GetGeoTransform()[1])
    assert pixel < 0.5
    # just inside of each corner its colour, a metre outside of it another one
    inside, outside = 1.0, 1.2
    for east, north, way_east, way_north in (
        (box.xMinimum(), box.yMinimum(), -1, -1), (box.xMaximum(), box.yMaximum(), 1, 1),
    ):  # fmt: skip
        found = colour_at(dataset, east - way_east * inside, north - way_north * inside)
        assert max(abs(a - b) for a, b in zip(found, expected)) < 30, found  # noqa: B905
        found = colour_at(dataset, east + way_east * outside, north + way_north * outside)
        assert max(abs(a - b) for a, b in zip(found, expected)) > 60, found  # noqa: B905


def test_pdf_and_png_are_where_they_belong(told_layer, compose, tmp_path):
    _, layout = compose(told_layer, scale=1000.0)
    order = FileOrder(tmp_path / "out" / "map.pdf", tmp_path / "out" / "map.png", DPI, world_file=True)
    written = write_files(layout, order, quiet())
    assert written == [order.pdf, order.png]
    assert_building_lies_there(order.png, told_layer)
    assert_building_lies_there(order.pdf, told_layer)
    assert sorted(path.name for path in order.pdf.parent.iterdir()) == [
        "map.pdf", "map.pgw", "map.png", "map.png.aux.xml",
    ]  # fmt: skip
    picture = QImage(str(order.png))
    assert (picture.width(), picture.height()) == pytest.approx((297 / 25.4 * DPI, 210 / 25.4 * DPI), abs=2)


def test_nothing_of_the_machine_is_in_the_files(told_layer, compose, tmp_path, project):
    metadata = project.metadata()
    metadata.setAuthor("Somebody Private")
    project.setMetadata(metadata)
    _, layout = compose(told_layer)
    order = FileOrder(tmp_path / "map.pdf", tmp_path / "map.png", 60.0, world_file=True)
    write_files(layout, order, quiet())
    for path in tmp_path.glob("map.*"):
        content = path.read_bytes()
        for secret in (b"Somebody Private", str(tmp_path).encode(), str(Path.home()).encode() + b"/"):
            assert secret not in content, path.name


def test_a_cancelled_or_failed_export_leaves_nothing(told_layer, compose, tmp_path):
    _, layout = compose(told_layer)
    (tmp_path / "map.pdf").write_bytes(b"earlier")
    asked = []
    progress = Progress(lambda: bool(asked) or asked.append(1), lambda part: None)
    with pytest.raises(CancelledError):
        write_files(layout, FileOrder(tmp_path / "map.pdf", tmp_path / "map.png", 50.0), progress)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("map", ".xview2"))] == ["map.pdf"]
    assert (tmp_path / "map.pdf").read_bytes() == b"earlier"
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(NotWrittenError, match="cannot be written"):
        write_files(layout, FileOrder(tmp_path / "file" / "map.pdf", None, 50.0), quiet())


def test_files_appear_together(tmp_path):
    files = FileSet(lambda: False)
    files.add(tmp_path / "a.txt", lambda path: path.write_text("a"))
    files.add(tmp_path / "b.txt", lambda path: path.write_text("b"))
    assert not (tmp_path / "a.txt").exists()
    files.commit()
    files.clear()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_where_one_cannot_be_put_none_is(tmp_path):
    files = FileSet(lambda: False)
    (tmp_path / "a.txt").write_text("earlier")
    for name in ("a", "b", "c"):
        files.add(tmp_path / f"{name}.txt", lambda path: path.write_text("new"))
    broken = [folder for folder in tmp_path.iterdir() if folder.name.startswith(".xview2_map_")]
    (broken[0] / "c.txt").unlink()
    with pytest.raises(NotWrittenError, match=r"c\.txt"):
        files.commit()
    files.clear()
    assert (tmp_path / "a.txt").read_text() == "earlier"
    assert not (tmp_path / "b.txt").exists()
    assert not (tmp_path / "c.txt").exists()
