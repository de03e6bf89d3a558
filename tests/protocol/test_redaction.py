"""Messages without secrets: whatever library quotes an address, and however it spells it."""

import re
import string
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xview2_qgis.protocol.public_name import public_address, public_name, public_source
from xview2_qgis.protocol.redaction import Redaction, redacted, without_secrets

#: Addresses with a secret in each place where one may be; ``{}`` takes it as it is, ``{quoted}`` percent-encoded.
ADDRESSES = [
    "https://jane:{quoted}@host/a/x.tif",
    "https://{quoted}@host/a/x.tif",
    "https://host/x.tif?X-Amz-Signature={}",
    "https://host/x.tif?a=1&sig={quoted}&b=2#part",
    "/vsicurl/https://jane:{quoted}@host/x.tif?token={}",
    "/vsicurl_streaming/https://host/x.tif?apikey={quoted}",
    "/vsicurl?url=https%3A%2F%2Fhost%2Fx.tif%3Fsig%3D{quoted}",
    "/vsicurl?header.Authorization=Bearer%20{quoted}&userpwd=jane:{quoted}&url=https://host/x.tif",
    "/vsicurl?url=https://host/x.tif&header.X-Api-Key={}",
    "/vsiaz/container/x.tif?sv=2020&sig={quoted}",
    "/vsizip//vsicurl/https://jane:{quoted}@host/a.zip/x.tif",
    "/vsizip/{{/vsicurl/https://host/a.zip?sig={quoted}}}/x.tif",
    "vrt:///vsicurl/https://host/x.tif?sig={quoted}?bands=1,2,3",
    "vrt://https://jane:{quoted}@host/x.tif",
    "PG:host=localhost user=jane password={} dbname=x",
    "PG:host=localhost password='{}' dbname=x",
    "MYSQL:db,user=root,password={},tables=a",
    "postgresql://jane:{quoted}@host/db",
    "type=xyz&url=https://host/t.png?apikey={quoted}&zmax=3",
    "contextualWMSLegend=0&authcfg={}&url=https://host/wms",
    "username=jane&password={}&url=https%3A%2F%2Fhost%2Fwms",
    "WMS:https://host/wms?token={quoted}",
    'NETCDF:"/vsicurl/https://jane:{quoted}@host/x.nc":band',
    "/vsicrypt/key={},file=x.bin",
    "C:\\data\\x.vrt|option:password={}",
    "OCI:scott/{}@host:x",
    "ODBC:sa/{}@dsn",
    "Carto:user {}=",
    'DAAS:{{"apikey":"{}"}}',
    '{{"type":"gdal_streamed_alg","password":"{}"}}',
    "<GDAL_WMS><ServerUrl>https://jane:{quoted}@host/${{x}}?apikey={quoted}</ServerUrl></GDAL_WMS>",
]
SECRETS = st.text(string.ascii_letters + string.digits + "+/=_-.~!$*%", min_size=8, max_size=30).filter(
    lambda text: len(set(text)) > 3
)


def filled(pattern, secret):
    return pattern.format(secret, quoted=quote(secret, safe=""))


def spellings(secret):
    return {secret, quote(secret, safe=""), quote(secret)}


@pytest.mark.parametrize("pattern", ADDRESSES)
@given(secret=SECRETS.filter(lambda text: not set("%/=") & set(text)))
def test_no_secret_of_an_argument_is_in_any_text(pattern, secret):
    address = filled(pattern, secret)
    redaction = Redaction.of(["assess", f"--pre={address}", "--post", address])
    messages = [
        f"cannot open '{address}': not recognized as a supported dataset",
        f"`{address.removeprefix('/vsicurl/')}' does not exist",
        f"HTTP response code on {quote(address)}: 403",
        f"[{address!r}] {secret}",
        f"user:{secret}@host",
    ]
    said = [redaction.clean(text) for text in messages]
    said += [redaction.without_secrets(text) for text in messages]
    said += [public_name(address), public_source(address), public_address(address)]
    for text in said:
        assert not [spelling for spelling in spellings(secret) if spelling in text]


@pytest.mark.parametrize("pattern", [p for p in ADDRESSES if "{quoted}" in p or "password=" in p])
@given(secret=SECRETS.filter(lambda text: not set("%/=,*!$") & set(text)))
def test_no_secret_of_an_address_in_a_file_is_in_a_message(pattern, secret):
    """A virtual raster may name an address that nobody gave on the command line."""
    said = redacted(f"GDAL says: '{filled(pattern, secret)}' does not exist: check it")
    assert not [spelling for spelling in spellings(secret) if spelling in said]
    assert said.startswith("GDAL says: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no overlap: choose images of the same place", "no overlap: choose images of the same place"),
        ("cannot fetch https://host/a/x.zip: check it", "cannot fetch https://host/…/x.zip: check it"),
        ("see https://host/x (404), or not.", "see https://host/x (404), or not."),
        ("cannot fetch https://u:p@host/x.zip?t=1: check it", "cannot fetch https://host/x.zip: check it"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ("password = 'a b c' host=x", "password = … host=x"),
        ('{"apikey": "a b", "x": "y"}', '{"apikey": …, "x": "y"}'),
        ("session_options=1, tokens=5, author=me", "session_options=1, tokens=5, author=me"),
        ("keys: decision.rule must be text", "keys: decision.rule must be text"),
    ],
)
def test_the_rest_of_a_message_stays(text, said):
    assert redacted(text) == said


def test_folders_of_the_user_have_other_names(monkeypatch):
    monkeypatch.setenv("HOME", "/home/jane.doe")
    monkeypatch.setenv("XVIEW2_CACHE", "/big/jane/cache")
    redaction = Redaction.of(["--output=/data/Client ACME/out/o.gpkg", "--model", "/srv/models/tiny"])
    assert redaction.clean("the folder /data/Client ACME/out of o.gpkg") == "the folder …/out of o.gpkg"
    assert redaction.clean("/data/Client ACME/out/o.gpkg exists") == "o.gpkg exists"
    assert redaction.clean("no /srv/models/tiny") == "no tiny"
    assert redaction.clean("pip install -r /home/jane.doe/x.txt") == "pip install -r ~/x.txt"
    assert redaction.clean("/home/jane.doe.old/x, /home/jane.doe") == "/home/jane.doe.old/x, ~"
    assert redaction.clean("/big/jane/cache/tensorrt") == "$XVIEW2_CACHE/tensorrt"


def test_places_of_relative_paths_and_behind_links(tmp_path, monkeypatch):
    client = tmp_path / "ACME"
    client.mkdir()
    (tmp_path / "link").symlink_to(client)
    monkeypatch.chdir(client)
    redaction = Redaction.of(["--output", "out/o.gpkg", f"--report={tmp_path / 'link' / 'o.html'}"])
    assert redaction.clean(f"{client}/out/o.gpkg exists, {client}/out is full") == "o.gpkg exists, …/out is full"
    assert redaction.clean(f"{client}/o.html exists") == "o.html exists"


@pytest.mark.parametrize("kept", range(1, 40))
def test_a_message_that_is_shortened_shows_no_part_of_a_secret(kept):
    password, token = "Correct-Horse-Battery", "AbCdEfGhIjKlMnOpQrStUvWxYz"
    for secret, begin in ((password, "/vsicurl/https://jane:"), (token, "/vsicurl/https://host/x.tif?sig=")):
        address = f"{begin}{secret}{'@host/x.tif' if secret == password else ''}"
        message = f"cannot open {(begin + secret)[: len(begin) + kept]}…"
        said = Redaction.of([f"--pre={address}"]).clean(message), redacted(message)
        assert not [text for text in said if secret[:4] in text]


def test_keys_of_the_environment(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "abcdefghijkl")
    monkeypatch.setenv("GDAL_HTTP_USERPWD", "jane:hunter2hunter2")
    monkeypatch.setenv("https_proxy", "http://jane:pass1word@proxy:3128")
    monkeypatch.setenv("GDAL_HTTP_HEADERS", "X-Key: 0123456789")
    said = redacted(
        "abcdefghijkl, jane:hunter2hunter2, pass1word by http://jane:pass1word@proxy:3128, X-Key: 0123456789"
    )
    assert said == "…, …, … by http://proxy:3128, …"


def test_folders_of_windows(monkeypatch):
    monkeypatch.setenv("USERPROFILE", "C:\\Users\\jane")
    redaction = Redaction.of(["--output=D:\\ACME\\out\\o.gpkg", "--pre=\\\\server\\share\\ACME\\x.tif"])
    assert redaction.clean("C:\\Users\\jane\\x, C:/Users/jane/y, 'C:\\\\Users\\\\jane\\\\z'") == "~\\x, ~/y, '~\\\\z'"
    assert redaction.clean("D:\\ACME\\out\\o.gpkg and D:/ACME/out") == "o.gpkg and …/out"
    assert redaction.clean("\\\\server\\share\\ACME\\x.tif exists") == "x.tif exists"


@pytest.mark.parametrize(
    "value", ["EPSG:32633", "+proj=utm +zone=33 +datum=WGS84", 'GEOGCS["WGS 84",UNIT["d",1]]', "auto"]
)
def test_what_is_no_address_stays(value):
    assert Redaction.of([f"--pre-crs={value}"]).clean(f"the CRS {value} is unknown") == f"the CRS {value} is unknown"


def test_signs_that_steer_a_terminal_are_written_out():
    assert redacted("a\x1b]0;owned\x07b\r\nc\u202ed\ud800é建") == "a\\x1b]0;owned\\x07b\\r\\nc\\u202ed\\ud800é建"


_OLD_NAMES = (
    r"pass(?:word|wd|phrase)?|pwd|user(?:name|pwd|id)?|uid|auth(?:cfg|orization|[_\-]?key|[_\-]?token)?"
    r"|[\w.\-]*(?:token|secret|signature|credential|cookie)"
    r"|sig|x-(?:amz|goog)-[\w\-]+|(?:api|access|account|private|secret|subscription)[_\-]?key(?:[_\-]?id)?|key_b64"
    r"|sharedaccess\w*|header\.[\w\-]+|session(?:[_\-]?id|[_\-]?key)?|credentials?"
)
#: One expression for all, simple and slow: for each letter of a name it looks at the whole name again.
_SLOW = re.compile(
    rf"(?<![\w])((?:[\w\-]+_)?(?:{_OLD_NAMES}))(\s*=\s*)('[^']*'?|\"[^\"]*\"?|[^\s&;,|'\"]+)", re.IGNORECASE
)
_PIECES = (
    "password", "x", "_", "-", ".", "=", " ", "'", '"', "&", "token", "header.", "X-Amz-", "sig", "uid", "key",
    "api", "secret", "=1", "é",
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_values_are_found_as_by_one_simple_expression(text):
    simple = _SLOW.sub(lambda found: f"{found[1]}{found[2]}…", text)
    # what begins with a line below is a name, too
    assert without_secrets(text) == simple or re.search(r"(?<![\w])_", text)


@pytest.mark.parametrize("piece", ["a", "a_", "a-", "a.", "-", "_", "token", "password", "x=", "a=b=", "http", "%3a"])
def test_a_long_message_without_a_blank_is_read_once(piece):
    """More than some seconds of work would stop all of QGIS: Python does nothing else meanwhile."""
    text = piece * (200_000 // len(piece))
    assert without_secrets(text) == text
    assert without_secrets(f"{text} password=hidden").endswith("password=…")


def test_without_secrets_keeps_folders():
    assert without_secrets("/home/jane/x.tif /vsicurl/https://u:p@h/d/x.tif?s=1") == (
        "/home/jane/x.tif /vsicurl/https://h/…/x.tif"
    )
