"""The part of “Losses” on rows with several true labels: what is written is computed from what is drawn."""

import re

import numpy as np

from ensemble.probability import several_labels as toy
from testing.app_test import open_app, pictures, words


def sums(app):
    """What the three bulleted sums say."""
    return [float(text) for text in re.findall(r"≈ (\d\.\d\d)$", words(app), flags=re.MULTILINE)][:3]


def test_sums_in_words_are_those_of_the_pictures_at_the_chosen_hour():
    app = open_app("pages/losses.py", part="Several labels at once")
    app.slider(key="label_hour").set_value(19).run()
    app.select_slider(key="label_photos").set_value(50).run()
    assert not app.exception
    at = toy.HOURS.index(19)
    of_sigmoids, of_softmax, of_sums = pictures(app)
    drawn = [np.array(trace["y"])[at] for trace in of_sums["data"]]
    np.testing.assert_allclose(sums(app), drawn, atol=0.006)
    assert drawn[0] > 2
    assert drawn[2] == 1
    counts = toy.draw_labels(50, np.random.default_rng(0))
    for figure, table in ((of_sigmoids, counts / 50), (of_softmax, counts / counts.sum(axis=1, keepdims=True))):
        found = [trace["y"] for trace in figure["data"] if trace.get("name")]
        np.testing.assert_allclose(np.transpose(found), table)
    assert f"{counts[at, 0]} of 50 photos" in words(app)
    app.button[-1].click().run()
    assert f"{toy.draw_labels(50, np.random.default_rng(1))[at, 0]} of 50 photos" in words(app)
