"""KML and KMZ, read by GDAL's LIBKML, and as XML."""

import zipfile
from collections import Counter
from xml.etree import ElementTree

import cv2
import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest

from tests.engine.publish.published_town import (
    PLACES,
    assert_discreet,
    assert_places,
    expected_counts,
    product,
    town,
    write_facts,
)
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.publish.keyhole import assembly
from xview2_qgis.protocol.products import PublishOptions
from xview2_qgis.protocol.schema import CLASS_COLOURS, CLASS_LABELS, Damage

KML = "{http://www.opengis.net/kml/2.2}"


def all_layers(path):
    names = [name for name, _ in pyogrio.list_layers(path)]
    return names, pd.concat([geopandas.read_file(path, layer=name) for name in names], ignore_index=True)


@pytest.mark.parametrize("ending", ["kml", "kmz"])
@pytest.mark.parametrize("place", PLACES)
def test_gdal_reads_it(tmp_path, place, ending):
    path, output = town(tmp_path, PLACES[place]), tmp_path / f"out.{ending}"
    assert product(path, ending, output).buildings == 14
    names, found = all_layers(output)
    assert names == ["Destroyed", "Major damage", "Minor damage", "No damage", "Unknown"]
    assert Counter(found["final_class"]) == expected_counts(path)
    assert_places(path, dict(zip(found["building_id"].astype(int), found.geometry, strict=True)))


def test_colours_are_those_of_the_classes(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kml"
    product(path, "kml", output)
    document = ElementTree.parse(output).getroot()[0]
    styles = {style.get("id"): style for style in document.iter(f"{KML}Style")}
    for folder in document.findall(f"{KML}Document"):
        (damage,) = (d for d in Damage if CLASS_LABELS[d] == folder.find(f"{KML}name").text)
        used = {mark.find(f"{KML}styleUrl").text for mark in folder.iter(f"{KML}Placemark")}
        (style,) = (styles[url.removeprefix("#")] for url in used)
        colour = style.find(f"{KML}PolyStyle/{KML}color").text
        assert "#" + colour[6:8] + colour[4:6] + colour[2:4] == CLASS_COLOURS[damage]
        assert 0 < int(colour[:2], 16) < 255


def test_elements_stand_in_the_order_of_the_standard(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kmz"
    product(path, "kmz", output)
    with zipfile.ZipFile(output) as archive:
        document = ElementTree.fromstring(archive.read("doc.kml"))[0]
    names = [child.tag.removeprefix(KML) for child in document]
    assert names == ["name", "open", "Snippet", "description", *["Style"] * 5, *["Document"] * 5]
    (mark, *_) = document[-2].iter(f"{KML}Placemark")
    assert [child.tag.removeprefix(KML) for child in document[-2]][:4] == ["name", "Snippet", "styleUrl", "Schema"]
    assert [child.tag.removeprefix(KML) for child in mark] == [
        "name", "Snippet", "styleUrl", "ExtendedData", "Polygon",
    ]  # fmt: skip
    kinds = {field.get("name"): field.get("type") for field in document.iter(f"{KML}SimpleField")}
    assert (kinds["building_id"], kinds["p_destroyed"], kinds["final_class"]) == ("int", "double", "string")


def test_pictures_of_the_archive(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kmz"
    product(path, "kmz", output)
    with zipfile.ZipFile(output) as archive:
        assert archive.namelist()[0] == "doc.kml"
        document = ElementTree.fromstring(archive.read("doc.kml"))
        links = [link.text for link in document.iter(f"{KML}href")]
        assert sorted(links) == sorted(archive.namelist()[1:])
        picture = cv2.imdecode(np.frombuffer(archive.read("files/damage-4.png"), np.uint8), cv2.IMREAD_COLOR)
    assert "#{2:02x}{1:02x}{0:02x}".format(*picture[16, 16]) == CLASS_COLOURS[Damage.DESTROYED]


def test_words_of_the_event(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kml"
    product(path, "kml", output)
    document = ElementTree.parse(output).getroot()[0]
    assert document.find(f"{KML}name").text == "Building damage – Örtüsü earthquake – Islahiye, Turkey"
    text = document.find(f"{KML}description").text
    assert "not validated in the field" in text
    assert "© Vantor <2023>" in text
    assert "CC BY-NC 4.0" in text
    assert_discreet(output.read_text("utf-8"))


def test_texts_that_xml_does_not_allow(tmp_path):
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kml"
    write_facts(path, {"model_id": "a\x07b\x1b[31m & <c>"})
    product(path, "kml", output, PublishOptions(contact="]]> <x>"))
    assert "a\\x07b" in ElementTree.parse(output).getroot()[0].find(f"{KML}description").text


def test_too_many_buildings(tmp_path, monkeypatch):
    monkeypatch.setattr(assembly, "MOST_BUILDINGS", 13)
    path, output = town(tmp_path, PLACES["metres"]), tmp_path / "out.kml"
    with pytest.raises(InputError) as caught:
        product(path, "kml", output)
    assert caught.value.code == "publish-too-large"
    assert not output.exists()


def test_the_same_bytes_again(tmp_path):
    path = town(tmp_path, PLACES["metres"])
    for name in ("a.kmz", "b.kmz"):
        product(path, "kmz", tmp_path / name)
    assert (tmp_path / "a.kmz").read_bytes() == (tmp_path / "b.kmz").read_bytes()
