"""The same sweep of several sessions is one, and is found once it has finished."""

from dataclasses import replace

import pytest

from ensemble.datasets.builtin import load_table
from ensemble.datasets.csv_table import UPLOADED
from ensemble.datasets.digest import digest
from ensemble.sweeps.results import RunSpec
from tests.execution.fake_workers import CONFIG, FakeWorkers

WINES = load_table("wine")
SPECS = [RunSpec(CONFIG.model_copy(update={"seed": seed}), 0) for seed in range(4)]


@pytest.fixture
def workers():
    return FakeWorkers()


def submit(workers, owner, table=WINES, share=0.2, specs=SPECS, **how):
    return workers.service.submit_sweep(specs, table, share, owner, **how)


def finish(workers):
    while workers.chunks:
        workers.finish(workers.chunks[0])


def test_sessions_that_submit_the_same_see_one_sweep_and_find_it_afterwards(workers):
    first, second = submit(workers, "first"), submit(workers, "second", table=load_table("wine"))
    assert first is second
    assert first.owners == ["first", "second"]
    finish(workers)
    third = submit(workers, "third")
    assert (third is first, third.state, workers.service.sweeps.find(third.id)) == (True, "finished", first)
    assert workers.service.store.bytes == first.bytes_held
    assert sum(one.act == "rows_of_sweep" for one in workers.sent) == 1


def test_other_runs_rows_or_shares_are_another_sweep(workers):
    sweeps = [
        submit(workers, "first"),
        submit(workers, "second", specs=SPECS[:3]),
        submit(workers, "third", share=0.3),
        submit(workers, "fourth", table=load_table("iris")),
    ]
    assert len(set(sweeps)) == 4


def test_sweeps_on_uploaded_rows_are_never_shared(workers):
    own = replace(WINES, name=UPLOADED)
    assert submit(workers, "first", table=own) is not submit(workers, "second", table=own)
    finish(workers)
    assert workers.service.store.bytes == 0


def test_who_leaves_stops_it_only_if_nobody_else_takes_part(workers):
    sweep = submit(workers, "first")
    submit(workers, "second")
    other = submit(workers, "first", share=0.3)
    assert (sweep.live, sweep.owners) == (True, ["second"])
    sweep.leave("second")
    assert (sweep.state, other.live) == ("stopped", True)
    assert submit(workers, "third") is not sweep


def test_a_press_moves_a_background_sweep_to_the_front(workers):
    sweep = submit(workers, "first", background=True)
    submit(workers, "second", background=True)
    assert sweep.background
    sweep.pause()
    assert submit(workers, "third") is sweep
    assert (sweep.background, sweep.state) == (False, "training")


def test_a_sweep_from_known_results_is_finished_and_found_while_held(workers):
    results = ["result"] * 3 + [None]
    sweep = workers.service.sweeps.reopened(SPECS, results, WINES.name, digest(WINES), 0.2)
    assert (sweep.state, sweep.done, sweep.results) == ("finished", 3, results)
    assert (sweep.table_name, sweep.table_digest, sweep.table, sweep.has_more) == ("wine", digest(WINES), None, False)
    assert workers.service.sweeps.find(sweep.id) is sweep
    sweep.cancel()
    sweep.heartbeat()
    assert sweep.state == "finished"
    number = sweep.id
    del sweep
    assert workers.service.sweeps.find(number) is None
