"""The report of a run, and that of its result afterwards: one and the same but for the picture."""

import re

import geopandas
import numpy as np
import pytest

from tests.engine.assessment.runs import run
from tests.engine.drawn_houses import draw_houses
from tests.engine.report.page_outline import PageOutline
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.cli import main
from xview2_qgis.protocol.schema import CLASS_NAMES, Damage


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with images, result and report of a run."""
    place = tmp_path_factory.mktemp("run")
    pre, post = draw_houses(place / "pre.tif", False), draw_houses(place / "post.tif", True)
    scores = [{"set": "drawn", "metric": "buildings: localization recall", "value": 0.9, "date": "2026-01-02"}]
    model = write_tiny_bundle(place / "tiny", changes={"scores": scores})
    run(place, str(model), pre, post, report=place / "run.html")
    return place


def without_map(text):
    return re.sub(r'<figure class="map">.*?</figure>', "", text, flags=re.S)


def test_the_report_of_the_run_says_what_that_of_its_result_says(folder):
    assert main(["report", str(folder / "damage.gpkg"), "--output", str(folder / "later.html")]) == 0
    first, later = ((folder / name).read_text(encoding="utf-8") for name in ("run.html", "later.html"))
    assert without_map(first) == without_map(later)
    for text in (first, later):
        (picture,) = PageOutline(text).all("image")
        assert picture["xlink:href"].startswith("data:image/jpeg")
        assert "Buildings on the post-event image." in text


def test_its_numbers_are_those_of_the_layer(folder):
    found = geopandas.read_file(folder / "damage.gpkg", layer="damage")
    text = (folder / "run.html").read_text(encoding="utf-8")
    outline = PageOutline(text)
    counts = outline.values("data-class")
    for damage in Damage:
        assert counts[CLASS_NAMES[damage]] == np.count_nonzero(found["final_damage"] == damage)
    assert outline.values("data-key")["buildings"] == len(found)
    assert "In tests, about 9 of 10 real buildings were outlined well." in outline.words
    run_id = geopandas.read_file(folder / "damage.gpkg", layer="run")["run_id"][0]
    assert outline.all("meta")[-1] == {"name": "xview2-run-id", "content": run_id}


def test_without_the_image_the_map_is_on_plain_ground_and_says_so(folder, tmp_path):
    copy = tmp_path / "copy.gpkg"
    copy.write_bytes((folder / "damage.gpkg").read_bytes())
    assert main(["report", str(copy), "--output", str(tmp_path / "a.html")]) == 0
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "the post-event image was not at hand" in text
    assert without_map(text) == without_map((folder / "run.html").read_text(encoding="utf-8"))
    image = str(folder / "post.tif")
    assert main(["report", str(copy), "--output", str(tmp_path / "b.html"), "--post", image]) == 0
    assert "data:image/jpeg" in (tmp_path / "b.html").read_text(encoding="utf-8")
    assert main(["report", str(copy), "--output", str(tmp_path / "c.html"), "--images", str(folder)]) == 0
    assert (tmp_path / "c.html").read_bytes() == (tmp_path / "b.html").read_bytes()
