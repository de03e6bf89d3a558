"""OpenStreetMap: files to review in JOSM and MapRoulette, and never an upload."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ....protocol.schema import Damage
from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.passage import Passage
from ..content.statement import plain_text
from ..mapping import FOREIGN_WORDS
from ..osm_review.challenge_file import append_tasks
from ..osm_review.guide import guide
from ..osm_review.josm_file import JosmSpool
from ..osm_review.tags import EventTags
from ..product_format import ProductFormat, PublishContext, Published


def write(result: StoredResult, output: Path, context: PublishContext) -> Published:
    """Write the files, see :class:`..product_format.WriteProduct`."""
    wording, passage = Wording(context.options.language), Passage(result, context)
    event = EventTags.of_run(result.run)
    challenge = output / "maproulette.geojson"
    challenge.touch()
    with TemporaryDirectory(dir=output.parent) as folder:
        spool = JosmSpool(Path(folder))
        for _, rows in passage.batches():
            tagged = [(row, tags) for row in rows if (tags := event.tags(row)) is not None]
            spool.add((row.outline, tags) for row, tags in tagged)
            append_tasks(challenge, tagged)
        spool.write(output / "buildings.osm")
    text = plain_text(guide(result, passage.tally, event, wording))
    (output / "README.txt").write_text(text, encoding="utf-8", newline="\n")
    counts = {word: passage.tally.counts[damage] for damage in Damage if (word := FOREIGN_WORDS[damage].osm)}
    return Published(sum(counts.values()), counts, left_out=passage.tally.counts[Damage.UNKNOWN])


FORMAT = ProductFormat("osm", write)
