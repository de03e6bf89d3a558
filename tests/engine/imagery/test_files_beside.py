"""Files of vendors beside an image say where it comes from; hostile, damaged and foreign ones say nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.imagery.vendor_files import BOMB, DIMAP, IMD, MAXAR_XML, PLANET, STAC
from xview2_qgis.engine.imagery.feature_file import of_feature
from xview2_qgis.engine.imagery.files_beside import descriptions
from xview2_qgis.engine.imagery.maxar import of_imd
from xview2_qgis.engine.imagery.vendor_xml import of_xml
from xview2_qgis.protocol.scene_facts import ImageFacts

MAXAR = "Maxar (Vantor)"


def beside(folder, image, **files):
    """Return what files say; their names have a double underscore in place of the full stop."""
    (folder / image).write_bytes(b"II*\0")
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return descriptions(str(folder / image))


def test_imd_of_maxar(tmp_path):
    [said] = beside(tmp_path, "town.tif", town__IMD=IMD)
    assert said.origin == "town.IMD"
    assert said.moment == "2023-02-07T08:16:09.338650Z"
    assert said.facts == ImageFacts(source=MAXAR, sensor="WorldView-3", gsd_m=0.342, off_nadir_deg=21.4)


def test_one_imd_for_all_tiles_of_a_product_in_any_case(tmp_path):
    [said] = beside(tmp_path, "23FEB07081609-S2AS_R1C2-050.TIF", **{"23FEB07081609-S2AS-050__imd": IMD})
    assert said.facts.sensor == "WorldView-3"


def test_xml_of_maxar(tmp_path):
    [said] = beside(tmp_path, "town.tif", town__XML=MAXAR_XML)
    assert said.moment == "2023-01-20T08:30:01.123456Z"
    assert said.facts == ImageFacts(source=MAXAR, sensor="GeoEye-1", gsd_m=0.458, off_nadir_deg=12.3)


def test_dimap_of_airbus_with_the_angle_at_the_centre(tmp_path):
    [said] = beside(
        tmp_path, "IMG_PHR1B_PMS_202302080830015_ORT_R1C1.TIF", DIM_PHR1B_PMS_202302080830015_ORT__XML=DIMAP
    )
    assert said.moment == "2023-02-08T08:30:01.5Z"
    assert said.facts == ImageFacts(
        source="AIRBUS DS GEO", sensor="Pléiades 1B", gsd_m=0.76, off_nadir_deg=17.15,
        credit="© CNES 2023, distribution Airbus DS",
    )  # fmt: skip


@pytest.mark.parametrize("image", ["20230207_082344_ssc10_u0001_visual.tif", "20230207_082344_ssc10_u0001.tif"])
def test_json_of_planet(tmp_path, image):
    [said] = beside(tmp_path, image, **{"20230207_082344_ssc10_u0001_metadata__json": PLANET})
    assert said.moment == "2023-02-07T08:23:44.925Z"
    assert said.facts == ImageFacts(source="Planet", sensor="SkySat", gsd_m=0.78, off_nadir_deg=12.7)


def test_item_of_stac(tmp_path):
    [said] = beside(tmp_path, "town.tif", item__json=STAC)
    assert said.facts == ImageFacts(
        source="Maxar Technologies", sensor="WorldView-2", gsd_m=0.53, off_nadir_deg=27.1, licence="CC-BY-NC-4.0"
    )


def test_vendors_come_before_catalogues(tmp_path):
    said = beside(tmp_path, "town.tif", town__IMD=IMD, item__json=STAC)
    assert [one.origin for one in said] == ["town.IMD", "item.json"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("town.XML", BOMB),
        ("town.XML", MAXAR_XML.replace("<isd>", '<!DOCTYPE isd SYSTEM "file:///etc/passwd"><isd>')),
        ("town.XML", "<a>" * 100_000),
        ("town.XML", "<isd><IMD><SATID>WV02</SATID>"),
        ("town.XML", "<gmd><SATID>WV02</SATID></gmd>"),
        ("town.XML", ""),
        ("town.IMD", "satId"),
        ("town.IMD", "END;"),
        ("town.json", "[" * 100_000),
    ],
)
def test_what_says_nothing(tmp_path, name, content):
    said = beside(tmp_path, "town.tif", **{name.replace(".", "__"): content})
    known = [one for one in said if one.facts.sensor or one.moment]
    # a document that breaks off has said what stands before the end
    assert known == [] or content.endswith("WV02</SATID>")


def test_files_that_are_too_large_or_no_files(tmp_path):
    (tmp_path / "town.tif").write_bytes(b"II*\0")
    (tmp_path / "town.IMD").write_text(IMD + " " * 2**20)
    (tmp_path / "town.XML").write_bytes(MAXAR_XML.encode() + b" " * 2**23)
    os.mkfifo(tmp_path / "town.json")
    assert descriptions(str(tmp_path / "town.tif")) == ()


def test_texts_that_cannot_be_published_are_left_out(tmp_path):
    properties = {
        "datetime": "2023-02-07", "platform": "x" * 500, "view:off_nadir": 400, "gsd": True, "license": "a\nb\x1b[0m",
        "providers": [{"name": "/home/jane.doe/images", "roles": 3}], "attribution": "see C:\\Users\\jane\\me.txt",
    }  # fmt: skip
    [said] = beside(tmp_path, "town.tif", town__json={**STAC, "properties": properties})
    assert (said.moment, said.facts) == ("2023-02-07", ImageFacts())


@given(st.binary(max_size=300), st.sampled_from([b"", IMD.encode(), DIMAP.encode(), json.dumps(STAC).encode()]))
def test_whatever_bytes_they_hold_nothing_is_raised(more, begin):
    content = begin[: len(more) * 8] + more
    of_imd(content.decode("utf-8", errors="replace"), "a.IMD")
    of_xml(content, "a.XML")
    of_feature(content, Path("a.json"), Path("a.tif"))


def test_long_lines_and_many_elements_take_no_time():
    assert of_imd(f"satId = {' ' * 10**6}(", "a.IMD") is None
    assert of_xml(b"<isd>" + b"<a/>" * 10**6 + b"</isd>", "a.XML") is None


def test_addresses_and_archives_have_nothing_beside_them():
    assert descriptions("/vsicurl/https://example.org/town.tif") == ()
    assert descriptions("a\0b") == ()
