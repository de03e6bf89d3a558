"""The table of classes: what ours are called in the schemas of others, and how they were determined.

| ours | xBD | Copernicus EMS | UNOSAT | FEMA | OSM | HOT |
| --- | --- | --- | --- | --- | --- | --- |
| unknown | un-classified | Not Analysed | left out | Unknown | left out | -1 |
| no damage | no-damage | No visible damage | 6 | No Damage | none | 0 |
| minor damage | minor-damage | Possibly damaged | 4, by a reviewer 3 | Minor | minimal | 1 |
| major damage | major-damage | Damaged | 2 | Major | significant | 2 |
| destroyed | destroyed | Destroyed | 1 | Destroyed | complete | 3 |

Copernicus EMS and UNOSAT have a word for what is possibly damaged. There a class above it, which the model or an
adaptation gave with less than a stated confidence, is pulled down to it; a reviewer's class never is.

Sources: the manual of Copernicus EMS Rapid Mapping (JRC121741); UNOSAT's comprehensive damage assessments; FEMA's
Historical Geospatial Damage Assessment Database; the tagging of damage in OpenStreetMap (community.openstreetmap.org,
thread 129704).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ...protocol.schema import CLASS_NAMES, SOURCE_REVIEW, Damage
from ...protocol.totals.category import category_of


@dataclass(frozen=True)
class ForeignWords:
    """A class of ours in the schemas of others.

    Attributes:
        xbd: ``subtype`` of xBD.
        cems: ``damage_gra`` of Copernicus EMS.
        unosat: ``Main_Damage_Site_Class`` of UNOSAT; None where it has none.
        fema: ``Damage Level`` of FEMA.
        osm: value of ``damage:<event>`` of OpenStreetMap; None where it has none.
        hot: number in products of the Humanitarian OpenStreetMap Team.
    """

    xbd: str
    cems: str
    unosat: int | None
    fema: str
    osm: str | None
    hot: int


#: The table.
FOREIGN_WORDS: dict[Damage, ForeignWords] = {
    Damage.UNKNOWN: ForeignWords("un-classified", "Not Analysed", None, "Unknown", None, -1),
    Damage.NO_DAMAGE: ForeignWords("no-damage", "No visible damage", 6, "No Damage", "none", 0),
    Damage.MINOR: ForeignWords("minor-damage", "Possibly damaged", 4, "Minor", "minimal", 1),
    Damage.MAJOR: ForeignWords("major-damage", "Damaged", 2, "Major", "significant", 2),
    Damage.DESTROYED: ForeignWords("destroyed", "Destroyed", 1, "Destroyed", "complete", 3),
}

#: UNOSAT's word for minor damage that a reviewer has seen: moderate, in the place of possible.
UNOSAT_MODERATE = 3
#: What the codes of UNOSAT are called.
UNOSAT_WORDS = {
    1: "Destroyed", 2: "Severe Damage", 3: "Moderate Damage", 4: "Possible Damage", 6: "No Visible Damage",
}  # fmt: skip

#: Values of ``det_method`` of Copernicus EMS.
AUTOMATIC, SEMI_AUTOMATIC, BY_HAND = "Automatic extraction", "Semi-automatic extraction", "Photo-interpretation"

#: Layer and field names that say so: published by a machine, not seen by anybody on the ground.
NOT_VALIDATED = "Preliminary, not validated in the field"


def final_damage(frame: GeoDataFrame) -> NDArray[np.int64]:
    """Return the final class of buildings as number of :class:`.schema.Damage`, (N,); none is “no building”."""
    return np.asarray(frame["final_damage"].fillna(int(Damage.UNKNOWN)), np.int64)


def final_confidence(frame: GeoDataFrame) -> NDArray[np.float64]:
    """Return how sure the final class is, 0 to 1, (N,): the model's or the adaptation's; NaN where a person decided."""
    adapted = frame["adapted_class"].notna().to_numpy(bool)
    sure = np.where(adapted, frame["adapted_confidence"], frame["confidence"]).astype(np.float64)
    return np.where(by_review(frame), np.nan, sure)


def cautious_damage(frame: GeoDataFrame, low_confidence: float) -> NDArray[np.int64]:
    """Return the final class for schemas that know “possibly damaged”, (N,).

    Args:
        frame: buildings.
        low_confidence: below it a class above minor damage counts as minor damage; 0 for never.
    """
    damage = final_damage(frame)
    # NaN is below nothing
    pulled = (damage > int(Damage.MINOR)) & (final_confidence(frame) < low_confidence)
    return np.where(pulled, int(Damage.MINOR), damage)


def by_review(frame: GeoDataFrame) -> NDArray[np.bool_]:
    """Return which buildings have the class that a reviewer gave, bool (N,)."""
    drawn = (frame["source"] == SOURCE_REVIEW).to_numpy(bool)
    said = np.array([category_of(word) is not None for word in frame["review_class"]], bool)
    return np.asarray(drawn | said, bool)


def det_methods(frame: GeoDataFrame) -> NDArray[np.object_]:
    """Return ``det_method`` of Copernicus EMS of buildings, object (N,).

    What a person drew, or gave another class than the model did, is photo-interpretation; what a person looked at and
    left as it was is semi-automatic; the rest is automatic.
    """
    reviewed = by_review(frame)
    seen = reviewed | frame["reviewed_at"].notna().to_numpy(bool)
    other = reviewed & (frame["final_class"] != frame["damage_class"]).to_numpy(bool)
    drawn = (frame["source"] == SOURCE_REVIEW).to_numpy(bool) | frame["building_id"].isna().to_numpy(bool)
    return np.where(other | drawn, BY_HAND, np.where(seen, SEMI_AUTOMATIC, AUTOMATIC)).astype(object)


def cems_grades(frame: GeoDataFrame, low_confidence: float) -> NDArray[np.object_]:
    """Return ``damage_gra`` of Copernicus EMS of buildings, object (N,)."""
    words = {int(damage): foreign.cems for damage, foreign in FOREIGN_WORDS.items()}
    return np.array([words[damage] for damage in cautious_damage(frame, low_confidence).tolist()], object)


def unosat_codes(frame: GeoDataFrame, low_confidence: float) -> NDArray[np.int64]:
    """Return ``Main_Damage_Site_Class`` of UNOSAT of buildings, (N,); 0 for those that it has no code for."""
    codes = {int(damage): foreign.unosat or 0 for damage, foreign in FOREIGN_WORDS.items()}
    found = np.array([codes[damage] for damage in cautious_damage(frame, low_confidence).tolist()], np.int64)
    minor = final_damage(frame) == int(Damage.MINOR)
    return np.where(minor & by_review(frame), UNOSAT_MODERATE, found)


def words_of(frame: GeoDataFrame, schema: str) -> NDArray[np.object_]:
    """Return the words of a schema that has none for what is doubtful, object (N,).

    Args:
        frame: buildings.
        schema: ``xbd``, ``fema``, ``osm`` or ``hot``: a field of :class:`ForeignWords`.
    """
    words = {int(damage): getattr(foreign, schema) for damage, foreign in FOREIGN_WORDS.items()}
    found = np.empty(len(frame), object)
    found[:] = [words[damage] for damage in final_damage(frame).tolist()]
    return found


def low_confidence_rule(low_confidence: float) -> str:
    """Return the rule about low confidence as a sentence for the notes of a product."""
    if low_confidence <= 0:
        return "Classes are published whatever their confidence."
    possible = FOREIGN_WORDS[Damage.MINOR].cems.lower()
    return (
        f"Classes that the model gave with a confidence below {low_confidence:g} are published as {possible}, where "
        f"they were {CLASS_NAMES[Damage.MAJOR]} or {CLASS_NAMES[Damage.DESTROYED]}."
    )
