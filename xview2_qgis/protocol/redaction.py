"""Texts without secrets: what a message quotes of addresses, passwords, keys and the user's folders is cut out.

GDAL, curl and ONNX Runtime repeat the address they were given in their errors, sometimes in another spelling. What a
program was called with is known, so that is looked for first; then whatever looks like an address or a password.
Standard library only: the plugin uses it, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote, unquote

from .plain_text import printable
from .public_name import LEFT_OUT, public_address, public_name

_SHORTEST = 4  # letters of a secret that is looked for everywhere; shorter ones are parts of common words
_SAFE = ":/?&="  # what programs leave as it is when they quote a whole address
_BEGINNING = 8  # letters by which a secret is known that a message shows in part
_URL = re.compile(r"[a-z][a-z0-9+.\-]{0,30}(?:://|%(?:25)*3a%(?:25)*2f%(?:25)*2f)[^\s'\"<>“”‘’]*", re.IGNORECASE)
_VIRTUAL = re.compile(r"/vsi[a-z0-9_]+(?:/[^\s'\"<>?“”]*)?\?[^\s'\"<>“”]*", re.IGNORECASE)
_CLOSING = re.compile(r"[.,:;!)\]}]+$")
# an ending of a name, and whole words of it
_ENDINGS = r"token|secret|signature|credential|cookie"
_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|user(?:name|pwd|id)?|uid|auth(?:cfg|orization|[_\-]?key|[_\-]?token)?"
    r"|sig|x-(?:amz|goog)-[\w\-]+|(?:api|access|account|private|secret|subscription)[_\-]?key(?:[_\-]?id)?|key_b64"
    r"|sharedaccess\w*|header\.[\w\-]+|session(?:[_\-]?id|[_\-]?key)?|credentials?"
)
_NAMES = rf"{_WORDS}|[\w.\-]*(?:{_ENDINGS})"
# any name first and what it says afterwards, each name once: a message may be long, and without a blank
_ASSIGNED = re.compile(r"(?<![\w.\-])([\w.\-]+)\s*=\s*")
_ASSIGNED_VALUE = re.compile(r"'[^']*'?|\"[^\"]*\"?|[^\s&;,|'\"]+")
_SECRET_NAME = re.compile(rf"(?:{_ENDINGS}|(?:^|[._\-])(?:{_WORDS}))$", re.IGNORECASE)
_LONGEST_NAME = 100
_HEADER = re.compile(
    r"\b((?:proxy-)?authorization|x-api-key|cookie)(\s*:\s*)((?:bearer|basic|digest)\s+)?[^\s,;'\"]+", re.IGNORECASE
)
_MEMBER = re.compile(rf"([\"'](?:{_NAMES})[\"']\s*:\s*)('[^']*'?|\"[^\"]*\"?)", re.IGNORECASE)
# looked for at every place: a value may be an address with values of its own
_VALUE = re.compile(r"(?=(?<![\w.\-])([\w.\-]+)=('[^']*'|\"[^\"]*\"|[^&;,\s'\"|?{}]*))")
_HARMLESS = re.compile(
    "url|file|path|source|bands|type|crs|host|hostaddr|port|dbname|tables|schema|table|zmin|zmax|format|layers|styles"
    "|version|service|request|srs|width|height",
    re.IGNORECASE,
)
_COMMON_USERS = frozenset({"user", "admin", "root", "test", "guest", "anonymous"})
_VARIABLE = re.compile(
    r"(?:password|passwd|userpwd|token|secret|access_key(?:_id)?|account_key|api_?key|sas|signature|http_headers)$",
    re.IGNORECASE,
)
#: Variables that name a folder of the user; a shell understands ``$NAME`` in its place.
_FOLDERS = ("XVIEW2_CACHE", "XVIEW2_MODELS", "XDG_CACHE_HOME")


@dataclass(frozen=True)
class Redaction:
    """What is removed from the messages of one program run.

    Attributes:
        replacements: texts and what stands in their place, longest first.
    """

    replacements: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, arguments: Iterable[str]) -> Redaction:
        """Return that for a program called with these arguments, as this user."""
        found: dict[str, str] = {}
        for argument in arguments:
            value = argument.partition("=")[2] if re.match(r"--?[a-z][\w-]*=", argument) else argument
            for text, instead in _of_argument(value):
                found.setdefault(text, instead)
        for text, instead in (*_own_folders(), *_own_secrets()):
            found.setdefault(text, instead)
        # a folder that others lie in comes after them
        return cls(tuple(sorted(found.items(), key=lambda pair: -len(pair[0]))))

    def clean(self, text: str) -> str:
        """Return a text without secrets and folders, and without control sequences of a terminal."""
        for secret, instead in self.replacements:
            if secret in text:
                text = _replaced(text, secret, instead)
        return printable(without_secrets(self._without_beginnings(text)))

    def without_secrets(self, text: str) -> str:
        """Return a text of several lines without passwords and queries; folders stay."""
        for secret, instead in self.replacements:
            # whole addresses, too, such as those of databases
            if instead.endswith((LEFT_OUT, "XML", "JSON")):
                text = text.replace(secret, instead)
        return without_secrets(self._without_beginnings(text))

    def _without_beginnings(self, text: str) -> str:
        """Cut what is left of a long secret where a message was shortened."""
        for secret, instead in self.replacements:
            begin = secret[:_BEGINNING]
            if instead == LEFT_OUT and len(secret) > _BEGINNING and begin in text:
                text = re.sub(re.escape(begin) + r"[^\s'\"<>]*", LEFT_OUT, text)
        return text


def redacted(text: str) -> str:
    """Return a text of unknown origin without passwords, queries, the home folder and control sequences."""
    return Redaction.of(()).clean(text)


def without_secrets(text: str) -> str:
    """Return a text with addresses cut to ``https://host/…/file`` and values of passwords, tokens and keys left out.

    Folders stay: for what the user wants to keep whole.
    """
    text = _VIRTUAL.sub(lambda found: _cut_query(found[0]), text)
    text = _URL.sub(lambda found: _short(found[0]), text)
    text = _HEADER.sub(lambda found: f"{found[1]}{found[2]}{LEFT_OUT}", text)
    text = _MEMBER.sub(lambda found: f"{found[1]}{LEFT_OUT}", text)
    return "".join(_without_values(text))


def _without_values(text: str) -> Iterator[str]:
    """Yield the parts of a text, with the values of passwords, tokens and keys left out."""
    done, name = 0, _ASSIGNED.search(text)
    while name is not None:
        end = name.end()
        yield text[done:end]
        if _SECRET_NAME.search(name[1][-_LONGEST_NAME:]) and (value := _ASSIGNED_VALUE.match(text, end)):
            yield LEFT_OUT
            end = value.end()
        done, name = end, _ASSIGNED.search(text, end)
    yield text[done:]


def _short(address: str) -> str:
    """Cut an address found in a text; what closes the sentence stays."""
    if "?" in address:
        # a query has no recognizable end in a sentence; a colon before a blank belongs to the sentence
        closing = ":" if address.endswith(":") else ""
    else:
        end = _CLOSING.search(address)
        closing = end[0] if end else ""
    return public_address(address[: len(address) - len(closing)]) + closing


def _cut_query(path: str) -> str:
    place, _, query = path.partition("?")
    closing = ":" if query.endswith(":") else ""
    if place.count("/") == 1:  # the address itself is in the query
        return f"{place}?{LEFT_OUT}/{public_name(path)}{closing}"
    return place + closing


def _of_argument(value: str) -> Iterator[tuple[str, str]]:
    """Yield what an argument may be quoted as, and its secrets."""
    if not any(sign in value for sign in '/\\=?@"{') or re.match(r"\+\w+|[A-Za-z_]+\[", value):
        return  # no address: the name of a model, a code, PROJ or WKT of a CRS
    path = value.partition("|")[0]
    decoded = unquote(path)
    spellings = {
        value,
        " ".join(value.split()),
        path,
        decoded,
        unquote(decoded),
        _quoted(path),
        _quoted(path, "/"),
        _quoted(path, ":/?&="),
    }
    # GDAL names what it looked for, not what it was asked for
    spellings |= {re.sub(r"^(?:/vsi[a-z0-9_]+/)+", "", text, flags=re.IGNORECASE) for text in tuple(spellings)}
    spellings |= {text.replace("\\", "\\\\") for text in tuple(spellings)} | {printable(text) for text in spellings}
    name = public_address(value) if re.match("https?://", value, re.IGNORECASE) else public_name(value)
    for text in spellings:
        if len(text) >= _SHORTEST and text != name:
            yield text, name
    source = "|".join(_without_selection(value.split("|")))
    for secret in _secrets(source) | _secrets(unquote(source)) | _secrets(unquote(unquote(source))):
        if len(secret) >= _SHORTEST:
            yield secret, LEFT_OUT
    if not name.startswith(path) and "=" not in path and not path.lower().startswith("/vsi") and "://" not in path:
        places = {os.path.abspath(path), os.path.realpath(path)} if "\0" not in path else set()
        yield from ((place, name) for place in places)
        for place in (path, *places):
            yield from _folders_of(place)


def _without_selection(parts: list[str]) -> Iterator[str]:
    """Yield the parts of a source without those that select a layer or features."""
    for part in parts:
        if part.startswith("subset="):
            return
        if not part.startswith(("layername=", "layerid=")):
            yield part


def _secrets(address: str) -> set[str]:
    """Return user info, query and the values that an address gives, as far as they are not known to be harmless."""
    found: set[str] = set()
    for user in re.findall(r"(?=://(\S*)@)", address) + re.findall(r"(?=://([^\s@/]*)@)", address):
        if "://" not in user:
            name, _, password = user.partition(":")
            found |= {user, password} | (set() if name.lower() in _COMMON_USERS else {name})
    found |= {value.strip("'\"") for _, value in _MEMBER.findall(address)}
    found |= set(re.findall(r"^\w+:(?!//)[^/\s]*/(.*)@", address))  # DRIVER:user/password@host
    if public_name(address).endswith(f":{LEFT_OUT}"):  # a database: DRIVER:user key
        words = re.split(r"[\s,;]", address.partition(":")[2])
        found |= {word for word in words if len(word) >= _BEGINNING and "=" not in word.strip("=")}
    found |= {query for query in re.findall(r"(?=\?(.*))", address, re.DOTALL) if query}
    if "?" in address or re.search(rf"(?:{_NAMES}|/vsicrypt/key)\s*=", address, re.IGNORECASE):
        for key, value in _VALUE.findall(address):
            # an address inside an address has values of its own
            if not _HARMLESS.fullmatch(key) and not re.match(r"/vsi|[a-z][a-z0-9+.\-]*://", value, re.IGNORECASE):
                value = value.strip("'\"")
                found |= {
                    value,
                    value.partition(":")[2],
                    re.sub("(?:bearer|basic)[ +]", "", value, flags=re.IGNORECASE),
                }
    return found | {unquote(text) for text in found} | {_quoted(text) for text in found}


def _folders_of(path: str) -> Iterator[tuple[str, str]]:
    """Yield the folder of a local file."""
    pure = PureWindowsPath(path) if re.match(r"[A-Za-z]:[\\/]|\\\\", path) else PurePosixPath(path)
    if "://" in path or not pure.is_absolute() or len(pure.parts) < 3 or path.lower().startswith("/vsi"):
        return
    folder = pure.parent
    if len(folder.parts) >= 3:
        short = f"{LEFT_OUT}/{folder.name}"
        yield str(folder), short
        if isinstance(pure, PureWindowsPath):
            yield folder.as_posix(), short
            yield str(folder).replace("\\", "\\\\"), short


def _own_secrets() -> Iterator[tuple[str, str]]:
    """Yield the keys and passwords that the environment has for GDAL, proxies and clouds."""
    for variable, value in os.environ.items():
        if _VARIABLE.search(variable) and len(value) >= _BEGINNING:
            yield value, LEFT_OUT
        elif variable.lower().endswith("proxy") and "@" in value:
            yield from ((secret, LEFT_OUT) for secret in _secrets(value) if len(secret) >= _SHORTEST)


def _own_folders() -> Iterator[tuple[str, str]]:
    """Yield the folders of this user."""
    for variable in _FOLDERS:
        folder = os.environ.get(variable, "").rstrip("/\\")
        if len(folder) > _SHORTEST:
            yield folder, f"${variable}"
    for home in {os.path.expanduser("~"), os.environ.get("HOME", ""), os.environ.get("USERPROFILE", "")}:
        for spelling in {home, os.path.realpath(home) if home else ""}:
            spelling = spelling.rstrip("/\\")
            if len(spelling) >= _SHORTEST and spelling != "~":
                yield spelling, "~"
                if "\\" in spelling:
                    yield spelling.replace("\\", "/"), "~"
                    yield spelling.replace("\\", "\\\\"), "~"


def _replaced(text: str, secret: str, instead: str) -> str:
    """Replace a text; a folder only where its name ends there."""
    if instead.startswith(("~", "$", f"{LEFT_OUT}/")):
        return re.sub(re.escape(secret) + r"(?![\w.\-])", lambda _: instead, text)
    return text.replace(secret, instead)


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="surrogatepass")  # names of files may be no text
