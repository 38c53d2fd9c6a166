"""Members > Masks, without a browser."""

import base64

import numpy as np
import pytest

from ensemble.dropout.pools import log_pool_of_masks
from testing.app_test import component_data, go_to_part, open_app, pictures, state_of, words

pytestmark = pytest.mark.usefixtures("training_service")

PAGE = "pages/members.py"


@pytest.fixture(scope="module")
def app():
    """On the example, whose runs and whose runs over seeds ship with the app."""
    opened = open_app(PAGE, part="Masks", wine="7")
    assert opened.button_group(key="members_part").value == "Masks"
    return opened


def numbers(text, *shape):
    return np.frombuffer(base64.b64decode(text), "<f8").reshape(*shape)


def test_the_browser_gets_masks_that_were_drawn_and_all_of_one_member(app):
    sent = component_data(app)
    assert (sent["row"], sent["rows"], sent["way"], sent["is_exact"]) == (7, 36, "joint", True)
    assert sent["ways"] == ["joint", "independent", "bootstrap"]
    assert sent["every_name"] == "All 1,024 masks of member 1 alone"
    drawn, every = sent["drawn"], sent["every"]
    assert numbers(drawn["log_proba"], -1, 3).shape == (500, 3)
    log_proba, weights = numbers(every["log_proba"], -1, 1, 3), numbers(every["log_weights"], -1)
    assert len(log_proba) == 1024
    np.testing.assert_allclose(log_pool_of_masks(log_proba, weights)[0], every["off"], atol=1e-10)
    both = [np.exp(weights) @ numbers(every[side], -1) for side in ("losses", "divergences")]
    assert both[0] == pytest.approx(both[1], rel=1e-10)
    # Sent as float32 logits would be: the pool of all masks of the whole net is not known, but that of 500 is near.
    near = np.exp(log_pool_of_masks(numbers(drawn["log_proba"], -1, 1, 3))[0])
    np.testing.assert_allclose(near, np.exp(drawn["off"]), atol=0.08)


def test_it_says_where_the_log_pool_is_exact_and_where_not(app):
    assert "**Exact here.**" in words(app)
    state_of(app).masked_way = "independent"
    app.run()
    assert not component_data(app)["is_exact"]
    assert "**Not exact for these members together.**" in words(app)
    state_of(app).masked_way = "joint"
    app.run()
    assert "approximation" in words(app)


def test_the_comparison_of_methods_is_there_at_once_and_claims_what_its_intervals_allow(app):
    figures = pictures(app)
    assert len(figures) == 4
    for figure in figures:
        assert figure["layout"]["xaxis"]["ticktext"] == ["1", "2", "4", "8", "10"]
        named = {trace["name"]: trace for trace in figure["data"] if trace.get("name")}
        assert [len(named[name]["y"]) for name in ("single net", "MC dropout", "ensemble")] == [1, 5, 5]
        assert all((np.array(trace["error_y"]["array"]) >= 0).all() for trace in named.values())
    text = words(app)
    for measure in ("Test loss", "Brier score", "Mutual information"):
        assert f"{measure}: at 10 passes ensemble and MC dropout differ by no more than luck" in text
    assert "at 10 passes the ensemble is 3.67 points lower than MC dropout" in text
    assert "10 seeds of start and split" in text


def test_without_dropout_all_masks_are_one_net_and_the_page_says_what_to_change():
    app = open_app(PAGE, dropout="0", epochs="2", members="2", part="Masks")
    app.button(key="train").click().run()
    assert state_of(app).job.wait(60)
    app.run()
    go_to_part(app, "members", "Masks")
    assert "**Dropout is 0 in this experiment.**" in words(app)
    assert "Set **Dropout** above 0" in words(app)
    assert not pictures(app)
