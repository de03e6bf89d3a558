"""Classes made from the interface of QGIS 4: real Qt bases and enumerations, methods that do nothing.

A name that QGIS 4 does not have is an ``AttributeError`` or ``ImportError``, as it would be there. What a method
returns is empty: a text, a number, a list or an object of the kind that its annotation names, None where that may be.
"""

import ast
import enum
from functools import cache
from importlib import import_module

from PyQt6.QtCore import pyqtSignal

from tests.qt6.qgis4_interface import Interface, is_enumeration, stubs_folder

INTERFACE = Interface(stubs_folder())
EMPTY = {"str": "", "bool": False, "int": 0, "float": 0.0}


@cache
def generated(path: str) -> type:
    """The class of a path such as ``QgsMapLayer`` or ``QgsMapLayer.LayerFlag``."""
    path = path.removeprefix("_core.")
    node = INTERFACE.class_of(path)
    if node is None:
        raise AttributeError(path)
    return enumeration(node, path) if is_enumeration(node) else plain(node, path)


def enumeration(node: ast.ClassDef, path: str) -> type:
    kind = getattr(enum, ast.unparse(node.bases[0]).rpartition(".")[2])
    names = [ast.unparse(line.targets[0]) for line in node.body if isinstance(line, ast.Assign)]
    made = kind(node.name, {name: enum.auto() if kind is enum.IntFlag else at for at, name in enumerate(names)})
    for old, value in INTERFACE.set_at_import.items():
        holder, _, name = value.rpartition(".")
        older = old.rpartition(".")[2]
        if holder == path and name in names and older not in names:
            setattr(made, older, made[name])
    return made


def plain(node: ast.ClassDef, path: str) -> type:
    bases = [base_class(ast.unparse(base)) for base in node.bases]
    bases = [base for base in bases if base is not object] or [object]
    given = {name: made for line in node.body for name, made in members(line, path, bases)}
    return type(bases[0])(node.name, tuple(bases), given)


def base_class(name: str) -> type:
    module, _, cls = name.partition(".")
    if module.startswith("Qt"):
        return getattr(import_module(f"PyQt6.{module}"), cls)
    return generated(name.removeprefix("_core.")) if INTERFACE.top(name) is not None else object


def members(line: ast.stmt, path: str, bases: list[type]):
    """What a line of a class becomes. Methods that Qt has already, and its constructor, stay Qt's."""
    if isinstance(line, ast.ClassDef):
        yield line.name, generated(f"{path}.{line.name}")
    elif isinstance(line, ast.AnnAssign):
        annotation = ast.unparse(line.annotation)
        if "pyqtSignal" in annotation:
            yield ast.unparse(line.target), pyqtSignal()
        elif annotation.startswith("typing.Type[") and INTERFACE.class_of(annotation) is not None:
            yield ast.unparse(line.target), generated(annotation.removeprefix("typing.Type[").rstrip("]"))
    elif isinstance(line, ast.FunctionDef) and not any(
        hasattr(base, line.name) for base in bases if base is not object
    ):
        yield line.name, method(line)
    elif isinstance(line, ast.FunctionDef) and line.name == "__init__" and bases == [object]:
        yield "__init__", lambda self, *given, **named: None


def method(line: ast.FunctionDef):
    static = any(ast.unparse(mark) == "staticmethod" for mark in line.decorator_list)
    annotation = ast.unparse(line.returns) if line.returns else "None"
    result = cache(lambda: empty(annotation)) if line.name == "instance" else lambda: empty(annotation)
    return staticmethod(lambda *given, **named: result()) if static else lambda self, *given, **named: result()


def empty(annotation: str) -> object:
    """The emptiest object that an annotation allows; for an instance there is one."""
    annotation = annotation.strip("'\"")
    if annotation in EMPTY:
        return EMPTY[annotation]
    if annotation.startswith(("list", "typing.List")):
        return []
    if annotation.startswith(("dict", "typing.Dict")):
        return {}
    if annotation.startswith(("QtCore.", "QtGui.", "QtWidgets.")):
        return base_class(annotation)()
    node = INTERFACE.class_of(annotation)
    if node is None:
        return None
    made = generated(annotation.removeprefix("_core."))
    return next(iter(made)) if is_enumeration(node) else made()
