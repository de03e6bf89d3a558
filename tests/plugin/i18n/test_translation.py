"""The one function through which texts of the plugin go."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from xview2_qgis.i18n.translation import tr


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
