"""What the plugin reads inside QGIS: lines of the engine, stored results, cards of models. Nothing of it may raise."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.bundle_cases import KINDS as BUNDLES
from tests.fuzz.case import ROUNDS, SEED
from tests.fuzz.mutation import changed_bytes, changed_tree, tree_bytes, truncated
from xview2_qgis.available_models import available_models, model_of_bundle
from xview2_qgis.engine_process.line_splitter import LONGEST_LINE, LineSplitter
from xview2_qgis.protocol.events import Event, Noise, Progress, Result, decode
from xview2_qgis.protocol.model_json import read_model_json
from xview2_qgis.protocol.redaction import redacted
from xview2_qgis.protocol.stored_result import DamagedError, InUseError, contents, foreign_tables, reviewed_buildings

EXAMPLES = 40 if ROUNDS == 1 else 2000
many = settings(deadline=None, max_examples=EXAMPLES, database=None)

numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**63, 1e308])
texts = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["started", "progress", "warning", "result", "error"]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NAMES = ("started", "progress", "warning", "result", "error", "cancelled")
KEYS = (
    "pre",
    "stage",
    "done",
    "total",
    "eta_s",
    "code",
    "message",
    "output",
    "layers",
    "buildings",
    "counts",
    "seconds",
)
objects = st.builds(
    lambda name, rest: json.dumps({**rest, "event": name}),
    st.sampled_from(NAMES) | values, st.dictionaries(st.sampled_from(KEYS), values, max_size=len(KEYS)),
)  # fmt: skip


@seed(SEED)
@many
@given(objects | texts | st.binary().map(lambda data: data.decode("latin-1")))
@example("[" * 100_000)
@example('{"event": ' + "[" * 100_000)
@example('{"event": "progress", "done": ' + "9" * 10_000 + "}")
@example('{"event": "result", "counts": {"a": NaN, "b": Infinity, "c": 1e999}}')
def test_any_line_is_an_event_or_noise(line):
    event = decode(line)
    assert isinstance(event, (Event, Noise))
    for text in vars(event).values():
        if isinstance(text, str):
            text.encode()  # Qt takes no halves of letters
    if isinstance(event, Progress):
        assert 0.0 <= event.fraction <= 1.0
    if isinstance(event, Result):
        assert all(isinstance(count, int) for count in event.counts.values())
        event.encode()


@seed(SEED)
@many
@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\xff\n", b"\xe2\x82"]), max_size=30)
)
def test_lines_do_not_depend_on_how_they_arrive(pieces):
    by_pieces, at_once = LineSplitter(), LineSplitter()
    lines = [line for piece in pieces for line in by_pieces.feed(piece)] + by_pieces.finish()
    assert lines == at_once.feed(b"".join(pieces)) + at_once.finish()
    assert all(line and "\n" not in line for line in lines)


def test_a_line_without_end_takes_no_memory():
    splitter = LineSplitter()
    tracemalloc.start()
    longest = max(len(line) for _ in range(200) for line in splitter.feed(b"x" * 65_536) or [""])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert longest <= LONGEST_LINE
    assert peak < 20 * LONGEST_LINE


@seed(SEED)
@many
@given(texts | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_can_be_cleaned(text):
    assert isinstance(redacted(text), str)


@seed(SEED)
@many
@given(values.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_a_card_is_an_object_or_refused(data):
    with suppress(ValueError):
        assert isinstance(read_model_json(data), dict)


@pytest.fixture(scope="module")
def result(corpus):
    return (corpus.earlier / "damage.gpkg").read_bytes()


_STATEMENTS = (
    "DROP TABLE damage", "DROP TABLE run", "ALTER TABLE damage DROP COLUMN review_class", "CREATE VIEW x AS SELECT 1",
    "UPDATE damage SET review_class = x'ff'", "UPDATE damage SET review_class = 5",
    "UPDATE damage SET building_id = NULL",
    "ALTER TABLE damage RENAME TO other", "CREATE VIEW damage2 AS SELECT * FROM damage2", "CREATE TABLE 'a\nb' (x)",
    "DROP TABLE damage; CREATE VIEW damage AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    " SELECT x FROM c",
)  # fmt: skip


def changed_result(draw: random.Random, data: bytes, path) -> None:
    if draw.random() < 0.5:
        change = draw.choice((truncated, changed_bytes, changed_bytes, lambda d, b: changed_bytes(d, b, 100)))
        path.write_bytes(change(draw, data))
        return
    path.write_bytes(data)
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    for statement in draw.sample(_STATEMENTS, draw.choice((1, 2))):
        try:
            database.executescript(statement)
        except sqlite3.Error:
            continue
    database.commit()
    database.close()


@pytest.mark.parametrize("number", range(4 if ROUNDS == 1 else 150))
def test_a_stored_result_is_read_or_refused(number, result, tmp_path, tried):
    path = tmp_path / "damage.gpkg"
    changed_result(random.Random(f"{SEED}-result-{number}"), result, path)
    before = path.read_bytes()
    tried.add(hashlib.sha256(before).hexdigest())
    for question in (foreign_tables, reviewed_buildings, contents):
        try:
            question(path)
        except (InUseError, DamagedError):
            continue
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", BUNDLES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("number", range(2 if ROUNDS == 1 else ROUNDS))
def test_the_list_of_models_is_made_whatever_lies_there(kind, number, corpus, tmp_path):
    options = kind(random.Random(f"{SEED}-list-{kind.__name__}-{number}"), tmp_path, corpus)
    found = [*available_models((tmp_path,)), model_of_bundle(options["model"])]
    for model in filter(None, found):
        figures = [text for figure in model.figures for text in vars(figure).values()]
        for text in filter(lambda value: isinstance(value, str), [*vars(model).values(), *figures]):
            text.encode()
            assert len(text) < 30_000
            assert text.isprintable()


@pytest.mark.parametrize("number", range(4 if ROUNDS == 1 else 150))
def test_events_with_other_values(number):
    """Lines of a real run, changed."""
    draw = random.Random(f"{SEED}-event-{number}")
    sound = Result("a.gpkg", ["damage"], 4, {"destroyed": 1}, "cpu", "CPU", "fp32", 1.0, 2.0, "1,2,3", "1,2,3")
    data = tree_bytes(draw, changed_tree(draw, json.loads(sound.encode())))
    for line in LineSplitter().feed(data + b"\n"):
        assert isinstance(decode(line), (Event, Noise))
