"""Names inside a result, which everything that reads one must know.

Standard library only: the plugin reads results, too.
"""

from __future__ import annotations

#: Layers and the table of the GeoPackage.
DAMAGE_LAYER, ASSESSED_AREA_LAYER, RUN_TABLE = "damage", "assessed_area", "run"

#: Fields of the layer ``damage`` with the probability of each class, least damage first.
PROBABILITY_FIELDS = ("p_no_damage", "p_minor_damage", "p_major_damage", "p_destroyed")
