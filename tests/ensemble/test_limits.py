"""What a host may lower, and that everything follows: bounds, defaults, sliders, links, run files, uploads."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit import config as streamlits
from streamlit.testing.v1 import AppTest

from ensemble import EnsembleConfig, InputError, Run
from ensemble.datasets.csv_sheet import read_sheet
from ensemble.execution import metrics, service
from ensemble.execution.local.tls import CERTIFICATE, KEY, write_certificate
from ensemble.limits import HostError, LimitError, Limits, limits
from ensemble.related.plans import ensembles, sizes
from ensemble.runs.weights import weight_shapes
from testing import PATIENCE, ROOT
from testing.app_test import APP, open_app, open_popover, words
from ui.server import startup

LARGE = EnsembleConfig(members=32)


@pytest.fixture
def host(monkeypatch):
    """A host that sets variables, by their names without the prefix."""

    def sets(**variables):
        for name, text in variables.items():
            monkeypatch.setenv(f"SOFTMAX_LAB_{name}", text)
        limits.cache_clear()

    limits.cache_clear()
    yield sets
    monkeypatch.undo()
    limits.cache_clear()


def test_without_variables_everything_is_as_it_was():
    assert Limits.from_environment({"PATH": "/bin", "SOFTMAX": "1"}) == Limits()
    assert Limits().model_dump() == {
        "members": 32,
        "epochs": 2000,
        "rows": 50_000,
        "sweep_runs": 3000,
        "run_budget": 1000,
        "arrival_budget": 30,
        "sweep_budget": 10_000,
        "sweeps": 500,
        "slow_runs": 8,
        "waiting": 500,
        "upload_megabytes": 20,
        "held_megabytes": 1000,
        "store_megabytes": 100,
        "train_ahead": True,
        "workers": 1,
        "open_rooms": 50,
        "people": 1000,
        "arrivals": 400,
        "uploads": True,
    }


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("MEMBERS", "abc", "SOFTMAX_LAB_MEMBERS: “abc” cannot be used. Set a whole number from 1 to 32, or leave it out."),
        ("MEMBERS", "0", "SOFTMAX_LAB_MEMBERS: “0” cannot be used. Set a whole number from 1 to 32, or leave it out."),
        ("MEMBERS", "33", "SOFTMAX_LAB_MEMBERS: “33” cannot be used. Set a whole number from 1 to 32, or leave it out."),
        ("MEMBERS", "", "SOFTMAX_LAB_MEMBERS: “” cannot be used. Set a whole number from 1 to 32, or leave it out."),
        ("EPOCHS", "2.5", "SOFTMAX_LAB_EPOCHS: “2.5” cannot be used. Set a whole number from 1 to 2000, or leave it out."),
        ("UPLOADS", "maybe", "SOFTMAX_LAB_UPLOADS: “maybe” cannot be used. Set 1 or 0, or leave it out."),
        ("UPLOAD_MEGABYTES", "21", "“21” cannot be used. Set a whole number from 1 to 20, or leave it out."),
        ("WORKERS", "65", "“65” cannot be used. Set a whole number from 1 to 64, or leave it out."),
        ("ROWS", "9" * 5000, "SOFTMAX_LAB_ROWS: “" + "9" * 59 + "…” cannot be used."),
        ("MEMBER", "8", "SOFTMAX_LAB_MEMBER is not known. The variables are SOFTMAX_LAB_MEMBERS, "),
        ("members", "8", "SOFTMAX_LAB_members is not known."),
    ],
)
def test_a_wrong_variable_is_told_in_a_sentence_with_the_mend(name, text, sentence):
    with pytest.raises(HostError) as refusal:
        Limits.from_environment({f"SOFTMAX_LAB_{name}": text})
    assert sentence in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_every_wrong_variable_is_told_on_its_own_line():
    variables = {"SOFTMAX_LAB_MEMBERS": "x", "SOFTMAX_LAB_EPOCHS": "y", "SOFTMAX_LAB_FOO": "1", "SOFTMAX_LAB_ROWS": "100"}
    with pytest.raises(InputError) as refusal:
        Limits.from_environment(variables)
    assert [line.split(":")[0].split(" ")[0] for line in str(refusal.value).splitlines()] == [
        "SOFTMAX_LAB_FOO",
        "SOFTMAX_LAB_MEMBERS",
        "SOFTMAX_LAB_EPOCHS",
    ]


@pytest.mark.parametrize(("text", "on"), [("1", True), ("0", False), ("true", True), ("off", False), (" no ", False)])
def test_a_switch_is_read_as_people_write_it(text, on):
    assert Limits.from_environment({"SOFTMAX_LAB_UPLOADS": text}).uploads is on


@pytest.mark.parametrize("scheduler", ["tcp://127.0.0.1:8786", "scheduler:8786", "tcp://[::1]:1", " tcp://a_b.org:65535 ", ""])
@pytest.mark.parametrize("metrics", ["127.0.0.1", "::", "lab.example.org", ""])
def test_variables_that_others_read_are_let_pass(scheduler, metrics):
    others = {"SCHEDULER": scheduler, "METRICS_PORT": "9100", "METRICS_ADDRESS": metrics}
    assert Limits.from_environment({f"SOFTMAX_LAB_{name}": text for name, text in others.items()}) == Limits()


TLS_VARIABLES = {
    f"DASK_DISTRIBUTED__COMM__TLS__{name}": file
    for name, file in (("CA_FILE", CERTIFICATE), ("CLIENT__CERT", CERTIFICATE), ("CLIENT__KEY", KEY))
}


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """Dask's variables of one certificate and its key, and another key."""
    folders = [tmp_path_factory.mktemp("tls") for _ in range(2)]
    for folder in folders:
        write_certificate(folder)
    return {name: str(folders[0] / file) for name, file in TLS_VARIABLES.items()}, str(folders[1] / KEY)


def refusal_of(address, **variables):
    with pytest.raises(HostError) as refusal:
        Limits.from_environment({"SOFTMAX_LAB_SCHEDULER": address} | variables)
    [line] = str(refusal.value).splitlines()
    assert line.startswith("SOFTMAX_LAB_SCHEDULER: ")
    assert line.endswith(", or leave it out.")
    return line


@pytest.mark.parametrize(
    "address",
    [
        "garbage://x",
        "x",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:65536",
        "http://host:8786",
        "tcp://host:8786/path",
        "tcp://:8786",
        "tcp://a b:8786",
        "tcp://" + "a" * 64 + ":8786",
        "tcp://a..b:8786",
        "tcp://me@host:8786",
        "tls://[x]:1",
        "tcp://[1:x]:1",
        "tcp://host:８７８６",
    ],
)
def test_a_scheduler_address_that_cannot_work_is_refused(address):
    assert "cannot be used. Set tls://HOST:PORT or tcp://HOST:PORT" in refusal_of(address)


def test_tls_without_files_that_fit_is_refused_and_with_them_it_is_not(tls, tmp_path):
    """The likely slip of a host."""
    variables, other_key = tls
    names = list(variables)
    address = "tls://127.0.0.1:8786"
    assert "tls:// needs a certificate. Set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, " in refusal_of(address)
    assert "needs a certificate" in refusal_of(address, **{names[0]: variables[names[0]]})
    gone = refusal_of(address, **variables | {names[1]: str(tmp_path / "gone.pem")})
    assert f"{names[1]} names a file that cannot be read (No such file or directory)" in gone
    assert "do not fit together (KEY_VALUES_MISMATCH)" in refusal_of(address, **variables | {names[2]: other_key})
    both = tmp_path / "both.pem"
    both.write_text(Path(variables[names[2]]).read_text() + Path(variables[names[1]]).read_text())
    for files in (variables, {names[0]: variables[names[0]], names[1]: str(both)}):
        assert Limits.from_environment({"SOFTMAX_LAB_SCHEDULER": address} | files) == Limits()
    assert "not encrypted" in refusal_of("tcp://127.0.0.1:8786", DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION="true")


@pytest.mark.parametrize("host", ["a" * 64, "a b", "a..b", "http://x"])
def test_an_address_for_metrics_that_no_host_can_have_is_refused(host):
    variables = {"SOFTMAX_LAB_METRICS_PORT": "9100", "SOFTMAX_LAB_METRICS_ADDRESS": host}
    for refuse in (Limits.from_environment, metrics.serve):
        with pytest.raises(
            HostError, match=r"SOFTMAX_LAB_METRICS_ADDRESS: .* cannot be used\. Set a host name, or leave it out"
        ):
            refuse(variables)


@given(st.dictionaries(st.sampled_from([*Limits.model_fields, "foo", ""]), st.text(max_size=20)))
def test_no_environment_ends_in_anything_but_limits_or_sentences(variables):
    try:
        found = Limits.from_environment({f"SOFTMAX_LAB_{name.upper()}": text for name, text in variables.items()})
    except HostError as refusal:
        refused = str(refusal).splitlines()
        assert 1 <= len(refused) <= len(variables)
        assert all(line.startswith("SOFTMAX_LAB_") and line.endswith(".") and line.isprintable() for line in refused)
    else:
        assert Limits.model_validate(found.model_dump()) == found


def test_limits_are_read_once(host, monkeypatch):
    host(MEMBERS="8")
    assert limits().members == 8
    monkeypatch.setenv("SOFTMAX_LAB_MEMBERS", "4")
    assert limits().members == 8


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, ""),
        ({"SOFTMAX_LAB_MEMBERS": "abc"}, "SOFTMAX_LAB_MEMBERS: “abc” cannot be used."),
        ({"SOFTMAX_LAB_SCHEDULER": "garbage://x"}, "SOFTMAX_LAB_SCHEDULER: “garbage://x” cannot be used."),
    ],
)
def test_a_host_can_have_the_variables_checked_before_the_start(variables, sentence):
    command = [sys.executable, "-m", "ensemble.limits"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == bool(sentence)
    assert "Traceback" not in done.stderr
    assert sentence in done.stderr


def test_bounds_messages_and_defaults_follow_the_host(host):
    host(MEMBERS="8", EPOCHS="100")
    assert (EnsembleConfig.bounds("members"), EnsembleConfig.bounds("epochs")) == ((1, 8), (1, 100))
    assert EnsembleConfig.bounds("batch_size") == (1, 512)
    assert (EnsembleConfig().members, EnsembleConfig().epochs, EnsembleConfig().hidden_units) == (8, 100, 10)
    assert EnsembleConfig(members=3).members == 3
    with pytest.raises(LimitError) as refusal:
        EnsembleConfig(members=32)
    assert str(refusal.value) == (
        "Ensemble size: 32 cannot be used. Choose a whole number from 1 to 8, which is as much as this server allows."
    )


def test_sizes_of_ensembles_that_are_compared_follow_the_host(host, wine):
    assert sizes() == (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
    host(MEMBERS="8")
    assert sizes() == (1, 2, 3, 4, 6, 8)
    many, _ = ensembles(EnsembleConfig(), wine)["many"]
    assert many.members == 8
    host(MEMBERS="20")
    assert sizes() == (1, 2, 3, 4, 6, 8, 12, 16, 20)  # the largest ensemble that can be shown is among them


def test_what_no_server_allows_is_no_matter_of_the_host(host):
    host(MEMBERS="8")
    with pytest.raises(InputError, match="999 cannot be used") as refusal:
        EnsembleConfig(members=999)
    assert not isinstance(refusal.value, LimitError)


def test_a_link_is_brought_within_the_limits_and_says_so(host):
    host(MEMBERS="8")
    config, (notice,) = EnsembleConfig.from_query({"members": "32"})
    assert config.members == 8
    assert notice == "Ensemble size: 32 in the link is outside 1 to 8, which is as much as this server allows; 8 is used."
    config, (notice,) = EnsembleConfig.from_query({"members": "many"})
    assert config.members == 8
    assert "; 8 is used." in notice
    assert EnsembleConfig.from_query({}) == (EnsembleConfig(), [])


def test_a_link_of_a_lowered_run_brings_the_same_run_back_where_more_is_allowed(host):
    host(MEMBERS="8")
    link = EnsembleConfig().to_query()
    host(MEMBERS="32")
    assert EnsembleConfig.from_query(link)[0].members == 8


def test_a_worker_takes_what_the_web_process_has_checked(host):
    sent = pickle.dumps(LARGE)
    host(MEMBERS="8")
    assert pickle.loads(sent).members == 32


def test_a_run_file_beyond_the_limits_is_refused_in_words_that_name_them(host, wine):
    weights = tuple(np.zeros(shape, np.float32) for shape in weight_shapes(LARGE, wine.features, wine.classes))
    content = Run.before_training(LARGE, wine, weights).to_bytes()
    assert Run.load(content).config == LARGE
    host(MEMBERS="8")
    with pytest.raises(InputError) as refusal:
        Run.load(content)
    assert str(refusal.value) == (
        "This file holds a run that is larger than this server allows. Ensemble size: 32 cannot be used. "
        "Choose a whole number from 1 to 8, which is as much as this server allows."
    )


def test_rows_and_bytes_of_a_table_follow_the_host(host):
    host(ROWS="20", UPLOAD_MEGABYTES="1")
    assert len(read_sheet(b"x,y\n" + b"1.5,a\n" * 20).cells) == 20
    with pytest.raises(InputError, match="more than 20 rows"):
        read_sheet(b"x,y\n" + b"1.5,a\n" * 21)
    with pytest.raises(InputError, match=r"1,000,000 \(1 MB\) are the most"):
        read_sheet(b"x,y\n" + b"1.5,a\n" * 200_000)


def test_sliders_end_where_the_host_says(host):
    host(MEMBERS="8", EPOCHS="100")
    app = open_app(members="32")
    sliders = {slider.key: slider for slider in app.slider}
    assert (sliders["members"].max, sliders["members"].value) == (8, 8)
    assert (sliders["epochs"].max, sliders["epochs"].value) == (100, 100)
    assert "32 in the link is outside 1 to 8" in words(app)
    app.button(key="classic").click().run()
    assert not app.exception
    assert app.session_state["members"] == 8


def test_a_setting_with_one_value_left_has_no_slider(host):
    host(MEMBERS="1")
    app = open_app()
    assert "members" not in [slider.key for slider in app.slider]
    assert app.session_state["members"] == 1


def test_the_data_page_names_the_limits(host):
    host(ROWS="1000", UPLOAD_MEGABYTES="2")
    app = open_app("pages/data.py")
    app.toggle(key="own_rows").set_value(True).run()
    assert "at most 2 MB, 1,000 rows, 500 columns" in words(app)
    assert streamlits.get_option("server.maxUploadSize") == 2


def test_without_uploads_no_page_offers_one_and_the_server_takes_none(host):
    host(UPLOADS="0")
    app = open_app("pages/data.py")
    assert "own_rows" not in [toggle.key for toggle in app.toggle]
    assert not app.get("file_uploader")
    assert streamlits.get_option("server.maxUploadSize") == 0
    app = open_app("pages/train.py")
    open_popover(app, "Download")
    assert app.get("download_button")
    assert not app.get("file_uploader")
    assert app.button(key="train")


def test_with_uploads_both_pages_offer_them(host):
    app = open_app("pages/train.py")
    open_popover(app, "Download")
    assert [uploader.label for uploader in app.get("file_uploader")] == ["Open a run file"]
    assert streamlits.get_option("server.maxUploadSize") == 20
    app = open_app("pages/data.py")
    assert app.toggle(key="own_rows")


@pytest.mark.parametrize("page", ["softmax", "data", "train", "calibration", "lesson"])
def test_wrong_variables_end_in_a_calm_sentence_and_in_the_log(host, page, caplog):
    host(MEMBERS="abc", FOO="1")
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "This server is not set up correctly, so the app does not start. Its log says what to fix."
    ]
    assert app.title[0].value
    for sentence in ("SOFTMAX_LAB_MEMBERS: “abc” cannot be used.", "SOFTMAX_LAB_FOO is not known."):
        assert sentence in caplog.text


def test_with_wrong_variables_the_server_starts_no_training(host, caplog, monkeypatch):
    monkeypatch.setattr(service, "_service", None)
    host(FOO="1")
    startup.start_training()
    assert "SOFTMAX_LAB_FOO is not known." in caplog.text
    assert service._service is None
