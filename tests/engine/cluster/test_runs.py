"""A run on a cluster gives what a run here gives, whatever happens to workers."""

import os
import signal
from dataclasses import replace

import pytest

from tests.engine.assessment.damage.test_images import in_blocks
from tests.engine.raster.damage.damaged_files import damage_blocks
from tests.engine.recorder import Recorder
from xview2_qgis.engine.assessment import assess
from xview2_qgis.engine.cluster.opening import session_of
from xview2_qgis.engine.errors import Cancelled
from xview2_qgis.engine.run.cancellation import Cancellation
from xview2_qgis.engine.run.context import RunContext
from xview2_qgis.protocol.events import Result, Warned

from .results import assert_same


def run(parameters, events=None, cancellation=None):
    with session_of(parameters) as session:
        return assess(session, parameters, RunContext(events or Recorder(), cancellation))


@pytest.fixture
def local(asked):
    parameters = asked("local")
    run(parameters)
    return parameters


def test_a_worker_that_is_killed_costs_only_its_tiles(asked, workers, local):
    with workers.get_client() as client:
        victim = next(iter(client.run(os.getpid).values()))
    killed = []

    def kill(stage, done, total):
        if stage == "infer" and done >= 6 and not killed:
            assert total > 24
            os.kill(victim, signal.SIGKILL)
            killed.append(done)

    events = Recorder(kill)
    parameters = asked("remote", scheduler=workers.scheduler_address)
    run(parameters, events)
    assert killed
    assert events.warned == []
    assert_same(parameters, local)


def test_several_scenes_in_one_session(asked, workers, local):
    both = [asked(name, scheduler=workers.scheduler_address) for name in ("one", "two")]
    with session_of(both[0]) as session:
        for parameters in both:
            assess(session, parameters, RunContext(Recorder()))
    for parameters in both:
        assert_same(parameters, local)


def test_damage_that_workers_meet_is_counted_as_here(asked, workers):
    first = asked("here")
    post = in_blocks(first.post.path)
    damage_blocks(post, [(3, 5), (3, 6), (8, 2)])
    there = replace(asked("there"), scheduler=workers.scheduler_address)
    told = {}
    for parameters in (first, there):
        events = Recorder()
        run(parameters, events)
        told[parameters.scheduler] = [event.message for event in events.of(Warned)], events.of(Result)[0].figures
    assert told[None] == told[there.scheduler]
    assert told[there.scheduler][1]["unreadable_tiles"] > 1
    assert_same(there, first)


def test_batches_are_those_of_a_run_here(asked, workers):
    here = asked("here", batch_size=4)
    there = replace(asked("there", batch_size=4), scheduler=workers.scheduler_address)
    run(here)
    run(there)
    assert_same(there, here)


@pytest.mark.parametrize("first", ["here", "there"])
def test_what_was_stopped_on_a_cluster_goes_on_here_and_the_other_way_round(asked, workers, local, first):
    here = asked("stopped")
    there = replace(here, scheduler=workers.scheduler_address)
    begun, ended = (here, there) if first == "here" else (there, here)
    cancellation = Cancellation()
    stop = Recorder(lambda stage, done, total: stage == "infer" and done > total / 2 and cancellation.request())
    with pytest.raises(Cancelled):
        run(begun, stop, cancellation)
    events = Recorder()
    run(replace(ended, resume=True), events)
    assert next(done for stage, done, _ in events.steps if stage == "infer") > 0
    assert_same(ended, local)


def test_cancelling_takes_the_tiles_back(asked, workers):
    cancellation = Cancellation()
    events = Recorder(lambda stage, done, total: stage == "infer" and done > 4 and cancellation.request())
    parameters = asked("remote", scheduler=workers.scheduler_address)
    with pytest.raises(Cancelled):
        run(parameters, events, cancellation)
    assert not parameters.output.exists()
    with workers.get_client() as client:
        assert client.run(lambda dask_worker: [name for name in dask_worker.plugins if "xview2" in name]) == {
            worker: [] for worker in client.nthreads()
        }
        assert not any(key.startswith("xview2") for keys in client.processing().values() for key in keys)
