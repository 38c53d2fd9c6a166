"""Every file that a run can be taken home as, really downloaded and opened by its own tool; and runs side by side."""

import ast
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from ensemble.runs.run import Run
from testing.browser import settled
from testing.browser_parts import expect_pictures, key, watched_page
from testing.browser_steps import PATIENCE, bar, follow, loss_canvas, press, train_to_the_end, wait_for_epochs, wait_for_words

SHORT = "epochs=3&members=2"
FILES = {
    "Report": "report.html",
    "Run file": "run.npz",
    "Keras model": "ensemble.keras",
    "Losses (CSV)": "history.csv",
    "Predictions (CSV)": "predictions.csv",
    "Python script": "ensemble.py",
    "Notebook": "ensemble.ipynb",
}


def train_shortly(page):
    train_to_the_end(page, 3)
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_enabled(timeout=PATIENCE)


def result_shown(page):
    return re.search("test loss .+ right", bar(page).text_content())[0]


def curves_shown(page):
    """The picture of the losses, dot for dot."""
    return loss_canvas(page).evaluate("canvas => canvas.toDataURL()")


@pytest.fixture(scope="module")
def home(browser, app, tmp_path_factory):
    """A folder with everything that one run can be taken home as, and what its page showed."""
    folder = tmp_path_factory.mktemp("home")
    with watched_page(browser, f"{app.url}/train?{SHORT}") as page:
        train_shortly(page)
        press(page, "Download")
        for label, name in FILES.items():
            with page.expect_download(timeout=PATIENCE) as downloading:
                press(page, label)
            assert downloading.value.suggested_filename == name
            downloading.value.save_as(folder / name)
        settled(page)
        yield folder, result_shown(page), curves_shown(page)


@pytest.fixture
def run(home):
    return Run.load(home[0] / "run.npz")


def test_the_run_file_holds_the_run_of_the_page(run, wine):
    assert (run.config.epochs, run.config.members, run.epochs, run.status) == (3, 2, 3, "finished")
    assert run.fits(wine)


@pytest.mark.nightly
def test_keras_itself_opens_the_model_and_says_the_same(home, run, wine):
    import keras

    model = keras.models.load_model(home[0] / "ensemble.keras")
    said = model.predict([wine.x_test] * len(model.inputs), verbose=0)
    np.testing.assert_allclose(said, run.outputs(wine.x_test), atol=1e-5)


def test_pandas_reads_history_and_predictions(home, run, wine):
    history, predictions = (pd.read_csv(home[0] / f"{name}.csv") for name in ("history", "predictions"))
    pd.testing.assert_frame_equal(history, run.history, check_dtype=False)
    assert len(predictions) == len(wine.y_test)
    probabilities = predictions[[name for name in predictions if name.startswith("probability of ")]]
    np.testing.assert_allclose(probabilities, run.predict_proba(wine.x_test), atol=1e-6)


def test_script_and_notebook_are_python_and_a_notebook(home):
    script = (home[0] / "ensemble.py").read_text(encoding="utf-8")
    assert {"keras", "numpy"} <= {
        name.name.split(".")[0] for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Import) for name in node.names
    }
    notebook = nbformat.read(home[0] / "ensemble.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


def test_the_report_opens_from_its_file_with_its_figures(home, open_page):
    page = open_page((home[0] / "report.html").as_uri(), wait=False)
    for figure in ("losses", "reliability", "triangle"):
        expect(page.locator(f"#{figure} .main-svg").first).to_be_visible(timeout=PATIENCE)
    assert page.locator("#losses .scatterlayer .js-line").count() >= 2
    assert page.locator("table.rows tbody tr").count() == 36


@pytest.mark.nightly
def test_the_run_file_brings_back_the_same_picture(home, app, open_page):
    folder, result, curves = home
    page = open_page(f"{app.url}/train")
    press(page, "Download")
    page.locator('[data-testid="stFileUploader"] input').set_input_files(folder / "run.npz")
    wait_for_words(page, "opened from a file")
    wait_for_epochs(page, 3)
    expect(bar(page)).to_contain_text(result, timeout=PATIENCE)
    settled(page)
    assert curves_shown(page) == curves
    expect(page.get_by_role("slider", name="Ensemble size")).to_have_value("2")


@pytest.mark.nightly
def test_two_pinned_runs_stand_side_by_side(app, open_page):
    page = open_page(f"{app.url}/train?{SHORT}&dropout=0.2")
    train_shortly(page)
    press(page, "Pin")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_disabled(timeout=PATIENCE)
    key(page, "Dropout", "ArrowRight")
    expect(page.get_by_role("slider", name="Dropout")).to_have_value("0.25")
    train_shortly(page)
    press(page, "Pin")
    expect(page.get_by_role("button", name="Pin", exact=True)).to_be_disabled(timeout=PATIENCE)
    follow(page, "compare")
    expect_pictures(page, ["compare_test_loss", "compare_train_loss", "compare_nll", "compare_rows"])
    for name in ("Run A", "Run B"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    for value in ("0.2", "0.25"):
        expect(page.get_by_test_id("stMetric").filter(has_text="Dropout").get_by_text(value, exact=True)).to_be_visible()
    press(page, "A against B over many seeds: dropout 0.2 against 0.25")
    expect(page).to_have_url(re.compile("/experiments?.*other_value=0.25"), timeout=PATIENCE)
    expect(page.get_by_text("Two settings, same seeds").first).to_be_visible()
