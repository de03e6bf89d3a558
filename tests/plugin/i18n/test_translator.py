"""The translation of the language of QGIS is installed if there is one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication

from xview2_qgis.i18n.translator import install_translator


@pytest.fixture
def in_austria(qgis_app):
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "de_AT")
    yield
    settings.remove("locale")


def test_the_language_without_the_country_does(in_austria, tmp_path):
    # one of QGIS's own translations in the place of ours
    shutil.copy(Path(QgsApplication.i18nPath()) / "qgis_de.qm", tmp_path / "xview2_de.qm")
    assert QCoreApplication.translate("QgsProject", "Reading metadata") == "Reading metadata"
    translator = install_translator(tmp_path)
    assert translator is not None
    try:
        assert not translator.isEmpty()
        assert translator.language() in ("", "de")
    finally:
        assert QCoreApplication.removeTranslator(translator)


def test_without_a_translation_texts_stay(in_austria, tmp_path):
    assert install_translator(tmp_path) is None
