"""Messages in the dialog: one at a time, legible in any theme, gone at a click on the cross."""

from __future__ import annotations

import pytest
from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from xview2_qgis.gui import notice as notice_module
from xview2_qgis.gui.message_button import MessageButton
from xview2_qgis.gui.notice import Notice

LEVELS = [Qgis.MessageLevel.Info, Qgis.MessageLevel.Success, Qgis.MessageLevel.Warning, Qgis.MessageLevel.Critical]


@pytest.fixture
def notice(qgis_app):
    window = QWidget()
    notice = Notice(window)
    QVBoxLayout(window).addWidget(notice)
    window.resize(400, 200)
    window.show()
    yield notice
    window.deleteLater()


def label(notice):
    """The part that shows the message; the other one is the icon."""
    [label] = [label for label in notice.findChildren(QLabel) if label.wordWrap()]
    return label


def buttons(notice):
    return [button.text() for button in notice.findChildren(QPushButton) if not button.isHidden()]


def luminance(colour):
    linear = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3])
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear))  # noqa: B905


def test_it_takes_no_room_while_it_is_empty(notice):
    assert not notice.isVisible()
    assert notice.text() == ""


def test_a_message_is_shown_in_full(notice):
    text = "The file “/a/" + "b" * 300 + ".tif” cannot be read.\nChoose another one."
    notice.show_message(text, Qgis.MessageLevel.Warning)
    assert notice.isVisible()
    assert notice.text() == text
    # of a name without a space a part may be hidden
    assert label(notice).toolTip() == text
    assert notice.minimumSizeHint().width() < 300


def test_names_are_no_markup(notice):
    text = "<b>R&amp;D</b> <img src='x.png'>"
    notice.show_message(text, Qgis.MessageLevel.Info)
    assert notice.text() == text
    assert not Qt.mightBeRichText(label(notice).toolTip())
    # drawn as it is written it is as long as its letters, of which markup would leave three
    words = label(notice)
    words.setWordWrap(False)
    assert words.sizeHint().width() >= words.fontMetrics().horizontalAdvance(text)


@pytest.fixture(params=["light", "dark"])
def theme(qgis_app, request):
    """Colours that somebody has chosen for all of QGIS."""
    before = QApplication.palette()
    palette, ground, text = QPalette(), QColor("#ffffff"), QColor("#000000")
    if request.param == "dark":
        ground, text = text, ground
    palette.setColor(QPalette.ColorRole.Window, ground)
    palette.setColor(QPalette.ColorRole.WindowText, text)
    QApplication.setPalette(palette)
    yield
    QApplication.setPalette(before)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_can_be_read_in_any_theme(theme, notice, level):
    notice.show_message("text", level)
    picture = notice.grab().toImage()
    ground = picture.pixelColor(4, picture.height() // 2)
    text = label(notice).palette().color(QPalette.ColorRole.WindowText)
    bright, dark = sorted((luminance(ground), luminance(text)), reverse=True)
    # WCAG 2.1 asks for 4.5 of small text
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_levels_are_told_apart_at_a_glance(notice):
    grounds = set()
    for level in LEVELS:
        notice.show_message("text", level)
        picture = notice.grab().toImage()
        grounds.add(picture.pixelColor(4, picture.height() // 2).name())
    assert len(grounds) == len(LEVELS)


def test_a_button_does_what_it_says(notice):
    done = []
    notice.show_message("No engine.", Qgis.MessageLevel.Critical, MessageButton("Choose…", lambda: done.append(1)))
    button = notice.findChild(QPushButton)
    assert (button.isVisible(), button.text()) == (True, "Choose…")
    button.click()
    assert done == [1]
    # it belongs to its message and goes with it
    notice.show_message("Fine.", Qgis.MessageLevel.Success)
    assert buttons(notice) == []


def test_the_cross_takes_the_message_away(notice):
    done = []
    notice.show_message("No engine.", Qgis.MessageLevel.Critical, MessageButton("Choose…", lambda: done.append(1)))
    notice.findChild(QToolButton).click()
    assert not notice.isVisible()
    assert notice.text() == ""
    assert buttons(notice) == []
    assert done == []
    notice.show_message("Again.", Qgis.MessageLevel.Info)
    assert notice.isVisible()


def test_a_button_may_show_the_next_message(notice):
    def show_next():
        notice.show_message("b", Qgis.MessageLevel.Info)

    notice.show_message("a", Qgis.MessageLevel.Info, MessageButton("Go", show_next))
    notice.findChild(QPushButton).click()
    assert (notice.text(), notice.isVisible()) == ("b", True)


def test_several_buttons(notice):
    done = []
    titles = ("Zoom to result", "Open report")
    several = [MessageButton(title, lambda title=title: done.append(title)) for title in titles]
    notice.show_message("Finished.", Qgis.MessageLevel.Success, *several)
    assert buttons(notice) == list(titles)
    for button in notice.findChildren(QPushButton):
        button.click()
    assert done == list(titles)


def test_good_news_go_away(notice, wait_until, monkeypatch):
    monkeypatch.setattr(notice_module, "GOOD_NEWS_MS", 20)
    notice.show_message("Careful.", Qgis.MessageLevel.Warning)
    notice.show_message("Fine.", Qgis.MessageLevel.Success)
    wait_until(lambda: not notice.isVisible())
    for level, kept in ((Qgis.MessageLevel.Success, False), (Qgis.MessageLevel.Warning, True)):
        notice.show_message("Finished.", level, MessageButton("Open report", lambda: None))
        notice.clear_good_news()
        assert notice.isVisible() is kept
