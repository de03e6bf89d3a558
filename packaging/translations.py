"""Brings translations up to date and checks them: a development tool, for ``make translations LANGUAGE=es``.

Texts of the plugin and of the engine's pages are translated in ``xview2_qgis/i18n/po/<language>.po``, which any editor
of gettext files opens; see docs/translating.md::

    .venv/bin/python packaging/translations.py update        # all files: new texts in, texts that are gone out
    .venv/bin/python packaging/translations.py update es     # one, which is made where there is none
    .venv/bin/python packaging/translations.py check es      # what is wrong with it, and what is missing
    .venv/bin/python packaging/translations.py sheet es >es.tsv     # what is missing as a table: key, text, remarks
    .venv/bin/python packaging/translations.py fill es <done.tsv    # key and translation back into the file
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from babel.messages.pofile import PoFileError
from translating.checkout_texts import PACKAGE, checkout_texts
from translating.found_text import FoundText
from translating.po_catalogue import (
    catalogue_text,
    merged_catalogue,
    read_catalogue,
    source_catalogue,
)
from translating.review import Finding, review
from translating.sheet import fill, sheet_text

FOLDER = Path(PACKAGE, "i18n", "po")
_SHOWN = 200


def languages(root: Path) -> list[str]:
    """Return the codes of the languages that a checkout has files of."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.po"))


def updated_text(root: Path, code: str, found: list[FoundText]) -> str:
    """Return the file of a language as it has to be.

    Args:
        root: the checkout.
        code: of the language.
        found: the texts of the sources.

    Raises:
        PoFileError: the file is damaged.
    """
    path = root / FOLDER / f"{code}.po"
    before = read_catalogue(path, code) if path.exists() else None
    return catalogue_text(merged_catalogue(before, source_catalogue(code, found)))


def update(root: Path, code: str, found: list[FoundText]) -> Path:
    """Write the file of a language and return its path; arguments as of :func:`updated_text`."""
    path = root / FOLDER / f"{code}.po"
    text = updated_text(root, code, found)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def faults(root: Path, code: str) -> list[Finding]:
    """Return what is wrong with the file of a language, and what is missing in it."""
    return list(review(read_catalogue(root / FOLDER / f"{code}.po", code)))


def _tell(root: Path, code: str, *, all_of_it: bool) -> bool:
    """Print the state of a language and return whether it is complete."""
    found = faults(root, code)
    wrong = [finding for finding in found if not finding.missing]
    missing = [finding for finding in found if finding.missing]
    for finding in [*wrong, *(missing if all_of_it else [])][:_SHOWN]:
        print(f"{code}: {finding}")
    print(f"{code}: {len(missing)} texts are not translated, {len(wrong)} things are wrong")
    return not found


def _print_sheet(root: Path, code: str) -> int:
    sys.stdout.write(sheet_text(read_catalogue(root / FOLDER / f"{code}.po", code), everything=False))
    return 0


def _fill(root: Path, code: str) -> int:
    path = root / FOLDER / f"{code}.po"
    catalogue = read_catalogue(path, code)
    problems = fill(catalogue, sys.stdin)
    for problem in problems:
        print(problem, file=sys.stderr)
    path.write_text(catalogue_text(catalogue), encoding="utf-8", newline="\n")
    update(root, code, checkout_texts(root))
    complete = _tell(root, code, all_of_it=False)
    return 0 if complete and not problems else 1


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Brings translations up to date and checks them.")
    parser.add_argument("action", choices=("update", "check", "sheet", "fill"))
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="for example es or pt_BR (default: all)")
    options = parser.parse_args(arguments)
    root = Path(__file__).resolve().parent.parent
    chosen = options.languages or languages(root)
    try:
        if options.action in ("sheet", "fill"):
            [code] = chosen
            return (_print_sheet if options.action == "sheet" else _fill)(root, code)
        if options.action == "update":
            found = checkout_texts(root)
            for code in chosen:
                print(update(root, code, found).relative_to(root))
        complete = [_tell(root, code, all_of_it=options.action == "check") for code in chosen]
    except (OSError, PoFileError) as error:
        print(f"error: a translation cannot be read: {error}", file=sys.stderr)
        return 1
    return 0 if options.action == "update" or all(complete) else 1


if __name__ == "__main__":
    sys.exit(main())
