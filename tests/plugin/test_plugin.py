from __future__ import annotations

import subprocess
import sys

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QDialog, QToolBar

from xview2_qgis import classFactory


def test_start_and_unload(interface, fake_engine):
    plugin = classFactory(interface)
    plugin.initGui()
    assert QgsApplication.processingRegistry().algorithmById("xview2:assess") is not None
    action = interface.menu_actions[0]
    named = {entry.objectName(): entry for entry in interface.menu_actions}
    assert not any(action.icon().isNull() for action in interface.menu_actions)
    action.trigger()
    dialog = interface.window.findChild(QDialog, "xView2AssessDialog")
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()
    action.trigger()
    assert interface.window.findChildren(QDialog, "xView2AssessDialog") == [dialog]
    assert dialog.isVisible()
    named["xView2Confidence"].trigger()
    assert interface.window.findChild(QDialog, "xView2ConfidenceDialog").isVisible()
    named["xView2Engine"].trigger()
    assert interface.window.findChild(QDialog, "xView2EngineDialog").isVisible()
    assert len(interface.options_factories) == 1
    plugin.unload()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QgsApplication.processingRegistry().providerById("xview2") is None
    assert interface.menu_actions == []
    assert interface.options_factories == []
    assert interface.window.findChildren(QToolBar) == []
    assert interface.window.findChildren(QDialog) == []


def test_without_an_engine_the_first_button_leads_to_its_page(interface):
    plugin = classFactory(interface)
    plugin.initGui()
    interface.menu_actions[0].trigger()
    assert interface.window.findChild(QDialog, "xView2AssessDialog") is None
    assert interface.window.findChild(QDialog, "xView2EngineDialog").isVisible()
    plugin.unload()


def test_headless(qgis_app):
    plugin = classFactory(None)
    plugin.initProcessing()
    assert QgsApplication.processingRegistry().providerById("xview2").algorithm("assess") is not None
    plugin.initGui()
    plugin.unload()
    assert QgsApplication.processingRegistry().providerById("xview2") is None


def test_the_plugin_imports_nothing_heavy():
    """Loading the plugin must neither cost time nor bring binary packages into QGIS."""
    program = (
        "import sys, qgis.core, qgis.gui; before = set(sys.modules)\n"
        "import xview2_qgis; xview2_qgis.classFactory(None)\n"
        "print(sorted(set(sys.modules) - before))\n"
        "import xview2_qgis.gui.assess.dialog, xview2_qgis.processing.assess.algorithm\n"
        "wrong = {'numpy', 'rasterio', 'geopandas', 'cv2', 'onnxruntime', 'torch', 'shapely', 'osgeo.gdal'}\n"
        "print(sorted(wrong & (set(sys.modules) - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded, wrong = done.stdout.strip().splitlines()[-2:]
    assert "dialog" not in loaded
    assert "algorithm" not in loaded
    assert wrong == "[]"
