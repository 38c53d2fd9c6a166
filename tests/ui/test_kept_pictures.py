"""Equal pictures are drawn once, for all sessions, and those that were asked for last are kept within bounded memory."""

import threading
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from testing import PATIENCE
from ui import charts
from ui.charts import kept
from ui.charts.kept import Pictures, digest


@pytest.fixture(autouse=True)
def pictures():
    """None is kept yet, and pages are light."""
    with patch.object(kept, "_pictures", fresh := Pictures()), patch.object(charts, "scheme", lambda: "light"):
        yield fresh


def drawing():
    """A function that draws, and what it has drawn of."""
    drawn = []

    @kept.kept
    def draw(values, name="row"):
        drawn.append(name)
        return charts.empty_figure(200).add_scatter(x=list(range(len(values))), y=values, textfont={"size": 8}, name=name)

    return draw, drawn


def test_the_same_is_drawn_once_and_anything_else_anew():
    draw, drawn = drawing()
    first = draw(np.array([1.0, 2.0]))
    assert draw(np.array([1.0, 2.0])) is first
    assert first.data[0].textfont.size == charts.MIN_TEXT
    assert draw(np.array([1.0, 3.0])) is not first
    assert draw(np.array([1.0, 2.0]), name="wine") is not first
    with patch.object(charts, "scheme", lambda: "dark"):
        assert draw(np.array([1.0, 2.0])) is not first
    assert len(drawn) == 4


def test_what_is_printed_is_drawn_anew_since_reports_change_it():
    draw, drawn = drawing()
    with charts.in_light():
        draw([1.0]).update_layout(height=999)
        assert draw([1.0]).layout.height == 200
    assert len(drawn) == 2


def test_what_cannot_be_told_apart_is_drawn_each_time():
    draw, drawn = drawing()
    assert draw([1.0], name=object.__name__) is draw([1.0], name=object.__name__)
    with pytest.raises(TypeError):
        digest([object()])
    draw([1.0], name=None)
    assert len(drawn) == 2


def test_a_kept_picture_is_sent_as_it_was_drawn_and_enlarged_once():
    draw, _ = drawing()
    figure = draw([1.0, 2.0])
    assert figure.to_dict() is figure.to_dict()
    assert charts.legible(figure) is figure
    with patch.object(charts, "presents", lambda: True):
        large = charts.legible(figure)
        assert charts.legible(figure) is large
    assert large.data[0].textfont.size == pytest.approx(22)
    assert charts.legible(figure).data[0].textfont.size == charts.MIN_TEXT


def test_who_asks_meanwhile_waits_for_the_first_and_a_failure_is_everybodys_own(pictures):
    begun, go, drawn = threading.Event(), threading.Event(), []

    def slowly():
        drawn.append(1)
        begun.set()
        go.wait(PATIENCE)
        return charts.empty_figure(100)

    found = []
    threads = [threading.Thread(target=lambda: found.append(pictures.get(b"key", slowly))) for _ in range(5)]
    threads[0].start()
    assert begun.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(drawn) == 1
    assert len({id(one) for one in found}) == 1

    def fails():
        raise ValueError("no picture")

    for _ in range(2):
        with pytest.raises(ValueError, match="no picture"):
            pictures.get(b"other", fails)


def test_memory_is_bounded_and_the_latest_stay():
    pictures, figures = Pictures(max_bytes=40_000, max_bytes_of_one=9_000), {}

    def get(key, points=100):
        return pictures.get(bytes([key]), lambda: charts.empty_figure(100).add_scatter(y=[0.123456] * points))

    for key in range(60):
        figures[key] = get(key)
        assert get(0) is figures[0]
    assert get(59) is figures[59]
    assert get(1) is not figures[1]
    assert get(100, points=5000) is not get(100, points=5000), "one that is too large is not kept"
    assert sum(size for _, size in pictures._kept.values()) <= 40_000


def test_a_digest_tells_values_apart():
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    different = [
        *(None, True, 1, 1.0, "1", [1], (1,), [[1]], {"a": 1}, {"a": 2}, {"b": 1}, np.float64(1), np.ones(1), np.ones((1, 1))),
        *(
            np.ones(1, np.float32),
            np.array(["x"]),
            np.array(["x", None], object),
            [1, [2, 3]],
            [1, 2, 3],
            ["ab", "c"],
            ["a", "bc"],
        ),
        *(table, table.rename(columns={"a": "c"}), table.set_index("a"), table["a"], table["b"], table.assign(a=[1.0, 2.0])),
    ]
    assert len({digest(value) for value in different}) == len(different)
    assert digest(table) == digest(table.copy())
