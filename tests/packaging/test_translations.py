"""The tool that brings translations up to date."""

import importlib.util
import xml.etree.ElementTree as ElementTree

from tests.checkout import ROOT


def _load():
    specification = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


translations = _load()


def _checkout(folder, source):
    package = folder / "xview2_qgis"
    (package / "i18n").mkdir(parents=True, exist_ok=True)
    (package / "protocol").mkdir(exist_ok=True)
    (package / "engine").mkdir(exist_ok=True)
    (package / "engine" / "cli.py").write_text('tr("the engine speaks English")\n')
    (package / "protocol" / "schema.py").write_text('CLASS_LABELS = {1: "No damage"}\n')
    (package / "window.py").write_text(source)
    return folder


def _messages(path):
    return {
        message.findtext("source"): message.findtext("translation")
        for message in ElementTree.parse(path).iter("message")
    }


def test_what_is_translated_stays(tmp_path):
    root = _checkout(tmp_path, 'tr("Run")\ntr("Save as <GeoPackage>" " & more")\n')
    path = translations.update(root, "de")
    assert _messages(path) == {"Run": "", "Save as <GeoPackage> & more": "", "No damage": ""}
    tree = ElementTree.parse(path)
    next(tree.iter("translation")).text = "Starten"
    tree.write(path, encoding="utf-8")
    _checkout(tmp_path, 'tr("Run")\ntr("Close")\n')
    assert _messages(translations.update(root, "de")) == {"Run": "Starten", "Close": "", "No damage": ""}


def test_every_text_of_the_plugin_is_found():
    texts = translations.texts_of(ROOT)
    assert len(texts) > 150
    assert {"Pre-event image", "Assess building damage…", "Destroyed"} <= set(texts)
