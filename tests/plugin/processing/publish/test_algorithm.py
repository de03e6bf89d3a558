"""``xview2:publish`` with the real engine; the products are opened by QGIS."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException, QgsVectorLayer

from tests.plugin.recording_feedback import Feedback
from tests.plugin.results.result_file import PYTHON, write_result_file
from xview2_qgis.processing.publish.algorithm import destination, product_number
from xview2_qgis.processing.publish.product_words import option_titles, product_titles
from xview2_qgis.protocol.products import PRODUCTS, option_types, product


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_result_file(tmp_path_factory.mktemp("result") / "out.gpkg")


@pytest.fixture
def run(algorithm, project, written, monkeypatch):
    """Publish; return the outputs and the feedback."""
    del algorithm  # registers the provider
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", PYTHON)
    layer = project.addMapLayer(QgsVectorLayer(f"{written}|layername=damage", "damage"))

    def start(**parameters):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(project)
        found = QgsApplication.processingRegistry().algorithmById("xview2:publish")
        outputs, ok = found.run({"RESULT": layer, **parameters}, context, feedback, {}, False)
        if not ok:
            raise QgsProcessingException("\n".join(feedback.errors))
        return outputs, feedback

    return start


def test_a_package_that_qgis_draws(run, tmp_path):
    outputs, feedback = run(
        PRODUCT=product_number("cems"), OUTPUT=str(tmp_path / "package.gpkg"), ACTIVATION="EMSR884", PRODUCT_VERSION=3
    )
    assert outputs["OUTPUT"] == str(tmp_path / "package")
    assert outputs["BUILDINGS"] == 200
    assert any(info.startswith("Destroyed: ") for info in feedback.infos)
    layer = QgsVectorLayer(f"{outputs['OUTPUT']}/EMSR884_AOI01_GRA_PRODUCT_v3.gpkg|layername=builtUpA_v3", "built up")
    assert layer.featureCount() == 200
    assert [category.value() for category in layer.renderer().categories()] == [
        "Destroyed", "Damaged", "Possibly damaged", "No visible damage", "Not Analysed",
    ]  # fmt: skip
    message, loaded = layer.loadSldStyle(f"{outputs['OUTPUT']}/EMSR884_AOI01_GRA_PRODUCT_builtUpA_v3.sld")
    assert loaded, message
    assert len(layer.renderer().rootRule().children()) == 5


def test_points(run, tmp_path):
    outputs, _ = run(PRODUCT=product_number("unosat"), OUTPUT=str(tmp_path / "sites.gpkg"), LOW_CONFIDENCE=0)
    assert Path(outputs["OUTPUT"]).is_file()
    with pytest.raises(QgsProcessingException, match="exists"):
        run(PRODUCT=product_number("unosat"), OUTPUT=str(tmp_path / "sites.gpkg"))
    run(PRODUCT=product_number("unosat"), OUTPUT=str(tmp_path / "sites.gpkg"), OVERWRITE=True)


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [("/a/b.gpkg", "fema", "/a/b.gpkg"), ("/a/b", "fema", "/a/b.gpkg"), ("/a/b.file", "unosat", "/a/b.gpkg"),
     ("/a/b.gpkg", "cems", "/a/b"), ("/a/v1.2", "cems", "/a/v1.2"), ("/a/b.GPKG", "fema", "/a/b.GPKG")],
)  # fmt: skip
def test_the_ending_belongs_to_the_product(given, name, expected):
    assert destination(given, product(name)) == expected


def test_all_products_and_options_have_words():
    assert list(product_titles()) == [one.name for one in PRODUCTS]
    assert set(option_titles()) == set(option_types()) - {"language"}
