"""No text that people see is written into the code without its translation."""

from __future__ import annotations

import ast
import re

from tests.plugin.conftest import ROOT

#: What shows its texts, by the end of its name.
SHOWING = {
    "setText", "setWindowTitle", "setTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setPlaceholderText",
    "setSpecialValueText", "setAccessibleName", "setAccessibleDescription", "addItem", "addItems", "addAction",
    "addMenu", "addTab", "addRow", "addButton", "setHeaderLabels", "setHorizontalHeaderLabels", "setSuffix",
    "setPrefix", "QLabel", "PlainLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox",
    "QAction", "QTableWidgetItem", "QListWidgetItem", "pushMessage", "createMessage", "pushInfo", "pushWarning",
    "setProgressText", "reportError", "QgsProcessingException", "warn", "mention", "inform",
}  # fmt: skip
#: Raised with a text that reaches people.
SHOWN_ERRORS = re.compile(r"(Unusable|NotWritten|Missing|Refused|Installation|Download|Work)\w*Error$")
#: Classes of QGIS whose second argument is a title.
TITLED = ("QgsProcessingParameter", "QgsProcessingOutput")
#: The same in all languages: names, measures, patterns.
NAMES = {"xView", "km", "px", "m²", "GeoPackage", "QGIS"}
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_TEXT = re.compile(r"[A-Z]{2}-\d[\w-]*|https://\S+|<[^<>]*>|&[a-z]+;|\{[^}]*\}|[*.][a-z]+")


def _literals(node):
    """Yield the literal texts that an expression may come to, but those that something else makes of others."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _literals(part)
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for part in node.elts:
            yield from _literals(part)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        yield from _literals(node.func.value)
        for part in node.args:
            yield from _literals(part)


def _shown(call):
    name = ast.unparse(call.func).split(".")[-1]
    if name == "Failure":  # details and code come behind
        return call.args[:2]
    if name in SHOWING or SHOWN_ERRORS.search(name):
        return call.args[1:] if name == "addMenu" and len(call.args) > 1 else call.args
    return call.args[1:2] if name.startswith(TITLED) else []


def test_every_text_that_is_shown_is_translated():
    found = []
    for path in (ROOT / "xview2_qgis").rglob("*.py"):
        if path.relative_to(ROOT / "xview2_qgis").parts[0] == "engine":
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            for node in _shown(call):
                for text in _literals(node):
                    words = set(_WORD.findall(_NO_TEXT.sub(" ", text))) - NAMES
                    if words:
                        found.append(f"{path.relative_to(ROOT)}:{call.lineno}: {text!r}")
    assert found == []
