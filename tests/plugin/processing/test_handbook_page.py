"""The page of the algorithms in the handbook is that of the algorithms."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication

from xview2_qgis.processing.provider import XView2Provider

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date(qgis_app, monkeypatch):
    """Else: make reference-pages."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    from handbook import processing_reference

    provider = XView2Provider()
    registry = QgsApplication.processingRegistry()
    assert registry.addProvider(provider)
    try:
        page = processing_reference.page(processing_reference.in_order(provider))
    finally:
        registry.removeProvider(provider)
    written = (ROOT / processing_reference.PAGE).read_text(encoding="utf-8")
    assert page == written
    assert page.count("Id: `xview2:") > 6
