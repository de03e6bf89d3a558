"""Every text of the plugin goes through one function, in a form that translators get to see."""

from __future__ import annotations

import ast

from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from tests.plugin.conftest import ROOT
from xview2_qgis.i18n.translation import tr

PACKAGE = ROOT / "xview2_qgis"
#: Texts of the protocol, which packaging/translations.py reads from there.
FROM_THE_PROTOCOL = {"tr(CLASS_LABELS[damage])", "tr(label)"}


class Reversing(QTranslator):
    """Translates the texts of the plugin into themselves, backwards."""

    def translate(self, context, text, disambiguation=None, n=-1):
        return text[::-1] if context == "xView2" else ""

    def isEmpty(self):  # noqa: N802 - name is Qt's
        return False


def test_a_text_is_translated(qgis_app):
    assert tr("Pre-event image") == "Pre-event image"
    translator = Reversing()
    QCoreApplication.installTranslator(translator)
    try:
        assert tr("Pre-event image") == "egami tneve-erP"
    finally:
        QCoreApplication.removeTranslator(translator)


def test_there_is_no_other_way():
    for path in PACKAGE.rglob("*.py"):
        if "engine" in path.parts or path.name == "translation.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            where, name = f"{path.name}:{node.lineno}", ast.unparse(node.func)
            assert name.split(".")[-1] != "_tr", where
            assert name not in ("translate", "QCoreApplication.translate", "QgsApplication.translate"), where
            assert not name.endswith(".tr"), where
            if name == "tr" and ast.unparse(node) not in FROM_THE_PROTOCOL:
                [text] = node.args
                assert isinstance(text, ast.Constant), where
