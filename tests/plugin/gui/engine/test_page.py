"""The page of the engine: its states, and a real installation from an index of two tiny packages."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsSettings, QgsTask
from qgis.PyQt.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QVBoxLayout

from tests.plugin.installation.conftest import bundled, index, no_pip_settings, package  # noqa: F401 - fixtures
from tests.plugin.installation.small_index import small_trial
from xview2_qgis.engine_process.environment import SETTING, choose_engine, find_engine, managed_folder
from xview2_qgis.gui.engine.page import EnginePage
from xview2_qgis.gui.engine.setup.planning import Planning
from xview2_qgis.gui.engine.work import EngineWork
from xview2_qgis.installation import plan, state, task
from xview2_qgis.installation.network import INDEX_SETTING
from xview2_qgis.installation.offline_package import note_package, read_offline_package
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.plan import PYTHON_SETTING
from xview2_qgis.installation.requirement_lock import RequirementLock
from xview2_qgis.installation.state import EngineState, installed_engine
from xview2_qgis.installation.steps import installation
from xview2_qgis.installation.variant import Variant, offered_variants


@pytest.fixture
def work(qgis_app):
    work = EngineWork()
    yield work
    work.shut_down()


@pytest.fixture
def page(work, qgis_app):
    """A page in a window of its own."""
    # the first that is tried, of perhaps a dozen on a developer's computer
    QgsSettings().setValue(PYTHON_SETTING, sys.executable)
    window = QDialog()
    page = EnginePage(work, window)
    QVBoxLayout(window).addWidget(page)
    window.show()
    yield page
    page.stop_trials()
    window.close()
    window.deleteLater()


@pytest.fixture
def small_locks(index, monkeypatch):  # noqa: F811 - a fixture
    """Install two tiny packages from a folder in place of the engine's."""
    QgsSettings().setValue(INDEX_SETTING, (index.folder / "simple").as_uri())
    monkeypatch.setattr(installation, "try_engine", small_trial)
    monkeypatch.setattr(task, "Installation", functools.partial(task.Installation, locks=index.locks))
    # the lock is looked for in the plugin's own folder unless another one is named
    monkeypatch.setattr(state.state_of, "__defaults__", (index.locks,))
    monkeypatch.setattr(RequirementLock.of.__func__, "__defaults__", (index.locks,))
    return index


def buttons(page):
    return [button.text().replace("&", "") for button in page.findChildren(QPushButton) if button.isVisible()]


def planned(page):
    return page.setup_view.install_button.isEnabled()


def test_without_an_engine_it_says_what_would_be_installed(page, wait_until):
    wait_until(lambda: planned(page))
    view = page.setup_view.plan_view
    assert [view.variants.itemData(row) for row in range(view.variants.count())] == list(offered_variants())
    assert view.variants.itemText(0).endswith("(recommended)")
    assert view.folder.text() == str(managed_folder())
    assert "Python" in view.python.text()
    assert "ONNX Runtime" in view.licences.text()
    assert view.sizes.text()
    assert buttons(page) == ["Install", "Use an existing environment…", "Offline package…"]
    assert "One-time set-up" in page.headline.text()


def test_a_search_that_is_cancelled_can_be_made_again(page, wait_until):
    """QGIS does so, without a question, when it ends."""
    # one of a window that was closed may still be at work
    for planning in [found for found in QgsApplication.taskManager().activeTasks() if isinstance(found, Planning)]:
        assert planning.flags() & QgsTask.Flag.CancelWithoutPrompt
        planning.cancel()
    wait_until(lambda: page.notice.text() or planned(page))
    if not planned(page):  # it had not found one yet
        assert "cancelled" in page.notice.text()
        [again] = [button for button in page.notice.findChildren(QPushButton) if button.isVisible()]
        again.click()
        wait_until(lambda: planned(page))


def test_install_try_again_remove(page, work, small_locks, wait_until, monkeypatch):
    good = small_locks.wheels["other"].read_bytes()
    small_locks.wheels["other"].write_bytes(b"no wheel")
    page.refresh()
    wait_until(lambda: planned(page))
    page.setup_view.install_button.click()
    assert work.busy
    assert buttons(page) == ["Cancel"]
    # a page that is opened meanwhile shows the same work
    other = EnginePage(work)
    other.show()
    assert buttons(other) == ["Cancel"]
    wait_until(lambda: not work.busy, 120)

    # a failure says what to do, and goes on saying so when the next plan is made
    assert not work.outcome.succeeded
    wait_until(lambda: planned(page))
    assert page.notice.text() == f"{work.outcome.message} {work.outcome.hint}"
    assert work.outcome.hint
    page.log_view.details.click()
    assert page.log_view.text.isVisible()
    page.log_view.copy_button.click()
    assert work.outcome.message in QApplication.clipboard().text()

    # and when that is done, one click goes on
    small_locks.wheels["other"].write_bytes(good)
    [again] = [
        button for button in page.notice.findChildren(QPushButton) if button.text().replace("&", "") == "Try again"
    ]
    again.click()
    wait_until(lambda: not work.busy, 120)
    assert work.outcome.succeeded, work.log
    assert "An earlier installation goes on." in work.log
    assert installed_engine().state is EngineState.READY
    for shown in (page, other):
        assert "The engine is installed and works." in shown.notice.text()
        assert "The engine is ready." in shown.headline.text()
        assert "small works" in shown.log_view.text.toPlainText()
    other.deleteLater()
    assert Path(find_engine().interpreter).parent.parent == managed_folder()
    assert {"Test", "Repair", "Remove…", "Copy diagnostics"} <= set(buttons(page))

    [module] = managed_folder().glob("lib/python*/site-packages/small/__init__.py")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    page.installed_view.remove_button.click()
    wait_until(lambda: not work.busy, 60)
    assert not module.exists()
    assert installed_engine().state is EngineState.ABSENT
    wait_until(lambda: planned(page))


def test_what_is_cancelled_goes_on_by_one_click(page, work, small_locks, wait_until):
    page.refresh()
    wait_until(lambda: planned(page))
    page.setup_view.install_button.click()
    wait_until(lambda: "Environment" in work.log)
    page.work_view.cancel_button.click()
    wait_until(lambda: not work.busy, 60)
    assert work.outcome.cancelled
    assert installed_engine().state is EngineState.INCOMPLETE
    assert "Try again" in buttons(page)
    # also after the window was closed
    page.window().close()
    page.notice.clear()
    page.window().show()
    [again] = [button for button in page.notice.findChildren(QPushButton) if button.isVisible()]
    again.click()
    assert work.busy
    work.cancel()
    wait_until(lambda: not work.busy, 60)


def test_a_disk_that_has_become_full_is_one_message(page, work, small_locks, wait_until, monkeypatch):
    """What the next plan would say of it is behind two buttons; that of the failure goes on by one."""

    def full(*_):
        raise InstallationError("The disk is full.", "Free space.")

    wait_until(lambda: planned(page))
    monkeypatch.setattr(installation, "check_room", full)
    monkeypatch.setattr(plan, "check_room", full)
    page.setup_view.install_button.click()
    wait_until(lambda: not work.busy, 60)
    wait_until(lambda: page.setup_view.plan_view.sizes.text() == "–")  # there is no plan
    assert page.notice.text() == "The disk is full. Free space."
    [again] = [button for button in page.notice.findChildren(QPushButton) if button.isVisible()]
    again.click()
    assert work.busy
    wait_until(lambda: not work.busy, 60)
    # what the user chooses then is not about that any more
    page.setup_view.use_package(managed_folder())
    wait_until(lambda: "no offline package" in page.notice.text())


def test_an_offline_package_that_does_not_fit_is_refused(page, wait_until, tmp_path):
    wait_until(lambda: planned(page))
    page.setup_view.use_package(tmp_path)
    wait_until(lambda: page.notice.text())
    [again] = [button for button in page.notice.findChildren(QPushButton) if button.isVisible()]
    again.click()
    wait_until(lambda: planned(page))
    assert page.notice.text() == ""
    assert "index" in page.setup_view.plan_view.source.text()


def test_an_offline_package_that_was_interrupted_is_chosen_again(page, small_locks, package, wait_until):  # noqa: F811
    """Also in another QGIS, whose computer may have no network."""
    places = InstallationPlaces(managed_folder())
    places.downloads.mkdir(parents=True)
    note_package(places.source, read_offline_package(package))
    page.setup_view.forget()  # what was looked for when nothing was there
    page.refresh()
    wait_until(lambda: page.setup_view.plan_view.source.text() == str(package) and planned(page))
    assert "interrupted" in page.explanation.text()
    assert "Package index" in buttons(page)
    assert "Offline package…" not in buttons(page)
    page.setup_view.index_button.click()
    wait_until(lambda: planned(page))
    assert "index" in page.setup_view.plan_view.source.text()
    assert "Offline package…" in buttons(page)


def test_another_environment(page, environment, wait_until):
    good = environment()
    page.existing.try_folder(good.folder)
    wait_until(lambda: not page.existing.busy)
    assert str(good.python) in page.notice.text()
    assert page.installed_view.place.text() == str(good.python)
    page.installed_view.test_button.click()
    wait_until(lambda: not page.trial.busy)
    assert page.notice.text() == "The engine works. It runs on: CPU."
    page.installed_view.diagnostics_button.click()
    wait_until(lambda: not page.trial.busy)
    assert "cpu: runs" in QApplication.clipboard().text()
    page.installed_view.own_button.click()
    assert not QgsSettings().contains(SETTING)
    assert "One-time set-up" in page.headline.text()


def test_one_that_does_not_work_opens_the_details(page, environment, wait_until):
    choose_engine(str(environment(doctor=5).python))
    page.refresh()
    page.installed_view.test_button.click()
    wait_until(lambda: not page.trial.busy)
    assert "does not work" in page.notice.text()
    assert "MISSING" in page.log_view.text.toPlainText()
    assert page.log_view.text.isVisible()


def test_an_engine_that_is_gone(page, environment, tmp_path):
    choose_engine(str(tmp_path / "gone" / "bin" / "python"))
    page.refresh()
    assert page.headline.text() == "The chosen engine is missing."
    assert str(tmp_path / "gone") in page.explanation.text()
    assert {"Use the installed engine", "Use an existing environment…"} <= set(buttons(page))
    assert "Test" not in buttons(page)


def test_every_button_has_a_mnemonic_and_every_field_a_name(page, wait_until):
    wait_until(lambda: planned(page))
    choose_engine(sys.executable)
    page.refresh()
    titles = [button.text() for button in page.findChildren(QPushButton) if button.isVisible()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(letters) == len(set(letters)) > 3
    assert Variant.CPU in offered_variants()
