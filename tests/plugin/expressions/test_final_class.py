"""The expression function, in real expressions, beside the column that SQLite's triggers keep."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsVectorLayer,
)

from xview2_qgis.expressions.final_class import FinalClassRegistration
from xview2_qgis.layers.field_types import TEXT


@pytest.fixture
def registered(qgis_app):
    registration = FinalClassRegistration()
    yield
    registration.end()


def value_of(expression, **values):
    fields = QgsFields()
    for name in values:
        fields.append(QgsField(name, TEXT))
    feature = QgsFeature(fields)
    for name, value in values.items():
        feature.setAttribute(name, value)
    context = QgsExpressionContext()
    context.setFields(fields)
    context.setFeature(feature)
    read = QgsExpression(expression)
    assert read.prepare(context), read.parserErrorString()
    found = read.evaluate(context)
    assert not read.hasEvalError(), read.evalErrorString()
    return found


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"damage_class": "minor-damage", "review_class": None}, "minor-damage"),
        ({"damage_class": "minor-damage", "review_class": " Destroyed\n"}, "destroyed"),
        ({"damage_class": "minor-damage", "review_class": "no-building"}, "no-building"),
        # what is no class is no review
        ({"damage_class": "minor-damage", "review_class": "Destroid"}, "minor-damage"),
        ({"damage_class": "minor-damage", "adapted_class": "major-damage", "review_class": None}, "major-damage"),
        ({"damage_class": "minor-damage", "adapted_class": "major-damage", "review_class": "unknown"}, "unknown"),
        ({"damage_class": "minor-damage", "adapted_class": "unknown"}, "minor-damage"),
        ({"damage_class": None, "review_class": None}, "unknown"),
        # a copy without what reviewers wrote has the outcome still
        ({"damage_class": "minor-damage", "adapted_class": "destroyed", "final_class": "no-building"}, "no-building"),
        ({"damage_class": "minor-damage", "adapted_class": "major-damage", "final_class": None}, "major-damage"),
        # an exported table may have kept the outcome only
        ({"final_class": "destroyed"}, "destroyed"),
        ({"name": "a road"}, None),
    ],
)  # fmt: skip
def test_class_that_counts(registered, values, wanted):
    assert value_of("xview2_final_class()", **values) == wanted


def test_name_for_people(registered):
    assert value_of("xview2_final_class(true)", damage_class="minor-damage") == "Minor damage"
    assert value_of("xview2_final_class(label := true)", review_class="no-building") == "No building (review)"


def test_it_is_gone_with_the_plugin(qgis_app):
    registration = FinalClassRegistration()
    assert QgsExpression.isFunctionName("xview2_final_class")
    registration.end()
    assert not QgsExpression.isFunctionName("xview2_final_class")


def test_a_second_registration_does_no_harm(registered):
    second = FinalClassRegistration()
    assert value_of("xview2_final_class()", damage_class="destroyed") == "destroyed"
    second.end()


def test_each_building_of_a_layer_has_its_own(registered, project):
    layer = QgsVectorLayer("Point?field=damage_class:string&field=review_class:string", "points", "memory")
    for model, review in (("destroyed", None), ("no-damage", "destroyed"), ("no-damage", None)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([model, review])
        assert layer.dataProvider().addFeatures([feature])[0]
    layer.selectByExpression("xview2_final_class() = 'destroyed'")
    assert layer.selectedFeatureCount() == 2
    # a request for no fields at all, as labels and styles make it
    request = QgsFeatureRequest().setFilterExpression("xview2_final_class() = 'no-damage'")
    assert len(list(layer.getFeatures(request))) == 1
