"""Writes the page of the options of ``xview2``, from the parsers of its commands.

Needs no package of the engine::

    .venv/bin/python packaging/handbook/option_reference.py
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from xview2_qgis.engine.command_line.parser import make_parser
from xview2_qgis.engine.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]

#: Where the page lies.
PAGE = Path("docs", "command-line-options.md")

_BEGINNING = """# Command line options

What `xview2 COMMAND --help` prints. This page is made by a program (`make reference-pages`); what files, exit codes and
events are like stands in [command line](command-line.md).
"""


def page() -> str:
    """Return the text of the page."""
    parser = make_parser(list(COMMANDS))
    [commands] = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    parts = [_BEGINNING]
    for name, text in COMMANDS.items():
        parts.append(f"## xview2 {name}\n\n{_sentence(text)}\n\n{_table(commands.choices[name])}")
    return "\n".join(parts)


def _table(parser: argparse.ArgumentParser) -> str:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    rows = [_row(action) for action in parser._actions if _listed(action) and action not in below]
    text = "\n".join(["| option | what |", "| --- | --- |", *rows]) + "\n" if rows else ""
    for action in below:
        helps = {choice.dest: choice.help for choice in action._choices_actions}
        for name, each in action.choices.items():
            text += f"\n### {parser.prog} {name}\n\n{_sentence(helps.get(name) or '')}\n\n{_table(each)}"
    return text


def _listed(action: argparse.Action) -> bool:
    return action.help is not argparse.SUPPRESS and action.dest not in ("help", "debug")


def _row(action: argparse.Action) -> str:
    value = ""
    if action.nargs != 0:
        value = str(action.metavar or (",".join(map(str, action.choices)) if action.choices else action.dest.upper()))
    if action.choices and action.metavar is None:
        value = "{" + value + "}"
    names = ", ".join(f"`{f'{name} {value}'.strip()}`" for name in action.option_strings) or f"`{value}`"
    facts = {"default": action.default, "prog": "xview2", "choices": action.choices}
    text = _sentence((action.help or "") % facts if "%" in (action.help or "") else action.help or "")
    if action.required and action.option_strings:
        text += " Required."
    return f"| {_cell(names)} | {_cell(text)} |"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:1].upper()}{text[1:]}." if text and text[-1] not in ".!?" else text


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def main() -> int:
    """Write the page."""
    (ROOT / PAGE).write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
