"""What is said of a run that needed no training."""

from ensemble import EnsembleConfig
from tests.execution.fake_workers import CONFIG, FakeWorkers
from ui.widgets.experiment.run_settings import settings_in_words
from ui.widgets.status import sentence


def test_a_run_that_was_found_says_where_it_was_trained(wine):
    workers = FakeWorkers()
    workers.service.submit(CONFIG, wine, "first")
    workers.finish(workers.runs[0])
    assert sentence(workers.service.submit(CONFIG, wine, "second")).endswith("trained before on this server")
    workers.connection.workers.clear()
    said = sentence(workers.service.submit(EnsembleConfig(), wine, "second"))
    assert said == "**Finished** · 200 epochs · trained in advance: no training process was ready"


def test_one_epoch_is_not_called_epochs(wine):
    workers = FakeWorkers()
    once = CONFIG.model_copy(update={"epochs": 1})
    workers.service.submit(once, wine, "first")
    workers.finish(workers.runs[0])
    assert "**Finished** · 1 epoch · " in sentence(workers.service.submit(once, wine, "second"))


def test_a_whole_number_is_written_without_decimals_in_a_run_s_words():
    said = settings_in_words(EnsembleConfig(members=1, epochs=1, learning_rate=1.0))
    assert said == "1 member · dropout 0.25 · 1 epoch · seed 0 · learning rate 1"
