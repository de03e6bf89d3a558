"""The sources of the checkout, and what they import."""

import ast

from tests.checkout import ROOT


def modules(*folders, without=None):
    """Python files of folders."""
    return [path for folder in folders for path in sorted(folder.rglob("*.py")) if without not in path.parents]


def imported(path):
    """Absolute names of all modules that a file imports, anywhere in it."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join((*above, *([node.module] if node.module else ())))
            # a name may itself be a module
            yield from (f"{start}.{name.name}" for name in node.names)
