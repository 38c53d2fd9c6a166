"""What is said of a run that needed no training."""

from ensemble import EnsembleConfig
from tests.execution.fake_workers import CONFIG, FakeWorkers
from ui.widgets.status import sentence


def test_a_run_that_was_found_says_where_it_was_trained(wine):
    workers = FakeWorkers()
    workers.service.submit(CONFIG, wine, "first")
    workers.finish(workers.runs[0])
    assert sentence(workers.service.submit(CONFIG, wine, "second")).endswith("trained before on this server")
    workers.connection.workers.clear()
    said = sentence(workers.service.submit(EnsembleConfig(), wine, "second"))
    assert said == "**Finished** · 200 epochs · trained in advance: no training process was ready"
