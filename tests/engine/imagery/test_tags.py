from __future__ import annotations

import numpy as np
import rasterio

from tests.engine.imagery.vendor_files import IMD
from xview2_qgis.engine.imagery.image_metadata import image_metadata
from xview2_qgis.protocol.scene_facts import ImageFacts


def image(path, domain=None, **tags):
    with rasterio.open(path, "w", driver="GTiff", width=4, height=4, count=3, dtype="uint8") as file:
        file.write(np.ones((3, 4, 4), np.uint8))
        if tags:
            file.update_tags(ns=domain, **tags)
    return path


def known(path, pixel=0.4999):
    with rasterio.open(path) as dataset:
        return image_metadata(dataset, str(path), dataset.files, pixel)


def test_tags_of_an_image(tmp_path):
    tags = {
        "TIFFTAG_COPYRIGHT": "© Example Agency 2023", "SATELLITEID": "WV02", "OFF-NADIR": "12.5", "GSD": "0.46",
        "LICENSE": "CC BY 4.0", "TIFFTAG_ARTIST": "jane.doe", "TIFFTAG_HOSTCOMPUTER": "janes-laptop",
        "TIFFTAG_IMAGEDESCRIPTION": "/home/jane.doe/town.tif", "ACQUISITIONDATETIME": "2023-02-07 08:16:09",
    }  # fmt: skip
    metadata = known(image(tmp_path / "a.tif", **tags))
    assert metadata.facts == ImageFacts(
        sensor="WorldView-2", acquired="2023-02-07T08:16:09Z", gsd_m=0.46, off_nadir_deg=12.5, licence="CC BY 4.0",
        credit="© Example Agency 2023",
    )  # fmt: skip
    assert metadata.origins == ("metadata of the file",)
    assert "jane" not in repr(metadata)


def test_an_image_that_says_nothing_has_pixels_of_a_size(tmp_path):
    metadata = known(image(tmp_path / "a.tif"))
    assert (metadata.acquired, metadata.facts, metadata.origins) == (None, ImageFacts(gsd_m=0.5), ())
    assert known(tmp_path / "a.tif", float("nan")).facts == ImageFacts()
    assert known(tmp_path / "a.tif", 1e9).facts == ImageFacts()


def test_files_beside_it_come_first(tmp_path):
    path = image(tmp_path / "a.tif", TIFFTAG_COPYRIGHT="Example", SENSOR="unknown")
    (tmp_path / "a.IMD").write_text(IMD)
    metadata = known(path)
    assert metadata.facts == ImageFacts(
        source="Maxar (Vantor)", sensor="WorldView-3", acquired="2023-02-07T08:16:09Z", gsd_m=0.342, off_nadir_deg=21.4,
        credit="Example",
    )  # fmt: skip
    assert metadata.origins[0] == "a.IMD"


def test_what_gdal_has_made_of_a_vendor_file(tmp_path):
    tags = {"IMAGE_1.satId": '"GE01"', "IMAGE_1.meanOffNadirViewAngle": "9.5", "IMAGE_1.meanCollectedGSD": "0.41"}
    assert known(image(tmp_path / "a.tif", "IMD", **tags)).facts == ImageFacts(
        source="Maxar (Vantor)", sensor="GeoEye-1", gsd_m=0.41, off_nadir_deg=9.5
    )
