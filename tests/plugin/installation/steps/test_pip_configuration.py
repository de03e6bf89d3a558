"""A user's own configuration of pip: the way to the index counts, where things go and for which computer does not."""

from __future__ import annotations

import base64

import pytest

from tests.plugin.installation.small_index import installation_of, small_trial
from xview2_qgis.installation.network import NetworkSettings
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.state import EngineState, state_of
from xview2_qgis.installation.steps import installation
from xview2_qgis.installation.steps.listener import Listener


@pytest.fixture
def install(index, tmp_path, monkeypatch):
    """Install with a configuration file; return the log."""
    monkeypatch.setattr(installation, "try_engine", small_trial)

    def install(text, network):
        file = tmp_path / "own.conf"
        file.write_text(text)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
        engine = tmp_path / "pro file" / "engine"
        wheels = InstallationPlaces(engine).downloads / "wheels"
        wheels.mkdir(parents=True)
        [pip] = (index.simple / "pip").glob("*.whl")
        (wheels / pip.name).symlink_to(pip.resolve())
        lines = []
        listener = Listener(lines.append, lines.append, lambda share: None, lambda: False)
        installation_of(index.folder, engine, listener, network).run()
        assert state_of(InstallationPlaces(engine), index.locks).state is EngineState.READY
        return lines

    return install


def test_what_would_send_packages_elsewhere_does_not_count(install, index, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    places = f"target = {elsewhere}\nprefix = {elsewhere}\nroot = {elsewhere}\ndest = {elsewhere}\nuser = true\n"
    kinds = "platform = win_amd64\npython-version = 3.6\nimplementation = pp\nabi = none\nno-binary = :all:\n"
    others = f"requirement = {elsewhere}\nrequire-virtualenv = true\n"
    index_of_file = f"index-url = {index.simple.as_uri()}\n"
    text = "".join(f"[{section}]\n{places}{kinds}{others}" for section in ("global", "install", "download"))
    install(text + index_of_file, NetworkSettings())
    assert not elsewhere.exists()


def test_an_index_with_a_password_in_that_file(install, index):
    server, address, asked = index.serve()
    try:
        lines = install(
            "[global]\nindex-url = " + address.replace("//", "//someone:gehe%2Fim@") + "\n", NetworkSettings()
        )
    finally:
        server.shutdown()
        server.server_close()
    login = "Basic " + base64.b64encode(b"someone:gehe/im").decode()
    assert {head for path, head in asked if path.endswith(".whl")} == {login}
    assert not any("gehe" in line for line in lines)


def test_a_file_that_pip_cannot_read_is_told(install, index):
    lines = install("no section\n", NetworkSettings(index_url=index.simple.as_uri()))
    assert any("own.conf" in line for line in lines), lines
