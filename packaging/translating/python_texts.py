"""Texts for people in Python sources, with what a translator needs to know of each."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .found_text import ONE_TEXT, TWO_TEXTS, FoundText, place_of

#: What a text is, by the end of the name of the function that it is given to; the first that fits.
KINDS = {
    "setToolTip": "tool tip",
    "setStatusTip": "status bar",
    "setPlaceholderText": "hint in an empty field",
    "setWindowTitle": "title of a window",
    "setTitle": "title",
    "QPushButton": "button",
    "QToolButton": "button",
    "addButton": "button",
    "QCheckBox": "check box",
    "QRadioButton": "choice",
    "QGroupBox": "title of a group",
    "QAction": "menu entry or button",
    "addAction": "menu entry or button",
    "addMenu": "menu",
    "addTab": "title of a tab",
    "addItem": "entry of a list",
    "addRow": "label before a field",
    "setHeaderLabels": "title of a column",
    "QLabel": "label",
    "PlainLabel": "label",
    "setText": "label",
    "QgsProcessingException": "error message",
    "pushWarning": "warning",
    "pushInfo": "message",
}
_PARAMETER, _PARAMETER_KIND = ("QgsProcessingParameter", "QgsProcessingOutput"), "name of a parameter or output"


def python_texts(source: str, file: str) -> Iterator[FoundText]:
    """Yield the texts of a module in the order of its lines.

    Args:
        source: the module.
        file: its path from the root of the checkout.
    """
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        texts = _texts(call)
        if texts:
            yield FoundText(texts[0], texts[1], file, call.lineno, tuple(_remarks(call, parents, file)))


def called(node: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(call: ast.Call) -> tuple[str, str] | None:
    name, count = called(call), 0
    if name in ONE_TEXT:
        count = 1
    elif name in TWO_TEXTS:
        count = 2
    found = [node.value for node in call.args[:count] if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if not count or len(found) != count or not found[0]:
        return None
    return found[0], found[1] if count == 2 else ""


def _remarks(call: ast.Call, parents: dict[ast.AST, ast.AST], file: str) -> Iterator[str]:
    kind, place = _kind(call, parents), place_of(file)
    if kind or place:
        yield ", ".join(filter(None, (place, kind)))
    values = _values(call, parents)
    if values:
        yield "with: " + "; ".join(values)


def _kind(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> str:
    node: ast.AST = call
    while node in parents and not isinstance(node, ast.stmt):
        node = parents[node]
        if isinstance(node, ast.Call):
            name = called(node)
            if name.startswith(_PARAMETER):
                return _PARAMETER_KIND
            for end, kind in KINDS.items():
                if name == end:
                    return kind
    return ""


def _values(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> list[str]:
    """Return what stands for each name in braces, as the source says it."""
    given = [f"{{{word.arg}}} = {ast.unparse(word.value)}" for word in call.keywords if word.arg]
    if called(call) in TWO_TEXTS:
        return [f"{{n}} = {ast.unparse(call.args[2])}", *given] if len(call.args) > 2 else given
    attribute = parents.get(call)
    outer = parents.get(attribute) if isinstance(attribute, ast.Attribute) and attribute.attr == "format" else None
    if not isinstance(outer, ast.Call):
        return []
    numbered = [f"{{{number}}} = {ast.unparse(value)}" for number, value in enumerate(outer.args)]
    return [*numbered, *(f"{{{word.arg}}} = {ast.unparse(word.value)}" for word in outer.keywords if word.arg)]
