from __future__ import annotations

import os

from qgis.core import Qgis, QgsSettings

from xview2_qgis.installation.diagnostics import diagnostics_text
from xview2_qgis.installation.network import INDEX_SETTING
from xview2_qgis.resources.plugin_metadata import metadata


def test_what_is_sent_along_with_a_question(qgis_app, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:geheim@proxy.example.org:1")
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "jdoe"))
    monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(tmp_path / "home" / "jdoe" / "env" / "bin" / "python"))
    QgsSettings().setValue(INDEX_SETTING, "https://someone:geheim@packages.example.org/simple")
    text = diagnostics_text(f"Python 3.11\ncpu: runs\n{os.environ['HOME']}/x\n")
    assert f"xView2 {metadata('version')}" in text
    assert f"QGIS {Qgis.QGIS_VERSION}" in text
    assert "cpu: runs" in text
    assert "HTTPS_PROXY is set" in text
    assert "packages.example.org" in text
    assert "geheim" not in text
    assert "jdoe" not in text
