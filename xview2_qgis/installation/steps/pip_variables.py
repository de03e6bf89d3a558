"""The environment that pip runs in: its own configuration and QGIS's network, and nothing that changes what it does."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...engine_process.environment import clean_variables
from ..network import NetworkSettings

#: Variables of pip that say how packages are reached, also as options in its configuration files; others say what is
#: installed where, and for which computer, which we do.
_KEPT = frozenset(
    f"PIP_{name}"
    for name in (
        "CACHE_DIR", "CERT", "CLIENT_CERT", "DEFAULT_TIMEOUT", "EXTRA_INDEX_URL", "FIND_LINKS", "INDEX_URL",
        "KEYRING_PROVIDER", "NO_CACHE_DIR", "NO_INDEX", "PROXY", "RETRIES", "TIMEOUT", "TRUSTED_HOST",
    )
)  # fmt: skip

#: Sections of a configuration file that count for a download, the one that wins last.
_SECTIONS = ("global", "download")
_OPTION = re.compile(r"(global|download)\.([a-z-]+)=(.+)")


@dataclass(frozen=True)
class PipVariables:
    """Makes the variables of a run of pip.

    Attributes:
        network: what QGIS knows of the network.
        folder: where files for pip may be put.
        given: variables of QGIS.
    """

    network: NetworkSettings
    folder: Path
    given: Mapping[str, str]

    @classmethod
    def of(cls, network: NetworkSettings, folder: Path) -> PipVariables:
        """Return those of this process."""
        return cls(network, folder, os.environ)

    def listing(self) -> dict[str, str]:
        """Return the variables for ``pip config list``: which configuration files there are is up to the user."""
        variables = clean_variables(self.given)
        chosen = {name: value for name, value in variables.items() if name.upper() == "PIP_CONFIG_FILE"}
        return {**self._ours(variables), **chosen}

    def online(self, configured: Mapping[str, str], authorities: str = "") -> dict[str, str]:
        """Return the variables for a run that reaches the package index.

        Args:
            configured: options of pip's own configuration files, see :func:`configured_options`.
            authorities: certificates that pip trusts by itself, as PEM text.

        Raises:
            OSError: the file of certificates cannot be written.
        """
        named = {f"PIP_{option.upper().replace('-', '_')}": value for option, value in configured.items()}
        variables = self._ours({**named, **clean_variables(self.given)})
        variables["PIP_CONFIG_FILE"] = os.devnull  # what counts of these files is among the variables by now
        network = self.network
        if network.index_url:
            variables["PIP_INDEX_URL"] = network.index_url
        if network.proxy and "PIP_PROXY" not in variables:
            variables["PIP_PROXY"] = network.proxy
            if network.no_proxy:
                variables["NO_PROXY"] = variables["no_proxy"] = network.no_proxy
        chosen = {"PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"} & variables.keys()
        if network.certificates and not chosen:
            bundle = self.folder / "certificates.pem"
            bundle.write_text(f"{authorities}\n{network.certificates}\n", encoding="utf-8")
            variables["PIP_CERT"] = str(bundle)
        return variables

    def offline(self) -> dict[str, str]:
        """Return the variables for a run that takes what lies in a folder only."""
        variables = self._ours(clean_variables(self.given))
        variables = {name: value for name, value in variables.items() if name.upper() not in _KEPT}
        variables["PIP_CONFIG_FILE"] = os.devnull
        return variables

    def _ours(self, variables: dict[str, str]) -> dict[str, str]:
        ours = {
            name: value
            for name, value in variables.items()
            if not name.upper().startswith("PIP_") or name.upper() in _KEPT
        }
        if ours.get("PIP_RETRIES", "").strip() == "0":
            del ours["PIP_RETRIES"]  # pip says why it cannot reach an index when it tries again, and only then
        ours["PIP_NO_INPUT"] = "1"
        ours["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        ours["PIP_NO_COLOR"] = "1"
        # a list of bounds that a computer's configuration names would forbid what the lock asks for
        nothing = self.folder / "no-constraints.txt"
        nothing.touch()
        ours["PIP_CONSTRAINT"] = nothing.as_uri()  # pip takes a blank for the end of a path, not in an address
        ours["PIP_USER"] = "0"
        return ours


def configured_options(listing: Iterable[str]) -> dict[str, str]:
    """Return the options for a download in what ``pip config list`` printed, with their values."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listing:
        match = _OPTION.fullmatch(line.strip())
        if match:
            with suppress(ValueError, SyntaxError):  # not as pip writes values
                found[match[1]][match[2]] = str(ast.literal_eval(match[3]))
    return {name: value for section in _SECTIONS for name, value in found[section].items()}
