"""What the result of a scene depends on."""

from __future__ import annotations

import os
import shutil

import pytest

from xview2_qgis.engine.batch.fingerprint import changed, fingerprint
from xview2_qgis.protocol.options.assessment import AssessmentParameters


@pytest.fixture
def prints(tmp_path):
    for name in ("pre.tif", "post.tif", "town.gpkg"):
        (tmp_path / name).write_bytes(name.encode())

    def of(model="abc", **changes):
        texts = {"pre": str(tmp_path / "pre.tif"), "post": str(tmp_path / "post.tif"), "output": "out.gpkg"}
        return fingerprint(AssessmentParameters.from_texts(texts | changes), model)

    return of


@pytest.mark.parametrize(
    "change",
    [
        {"device": "cuda"}, {"batch_size": "3"}, {"events": "json"}, {"overwrite": "yes"}, {"output": "other.gpkg"},
        {"report": "a.html"}, {"record_paths": "yes"}, {"keep_reviews": "yes"}, {"resume": "yes"},
    ],
)  # fmt: skip
def test_without_effect(prints, change):
    assert changed(prints(), prints(**change)) == ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "def"}, "model"),
        ({"tta": "flips"}, "tta"),
        ({"register": "off"}, "register"),
        ({"outlines": "right-angled"}, "outlines"),
        ({"precision": "fp16"}, "precision"),
        ({"pre_bands": "3,2,1"}, "pre bands"),
        ({"post_nodata": "0,255"}, "post nodata"),
        ({"post_crs": "EPSG:32616"}, "post crs"),
        ({"aoi": "town.gpkg"}, "aoi"),
        ({"pre": "other.tif"}, "pre"),
    ],
)
def test_with_effect(prints, change, told):
    assert changed(prints(), prints(**change)) == told
    assert changed(prints(**change), prints()) == told


def test_batches_of_versions_without_right_angles_still_hold(prints):
    """Their fingerprints say nothing of outlines."""
    assert "outlines" not in prints()
    assert "outlines" not in prints(outlines="plain")


def test_files_count_by_what_they_are_and_not_where(prints, tmp_path):
    before = prints(aoi=f"{tmp_path / 'town.gpkg'}|layername=a")
    other = tmp_path / "mounted elsewhere"
    other.mkdir()
    for name in ("pre.tif", "post.tif", "town.gpkg"):
        shutil.copy2(tmp_path / name, other / name)
    moved = {name: str(other / f"{name}.tif") for name in ("pre", "post")}
    assert changed(before, prints(aoi=f"{other / 'town.gpkg'}|layername=a", **moved)) == ""
    assert changed(before, prints(aoi=f"{other / 'town.gpkg'}|layername=b", **moved)) == "aoi"
    os.utime(tmp_path / "post.tif", ns=(1, 1))
    assert changed(before, prints(aoi=f"{tmp_path / 'town.gpkg'}|layername=a")) == "post"


def test_polygons_count_by_what_their_files_hold(prints, tmp_path):
    before = prints(aoi=str(tmp_path / "town.gpkg"), footprints=str(tmp_path / "town.gpkg"))
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes(b"town.gpkg")
    os.utime(copy, ns=(1, 1))
    assert changed(before, prints(aoi=str(copy), footprints=str(copy))) == ""
    copy.write_bytes(b"city.gpkg")
    assert changed(before, prints(aoi=str(copy), footprints=str(tmp_path / "town.gpkg"))) == "aoi"


def test_addresses_count_without_their_signatures_and_hold_no_secret(prints):
    first = prints(post="https://jane:pa55word@host/a/post.tif?X-Amz-Signature=abcdef")
    assert changed(first, prints(post="https://jane:pa55word@host/a/post.tif?X-Amz-Signature=123456")) == ""
    assert changed(first, prints(post="https://jane:pa55word@host/b/post.tif?X-Amz-Signature=abcdef")) == "post"
    assert "pa55word" not in str(first)
    assert "abcdef" not in str(first)
