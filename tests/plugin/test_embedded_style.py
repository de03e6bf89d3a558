"""A result of the engine in QGIS: what a reviewer sees and may change, and what the file says after edits."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess

import pytest
from osgeo import ogr
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeForm, QgsGui
from qgis.PyQt.QtXml import QDomDocument

from tests.plugin.conftest import ROOT
from xview2_qgis.results.result_styles import offer_styles

# read here, because the other tests take the variable away
PYTHON = os.environ.get("XVIEW2_ENGINE_PYTHON") or str(ROOT / ".venv" / "bin" / "python")

pytestmark = pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment")

WRITE = """
import sys
from pathlib import Path
from tests.engine.result_scene import one_of_each, write_result
write_result(Path(sys.argv[1]), one_of_each())
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A result with five buildings; the model says unknown, no damage, minor, major, destroyed."""
    path = tmp_path_factory.mktemp("result") / "damage.gpkg"
    subprocess.run([PYTHON, "-c", WRITE, str(path)], cwd=ROOT, check=True, capture_output=True)
    return path


@pytest.fixture
def result(written, tmp_path):
    return shutil.copy(written, tmp_path / "damage.gpkg")


@pytest.fixture
def layer(result, qgis_app):
    layer = QgsVectorLayer(f"{result}|layername=damage", "damage", "ogr")
    assert layer.isValid()
    return layer


def finals(path):
    """Final classes and grades in the file, as OGR reads them."""
    source = ogr.Open(str(path))
    return [(feature["final_class"], feature["final_damage"]) for feature in source.GetLayer("damage")]


def second(path):
    """The fields of the second building in the file."""
    source = ogr.Open(str(path))
    feature = source.GetLayer("damage").GetFeature(2)
    return feature.items()


def edit(layer, values):
    """Set fields of the second building, as a form does."""
    assert layer.startEditing()
    for name, value in values.items():
        assert layer.changeAttributeValue(2, layer.fields().lookupField(name), value)
    return layer.getFeature(2)


def label(layer, feature):
    """The name of the class as which a building is drawn."""
    renderer, context = layer.renderer().clone(), QgsRenderContext()
    renderer.startRender(context, layer.fields())
    context.expressionContext().setFeature(feature)
    symbol = renderer.originalSymbolForFeature(feature, context)
    renderer.stopRender(context)
    return next(category.label() for category in renderer.categories() if symbol.dump() == category.symbol().dump())


def test_a_review_in_qgis_changes_the_map_at_once_and_the_file_when_it_is_saved(layer, result):
    feature = edit(layer, {"review_class": "destroyed"})
    assert (feature["final_class"], feature["final_damage"]) == ("destroyed", 4)
    assert label(layer, feature) == "Destroyed"
    assert layer.commitChanges(), layer.commitErrors()
    assert finals(result)[1] == ("destroyed", 4)
    feature = edit(layer, {"review_class": " Major-Damage\r\n"})
    assert label(layer, feature) == "Major damage"
    assert layer.commitChanges()
    assert finals(result)[1] == ("major-damage", 3)
    feature = edit(layer, {"review_class": None})
    assert label(layer, feature) == "No damage"
    assert layer.commitChanges()
    assert finals(result)[1] == ("no-damage", 1)


def test_no_building_is_drawn_hollow_and_has_no_number(layer, result):
    feature = edit(layer, {"review_class": "no-building"})
    assert label(layer, feature) == "No building (review)"
    assert layer.commitChanges()
    assert finals(result)[1] == ("no-building", None)


def test_a_building_drawn_in_qgis_has_a_final_class(layer, result):
    assert layer.startEditing()
    feature = QgsVectorLayerUtils.createFeature(
        layer, QgsGeometry.fromRect(QgsRectangle(0, 0, 9, 9)), {layer.fields().lookupField("review_class"): "destroyed"}
    )
    assert layer.addFeature(feature)
    assert layer.commitChanges(), layer.commitErrors()
    assert finals(result)[5] == ("destroyed", 4)


def test_edits_with_ogr(result):
    source = ogr.Open(str(result), 1)
    table = source.GetLayer("damage")
    feature = table.GetFeature(5)
    feature["review_class"] = "minor-damage"
    feature["final_class"] = "whatever"  # a program that writes all fields writes the old value of this one
    assert table.SetFeature(feature) == 0
    source.ExecuteSQL("UPDATE damage SET review_class = 'no-building' WHERE fid = 4")
    new = ogr.Feature(table.GetLayerDefn())
    new["review_class"] = "major-damage"
    new.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0,1 0,1 1,0 0))"))
    assert table.CreateFeature(new) == 0
    table.SetSpatialFilterRect(0, 0, 1, 1)
    assert table.GetFeatureCount() == 1  # the spatial index learned of it
    del new, feature, table, source
    assert finals(result)[3:] == [("no-building", None), ("minor-damage", 2), ("major-damage", 3)]


def widths_of(layer):
    """For each class the expressions of the widths of its lines."""
    categories, result = layer.renderer().categories(), []  # the symbols live as long as their categories
    for category in categories:
        lines = list(category.symbol().symbolLayers())[1:]
        properties = [
            line.dataDefinedProperties() for line in lines if line.dataDefinedProperties().hasActiveProperties()
        ]
        result.append([QgsExpression(p.property(p.propertyKeys().pop()).expressionString()) for p in properties])
    return result


def test_both_styles_are_in_the_file_and_their_expressions_are_sound(layer):
    count, ids, names, _, _ = layer.listStylesInDatabase()
    assert (count, names[:count]) == (2, ["Filled", "Outline"])
    for style in ids[:count]:
        text, error = layer.getStyleFromDatabase(style)
        assert not error
        document = QDomDocument()
        assert document.setContent(text)
        ok, message = layer.importNamedStyle(document)
        assert ok, message
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(layer.getFeature(2))
        for expression in itertools.chain(*widths_of(layer)):
            assert not expression.hasParserError(), expression.parserErrorString()
            assert 0.1 < expression.evaluate(context) < 1.2
            assert not expression.hasEvalError(), expression.evalErrorString()


def test_both_styles_are_in_the_menu_of_the_layer(layer):
    offer_styles(layer)
    offer_styles(layer)
    manager = layer.styleManager()
    assert (sorted(manager.styles()), manager.currentStyle()) == (["Filled", "Outline"], "Filled")
    alphas = []
    for style in ("Outline", "Filled"):
        assert manager.setCurrentStyle(style)
        categories = layer.renderer().categories()
        alphas.append(categories[0].symbol().symbolLayer(0).color().alpha())
        assert layer.attributeAlias(layer.fields().lookupField("confidence")) == "Confidence"
    assert alphas == [0, 102]


def test_reviewed_buildings_have_a_thicker_outline(layer):
    expression = widths_of(layer)[0][-1]
    widths = []
    for values in ({}, {"review_class": "no-damage"}, {"review_class": "no dammage"}):
        feature = layer.getFeature(2)
        for name, value in values.items():
            feature[name] = value
        context = QgsExpressionContext()
        context.setFields(layer.fields())
        context.setFeature(feature)
        widths.append(expression.evaluate(context))
    assert widths[0] == widths[2] < widths[1]


def test_the_form_edits_the_review_and_nothing_else(layer):
    config, fields = layer.editFormConfig(), layer.fields()
    editable = [field.name() for index, field in enumerate(fields) if not config.readOnly(index)]
    assert editable == ["review_class", "review_note", "reviewed_at", "reviewed_by"]
    groups = config.tabs()
    assert [group.name() for group in groups] == ["Review", "Model", "Building"]
    if hasattr(groups[0], "collapsed"):  # QGIS 3.22 shows every group open
        assert [group.collapsed() for group in groups] == [False, True, True]
    assert [child.name() for child in groups[0].children()][:2] == ["final_class", "review_class"]
    for name in ("fid", "damage"):
        assert fields.field(name).editorWidgetSetup().type() == "Hidden"
    setup = fields.field("review_class").editorWidgetSetup()
    values = [value for entry in setup.config()["map"] for value in entry.values()]
    assert values[1:] == ["destroyed", "major-damage", "minor-damage", "no-damage", "unknown", "no-building"]


def test_a_review_in_the_form(layer, result, interface):
    """The form itself, with its widgets: choose a class and save; nothing else of the building changes."""
    before = second(result)
    assert layer.startEditing()
    QgsGui.editorWidgetRegistry().initEditors(interface.canvas, interface.bar)
    form = QgsAttributeForm(layer, layer.getFeature(2))
    form.changeAttribute("review_class", "major-damage")
    assert form.save()
    assert layer.commitChanges(), layer.commitErrors()
    after = second(result)
    changed = {key for key, value in after.items() if before[key] != value}
    assert changed == {"review_class", "final_class", "final_damage"}
    assert (after["final_class"], after["final_damage"]) == ("major-damage", 3)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("confidence", 0.5678901, "0.57"), ("p_minor_damage", 0.0113147007749043, "0.011"),
        ("area_m2", 123.456, "123.5"), ("final_class", "no-damage", "No damage"),
        ("review_class", None, "Not reviewed"), ("source", "model", "Detected by the model"),
    ],
)  # fmt: skip
def test_identify_shows_words_and_sensible_digits(layer, field, value, shown):
    index = layer.fields().lookupField(field)
    setup = layer.fields().field(index).editorWidgetSetup()
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
    assert formatter.representValue(layer, index, setup.config(), None, value).replace(",", ".") == shown


def tip(layer, **values):
    feature = QgsFeature(layer.getFeature(2))
    for name, value in values.items():
        feature[name] = value
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def test_the_map_tip_says_what_counts_and_renders_no_html_of_a_reviewer(layer):
    facts = "<b>No damage</b><br/>confidence of the model: 70 %<br/>100 m²"
    assert tip(layer) == f"<div style='white-space:nowrap'>{facts}</div>"
    text = tip(
        layer, final_class="destroyed", review_class="destroyed",
        review_note='<img src="file:///x"> & [% $id %]', damage_class="<script>",
    )  # fmt: skip
    assert "<b>Destroyed</b><br/>reviewed; the model says: &lt;script&gt;<br/>" in text
    assert text.endswith('<i>&lt;img src="file:///x"&gt; &amp; [% $id %]</i>')
    assert "&lt;u&gt;" in tip(layer, final_class="<u>")


def test_the_layer_says_what_it_is(layer):
    metadata = layer.metadata()
    assert metadata.title() == "Building damage: post"
    assert "5 buildings" in metadata.abstract()
    assert metadata.licenses() == ["CC BY-NC-SA 4.0 (not for commercial use)"]


def test_the_name_of_a_building(layer):
    expression = QgsExpression(layer.displayExpression())
    context = QgsExpressionContext()
    context.setFields(layer.fields())
    context.setFeature(layer.getFeature(2))
    assert expression.evaluate(context) == "2: No damage"
