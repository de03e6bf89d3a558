"""The text beside the files for OpenStreetMap: how to review them, and what is to be known of the result."""

from __future__ import annotations

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.class_tally import ClassTally
from ..content.statement import Paragraph, statement
from .tags import EventTags


def guide(result: StoredResult, tally: ClassTally, event: EventTags, wording: Wording) -> list[Paragraph]:
    """Return the text.

    Args:
        result: what the files were made of.
        tally: of its buildings.
        event: the tags of the event.
        wording: language of the text.
    """
    tr = wording.tr
    return [
        Paragraph(
            tr("Review first"),
            tr("These are results of a machine. Each building has to be compared with the imagery by a person, and the"
               " community has to be asked, before anything goes into OpenStreetMap. JOSM refuses to upload the file."),
        ),
        Paragraph(
            tr("JOSM"),
            tr("Open {file} beside a layer with the data of OpenStreetMap. Where the building is there already, copy"
               " the tags of damage to it; else copy the outline. Then remove the tags fixme and xview2.")
            .format(file="buildings.osm"),
        ),
        Paragraph(
            tr("MapRoulette"),
            tr("{file} holds one task a line. Set the difficulty to expert, and ask for the imagery below.")
            .format(file="maproulette.geojson"),
        ),
        Paragraph(
            tr("Tags"),
            f"damage:{event.event}=none|minimal|significant|complete; damage:{event.event}:assessment={event.month}; "
            f"damage:{event.event}:event={event.glide or '–'}; source:damage:{event.event}={event.imagery}",
        ),
        Paragraph(
            tr("Left out"),
            wording.trn("{n} building that was not visible.", "{n} buildings that were not visible.",
                        tally.buildings - tally.assessed),
        ),
        *statement(result, tally, wording),
    ]  # fmt: skip
