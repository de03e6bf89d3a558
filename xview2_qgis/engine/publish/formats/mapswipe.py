"""MapSwipe: the buildings whose class is most doubtful, for volunteers to look at."""

from __future__ import annotations

import json
from pathlib import Path

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.geojson import feature
from ..content.passage import Passage
from ..content.statement import plain_text
from ..product_format import ProductFormat, PublishContext, Published
from ..volunteers.doubt import DoubtfulBuildings, doubt, simple_outline
from ..volunteers.guide import guide
from ..volunteers.project import project

#: Buildings of a project: what a few hundred volunteers look at three times in a day. MapSwipe takes 100,000.
MOST_BUILDINGS = 10_000


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the files, see :class:`..product_format.WriteProduct`."""
    options = context.options
    wording, passage = Wording(options.language), Passage(result, context)
    doubtful = DoubtfulBuildings(MOST_BUILDINGS)
    for _, rows in passage.batches():
        doubtful.add(rows)
    chosen, counts = doubtful.ordered, dict[str, int]()
    features = []
    for row in chosen:
        counts[row.final_class] = counts.get(row.final_class, 0) + 1
        properties = {
            "building_id": row.building_id, **({"scene": row.scene} if result.merged else {}),
            "final_class": row.final_class, "doubt": round(doubt(row) or 0.0, 3),
        }  # fmt: skip
        features.append(feature(simple_outline(row), properties))
    collection = {"type": "FeatureCollection", "features": features}
    texts = {
        "buildings.geojson": json.dumps(collection, ensure_ascii=False) + "\n",
        "project.json": project(result.run, options.imagery_url, options.organisation, wording),
        "README.txt": plain_text(guide(result, passage.tally, len(chosen), wording)),
    }
    for name, text in texts.items():
        (output / name).write_text(text, encoding="utf-8", newline="\n")
    return Published(len(chosen), counts, left_out=passage.tally.buildings - len(chosen))


FORMAT = ProductFormat("mapswipe", write)
