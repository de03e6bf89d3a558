"""A proxy that asks for a password which QGIS keeps in an authentication configuration."""

from __future__ import annotations

import base64
import http.server
import threading
import urllib.request
from functools import partial

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

from tests.plugin.installation.small_index import bundled_pip, plan_for, small_trial
from xview2_qgis.installation import task
from xview2_qgis.installation.network import INDEX_SETTING, network_settings
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.steps import installation
from xview2_qgis.installation.task import InstallationTask

USER, PASSWORD = "anna", "ge:h@im /x"


@pytest.fixture
def configuration(qgis_app):
    """The id of an authentication configuration with user and password."""
    manager = QgsApplication.authManager()
    if manager.isDisabled() or not manager.setMasterPassword("secret", True):
        pytest.skip("this QGIS has no store of passwords")
    config = QgsAuthMethodConfig("Basic")
    config.setName("proxy")
    config.setConfig("username", USER)
    config.setConfig("password", PASSWORD)
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    yield config.id()
    manager.removeAuthenticationConfig(config.id())


@pytest.fixture
def proxy():
    """A proxy that passes requests on for that user only; its port and the logins that came."""
    logins = []
    known = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            logins.append(self.headers.get("Proxy-Authorization", ""))
            if logins[-1] != known:
                self.send_error(407)
                return
            without = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with without.open(self.path) as answer:
                content = answer.read()
            self.send_response(200)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, logins
    server.shutdown()
    server.server_close()


@pytest.fixture
def install(index, proxy, tmp_path, monkeypatch, wait_until):
    """Install over the proxy with a configuration; return outcome and log."""
    monkeypatch.setattr(task, "Installation", partial(installation.Installation, locks=index.locks))
    monkeypatch.setattr(installation, "try_engine", small_trial)
    server, address, _ = index.serve()
    engine = tmp_path / "engine"
    wheels = InstallationPlaces(engine).downloads / "wheels"
    wheels.mkdir(parents=True)
    (wheels / bundled_pip().name).symlink_to(bundled_pip())

    def install(configuration):
        for name, value in {
            "proxyEnabled": True,
            "proxyType": "HttpProxy",
            "proxyHost": "127.0.0.1",
            "proxyPort": str(proxy[0]),
            "authcfg": configuration,
        }.items():
            QgsSettings().setValue(f"proxy/{name}", value)
        QgsSettings().setValue(INDEX_SETTING, address)
        outcomes, lines = [], []
        work = InstallationTask(plan_for(engine))
        work.logged.connect(lines.append)
        work.ended.connect(outcomes.append)
        work.start()
        wait_until(lambda: outcomes, 100)
        return outcomes[0], lines

    yield install
    QgsSettings().remove("proxy")
    server.shutdown()
    server.server_close()


def test_its_password_is_used_and_not_shown(install, proxy, configuration):
    outcome, lines = install(configuration)
    assert outcome.succeeded, "\n".join(lines)
    assert proxy[1]
    assert len(set(proxy[1])) == 1
    assert "ge:h" not in repr(network_settings())
    assert not any("ge:h" in line or "ge%3Ah" in line for line in lines)


def test_a_configuration_that_is_gone(install, proxy):
    outcome, lines = install("nothing")
    assert outcome.message == "The proxy refused the user name or the password.", "\n".join(lines)
