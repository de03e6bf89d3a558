"""Checks the commands of the pages: each is one for its program, or names a target or a script that exists.

Needs the packages of the engine, of training and of export (their command lines, no torch)::

    .venv/bin/python packaging/handbook/commands.py
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from export import cli as export_cli
from handbook.code_blocks import Typed, commands
from handbook.pages import PAGES
from training import cli as training_cli
from xview2_qgis.engine.command_line.parser import make_parser
from xview2_qgis.engine.commands import COMMANDS
from xview2_qgis.engine.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]

#: Options that the help does not list: for tests.
_HIDDEN = {"--tile-offset"}


def documents(root: Path) -> list[Path]:
    """Return the pages whose commands are checked."""
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / PAGES).rglob("*.md"))]


def fault(typed: Typed, root: Path) -> str:
    """Return what is wrong with a command, or an empty text."""
    if typed.program == "make":
        return _fault_of_make(typed, root)
    if typed.program in ("python", "python3"):
        return _fault_of_script(typed, root)
    if typed.program == "qgis_process":
        return _fault_of_algorithm(typed, root)
    return _fault_of_options(typed)


def _fault_of_make(typed: Typed, root: Path) -> str:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    unknown = [word for word in typed.words if "=" not in word and word not in targets]
    # in a text, "make" is also a verb
    return f"no target {unknown[0]}" if unknown and (typed.whole or "-" in unknown[0]) else ""


def _fault_of_script(typed: Typed, root: Path) -> str:
    first, *rest = typed.words
    if first == "-m" and rest:
        try:
            there = rest[0] in ("venv", "pip") or find_spec(rest[0]) is not None
        except ModuleNotFoundError:
            there = False
        return "" if there else f"no module {rest[0]}"
    return "" if not first.endswith(".py") or "…" in first or (root / first).is_file() else f"no script {first}"


def _fault_of_algorithm(typed: Typed, root: Path) -> str:
    if typed.words[:1] != ("run",) or len(typed.words) < 2:
        return ""
    text = (root / PAGES / "handbook" / "processing-reference.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^Id: `([a-z0-9:_]+)`$(.*?)(?=^Id: |\Z)", text, re.MULTILINE | re.DOTALL))
    section = sections.get(typed.words[1])
    if section is None:
        return f"no algorithm {typed.words[1]}"
    names = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", section, re.MULTILINE))
    given = [re.match(r"--([A-Z0-9_]+)=", word) for word in typed.words[2:]]
    unknown = [match[1] for match in given if match and match[1] not in names]
    return f"no parameter {unknown[0]}" if unknown else ""


def _fault_of_options(typed: Typed) -> str:
    parser = {
        "xview2": lambda: make_parser(typed.words),
        "xview2-train": training_cli.make_parser,
        "xview2-export": export_cli.make_parser,
    }[typed.program]()
    command = typed.words[0]
    if command.startswith("-"):
        return ""
    known = _subparsers(parser)
    if command not in known and command.isupper():
        return ""  # stands for any
    if command not in known:
        return f"no command {command}"
    if not typed.whole:
        return _unknown_option(known[command], typed.words[1:])
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            _, rest = parser.parse_known_args(list(typed.words))
    except UsageError as error:
        return error.message
    except SystemExit:
        return said.getvalue().strip().splitlines()[-1]
    # settings of a training: NAME=VALUE
    wrong = [word for word in rest if typed.program != "xview2-train" or "=" not in word]
    return f"unrecognized: {' '.join(wrong)}" if wrong else ""


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    [action] = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    return dict(action.choices)


def _unknown_option(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> str:
    known = {option for action in parser._actions for option in action.option_strings} | _HIDDEN
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            known |= {option for each in action.choices.values() for a in each._actions for option in a.option_strings}
    options = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    unknown = [option for option in options if option not in known]
    return f"no option {unknown[0]}" if unknown else ""


def faults(root: Path) -> list[str]:
    """Return what is wrong with the commands of all pages; there are some, or a page was not understood."""
    typed = [command for page in documents(root) for command in commands(page)]
    missing = set(COMMANDS) - {command.words[0] for command in typed if command.program == "xview2"}
    return [f"{command} ({wrong})" for command in typed if (wrong := fault(command, root))] + [
        f"no page has an example of xview2 {name}" for name in sorted(missing)
    ]


def main() -> int:
    """Run the command line."""
    found = faults(ROOT)
    for line in found:
        print(f"error: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
