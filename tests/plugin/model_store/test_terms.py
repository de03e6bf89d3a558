"""Terms are asked for once: for each model and each licence."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsSettings

from xview2_qgis.available_models import AvailableModel
from xview2_qgis.model_store.terms import accept_terms, terms_line, terms_pending

MODEL = AvailableModel("own", "Own", "CC BY-NC-SA 4.0", identifier="own")


def test_once_for_a_model_and_its_licence(qgis_app):
    assert terms_pending(MODEL)
    accept_terms(MODEL)
    assert not terms_pending(MODEL)
    # installed or from a file: it is the same model
    assert not terms_pending(replace(MODEL, name="/somewhere/own.xv2.zip", title="Other words"))
    assert terms_pending(replace(MODEL, licence="CC BY-NC 4.0"))
    assert terms_pending(replace(MODEL, identifier="other"))


def test_a_setting_of_a_stranger_is_no_path_of_settings(qgis_app):
    odd = replace(MODEL, identifier="../../evil/\udcff")
    accept_terms(odd)
    assert not terms_pending(odd)
    assert QgsSettings().value("xview2/evil") is None


def test_free_models_have_no_terms(qgis_app):
    free = replace(MODEL, licence="Apache-2.0")
    assert not terms_pending(free)
    assert terms_line(free) == ""
    assert "CC BY-NC-SA 4.0 (not for commercial use)" in terms_line(MODEL)
