"""Every text of the plugin goes through one function, in a form that translators get to see."""

from __future__ import annotations

import ast

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QLocale

from tests.plugin.conftest import ROOT
from xview2_qgis.i18n import translation
from xview2_qgis.i18n.data_size import size_text
from xview2_qgis.i18n.duration import duration_text
from xview2_qgis.i18n.number import number_text, share_text
from xview2_qgis.i18n.translation import plugin_words, qgis_language, tr, trn
from xview2_qgis.protocol.language import catalogue
from xview2_qgis.protocol.language.words import words_of

PACKAGE = ROOT / "xview2_qgis"
#: Constants that are translated where they are shown; `mark` shows them to translators.
FROM_CONSTANTS = {
    "tr(CLASS_LABELS[damage])", "tr(label)", "tr(NO_BUILDING_LABEL)", "tr(title)", "tr(_text(value, longest))",
    "tr(score.set)", "tr(score.metric)", "tr(published.title)", "tr(published.training_data)", "tr(published.summary)",
    "tr(_LABELS[word])",
}  # fmt: skip
GERMAN = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Pre-event image"\n'
    'msgstr "Bild davor"\n\nmsgid "{n} building"\nmsgid_plural "{n} buildings"\nmsgstr[0] "{n} Haus"\n'
    'msgstr[1] "{n} Häuser"\n'
)


def _forget():
    catalogue.catalogue.cache_clear()
    qgis_language.cache_clear()
    plugin_words.cache_clear()


@pytest.fixture
def in_austria(qgis_app, tmp_path, monkeypatch):
    """QGIS set to another language than the system's; there is a translation into that of the neighbours."""
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr(translation, "words_of", lambda *given: words_of(*given, folder=tmp_path))
    before = QLocale()
    QLocale.setDefault(QLocale("de_AT"))
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "de_AT")
    _forget()
    yield
    settings.remove("locale")
    QLocale.setDefault(before)
    _forget()


def test_a_text_is_translated(in_austria):
    assert qgis_language() == "de_AT"
    assert tr("Pre-event image") == "Bild davor"
    assert tr("Not translated") == "Not translated"
    assert trn("{n} building", "{n} buildings", 1) == "1 Haus"
    thousands = QLocale("de_AT").toString(1234)
    assert trn("{n} building", "{n} buildings", 1234) == f"{thousands} Häuser"
    assert number_text(0.25, 2) == "0,25"
    assert size_text(1_500_000) == "1,5 MB"


def test_without_a_translation_texts_stay(qgis_app):
    _forget()
    assert qgis_language() in ("en", "en_GB")
    assert trn("{n} building", "{n} buildings", 1234) == "1,234 buildings"
    assert (share_text(0.5), share_text(0.123, 1)) == ("50\xa0%", "12.3\xa0%")
    assert (duration_text(7), duration_text(3700)) == ("7 s", "1 h 02 min")


def _sources():
    for path in PACKAGE.rglob("*.py"):
        if (
            path.relative_to(PACKAGE).parts[0] != "engine"
            and path.name != "translation.py"
            and path.parent.name != "language"
        ):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_there_is_no_other_way():
    for path, tree in _sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            where, name = f"{path.name}:{node.lineno}", ast.unparse(node.func)
            assert name.split(".")[-1] != "_tr", where
            assert name not in ("translate", "QCoreApplication.translate", "QgsApplication.translate"), where
            protocol = "protocol" in path.parts and name in ("words.tr", "words.trn")
            assert protocol or not name.endswith((".tr", ".trn")), where
            if name == "tr" and ast.unparse(node) not in FROM_CONSTANTS:
                [text] = node.args
                assert isinstance(text, ast.Constant), where
            if name == "trn":
                assert all(isinstance(text, ast.Constant) for text in node.args[:2]), where
                assert len(node.args) == 3, where


def test_plurals_are_not_made_by_hand():
    """A text with a number in it and a noun behind it has as many forms as the language wants."""
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tr" and isinstance(node.args[0], ast.Constant):
                text = node.args[0].value
                assert "(s)" not in text, f"{path.name}:{node.lineno}"
                for noun in ("buildings", "images", "files", "scenes", "tiles", "seconds", "reviews", "layers"):
                    assert f"}} {noun}" not in text, f"{path.name}:{node.lineno}: use trn for {text!r}"
