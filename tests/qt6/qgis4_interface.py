"""The interface of QGIS 4, read from its type stubs (package ``qgis-stubs``, which are made from QGIS itself)."""

import ast
import re
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

#: Bases that stand for enumerations.
ENUMERATIONS = {"Enum", "IntEnum", "Flag", "IntFlag"}


def stubs_folder() -> Path | None:
    """Where the stubs of QGIS 4 lie; None where they are not installed, or where they are those of QGIS 3."""
    spec = find_spec("PyQt6")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parents[1] / "qgis-stubs"
    core = folder / "_core.pyi"
    return folder if core.is_file() and "import PyQt6" in core.read_text(encoding="utf-8") else None


class Interface:
    """Classes of ``qgis.core`` and ``qgis.gui``; each is parsed when it is asked for, the whole would take seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parsed: dict[str, ast.ClassDef | None] = {}

    @cached_property
    def _texts(self) -> dict[str, str]:
        texts = {}
        for file in ("_core.pyi", "_gui.pyi"):
            source = (self._folder / file).read_text(encoding="utf-8")
            for text in re.split(r"^(?=class )", source, flags=re.MULTILINE)[1:]:
                texts[re.match(r"class (\w+)", text)[1]] = text
        return texts

    @cached_property
    def _additions(self) -> str:
        files = [self._folder / part / "__init__.py" for part in ("core", "gui")]
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    @cached_property
    def set_at_import(self) -> dict[str, str]:
        """What QGIS gives its classes while it is imported, by name: most are old names of values."""
        return dict(re.findall(r"^(Qg\w+(?:\.\w+)+) = (.*)", self._additions, flags=re.MULTILINE))

    def top(self, name: str) -> ast.ClassDef | None:
        """The class of a module, or None; ``_core.`` in front of it is how the one module names the other."""
        name = name.removeprefix("_core.")
        if name not in self._parsed:
            text = self._texts.get(name)
            self._parsed[name] = ast.parse(text).body[0] if text else None
        return self._parsed[name]

    def has(self, path: str) -> bool:
        """Whether QGIS 4 has a name such as ``QgsMapLayer.LayerFlag.Identifiable``."""
        first, *rest = path.split(".")
        if self.top(first) is None:
            return not rest and re.search(rf"^(class |def )?{first}\b", self._additions, flags=re.MULTILINE) is not None
        return path in self.set_at_import or self._walk(self.top(first), rest) is not None

    def unscoped(self, path: str) -> bool:
        """Whether a name is the value of an enumeration taken without naming the enumeration."""
        *holder, last = path.split(".")
        node = self._walk(self.top(holder[0]), holder[1:]) if holder else None
        if not isinstance(node, ast.ClassDef) or is_enumeration(node):
            return False
        member = self.member(node, last)
        return isinstance(member, ast.AnnAssign) and self._enumeration(ast.unparse(member.annotation)) is not None

    def member(self, node: ast.ClassDef, name: str) -> ast.stmt | None:
        """What a class of QGIS, or one of QGIS that it inherits from, calls so."""
        for statement in node.body:
            if name in names_of(statement):
                return statement
        for base in node.bases:
            parent = self.top(ast.unparse(base))
            found = self.member(parent, name) if parent is not None else None
            if found is not None:
                return found
        return None

    def qt_bases(self, node: ast.ClassDef) -> list[str]:
        """The classes of Qt that a class inherits from, such as ``QtWidgets.QComboBox``."""
        found = []
        for base in map(ast.unparse, node.bases):
            parent = self.top(base)
            found += self.qt_bases(parent) if parent is not None else [base] * base.startswith("Qt")
        return found

    def class_of(self, annotation: str) -> ast.ClassDef | None:
        """The class of QGIS that an annotation such as ``typing.Type[Qgis.WkbType]`` names."""
        inner = re.fullmatch(r"typing\.Type\[(.*)\]", annotation)
        first, *rest = (inner[1] if inner else annotation).strip("'\"").removeprefix("_core.").split(".")
        node = self._walk(self.top(first), rest) if self.top(first) is not None else None
        return node if isinstance(node, ast.ClassDef) else None

    def _enumeration(self, annotation: str) -> ast.ClassDef | None:
        node = None if annotation.startswith("typing.Type") else self.class_of(annotation)
        return node if node is not None and is_enumeration(node) else None

    def _walk(self, node: ast.stmt | None, path: list[str]) -> ast.stmt | None:
        for name in path:
            if isinstance(node, ast.AnnAssign):
                node = self.class_of(ast.unparse(node.annotation))
            if not isinstance(node, ast.ClassDef):
                return None
            inherited = [base for base in self.qt_bases(node) if _qt_has(base, name)]
            node = self.member(node, name) or (node if inherited else None)
        if isinstance(node, ast.AnnAssign):
            return self.class_of(ast.unparse(node.annotation)) or node
        return node


def is_enumeration(node: ast.ClassDef) -> bool:
    """Whether a class of the stubs is an enumeration."""
    return any(ast.unparse(base).rpartition(".")[2] in ENUMERATIONS for base in node.bases)


def names_of(statement: ast.stmt) -> list[str]:
    """The names that a statement of a class gives."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return [statement.name]
    if isinstance(statement, ast.AnnAssign):
        return [ast.unparse(statement.target)]
    return list(map(ast.unparse, statement.targets)) if isinstance(statement, ast.Assign) else []


def _qt_has(base: str, name: str) -> bool:
    module, _, cls = base.partition(".")
    package = __import__(f"PyQt6.{module}", fromlist=[cls])
    return hasattr(getattr(package, cls, None), name)
