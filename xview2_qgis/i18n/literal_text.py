"""Texts from outside for places where Qt and QGIS would take them for HTML.

A label, a tool tip or a question whose text looks like HTML becomes HTML: images are loaded from any path or host (on
Windows a path ``//host/share`` means to log in there). Labels of ours are set to plain text; a tool tip, a message box
of one call, the message bar, the message log and the list of tasks cannot be.
"""

from __future__ import annotations

import html

from qgis.core import Qgis, QgsMessageLog

LOG_TAG = "xView2"

# QGIS pull requests 61413 and 61436: from 3.40.7, 3.42.3 and 3.44 on the log shows texts as they are
_VERSION = Qgis.QGIS_VERSION_INT
_LOG_SHOWS_HTML = _VERSION < 34007 or 34200 <= _VERSION < 34203


def literal(text: str) -> str:
    """Return a text in which nothing is a tag, for places that take it for HTML or not, depending on what is in it.

    Escaping would show ``&lt;`` in some of them, and a character that looks nearly the same can be read in all.
    """
    return text.replace("<", "‹").replace(">", "›") if "<" in text else text


def log_message(text: str, level: Qgis.MessageLevel) -> None:
    """Write a text to QGIS's message log, so that it reads as it is."""
    from ..protocol.redaction import redacted  # many patterns, for which the start of QGIS need not wait

    # people send it to others: the user's name in paths, and what libraries quote of addresses, is left out
    shown = "\n".join(redacted(line) for line in text.splitlines())
    QgsMessageLog.logMessage(_for_the_log(shown), LOG_TAG, level)


def _for_the_log(text: str) -> str:
    return html.escape(text, quote=False) if _LOG_SHOWS_HTML else text
