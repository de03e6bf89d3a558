"""The text beside the files for MapSwipe: how to make a project of them, and what is to be known of the result."""

from __future__ import annotations

from ...language.wording import Wording
from ...stored.result import StoredResult
from ..content.class_tally import ClassTally
from ..content.statement import Paragraph, statement


def guide(result: StoredResult, tally: ClassTally, chosen: int, wording: Wording) -> list[Paragraph]:
    """Return the text.

    Args:
        result: what the files were made of.
        tally: of its buildings.
        chosen: buildings in the project.
        wording: language of the text.
    """
    tr = wording.tr
    return [
        Paragraph(
            tr("MapSwipe project"),
            tr("Create a project of the type “Validate Footprints” in the manager dashboard of MapSwipe and fill in the"
               " values of project.json. Put buildings.geojson where MapSwipe can read it, and give its address there;"
               " also that of the imagery as tiles, and its credit. The area may have 2,500 km² at most."),
        ),
        Paragraph(
            tr("Buildings in the project"),
            tr("{chosen} of {total}, most doubtful first: those between whose two likeliest classes the model hardly"
               " decided. Left out are buildings that a person has checked, or that were not visible. Holes were filled"
               " in, and of a building of several parts the largest is shown, because MapSwipe takes simple outlines.")
            .format(chosen=wording.number(chosen), total=wording.number(tally.buildings)),
        ),
        *statement(result, tally, wording),
    ]  # fmt: skip
