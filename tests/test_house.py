"""The rules of the house (docs/architecture.md): sizes of files, folders and signatures, and which room knows which."""

import ast
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest

from tests.checkout import ROOT
from tests.source_files import imported, modules

PRODUCT = [ROOT / name for name in ("xview2_qgis", "training", "export")]
PROGRAMS = [*PRODUCT, ROOT / "benchmarks", ROOT / "packaging"]
FILES = modules(*PROGRAMS, ROOT / "tests")

LONGEST_MODULE = 400
LARGEST_FOLDER = 15
MOST_PARAMETERS = 6
#: Words that name no concept.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def name(path):
    return path.relative_to(ROOT).as_posix()


def test_modules_are_read_in_one_go():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_folders_are_rooms_not_halls():
    sizes = Counter(path.parent for path in FILES)
    assert {name(folder): size for folder, size in sizes.items() if size > LARGEST_FOLDER} == {}


def test_modules_are_named_by_what_they_hold():
    assert [name(path) for path in FILES if EMPTY_NAMES & {path.stem, path.parent.name}] == []


def parameters(function):
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [argument for argument in names if argument not in ("self", "cls")]


def test_functions_take_few_things():
    found = {
        f"{name(path)}:{node.lineno} {node.name}": len(parameters(node))
        for path in modules(*PROGRAMS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {function: count for function, count in found.items() if count > MOST_PARAMETERS} == {}


def test_silenced_checks_have_a_reason():
    """Behind the comment for mypy, or above it."""
    silent = re.compile(r"^(?!\s*#).*\n.*# type: ignore(\[[a-z-]+(, [a-z-]+)*\])?\s*$", re.MULTILINE)
    found = [name(path) for path in modules(*PROGRAMS) if silent.search(path.read_text(encoding="utf-8"))]
    assert found == []


#: Files at the top of these put rooms together; each of them stands for itself.
TOPS = {ROOT / "xview2_qgis", ROOT / "xview2_qgis" / "engine", ROOT / "training", ROOT / "export"}


def room(path):
    """Return the room that a file is in, or the file itself where it stands above the rooms."""
    if path.parent in TOPS:
        return name(path.parent if path.name == "__init__.py" else path)
    return next(name(folder) for folder in path.parents if folder.parent in TOPS)


def file_of(imported_name):
    """Return the file of the checkout that a name is, or is in; None for foreign ones."""
    parts = imported_name.split(".")
    while parts:
        path = ROOT.joinpath(*parts)
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
        parts.pop()
    return None


@pytest.mark.parametrize("part", PRODUCT, ids=lambda part: part.name)
def test_rooms_know_each_other_in_one_direction(part):
    arrows, reasons = {}, {}
    for path in modules(part):
        for target in filter(None, map(file_of, imported(path))):
            start, end = room(path), room(target)
            # what __init__ at the top says, such as the version, is nobody's room
            if start != end and part in target.parents and (target.parent not in TOPS or target.stem != "__init__"):
                arrows.setdefault(start, set()).add(end)
                reasons.setdefault((start, end), f"{name(path)} imports {name(target)}")
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        # each knows the one before it
        steps = [reasons[after, before] for before, after in pairwise(error.args[1])]
        pytest.fail("rooms know each other in a circle: " + "; ".join(steps))
