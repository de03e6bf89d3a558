"""A table of buildings per class, as text for a label: what is shown, and what there is."""

from __future__ import annotations

import html
from collections import Counter

from ...i18n.number import number_text
from ...i18n.translation import tr
from ...protocol.schema import CLASS_COLOURS, CLASS_LABELS, CLASS_NAMES, NO_BUILDING, NO_BUILDING_LABEL

_CELL = "padding: 1px 12px 1px 0"


def total(counts: Counter[str]) -> int:
    """Return the number of buildings; what a reviewer found to be none is not one."""
    return sum(count for name, count in counts.items() if name != NO_BUILDING)


def counts_table(shown: Counter[str], everything: Counter[str]) -> str:
    """Return an HTML table, worst class first; classes without a building are left out."""
    classes = [(CLASS_NAMES[d], CLASS_LABELS[d], CLASS_COLOURS[d]) for d in sorted(CLASS_NAMES, reverse=True)]
    known = {name for name, _, _ in classes}
    classes.append((NO_BUILDING, NO_BUILDING_LABEL, "#ffffff"))
    classes.extend((name, name, "#ffffff") for name in sorted(everything) if name not in known | {NO_BUILDING})
    titles = (tr("Class"), tr("Shown"), tr("Hidden"), tr("All"))
    rows = ["".join(f"<th align='{_side(index)}' style='{_CELL}'>{t}</th>" for index, t in enumerate(titles))]
    for name, label, colour in classes:
        count = everything[name]
        if not count:
            continue
        square = f"<span style='background-color: {colour}'>&nbsp;&nbsp;&nbsp;&nbsp;</span>"
        cells = [f"{square} {html.escape(tr(label))}", *map(number_text, (shown[name], count - shown[name], count))]
        rows.append("".join(f"<td align='{_side(i)}' style='{_CELL}'>{cell}</td>" for i, cell in enumerate(cells)))
    return "<table cellspacing='0'>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _side(column: int) -> str:
    return "right" if column else "left"
