"""The Processing provider: its names, and which files QGIS may ask of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from qgis.core import QgsApplication, QgsProcessingContext

from xview2_qgis.processing.provider import XView2Provider


@pytest.fixture
def provider(qgis_app):
    provider = XView2Provider()
    registry = QgsApplication.processingRegistry()
    assert registry.addProvider(provider)
    yield provider
    registry.removeProvider(provider)


def test_scripts_find_the_algorithm_by_the_name_of_the_contract(provider):
    registry = QgsApplication.processingRegistry()
    assert registry.providerById("xview2") is provider
    assert registry.algorithmById("xview2:assess").provider() is provider
    names = {algorithm.name() for algorithm in provider.algorithms()}
    assert {"assess", "adapt", "sample", "totals", "score"} <= names


def test_a_second_one_does_not_take_its_place(provider):
    registry = QgsApplication.processingRegistry()
    assert not registry.addProvider(XView2Provider())
    assert registry.providerById("xview2") is provider


def test_people_find_it_by_name_and_icon(provider):
    assert provider.name() == "xView2"
    assert provider.longName().startswith("xView2")
    assert not provider.icon().pixmap(16, 16).isNull()
    assert ET.parse(provider.svgIconPath()).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("parameter", "value", "fine"),
    [
        ("OUTPUT", "/a/out.gpkg", True),
        ("OUTPUT", "TEMPORARY_OUTPUT", True),
        ("OUTPUT", "/a/out.shp", False),
        ("OUTPUT", "memory:", False),
        ("OUTPUT", "postgres://dbname=town", False),
        ("DAMAGE_RASTER", "/a/damage.tif", True),
        ("DAMAGE_RASTER", "/a/damage.png", False),
    ],
)
def test_what_qgis_may_ask_for(provider, parameter, value, fine):
    definition = provider.algorithm("assess").parameterDefinition(parameter)
    ok, message = provider.isSupportedOutputValue(value, definition, QgsProcessingContext())
    assert ok == fine
    assert bool(message) != fine


def test_temporary_files_are_of_a_kind_that_it_writes(provider):
    assert not provider.supportsNonFileBasedOutput()
    assert provider.supportedOutputVectorLayerExtensions() == [provider.defaultVectorFileExtension(True)] == ["gpkg"]
    assert provider.supportedOutputRasterLayerExtensions() == [provider.defaultRasterFileExtension()] == ["tif"]
