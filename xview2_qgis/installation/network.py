"""How packages are reached: QGIS's proxy, its certificates, and the package index that an organisation has set."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import (
    QNetworkProxy,
    QNetworkProxyFactory,
    QNetworkProxyQuery,
    QSslConfiguration,
)

#: Setting that names the package index; the same address that pip takes as ``--index-url``.
INDEX_SETTING = "xview2/index_url"

#: The index that pip uses where nothing else is said.
PUBLIC_INDEX = "https://pypi.org/simple"

_SCHEMES = {
    QNetworkProxy.ProxyType.HttpProxy: "http",
    QNetworkProxy.ProxyType.HttpCachingProxy: "http",
    QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",
}
_TYPES = {
    "HttpProxy": QNetworkProxy.ProxyType.HttpProxy,
    "HttpCachingProxy": QNetworkProxy.ProxyType.HttpCachingProxy,
    "Socks5Proxy": QNetworkProxy.ProxyType.Socks5Proxy,
}


@dataclass(frozen=True)
class NetworkSettings:
    """What QGIS knows of the network.

    Attributes:
        index_url: package index of the organisation; empty for the one that pip is configured for.
        proxy: address of the proxy, with user and password; empty for none.
        no_proxy: hosts that are reached without it, separated by commas.
        certificates: authorities that QGIS trusts, as PEM text.
    """

    index_url: str = field(default="", repr=False)  # may have a password in it
    proxy: str = field(default="", repr=False)
    no_proxy: str = ""
    certificates: str = field(default="", repr=False)

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that may have a password in them."""
        variables = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
        given = [value for name in variables for value in (os.environ.get(name), os.environ.get(name.lower())) if value]
        return (self.index_url, self.proxy, *(part for value in given for part in value.split()))


def network_settings() -> NetworkSettings:
    """Return what QGIS knows of the network. In the main thread: a password may ask for the master password."""
    index = str(QgsSettings().value(INDEX_SETTING, "") or "").strip()
    return NetworkSettings(index, _proxy(index or PUBLIC_INDEX), _without_proxy(), _certificates())


def _proxy(index: str) -> str:
    settings = QgsSettings()
    if not settings.value("proxy/proxyEnabled", False, type=bool):
        return ""
    kind = str(settings.value("proxy/proxyType", "") or "")
    if kind not in _TYPES:
        # that of the system
        found: Iterable[QNetworkProxy] = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(index)))
        return next((address for proxy in found if (address := _address(proxy))), "")
    proxy = QNetworkProxy(
        _TYPES[kind],
        str(settings.value("proxy/proxyHost", "") or ""),
        int(str(settings.value("proxy/proxyPort", "") or 0)),
        str(settings.value("proxy/proxyUser", "") or ""),
        str(settings.value("proxy/proxyPassword", "") or ""),
    )
    configuration = str(settings.value("proxy/authcfg", "") or "")
    if configuration:
        answer = QgsApplication.authManager().updateNetworkProxy(proxy, configuration)
        proxy = answer[1] if isinstance(answer, tuple) else proxy
    return _address(proxy)


def _address(proxy: QNetworkProxy) -> str:
    scheme = _SCHEMES.get(proxy.type())
    if scheme is None or not proxy.hostName():
        return ""
    user = quote(proxy.user(), safe="")
    password = quote(proxy.password(), safe="")
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    port = f":{proxy.port()}" if proxy.port() else ""
    return f"{scheme}://{login}{proxy.hostName()}{port}"


def _without_proxy() -> str:
    settings = QgsSettings()
    hosts = []
    for name in ("proxy/proxyExcludedUrls", "proxy/noProxyUrls"):
        value = settings.value(name, []) or []
        for address in value.split("|") if isinstance(value, str) else value:
            host = urlsplit(address if "://" in address else f"//{address}").hostname
            if host:
                hosts.append(host)
    return ",".join(dict.fromkeys(hosts))


def _certificates() -> str:
    found = list(QSslConfiguration.systemCaCertificates())
    manager = QgsApplication.authManager()
    if not manager.isDisabled():
        found += manager.trustedCaCertsCache()
    texts = dict.fromkeys(bytes(certificate.toPem()).decode("ascii", errors="replace") for certificate in found)
    return "\n".join(texts)
