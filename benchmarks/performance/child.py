"""The process of one part: ``python -m benchmarks.performance.child JSON``, started by the suite."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from .part import Skipped
from .settings import Settings
from .suite import MEASURED, PARTS, SKIPPED


def main() -> int:
    """Measure a part, write its outcome and return the exit code; the last line says why there is none."""
    given = json.loads(sys.argv[1])
    name, answer = given.pop("part"), Path(given.pop("answer"))
    real = given["real"]
    settings = Settings(**given | {"folder": Path(given["folder"]), "real": None if real is None else Path(real)})
    part = next(part for part in PARTS if part.name == name)
    try:
        outcome = part.measure(settings)
    except Skipped as reason:
        print(reason)
        return SKIPPED
    except Exception as error:
        import traceback

        traceback.print_exc()
        lines = str(error).strip().splitlines()
        # paths of a machine are nobody's business
        print(f"{type(error).__name__}: {lines[-1] if lines else ''}".replace(str(settings.folder), "…")[:300])
        return 1
    answer.write_text(json.dumps(asdict(outcome), ensure_ascii=False), encoding="utf-8")
    return MEASURED


if __name__ == "__main__":
    sys.exit(main())
