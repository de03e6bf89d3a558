"""xBD labels: from the JSON files to masks, by our own rule or by one of the published ones."""

from xview2_qgis.engine.scoring.challenge import IGNORED

from .buildings import LabelledBuilding, draw_mask, read_label
from .features import SUBTYPES, Feature, LabelError, read_features
from .rules import LABEL_RULES, LabelRule, label_rule

__all__ = [
    "IGNORED",
    "LABEL_RULES",
    "SUBTYPES",
    "Feature",
    "LabelError",
    "LabelRule",
    "LabelledBuilding",
    "draw_mask",
    "label_rule",
    "read_features",
    "read_label",
]
