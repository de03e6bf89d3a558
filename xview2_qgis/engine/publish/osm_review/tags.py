"""Tags of damage in OpenStreetMap (community.openstreetmap.org, thread 129704), one event beside the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...stored.run import StoredRun
from ..content.building_row import BuildingRow
from ..content.slug import event_slug
from ..mapping import FOREIGN_WORDS

_LONGEST = 255  # letters of a value in the database of OpenStreetMap
_KINDS = {"n": "node", "w": "way", "r": "relation"}
_REFERENCE = re.compile(r"(n|node|w|way|r|relation)\s*/?\s*([1-9]\d*)", re.IGNORECASE)
#: Tells whoever opens the file; the validator of JOSM lists it, and it has to be removed by the person who checks.
TO_REVIEW = "machine result of xView2 for QGIS: compare with the imagery, correct, then remove this tag"


@dataclass(frozen=True)
class EventTags:
    """The tags that all buildings of a result have.

    Attributes:
        event: name of the event as a part of keys.
        glide: its GLIDE number, or empty.
        month: of the image that was assessed, ``YYYY-MM``; empty where it is not known.
        imagery: what was looked at.
    """

    event: str
    glide: str
    month: str
    imagery: str

    @classmethod
    def of_run(cls, run: StoredRun) -> EventTags:
        """Return those of a run."""
        facts = run.facts
        post = facts.post
        known = [text for text in (post.source, post.sensor, post.acquired[:10]) if text]
        return cls(
            event_slug(facts.event), facts.event.glide, (post.acquired or run.started_at)[:7],
            "; ".join(known) or "satellite imagery",
        )  # fmt: skip

    def tags(self, row: BuildingRow) -> dict[str, str] | None:
        """Return the tags of a building; None for one whose damage is unknown, of which there is nothing to say."""
        value = FOREIGN_WORDS[row.damage].osm
        if value is None:
            return None
        key = f"damage:{self.event}"
        found = {
            "building": "yes",
            key: value,
            f"{key}:assessment": self.month,
            f"{key}:event": self.glide,
            f"source:{key}": self.imagery,
            "xview2:building_id": row.name if row.building_id is not None else "",
            "xview2:footprint_id": row.footprint_id or "",
            "xview2:osm_object": osm_object(row.footprint_id) or "",
            "fixme": TO_REVIEW,
        }
        return {name: text[:_LONGEST] for name, text in found.items() if text}


def osm_object(footprint_id: str | None) -> str | None:
    """Return the object of OpenStreetMap that an id of a footprint names, as ``way/123``; None where it names none.

    A bare number is not enough: it may be that of anything.
    """
    found = _REFERENCE.fullmatch(footprint_id.strip()) if footprint_id else None
    return f"{_KINDS[found[1][0].lower()]}/{found[2]}" if found else None
