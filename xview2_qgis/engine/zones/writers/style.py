"""Styles of zones: by the share of damaged buildings, and what was not looked at in hatched grey."""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.language.mark import mark
from ....protocol.language.words import Words
from ...output.geopackage.map_tip import escaped
from ...output.template import template
from ..kinds.zone_set import ZoneOrigin
from .columns import zone_columns

# ColorBrewer's OrRd with a cold grey for none: in order also for people with colour-vision deficiencies, and in print
_RAMP: tuple[tuple[float, float, str], ...] = (
    (0.0, 0.1, "254,232,200"), (0.1, 0.25, "253,187,132"), (0.25, 0.5, "252,141,89"), (0.5, 0.75, "227,74,51"),
    (0.75, 1.0, "179,0,0"),
)  # fmt: skip
_NONE, _NO_CLASS = "209,225,236", "232,232,232"
_OPACITY = 190  # of 255: the image stays in sight
_PARTLY = 0.95  # share below which a label says how much was assessed


@dataclass(frozen=True)
class _Rule:
    """Zones that look alike: which, what they are called, and their fill; hatched without one."""

    filter: str
    label: str
    fill: str


@dataclass(frozen=True)
class _Field:
    """A field with its name for people."""

    name: str
    alias: str


def major_or_worse_style(origin: ZoneOrigin, words: Words) -> str:
    """Return the QML style by the share with major damage or worse.

    Args:
        origin: cells of a grid are labelled without their names.
        words: language of legend and aliases.
    """
    return _style("share_major_or_worse", mark("{low}–{high} % with major damage or worse"), origin, words)


def destroyed_style(origin: ZoneOrigin, words: Words) -> str:
    """Return the QML style by the share that is destroyed; arguments as above."""
    return _style("share_destroyed", mark("{low}–{high} % destroyed"), origin, words)


def _style(field: str, legend: str, origin: ZoneOrigin, words: Words) -> str:
    rules = [_Rule(f'"{field}" = 0', words.tr("None"), f"{_NONE},{_OPACITY}")]
    for low, high, colour in _RAMP:
        label = words.tr(legend).format(low=round(100 * low), high=round(100 * high))
        rules.append(_Rule(f'"{field}" > {low} AND "{field}" <= {high}', label, f"{colour},{_OPACITY}"))
    unseen = """coalesce("observed", '') = 'not-observed'"""
    rules.append(
        _Rule(f'"{field}" IS NULL AND NOT {unseen}', words.tr("No building with a class"), f"{_NO_CLASS},{_OPACITY}")
    )
    rules.append(_Rule(f'"{field}" IS NULL AND {unseen}', words.tr("Not observed"), ""))
    fields = [_Field("fid", "fid"), _Field("zone_id", words.tr("Number")), _Field("name", words.tr("Zone"))]
    fields += [_Field(column.field, words.tr(column.heading)) for column in zone_columns(sampled=True)]
    return template("zones.qml").render(
        rules=rules, fields=fields, label=_label(field, origin, words), map_tip=_map_tip(words)
    )


def _label(field: str, origin: ZoneOrigin, words: Words) -> str:
    """Return the expression of a label: the share, with the name of a zone that has one of its own."""
    share = f"""format_number(100 * "{field}", 0) || ' %'"""
    if origin.kind != "polygons":
        return f"""if("{field}" IS NULL, '', {share})"""
    partly = _quoted(words.tr("({n} % assessed)"))
    seen = f"""replace({partly}, '{{n}}', format_number(100 * "share_assessed", 0))"""
    told = f"""{share} || if("share_assessed" < {_PARTLY}, '\\n' || {seen}, '')"""
    unseen = f"""if("observed" = 'not-observed', '\\n' || {_quoted(words.tr("not observed"))}, '')"""
    return f""""name" || coalesce('\\n' || {told}, {unseen})"""


def _map_tip(words: Words) -> str:
    """Return the map tip as HTML with expressions. Names of zones come from files of others: none of them is HTML."""
    shown = ("buildings", "destroyed", "major_damage", "minor_damage", "no_damage", "unknown")
    headings = {column.field: words.tr(column.heading) for column in zone_columns(sampled=True)}
    rows = "".join(f"""<tr><td>{headings[name]}</td><td>[% "{name}" %]</td></tr>""" for name in shown)
    name = escaped('"name"')
    return f"<b>[% {name} %]</b><table>{rows}</table>"


def _quoted(text: str) -> str:
    """Return a text as an expression of QGIS."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
