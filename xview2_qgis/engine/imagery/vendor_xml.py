"""What the XML file of a vendor says of an image: of Maxar, or of Airbus in the format DIMAP version 2."""

from __future__ import annotations

from collections.abc import Sequence

from .description import Description, Said
from .maxar import of_values
from .satellites import satellite
from .xml_leaves import Leaf, xml_leaves

_CENTRE = "center"


def of_xml(content: bytes, origin: str) -> Description | None:
    """Return what a file says, None where it is neither."""
    leaves = xml_leaves(content)
    root = leaves[0][0][0].lower() if leaves else ""
    if root == "dimap_document":
        return _of_dimap(leaves, origin)
    if root == "isd":
        values: dict[str, str] = {}
        for path, text in leaves:
            if len(path) > 1 and path[1].lower() == "imd":
                values.setdefault(path[-1].lower(), text)
        return of_values(values, origin)
    return None


def _of_dimap(leaves: Sequence[Leaf], origin: str) -> Description:
    """Return what Airbus says: of the first strip, and of the centre of the image where the angle is given at several.

    Names as in the *Pléiades Imagery User Guide*, appendix on DIMAP V2.
    """
    strip = {path[-1].upper(): text for path, text in reversed(leaves) if path[-2:-1] == ("Strip_Source",)}
    first = {path[-1].upper(): text for path, text in reversed(leaves)}
    mission = f"{strip.get('MISSION', '')} {strip.get('MISSION_INDEX', '')}".strip()
    moment = f"{strip.get('IMAGING_DATE', '')}T{strip.get('IMAGING_TIME', '')}".strip("T")
    located = _at_centre(leaves)
    return Description(
        origin,
        moment,
        Said(
            source=first.get("PRODUCER_NAME", "Airbus Defence and Space"),
            sensor=satellite(mission),
            gsd_m=located.get("GSD_ACROSS_TRACK"),
            off_nadir_deg=located.get("VIEWING_ANGLE"),
            credit=first.get("COPYRIGHT"),
        ).facts(),
    )


def _at_centre(leaves: Sequence[Leaf]) -> dict[str, str]:
    """Return the geometric values at the centre, else those that come first."""
    groups: list[dict[str, str]] = []
    for path, text in leaves:
        if "Located_Geometric_Values" not in path:
            continue
        name = path[-1].upper()
        # every group begins with its place
        if not groups or (name == "LOCATION_TYPE" and "LOCATION_TYPE" in groups[-1]):
            groups.append({})
        groups[-1].setdefault(name, text)
    centre = [group for group in groups if group.get("LOCATION_TYPE", "").lower() == _CENTRE]
    return (centre or groups or [{}])[0]
