"""A reminder when QGIS starts: the last assessment did not come to its end, and can be gone on with."""

from __future__ import annotations

import html
from collections.abc import Callable

from qgis.core import Qgis
from qgis.gui import QgisInterface

from ...assessment.unfinished import remembered_run, unfinished_words
from ...i18n.translation import tr
from ...protocol.journal.unfinished_run import UnfinishedRun
from ..message_button import MessageButton


def remind_of_unfinished_run(iface: QgisInterface, resume: Callable[[UnfinishedRun], object]) -> None:
    """Show a message with the button *Resume*, where there is such a run. One small folder is looked at.

    Args:
        iface: the running application.
        resume: goes on with it.
    """
    run = remembered_run()
    if run is None:
        return
    bar = iface.messageBar()
    item = bar.createMessage("xView2", html.escape(tr("{}, can be gone on with.").format(unfinished_words(run))))

    def go_on() -> None:
        bar.popWidget(item)
        resume(run)

    item.layout().addWidget(MessageButton(tr("Resume"), go_on).widget(item))
    bar.pushWidget(item, Qgis.MessageLevel.Info, 0)
