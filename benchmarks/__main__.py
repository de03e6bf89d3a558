"""``python -m benchmarks``: measures speed and memory, writes the record and the tables of ``docs/performance.md``.

Everything is measured in processes of their own, from their start to their end, as the user waits for them. What
depends on a machine is a ratio to what ONNX Runtime alone takes there. Exits with 1 when a limit is not kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .performance.page import filled
from .performance.record import Record, read_record
from .performance.settings import Settings
from .performance.suite import PARTS, Suite

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "performance.json"
PAGE = ROOT / "docs" / "performance.md"
_TRIED = ROOT / "build" / "bench" / "performance.json"


def main() -> int:
    """Run the benchmarks; return 0 when every limit is kept."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="PART,…", help=f"some of {', '.join(names)}; others stay as they were")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="real pairs in the layout of xBD for dense scenes")
    parser.add_argument("--model", default="compact")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--minutes", type=float, default=35, help="for the whole run (default: 35)")
    parser.add_argument("--quick", action="store_true", help="small scenes, to try the suite; writes no page")
    parser.add_argument("--record", type=Path, help="instead of docs/performance.json; writes no page")
    parser.add_argument("--tables", action="store_true", help="measure nothing: write the page anew from the record")
    options = parser.parse_args()
    if options.tables:
        _write_page(options.record or RECORD)
        return 0
    asked = names if options.only is None else options.only.split(",")
    if unknown := [name for name in asked if name not in names]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(names)}")
    if options.real is not None and not (options.real / "labels").is_dir():
        parser.error(f"{options.real} has no folder labels")
    record = options.record or (_TRIED if options.quick else RECORD)
    with tempfile.TemporaryDirectory(prefix="xview2-bench-", ignore_cleanup_errors=True) as folder:
        settings = Settings(Path(folder), options.model, options.real, options.quick, options.device)
        done = Suite(settings, record.resolve(), options.minutes).measure(asked)
    if record == RECORD:
        _write_page(RECORD)
    print(f"{_name(record)}{f' and {_name(PAGE)}' if record == RECORD else ''} are written")
    return 0 if _kept(done, asked) else 1


def _write_page(record: Path) -> None:
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), read_record(record)), encoding="utf-8")


def _kept(record: Record, names: list[str]) -> bool:
    return all(record.parts[name].kept for name in names)


def _name(path: Path) -> str:
    return path.resolve().relative_to(ROOT).as_posix() if path.resolve().is_relative_to(ROOT) else path.name


if __name__ == "__main__":
    sys.exit(main())
