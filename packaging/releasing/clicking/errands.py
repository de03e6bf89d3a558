"""What a user does during one visit to QGIS: each function is an errand."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QDialogButtonBox, QGroupBox, QWidget

from . import engine_steps as engine
from . import hour_steps as hour
from . import sample_steps as sample
from .moments import BALLAST, at_moment, fill_disk, kill_child, kill_qgis

if TYPE_CHECKING:
    from .user import Steps, User


def first_map(user: User) -> Steps:
    """From the empty profile to the first map."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    yield from user.picture("1_absent")
    yield from engine.choose_package(user)
    yield from user.picture("2_plan")
    yield from _installed(user)
    yield from _sample_on_map(user)


def first_hour(user: User) -> Steps:
    """From a pair of images to totals with ranges: run, review, adapt, sample, export."""
    yield from hour.pair(user)
    yield from hour.run(user)
    yield from hour.compare(user)
    yield from hour.first_reviews(user)
    yield from hour.adapt(user)
    yield from hour.sample(user)
    yield from hour.save_totals(user)
    yield from hour.score(user)


def look_around(user: User) -> Steps:
    """The page with its plan, the pages of the handbook about it and about models, and QGIS's options."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    yield from user.picture("1_plan")
    buttons = engine.dialog(user).buttons
    user.click(buttons.button(QDialogButtonBox.StandardButton.Help))
    yield user.pause(3)
    yield from user.picture("2_help_engine")
    yield user.pause(4)
    engine.dialog(user).close()
    user.iface.mainWindow().findChild(object, "xView2Models").trigger()
    yield lambda: user.window("xView2ModelsDialog")
    yield from user.picture("3_models")
    user.click(user.window("xView2ModelsDialog").buttons.button(QDialogButtonBox.StandardButton.Help))
    yield user.pause(3)
    yield from user.picture("4_help_models")
    yield user.pause(4)
    user.window("xView2ModelsDialog").close()
    yield from _in_options(user, "xView2EngineOptions", lambda window: user.picture_now("5_options"), 8000)


def go_on(user: User) -> Steps:
    """Come back after something has happened, look at the state, and go on by one click."""
    yield from engine.open_page(user)
    if engine.dialog(user) is None:
        yield from user.picture("1_ready")
        user.note("way", title=user.errand["title"], words="the window that assesses", clicks=0, wrong="")
        return
    yield from engine.plan(user)
    yield from user.picture("1_state")
    state = engine.words(user)
    yield from _one_click(user, user.errand["title"], state)
    yield from user.picture("2_after")


def killed(user: User) -> Steps:
    """An installation during which QGIS is killed."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    yield from engine.choose_package(user)
    [moment] = user.errand["moments"]
    user.note("killed", text=moment)  # the last that this visit can say
    at_moment(moment, engine.sight(user), kill_qgis)
    yield from engine.start(user)
    yield from engine.wait(user)
    user.note("failed", text=f"the moment did not come: {moment}")


def children_killed(user: User) -> Steps:
    """An installation whose programs are killed, one after another."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    for moment in user.errand["moments"]:
        at_moment(moment, engine.sight(user), kill_child)
        yield from engine.start(user)
        yield from engine.wait(user)
        yield from user.picture(moment.replace(" ", "_"))
        user.note("state", text=moment, words=engine.words(user))
    yield from _one_click(user, "pip or the test killed: " + ", ".join(user.errand["moments"]), engine.words(user))
    yield from user.picture("after")


def full_disk(user: User) -> Steps:
    """An installation and a first map on a disk that fills up: three times, and each time there is room again."""
    folder = engine.sight(user).engine.parents[1]
    yield from engine.open_page(user)
    yield from engine.plan(user)
    for moment in user.errand["moments"]:
        filled = at_moment(moment, engine.sight(user), partial(fill_disk, folder))
        yield from engine.start(user)
        yield from engine.wait(user)
        yield filled.is_set
        yield from user.picture(moment.replace(" ", "_"))
        user.note("state", text=moment, words=engine.words(user))
        (folder / BALLAST).unlink()
    yield from _one_click(user, "disk full: " + ", ".join(user.errand["moments"]), engine.words(user))
    # the images are drawn, and their assessment has nowhere to write
    yield from sample.start(user)
    yield lambda: sample.assess(user) is not None and sample.assess(user).task
    fill_disk(folder)
    yield from sample.wait(user)
    yield from user.picture("result")
    state = sample.assess(user).notice.text()
    (folder / BALLAST).unlink()
    clicks = user.clicks
    user.click(sample.assess(user).run_button)
    yield lambda: sample.assess(user).task
    yield from sample.wait(user)
    yield from user.picture("map")
    user.note("way", title="disk full while the result is written", words=state, clicks=user.clicks - clicks,
              wrong="" if sample.layers() else sample.assess(user).notice.text(), **sample.map_facts())  # fmt: skip


def wrong_proxy(user: User) -> Steps:
    """An installation through a proxy that is not there, until it is taken out of QGIS's options."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    yield from engine.start(user)
    yield from engine.wait(user)
    yield from user.picture("1_failed")
    state = engine.words(user)

    def without_proxy(window: QWidget) -> None:
        window.findChild(QGroupBox, "grpProxy").setChecked(False)
        window.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()

    yield from _in_options(user, "mOptionsPageNetwork", without_proxy)
    yield from _one_click(user, "wrong proxy, then none", state)
    yield from user.picture("2_after")


def fetched_model(user: User) -> Steps:
    """From the zip without models to the first map; the download of the model breaks off."""
    yield from engine.open_page(user)
    yield from engine.plan(user)
    yield from engine.choose_package(user)
    yield from _installed(user)
    yield from sample.start(user)
    yield lambda: sample.assess(user) is not None and user.button(sample.assess(user).notice, "Try again")
    yield from user.picture("broken_off")
    state, clicks = sample.assess(user).notice.text(), user.clicks
    user.click(user.button(sample.assess(user).notice, "Try again"))
    yield lambda: not user.button(sample.assess(user).notice, "Try again")
    yield user.pause(0.3)
    yield from user.picture("goes_on")
    yield from sample.wait(user)
    yield from user.picture("map")
    wrong = "" if sample.layers() else sample.assess(user).notice.text()
    user.note("way", title="model's download breaks off", words=state, clicks=user.clicks - clicks, wrong=wrong,
              **sample.map_facts())  # fmt: skip


def _installed(user: User) -> Steps:
    began = time.monotonic()
    yield from engine.start(user)
    yield lambda: engine.dialog(user).work.percent >= 30 or not engine.dialog(user).work.busy
    yield from user.picture("3_installing")
    yield from engine.wait(user)
    yield from user.picture("4_installed")
    user.note("installed", clicks=user.clicks, seconds=round(time.monotonic() - began), wrong=engine.end(user))
    if engine.end(user):
        raise RuntimeError(engine.words(user))


def _sample_on_map(user: User) -> Steps:
    began = time.monotonic()
    yield from sample.start(user)
    yield user.pause(2)
    yield from user.picture("5_running")
    yield from sample.wait(user)
    yield from user.picture("6_map")
    user.note("way", title=user.errand["title"], words="installed, then the sample town", clicks=user.clicks,
              seconds=round(time.monotonic() - began), wrong="" if sample.layers() else "no layer",
              **sample.map_facts())  # fmt: skip


def _one_click(user: User, title: str, state: str) -> Steps:
    """Go on with what the page offers, and note how that ended."""
    clicks, began = user.clicks, time.monotonic()
    yield from engine.start(user)
    yield from engine.wait(user)
    user.note("way", title=title, words=state, clicks=user.clicks - clicks,
              seconds=round(time.monotonic() - began), wrong=engine.end(user))  # fmt: skip


def _in_options(user: User, page: str, act: Callable[[QWidget], object], after_ms: int = 2500) -> Steps:
    """Do something in QGIS's options a moment after they have opened, and leave them."""
    done = []

    def answer() -> None:
        window = user.modal()
        act(window)
        if window.isVisible():
            window.reject()
        done.append(page)

    QTimer.singleShot(after_ms, answer)
    # the window is modal, and has an event loop of its own
    QTimer.singleShot(0, lambda: user.iface.showOptionsDialog(user.iface.mainWindow(), page))
    yield lambda: done
