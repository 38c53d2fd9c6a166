"""An external cluster with TLS, brought up by the commands of docs/cluster.md, and everything in it that can be killed."""

import os
import shutil

import dask
import numpy as np
import psutil
import pytest

from ensemble import EnsembleConfig
from ensemble.datasets.builtin import load_table
from ensemble.execution.service import Service
from ensemble.sweeps.results import RunSpec, train_specs
from testing import PATIENCE
from testing.cluster import ROOT, Cluster, end, eventually, trainer

WINES = load_table("wine")


def specs(count, **settings):
    return [RunSpec(EnsembleConfig(seed=seed, **settings), seed % 5) for seed in range(count)]


@pytest.fixture
def cluster(tmp_path):
    one = Cluster(tmp_path)
    yield one
    one.close()


@pytest.fixture
def service_of(monkeypatch):
    """Connects to a cluster as the app would in the document's environment."""
    services = []

    def connect(cluster, **settings):
        for name, value in cluster.environment().items():
            if name.startswith("DASK_"):
                monkeypatch.setenv(name, value)
        dask.config.refresh()
        services.append(Service(scheduler=cluster.address, watcher_timeout=PATIENCE, **settings))
        services[-1].start()
        return services[-1]

    yield connect
    for service in services:
        service.close()
    monkeypatch.undo()
    dask.config.refresh()


def tended(sweep, condition, seconds=PATIENCE):
    """Wait as a page would: with signs of life."""

    def check():
        sweep.heartbeat()
        return condition()

    return eventually(check, seconds)


@pytest.mark.nightly
def test_one_and_two_workers_give_equal_numbers_and_a_late_one_gets_work(cluster, service_of):
    here = train_specs(specs(6, epochs=40), WINES)
    cluster.scheduler()
    first = cluster.worker()
    service = service_of(cluster)
    alone = service.submit_sweep(specs(6, epochs=40), WINES, 0.2, "alone")
    assert tended(alone, lambda: not alone.live)
    assert alone.workers == 1

    sweep = service.submit_sweep(specs(300, epochs=40), WINES, 0.2, "both")
    assert tended(sweep, lambda: sweep.done >= 3)
    sweep.pause()  # on a busy machine the first would be through before the late one has started
    late = cluster.worker()
    assert tended(sweep, lambda: sweep.workers == 2)
    sweep.resume()
    assert tended(sweep, lambda: len({chunk.worker for chunk in sweep.out.values() if chunk.worker}) == 2)
    assert psutil.Process(late.pid).is_running()
    assert tended(sweep, lambda: not sweep.live)
    assert (sweep.state, sweep.done, sweep.failures) == ("finished", 300, {})
    assert first.poll() is None
    for mine, one, both in zip(here, alone.results, sweep.results[:6], strict=True):
        for result in (one, both):
            assert result.train_loss == pytest.approx(mine.train_loss, rel=1e-4, abs=1e-6)
            np.testing.assert_allclose(
                [list(scores) for scores in result.members], [list(scores) for scores in mine.members], rtol=1e-3, atol=1e-5
            )


@pytest.mark.nightly
def test_with_the_key_a_run_is_trained_and_without_it_nobody_gets_in(cluster, service_of, wine):
    from distributed import Client

    cluster.scheduler()
    cluster.worker()
    service = service_of(cluster)
    job = service.submit(EnsembleConfig(epochs=3), wine, "with the key")
    assert job.wait(PATIENCE)
    assert job.state == "finished"
    for address in (cluster.address.replace("tls", "tcp"), cluster.address):
        with (
            dask.config.set(
                {f"distributed.comm.tls.client.{what}": None for what in ("cert", "key")}
                | {"distributed.comm.require-encryption": None}
            ),
            pytest.raises((OSError, TypeError)),
        ):
            Client(address, timeout=2, set_as_default=False)


@pytest.mark.nightly
def test_a_killed_scheduler_loses_no_result_and_everything_goes_on_with_the_next(cluster, service_of, wine):
    scheduler = cluster.scheduler()
    worker = cluster.worker()
    service = service_of(cluster)
    sweep = service.submit_sweep(specs(60), WINES, 0.2, "sweeper")
    assert tended(sweep, lambda: sweep.done >= 5)
    job = service.submit(EnsembleConfig(epochs=2000), wine, "single", epochs_per_second=20)
    assert eventually(lambda: job.state == "training" and job.run)
    end(scheduler)
    assert tended(sweep, lambda: not service.workers and service.trouble)
    assert "does not answer" in service.trouble
    assert sweep.done >= 5
    assert job.live
    job.heartbeat()
    end(worker)

    cluster.scheduler()
    cluster.worker()

    def goes_on():
        job.heartbeat()
        return job.state == "training" and "connection to the training processes was lost" in job.note

    assert tended(sweep, goes_on)
    job.cancel()
    assert job.wait(PATIENCE)
    assert tended(sweep, lambda: not sweep.live)
    assert (sweep.state, sweep.done, sweep.failures) == ("finished", 60, {})
    assert "Finished runs are kept" in sweep.note


@pytest.mark.nightly
def test_a_worker_of_another_version_is_refused_with_a_sentence(cluster, service_of, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "ensemble", other / "ensemble", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "ensemble" / "rng.py").write_text((other / "ensemble" / "rng.py").read_text() + "\nNEWER = True\n")
    cluster.scheduler()
    stranger = cluster.worker(package=other)
    service = service_of(cluster)
    sweep = service.submit_sweep(specs(4, epochs=5), WINES, 0.2, "me")
    assert tended(sweep, lambda: service.connection.refusals)
    assert "another version of Softmax Lab" in sweep.note
    assert "another version" in service.trouble
    assert not service.workers
    assert tended(sweep, lambda: stranger.poll() is not None)
    assert sweep.live
    assert not sweep.done

    cluster.worker()
    assert tended(sweep, lambda: not sweep.live)
    assert (sweep.done, sweep.failures, service.trouble) == (4, {}, "")


@pytest.mark.nightly
def test_full_memory_ends_a_worker_and_neither_the_sweep_nor_what_it_has_found(cluster, service_of):
    cluster.scheduler()
    small = cluster.worker(**{"4GiB": "1.5GiB"})
    service = service_of(cluster)
    sweep = service.submit_sweep(specs(40), WINES, 0.2, "me")
    assert tended(sweep, lambda: sweep.done >= 2)
    kept = [result for result in sweep.results if result]
    full = trainer(small)

    async def hold_memory():
        import ensemble.worker

        ensemble.worker.ballast = np.ones(2**28)

    service.connection.client.run(hold_memory, wait=False)
    assert tended(sweep, lambda: not full.is_running())
    assert [result for result in sweep.results if result][: len(kept)] == kept
    assert tended(sweep, lambda: not sweep.live)
    assert (sweep.state, sweep.done, sweep.failures) == ("finished", 40, {})
    assert "lost" in sweep.note


@pytest.mark.nightly
def test_the_app_itself_trains_on_the_cluster(cluster, tmp_path):
    from testing.cluster import documented

    assert documented("The app").strip() == "SOFTMAX_LAB_SCHEDULER=tls://$HOST:$PORT streamlit run app.py"
    cluster.scheduler()
    cluster.worker()
    script = (
        "from ensemble import EnsembleConfig, execution, load_dataset\n"
        "from ensemble.execution.service import current\n"
        "job = execution.submit(EnsembleConfig(epochs=3), load_dataset('wine'), 'me')\n"
        "assert job.wait(240); print(job.state, current().connection.scheduler)"
    )
    app = cluster.start("The app", **{"streamlit run app.py": f'python -c "{script}"', "SOFTMAX": "env SOFTMAX"})
    assert app.wait(PATIENCE) == 0
    assert f"finished {cluster.address}" in (tmp_path / "2.log").read_text()
    assert os.environ.get("SOFTMAX_LAB_SCHEDULER") is None
