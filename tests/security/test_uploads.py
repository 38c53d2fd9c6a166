"""What one visitor can make the server hold and compute with an uploaded file."""

import importlib
import inspect
import sys
import uuid

import numpy as np
import pytest
import sklearn.feature_selection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from streamlit import config as streamlits
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from ensemble import EnsembleConfig, InputError, Run
from ensemble.datasets import csv_sheet
from ensemble.datasets.compact import bytes_of, compact_sheet, compact_table, whole_sheet
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.datasets.csv_table import to_table
from ensemble.datasets.splits import folds, split
from ensemble.datasets.summary import most_telling_pair, some_of_each_class
from ensemble.datasets.table import Table
from ensemble.interpretation import logistic_regression
from ensemble.interpretation.feature_importance import affordable, without_feature
from ensemble.limits import LimitError, limits
from ensemble.once import once
from ensemble.runs.held_out import MAX_ROWS, held_out
from ensemble.runs.weights import weight_shapes
from ensemble.worker import _do_without_matplotlib, dask_setup
from pages.parts.data import upload
from testing.app_test import open_app, pictures, words
from testing.asynchronous import run_async
from ui import caches
from ui.server import held, streamlit_internals

ROWS, FEATURES, CLASSES = 50_000, 200, 30
MEGABYTE = 1_000_000


def table_of(x, classes):
    y = np.arange(len(x)) % classes
    names = tuple(f"feature {k}" for k in range(x.shape[1])), tuple(f"class {k}" for k in range(classes))
    return Table("upload", x, y, *names)


@pytest.fixture(scope="module")
def largest():
    """The most rows, features and classes that an uploaded table may have, as decimals."""
    return compact_table(table_of(np.random.default_rng(0).random((ROWS, FEATURES)), CLASSES))


@pytest.fixture(scope="module")
def one_hot():
    """One category of 199 values in 50,000 rows, which is a file of 383 kB."""
    values = np.random.default_rng(0).integers(0, 199, ROWS)
    return compact_table(table_of((values[:, None] == np.arange(199)).astype(float), CLASSES))


@pytest.fixture
def server(monkeypatch):
    """Streamlit's own upload route, the files behind it, and which sessions are open."""
    streamlits_own = MemoryUploadedFileManager.add_file
    streamlit_internals.limit_uploads(20)
    before = streamlits.get_option("server.enableXsrfProtection")
    streamlits.set_option("server.enableXsrfProtection", False)
    manager, sessions = MemoryUploadedFileManager("/_stcore/upload_file"), {"a", "b", "c", "d"}

    class Runtime:
        is_active_session = staticmethod(sessions.__contains__)

    monkeypatch.setattr(streamlit_internals, "is_open", sessions.__contains__)
    put_file = next(route for route in create_upload_routes(Runtime(), manager, None) if "PUT" in route.methods).endpoint

    def put(session, content=b"x" * 400_000, name=None):
        """Status and words of the answer to a file."""
        body = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + content + b"\r\n--edge--\r\n"
        parts = [{"type": "http.request", "body": body}]

        async def receive():
            return parts.pop()

        scope = {
            "type": "http",
            "method": "PUT",
            "headers": [(b"content-type", b"multipart/form-data; boundary=edge")],
            "path_params": {"session_id": session, "file_id": name or str(uuid.uuid4())},
        }
        try:
            return run_async(put_file(Request(scope, receive))).status_code, ""
        except HTTPException as refusal:
            return refusal.status_code, refusal.detail

    yield put, manager, sessions
    streamlits.set_option("server.enableXsrfProtection", before)
    MemoryUploadedFileManager.add_file = streamlits_own


@pytest.fixture
def one_megabyte(monkeypatch):
    monkeypatch.setenv("SOFTMAX_LAB_HELD_MEGABYTES", "1")
    limits.cache_clear()
    yield
    monkeypatch.undo()
    limits.cache_clear()


def test_of_a_flood_of_files_under_any_ids_two_are_kept(server):
    put, manager, _ = server
    assert {put("a")[0] for _ in range(12)} == {204}
    put("a", b"the last", "last")
    assert len(manager.file_storage["a"]) == streamlit_internals.FILES_OF_A_SESSION == 2
    assert manager.get_files("a", ["last"])[0].data == b"the last"
    assert manager._total_bytes == 400_000 + len(b"the last")
    put("a", b"the same again", "last")
    assert len(manager.file_storage["a"]) == 2


def test_all_sessions_together_hold_what_the_host_allows(server, one_megabyte):
    put, manager, sessions = server
    assert [put(session)[0] for session in "abc"] == [204, 204, 507]
    assert put("c")[1] == "This server holds as many uploaded files as it may. Try again in a few minutes."
    assert manager._total_bytes == 800_000
    sessions.remove("a")
    assert put("c")[0] == 204, "the files of a session that left give way"
    assert "a" not in manager.file_storage


def test_tables_count_among_what_the_server_holds_until_they_are_gone(server, one_megabyte):
    put, _, _ = server
    rows = table_of(np.zeros((3, 2)), 2)
    held.hold(rows, 900_000, "somebody")
    assert put("a")[0] == 507
    held.hold(rows, 900_000, "somebody")
    with pytest.raises(LimitError, match="This server holds as many uploaded tables as it may"):
        held.hold(table_of(np.zeros((3, 2)), 2), 200_000, "somebody else")
    del rows
    assert put("a")[0] == 204


def test_uploaded_rows_of_a_session_are_limited():
    tables, before = [table_of(np.zeros((3, 2)), 2) for _ in range(6)], held.in_all()
    for one in tables[:5]:
        held.hold(one, 80 * MEGABYTE, "one session")
    assert held.in_all() - before == held.MEGABYTES_OF_A_SESSION * MEGABYTE
    with pytest.raises(LimitError, match="This session would hold more than 400 MB"):
        held.hold(tables[5], 80 * MEGABYTE, "one session")
    held.hold(tables[5], 80 * MEGABYTE, "another session")
    assert held.in_all() >= 480 * MEGABYTE


def bytes_reached(*things):
    """Bytes of all arrays that these objects hold, each counted once."""
    seen, arrays, left = set(), {}, list(things)
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            owner = thing if thing.base is None or not isinstance(thing.base, np.ndarray) else thing.base
            arrays[id(owner)] = owner.nbytes
        elif isinstance(thing, (list, tuple)):
            left += thing
        elif isinstance(thing, dict):
            left += thing.values()
        elif hasattr(thing, "__dict__"):
            left += vars(thing).values()
    return sum(arrays.values())


def test_splits_and_folds_of_the_largest_table_share_its_memory(largest):
    whole = bytes_of(largest)
    assert whole <= 81 * MEGABYTE
    one, parts = split(largest, 0.2, 1), folds(largest)
    fewer = [without_feature(one, name) for name in one.feature_names[:30]]
    assert bytes_reached(largest, one, parts, fewer) - whole < 12 * MEGABYTE
    assert one.x_train.shape == (40_000, 200)
    assert one.x_train.dtype == np.float32


def test_rows_computed_at_each_use_equal_stored_ones(monkeypatch):
    rows = table_of(np.random.default_rng(1).normal(50, 3, (60, 5)), 3)
    kept = split(rows)
    monkeypatch.setattr("ensemble.datasets.table.MAX_VALUES_KEPT", 0)
    computed, again = split(rows), split(rows)
    assert not isinstance(vars(computed)["x_train"], np.ndarray)
    assert computed.same_rows(kept)
    assert kept.same_rows(computed)
    assert computed.same_rows(again)
    assert not computed.same_rows(split(rows, seed=1))
    names = ("feature 3", "feature 0")
    assert computed.only(names).same_rows(split(rows.only(names)))
    assert computed.only(names).only(names[:1]).same_rows(kept.only(names[:1]))
    assert np.array_equal(computed.with_at_most(4).x_test, kept.x_test[:4])
    assert len(computed.with_at_most(4).test_rows) == 4
    sent = computed.__getstate__()
    assert isinstance(sent["x_train"], np.ndarray)
    assert np.array_equal(sent["x_train"], kept.x_train)


@pytest.mark.parametrize(
    ("x", "kind"),
    [([[0.0, 1.0]], np.uint8), ([[-1.0, 1e6]], np.float32), ([[0.1, 1.0]], np.float64), ([[2.0**24 + 1, 0.0]], np.float64)],
)
def test_a_compact_table_holds_the_same_numbers_in_the_smallest_type(x, kind):
    table = table_of(np.array(x * 4), 2)
    small = compact_table(table)
    assert small.x.dtype == kind
    assert np.array_equal(small.x, table.x)
    assert split(small).same_rows(split(table))


def test_a_compact_sheet_takes_a_byte_a_cell():
    rng = np.random.default_rng(0)
    cells = [["" if value == 9 else str(value) for value in row] for row in rng.integers(0, 10, (2000, 20))]
    lines = [",".join([*(f"c{k}" for k in range(20)), "kind"]), *(",".join([*row, "ab"[k % 2]]) for k, row in enumerate(cells))]
    sheet = read_sheet("\n".join(lines).encode())
    small = compact_sheet(sheet)
    assert bytes_of(small) < 2.2 * sheet.cells.size < 0.3 * bytes_of(sheet)
    assert whole_sheet(small).cells.equals(sheet.cells)
    assert np.array_equal(to_table(whole_sheet(small), "kind")[0].x, to_table(sheet, "kind")[0].x)


def test_the_pair_that_tells_most_is_looked_for_in_a_bounded_part(one_hot, largest, monkeypatch):
    asked = []

    def judge(x, y, *, discrete_features, random_state):
        asked.append((x.shape, discrete_features.all(), len(np.unique(y))))
        return np.arange(x.shape[1])

    monkeypatch.setattr(sklearn.feature_selection, "mutual_info_classif", judge)
    assert once(most_telling_pair, one_hot) is once(most_telling_pair, one_hot)
    most_telling_pair(largest)
    assert asked == [((2000, 64), True, CLASSES), ((2000, 64), False, CLASSES)]


def test_the_bounded_part_still_holds_the_features_that_tell_most():
    rng = np.random.default_rng(0)
    x = rng.random((5000, 150))
    y = np.arange(5000) % 3
    x[:, 97] += y
    x[:, 141] = y > 0
    x[:, 12] = 5
    table = Table("upload", x, y, tuple(f"f{k}" for k in range(150)), ("a", "b", "c"))
    assert set(most_telling_pair(table)) == {97, 141}


def test_a_sample_has_rows_of_every_class():
    y = np.repeat([0, 1, 2, 3], [60_000, 9_000, 3, 1])
    chosen = some_of_each_class(y, 2000)
    assert 2000 <= len(chosen) <= 2002
    assert len(np.unique(chosen)) == len(chosen)
    counts = np.bincount(y[chosen])
    assert counts[2:].min() >= 1
    assert abs(counts[0] - 2000 * 60_000 / len(y)) <= 2


def test_calibration_judges_a_bounded_part_in_table_order():
    table = table_of(np.random.default_rng(0).random((13_000, 2)), 3)
    parts, config = folds(table), EnsembleConfig(members=2, hidden_units=2)
    runs = []
    for part in parts:
        rng = np.random.default_rng(len(runs))
        run = Run.before_training(
            config, part, tuple(rng.normal(size=shape).astype(np.float32) for shape in weight_shapes(config, 2, 3))
        )
        scores = run.logits(part.x_test)[None]
        runs.append(run.extended(run.weights, np.zeros((1, 4), np.float32), scores))
    seen = held_out(runs, parts)
    assert len(seen.rows) == MAX_ROWS == len(np.unique(seen.rows))
    assert np.array_equal(seen.y, table.y[seen.rows])
    assert np.array_equal(seen.log_proba[0], seen.logits)
    for run, part in zip(runs, parts, strict=True):
        common, here, there = np.intersect1d(seen.rows, part.test_rows, return_indices=True)
        assert len(common) > 500
        assert np.allclose(seen.logits[here], run.logits(part.x_test[there]), atol=1e-6)


@pytest.mark.parametrize(("features", "rows"), [(13, 1000), (200, 317)])
def test_shuffles_are_as_many_as_can_be_afforded(features, rows):
    config = EnsembleConfig()
    data = split(table_of(np.random.default_rng(0).random((6000, features)), 3))
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(config, features, 3))
    found, repeats = affordable(Run.before_training(config, data, weights), data, 5)
    products = 5 * features * repeats * found * sum(weight.size for weight in weights)
    assert products <= 4e10
    assert 100 <= found <= rows or found == 1000
    assert 3 <= repeats <= 20


@pytest.mark.parametrize(
    ("rows", "features", "classes", "fit", "path"),
    [(178, 13, 3, True, True), (1797, 64, 10, True, True), (50_000, 54, 7, True, False), (240, 200, 30, False, False)],
)
def test_the_cost_of_a_fit_counts_the_step_as_well_as_the_sums(rows, features, classes, fit, path):
    data = split(table_of(np.zeros((rows, features), np.uint8), classes))
    assert (caches.can_fit(data), caches.can_fit_a_path(data)) == (fit, path)


def test_fits_end_between_two_widths_when_the_tab_is_gone(wine, monkeypatch):
    class LeftError(BaseException):
        pass

    asked = []

    def leave_at_the_third():
        asked.append(True)
        if len(asked) == 3:
            raise LeftError

    with pytest.raises(LeftError):
        logistic_regression.coefficient_path(wine, (0.1, 1, 10, 100), leave_at_the_third)
    assert len(asked) == 3


def test_a_wide_file_is_refused_while_it_is_read(monkeypatch):
    monkeypatch.setattr(csv_sheet, "MAX_CELLS_OF_A_WIDE_FILE", 4000)
    read, rows = [], csv_sheet.read_rows

    def counted(*arguments):
        for row in rows(*arguments):
            read.append(row)
            yield row

    monkeypatch.setattr(csv_sheet, "read_rows", counted)
    line = ",".join(["1"] * 500)
    with pytest.raises(
        InputError, match="500 columns and more than 8 rows are too much: keep fewer rows, or at most 200 columns"
    ):
        read_sheet("\n".join([",".join(f"c{k}" for k in range(500)), *[line] * 100]).encode())
    assert len(read) == 1 + 9


def test_reruns_of_a_page_read_its_table_once(monkeypatch):
    calls = []

    def count(name):
        make = getattr(upload, name)
        monkeypatch.setattr(upload, name, lambda *given: (calls.append(name), make(*given))[1])

    count("read_sheet")
    count("to_table")
    rng = np.random.default_rng(0)
    rows = rng.random((6000, 3)).round(3)
    lines = ["a,b,c,kind", *(f"{a},{b},{c},{'xyz'[k % 3]}" for k, (a, b, c) in enumerate(rows))]
    app = open_app("pages/data.py")
    app.toggle(key="own_rows").set_value(True).run()
    app.file_uploader(key="csv").set_value(("mine.csv", "\n".join(lines).encode(), "text/csv")).run()
    app.slider(key="test_share").set_value(0.3).run()
    app.run()
    assert not app.exception
    assert calls == ["read_sheet", "to_table"]
    assert "5,000 of the 6,000 rows are drawn" in words(app)
    dots = next(figure for figure in pictures(app) if figure["data"][0]["type"] != "bar")
    assert sum(len(trace["x"]) for trace in dots["data"] if trace["name"] in ("x", "y", "z")) == 5000
    assert app._tree.get_widget_states().ByteSize() < 10_000, "a page's state is small"
    app.multiselect(key="csv_features_3").set_value([]).run()
    app.run()
    assert calls == ["read_sheet", "to_table", "to_table"], "a refusal too is found out once"
    assert app.error


def test_keras_loads_no_matplotlib_in_a_worker(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "matplotlib")
    _do_without_matplotlib()
    with pytest.raises(ImportError):
        importlib.import_module("matplotlib.pyplot")
    assert "_do_without_matplotlib()" in inspect.getsource(dask_setup)
