"""All decision rules by their names in a manifest. A new rule is a file beside this one and a line here."""

from __future__ import annotations

from .fifth_place import FifthPlace
from .object_vote import ObjectVote
from .rule import DecisionRule
from .second_place import SecondPlace

RULES: dict[str, type[DecisionRule]] = {rule.name: rule for rule in (ObjectVote, SecondPlace, FifthPlace)}
