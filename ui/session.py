"""This session's settings and runs: what is chosen, what is in training, and the link that brings both back."""

from __future__ import annotations

import ipaddress
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.config import Settings
from ensemble.datasets.compact import bytes_of, compact_sheet, compact_table, whole_sheet
from ensemble.datasets.config import AS_THE_RUN, DataConfig, spoilt, table_of
from ensemble.datasets.csv_sheet import Sheet
from ensemble.datasets.csv_table import UPLOADED
from ensemble.datasets.digest import digest
from ensemble.datasets.table import Table, split
from ensemble.datasets.table import folds as split_into_folds
from ensemble.execution import service
from ensemble.execution.sweep import Sweep
from ensemble.limits import LimitError, limits
from ensemble.runs import budget
from ensemble.sharing.lesson import VERSION, Lesson
from ensemble.sharing.script import Source
from ensemble.sweeps.design import SweepPlan
from ensemble.sweeps.experiment import IN_LINKS, Experiment
from ensemble.sweeps.results import Spec
from ensemble.sweeps.values import written
from ui.components.heard import TEMPERATURES
from ui.server import held, streamlit_internals

ALSO_IN_LINKS = ("run", "wine", "part", "temperature", "view", "sweep")
HEARTBEAT_SECONDS = 15
SECONDS_BETWEEN_NEWS = (0.5, 5.0)
SECONDS_FOR_EACH_LIVE_RUN = 0.05
FOLDS = 5
MOST_PINNED = 4
SWEEPS_IN_LINKS = 4


class File(NamedTuple):
    """An uploaded file, in this session's memory only."""

    name: str
    content: bytes


class Pinned(NamedTuple):
    """A run that is kept for comparison; of uploaded rows to train on, ``dataset`` holds the labels alone."""

    id: str
    config: EnsembleConfig
    run: Run | None
    dataset: Dataset


def arrive() -> None:
    """Take the state from the link when the session begins."""
    st.session_state.pop("stepper", None)
    if "remarks" not in st.session_state:
        query = st.query_params.to_dict()
        place = {name: query.pop(name) for name in ALSO_IN_LINKS if name in query}
        told, query, said = Lesson.from_query(query, also=DataConfig.model_fields)
        data_query = {name: query.pop(name) for name in DataConfig.model_fields if name in query}
        experiment, experiment_remarks = Experiment.from_query({name: query.pop(name) for name in IN_LINKS if name in query})
        config, more = EnsembleConfig.from_query(query)
        data, data_remarks = DataConfig.from_query(data_query)
        choose(config, data)
        st.session_state["lesson"] = told or Lesson()
        st.session_state["questions_wanted"] = lesson().questions
        st.session_state["wine_in_link"] = place.get("wine", "")
        st.session_state["part_in_link"] = place.get("part", "")
        st.session_state["experiment"] = experiment
        st.session_state["presenter"] = place.get("view") == "presenter"
        said += [*more, *data_remarks, *experiment_remarks, *_arrive_at_temperature(place.get("temperature"))]
        if lesson().train and not job():
            said += _train_on_arrival()
        elif "run" in place and not job():
            said.append(_remark_on_the_run(place["run"]))
        said += _remarks_on_sweeps(place.get("sweep", ""))
        st.session_state["remarks"] = said
    for name, value in _kept().items():
        if st.session_state.get(name) is None:
            st.session_state[name] = value
    if refusal := st.session_state.pop("refusal", ""):
        st.error(refusal, icon=":material/hourglass_top:")


def _train_on_arrival() -> list[str]:
    """Train what the link asks for; where that takes long, the page says so and waits for a press of Train."""
    cost = budget.classic_runs(config(), budget.Rows.of(dataset()))
    if cost <= limits().arrival_budget:
        train()
        return []
    if cost > limits().run_budget:
        return ["This link asks to train more than this server allows. The page “Train an ensemble” says what to lower."]
    words = budget.in_words(cost, service.current().classic_seconds)
    return [f"This link asks to train at once, which takes {words}. Look at the settings, and press Train to begin."]


def remarks() -> list[str]:
    """What could not be taken as the link has it, and has not been settled since."""
    return st.session_state["remarks"]


def _arrive_at_temperature(text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        asked = float(text[:40])
    except ValueError:
        asked = float("nan")
    if asked != asked:
        return ["Temperature: the link does not give a number from 0.01 to 100; 1 is used."]
    low, high = TEMPERATURES
    st.session_state["temperature_in_link"] = min(max(asked, low), high)
    return [] if low <= asked <= high else ["Temperature: the link asks for one outside 0.01 to 100; the nearest is used."]


def lesson() -> Lesson:
    """What the link tells and allows."""
    return st.session_state.get("lesson") or Lesson()


def shows(name: str) -> bool:
    """Whether this lesson lets people move the setting of that name."""
    return lesson().shows is None or name in lesson().shows


def choose(config: EnsembleConfig, data: DataConfig) -> None:
    """Set every control; what was remarked on the old settings is settled."""
    st.session_state["remarks"] = []
    for name, value in [*config, *data]:
        st.session_state[name] = _kept()[name] = value


def choose_classic() -> None:
    """Put every setting back to the classic example."""
    choose(EnsembleConfig(), DataConfig())
    st.session_state["own_rows"] = False


def choose_new_seed() -> None:
    """Draw another seed, and clear the run of the old one."""
    forget()
    low, high = EnsembleConfig.bounds("seed")
    st.session_state["seed"] = random.randint(int(low), int(high))


def arrive_at_wine(wines: int, otherwise: int) -> None:
    """Begin with the wine of the link (counted from 1) or another one, and keep the number within the test set."""
    if "wine" not in st.session_state:
        asked = st.session_state["wine_in_link"]
        st.session_state["wine"] = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else otherwise
    st.session_state["wine"] = min(max(st.session_state["wine"], 1), wines)


def value_of(name: str) -> Any:
    """What a control shows; where a browser in a hurry reports a choice as empty, what it showed before."""
    if (value := st.session_state.get(name)) is not None:
        _kept()[name] = value
    return _kept().get(name)


def _kept() -> dict[str, Any]:
    """What controls have shown, by name."""
    return st.session_state.setdefault("kept", {})


def arrive_at_part(key: str, parts: Sequence[str]) -> None:
    """Begin with the part of the link, if this page has one of that name, else with the first."""
    if st.session_state.get(key) not in parts:
        asked = st.session_state["part_in_link"]
        st.session_state[key] = asked if asked in parts else parts[0]
    value_of(key)


def config() -> EnsembleConfig:
    """The configuration that the controls show."""
    return EnsembleConfig(**_values_of(EnsembleConfig))


def data_config() -> DataConfig:
    """The settings of the rows that the controls show."""
    return DataConfig(**_values_of(DataConfig))


def _values_of(settings: type[Settings]) -> dict[str, Any]:
    return {name: value_of(name) for name in settings.model_fields}


def split_seed() -> int:
    """What decides which rows are held back."""
    return data_config().split_seed(config().seed)


def has_own_rows() -> bool:
    """Whether rows that this session has uploaded are chosen."""
    return bool(st.session_state.get("own_rows")) and "own_table" in st.session_state


def own_file() -> File | None:
    """The uploaded file."""
    return st.session_state.get("own_file")


def uploaded(key: str) -> File | None:
    """What the file chooser with this key holds; None if it is empty, or names a file that the server does not have."""
    file = st.session_state.get(key)
    if not hasattr(file, "getvalue"):
        return None
    taken = File(file.name, file.getvalue())
    streamlit_internals.forget_files(streamlit_internals.browser_tab())
    return taken


def keep_file(name: str, content: bytes) -> None:
    """Keep an uploaded file; what was chosen of an earlier one is forgotten."""
    forget_own()
    for key in [key for key in st.session_state if str(key).startswith("csv_")]:
        del st.session_state[key]
    st.session_state["own_file"] = File(name, content)


def sheet_of(file: File, read: Callable[..., Sheet], *how: str) -> Sheet:
    """The file as ``read(content, *how)`` reads it, once for each way.

    Raises
    ------
    InputError
        If it cannot be used, or the session or the server holds as much as it may.
    """

    def make() -> Sheet:
        sheet = compact_sheet(read(file.content, *how))
        held.hold(sheet, bytes_of(sheet) + len(file.content), owner())
        return sheet

    return _last("own_sheet", (file, *how), make)


def table_of_sheet(sheet: Sheet, make: Callable[..., tuple[Table, list[str]]], *choice: Any) -> tuple[Table, list[str]]:
    """Table and remarks that ``make(sheet, *choice)`` makes, once for each choice.

    Raises
    ------
    InputError
        As ``sheet_of``.
    """

    def make_compact() -> tuple[Table, list[str]]:
        table, remarks = make(whole_sheet(sheet), *choice)
        table = compact_table(table)
        held.hold(table, bytes_of(table), owner())
        return table, remarks

    return _last("own_choice", (sheet, *choice), make_compact)


def _last(key: str, asked: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What ``make`` gave, or why it refused, when this was last asked for; only the last one is kept."""
    kept = st.session_state.get(key)
    if kept is None or kept[0] != asked:
        st.session_state.pop(key, None)
        try:
            made = make()
        except LimitError:
            raise
        except InputError as refusal:
            made = refusal
        kept = st.session_state[key] = (asked, made)
    if isinstance(kept[1], InputError):
        raise kept[1]
    return kept[1]


def drop_own_rows() -> None:
    """Forget uploaded rows that can no longer be used; the file stays."""
    for name in ("own_table", "own_made"):
        st.session_state.pop(name, None)


def use_own(rows: Table) -> None:
    """Take uploaded rows; they stay in this session's memory and nowhere else."""
    kept = st.session_state.get("own_table")
    if kept is None or not _equal(kept, rows):
        _forget_groups_on_own_rows()
        st.session_state["own_table"] = rows
        st.session_state.pop("own_made", None)


def _forget_groups_on_own_rows() -> None:
    """Give up groups of runs on rows that are replaced, of which they hold several splits."""
    for name, group in list(st.session_state.get("series", {}).items()):
        if group.plan[0][1].name == UPLOADED:
            group.cancel()
            del st.session_state["series"][name]


def forget_own() -> None:
    """Forget uploaded rows, the file included."""
    _forget_groups_on_own_rows()
    drop_own_rows()
    for name in ("own_file", "own_sheet", "own_choice"):
        st.session_state.pop(name, None)


def table() -> Table:
    """All rows that the controls ask for."""
    chosen = data_config()
    if has_own_rows():
        return _own("table", lambda: _spoilt_own(chosen))
    return _table(**_what_makes_rows(chosen))


def dataset() -> Dataset:
    """The split of them that the controls ask for."""
    share, seed = data_config().test_share, split_seed()
    if has_own_rows():
        return _own("split", lambda: split(table(), share, seed))
    return _split(share, seed, **_what_makes_rows(data_config()))


def folds() -> list[Dataset]:
    """Splits of the same rows, so that each of them is a test row once."""
    seed = split_seed()
    if has_own_rows():
        return _own("folds", lambda: split_into_folds(table(), FOLDS, seed))
    return _folds(seed, **_what_makes_rows(data_config()))


def rows_of(name: str, features: Sequence[str] = ()) -> Dataset:
    """A split as the controls ask for of another data set, or of the chosen one with these features alone."""
    share, seed = data_config().test_share, split_seed()
    if features:
        whole, wanted = dataset(), tuple(features)
        if whole not in _fewer or _fewer[whole].feature_names != wanted:
            _fewer[whole] = whole.only(wanted)
        return _fewer[whole]
    return _split(share, seed, **_what_makes_rows(DataConfig(data=name)))


def source() -> Source:
    """Where the rows that the controls show come from."""
    return Source(table(), data_config().test_share, split_seed())


def owner() -> str:
    """This session's name towards the training service."""
    return st.session_state.setdefault("owner", f"{uuid.uuid4().hex}/{streamlit_internals.browser_tab()}/")


def address() -> str:
    """Where this session comes from, for the order of the queue: of IPv6 a household's network; empty on this machine.

    Behind a proxy it is what the proxy says, if the web server trusts it: by default one on the same machine.
    """
    text = st.context.ip_address or ""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else text


def job() -> service.Job | None:
    """The run that this session trains or has trained; after a reload it is found again through the link.

    A run on uploaded rows is not: it would hand the rows to whoever has the link.
    """
    if "job" not in st.session_state:
        found = service.current().job(st.query_params.get("run", ""))
        st.session_state["job"] = found if found and found.dataset.name != UPLOADED else None
    return st.session_state["job"]


def is_training() -> bool:
    """Whether the session's run is on its way."""
    present = job()
    return present is not None and present.live


def ended_job() -> service.Job | None:
    """The session's run, once nothing happens to it any more."""
    present = job()
    return None if present is None or present.live else present


def seconds_between_news() -> float:
    """How often a page asks how its run goes: twice a second, and less often when many train, so that all are served."""
    shortest, longest = SECONDS_BETWEEN_NEWS
    return min(max(shortest, SECONDS_FOR_EACH_LIVE_RUN * service.current().live), longest)


def train(epochs_per_second: float | None = None) -> None:
    """Train what the controls show; it replaces the session's run."""
    st.session_state["remarks"] = []
    if asked := _unless_refused(service.submit, config(), dataset(), owner(), epochs_per_second, address()):
        stop()
        st.session_state["job"] = asked
        st.session_state["source"] = (asked.id, source())


def why_not(refuse: Callable[..., None], *what: Any) -> str:
    """A sentence for a person if a run, a group or a sweep takes more computing than the host allows; empty if it does not.

    ``refuse`` is one of ``ensemble.runs.budget``.
    """
    try:
        refuse(limits(), *what, service.current().classic_seconds)
    except LimitError as refusal:
        return str(refusal)
    return ""


def why_not_train() -> str:
    """As ``why_not``, for the run that the controls ask for."""
    return why_not(budget.refuse_run_beyond, config(), budget.Rows.of(dataset()))


def why_not_sweep(plan: SweepPlan) -> str:
    """As ``why_not``, for an experiment of many runs on the chosen rows."""
    rows = budget.Rows.of_table(table(), data_config().test_share)
    return why_not(budget.refuse_sweep_beyond, plan.specs, rows)


def _unless_refused(submit: Callable[..., Any], *arguments: Any) -> Any:
    """What the training service gives; None if it refuses, which the page then says."""
    try:
        return submit(*arguments)
    except InputError as refusal:
        st.session_state["refusal"] = str(refusal)
        return None


def was_refused() -> bool:
    """Whether the training service has refused what was asked, and no page has said so yet."""
    return "refusal" in st.session_state


def has_changed_since(run: service.Job) -> bool:
    """Whether the controls ask for something else than what this run was trained with."""
    return run.config != config() or not run.dataset.same_rows(dataset())


def source_of(run: service.Job) -> Source | None:
    """Where a run's rows came from, if this session knows."""
    known_id, known = st.session_state.get("source", ("", None))
    return known if known_id == run.id else None if has_changed_since(run) else source()


def open_run(file: File) -> None:
    """Take a saved run in place of the session's own; it needs the rows that it was trained on.

    Raises
    ------
    InputError
        If the file is no run, or the rows that are chosen are not its own.
    """
    opened = Run.load(file.content)
    rows = dataset_for(opened)
    forget()
    choose(opened.config, data_config())
    st.session_state["job"] = service.current().reopened(opened, rows, owner())


def dataset_for(run: Run) -> Dataset:
    """The split of the chosen rows that a saved run was trained on.

    Raises
    ------
    InputError
        If features, classes or predictions do not fit.
    """
    rows = split(table(), data_config().test_share, data_config().split_seed(run.config.seed))
    if not run.fits(rows):
        raise InputError(
            f"This run was trained on other rows: choose its data set and test share on the page “Data” first. It has "
            f"{len(run.feature_names)} features and {run.test_log_proba.shape[1]} test rows."
        )
    return rows


def pinned() -> list[Pinned]:
    """Runs that are kept for comparison."""
    return st.session_state.setdefault("pinned", [])


def pin() -> None:
    """Keep the session's run for comparison; the oldest of more than four goes."""
    present = job()
    if present and not is_pinned(present):
        rows = present.dataset
        if rows.name == UPLOADED:
            rows = replace(rows, x_train=rows.x_train[:0].copy())
        kept = Pinned(present.id, present.config, present.run, rows)
        st.session_state["pinned"] = [*pinned(), kept][-MOST_PINNED:]


def is_pinned(run: service.Job) -> bool:
    """Whether a run is kept for comparison."""
    return any(one.id == run.id for one in pinned())


def unpin(job_id: str) -> None:
    """Give a pinned run up."""
    st.session_state["pinned"] = [one for one in pinned() if one.id != job_id]


def stop() -> None:
    """Stop the session's run and keep what it has learnt; one that came by a link goes on while its own session is there."""
    running = job()
    if running and may_stop(running.owner):
        running.cancel()


def may_stop(owner_of_runs: str) -> bool:
    """Whether runs are this session's own, or their session is gone, as after a reload."""
    return owner_of_runs.startswith(owner()) or not streamlit_internals.is_open(owner_of_runs.split("/")[1])


def forget() -> None:
    """Stop the session's run and clear its picture."""
    stop()
    st.session_state["job"] = None


def temperature_in_link(key: str) -> dict[str, str]:
    """The temperature that a component with this key shows, as a link holds it; 1 goes without saying."""
    temperature = st.session_state[f"{key}_chosen"]["temperature"]
    return {} if temperature == 1 else {"temperature": f"{temperature:.4g}"}


def write_link(**also: str) -> None:
    """Put the settings, the run and what else is chosen into the page's address."""
    told = lesson().model_copy(update={"questions": st.session_state["questions_wanted"]})
    link = config().to_query() | data_config().to_query() | told.to_query() | also
    if st.session_state.get("presenter"):
        link["view"] = "presenter"
    if present := job():
        link["run"] = present.id
    if held := sweeps():
        link["sweep"] = ".".join(sweep.id for sweep in held.values())
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)


def dataset_is(data: Dataset, asked: EnsembleConfig) -> bool:
    """Whether the chosen data and test share give these very rows to a run with this configuration."""
    chosen = data_config()
    share, seed = chosen.test_share, chosen.split_seed(asked.seed)
    if has_own_rows():
        found = split(table(), share, seed)
        # A pinned run on uploaded rows is kept without those that it learned from.
        return (found if len(data.x_train) else replace(found, x_train=found.x_train[:0])).same_rows(data)
    return _split(share, seed, **_what_makes_rows(chosen)).same_rows(data)


def compare_over_seeds(a: EnsembleConfig, setting: str = "", value: Any = None) -> None:
    """Set every control to A and fill the page of many runs in: against B, with one other setting, or A alone."""
    choose(a, data_config())
    st.session_state["experiments_part"] = "Two settings, same seeds" if setting else "How lucky was that?"
    if not setting:
        return
    present: Experiment = st.session_state["experiment"]
    choices = present.choices.model_copy(update={"other": setting})
    st.session_state["experiment"] = present._replace(choices=choices, other_value=written(value))
    if "many_seeds" in st.session_state:
        st.session_state["many_other"] = setting
        st.session_state[f"many_other_{setting}"] = value


def series(name: str) -> service.Series | None:
    """The experiment of that name that this session trains or has trained."""
    return st.session_state.setdefault("series", {}).get(name)


def train_series(name: str, plan: Sequence[tuple[EnsembleConfig, Dataset]]) -> None:
    """Train an experiment; it replaces the one of that name, and leaves the session's run alone."""
    if asked := _unless_refused(service.submit_series, plan, f"{owner()}-{name}", address()):
        st.session_state.setdefault("series", {})[name] = asked


def keep_alive() -> None:
    """Keep what the session trains alive while its browser tab is, on whatever page."""
    of_many = [*st.session_state.get("series", {}).values(), *st.session_state.get("sweeps", {}).values()]
    watched = [*filter(None, [st.session_state.get("job")]), *of_many]

    @st.fragment(run_every=HEARTBEAT_SECONDS if any(one.live for one in watched) else None)
    def heartbeat() -> None:
        for one in watched:
            one.touch()

    heartbeat()


def link_to(page: str, told: Lesson) -> str:
    """The address of a page with the settings of this session and a lesson."""
    experiment = st.session_state["experiment"].to_query() if page == "experiments" else {}
    return _address_of(page, {"v": VERSION} | config().to_query() | data_config().to_query() | experiment | told.to_query())


def _address_of(page: str, query: dict[str, str]) -> str:
    here = st.context.url or ""
    return f"{here.partition('?')[0].rpartition('/')[0]}/{page}?{urlencode(query)}"


def _what_makes_rows(chosen: DataConfig) -> dict[str, str | float]:
    return {name: value for name, value in chosen if name not in ("test_share", "split")}


def _own(what: str, make: Callable[[], Any]) -> Any:
    """Made once for these settings; of uploaded rows only the present ones are kept."""
    wanted = (data_config(), config().seed)
    made = st.session_state.setdefault("own_made", {})
    if made.get("for") != wanted:
        made.clear()
        made["for"] = wanted
    if what not in made:
        made[what] = make()
    return made[what]


def _spoilt_own(chosen: DataConfig) -> Table:
    table = spoilt(st.session_state["own_table"], chosen.imbalance, chosen.label_noise)
    held.hold(table, bytes_of(table), owner())
    return table


def _equal(one: Table, other: Table) -> bool:
    if one is other:
        return True
    names = ("name", "feature_names", "class_names")
    same_names = all(getattr(one, name) == getattr(other, name) for name in names)
    return same_names and np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)


@st.cache_resource(max_entries=32, show_spinner=False)
def _table(**rows: Any) -> Table:
    return table_of(DataConfig(**rows))


@st.cache_resource(max_entries=64, show_spinner=False)
def _split(test_share: float, seed: int, **rows: Any) -> Dataset:
    return split(_table(**rows), test_share, seed)


@st.cache_resource(max_entries=16, show_spinner=False)
def _folds(seed: int, **rows: Any) -> list[Dataset]:
    return split_into_folds(_table(**rows), FOLDS, seed)


# Of each split the one with some of its features that was last asked for.
_fewer: WeakKeyDictionary[Dataset, Dataset] = WeakKeyDictionary()


class Training(NamedTuple):
    """What a sweep is for: its part of the page, its plan, and the settings of its rows."""

    name: str
    plan: SweepPlan
    data: DataConfig
    own_rows: bool


# As long as the service holds a sweep, whoever comes back through its link is told what its runs are.
_trained: WeakKeyDictionary[Sweep, Training] = WeakKeyDictionary()


def sweeps() -> dict[str, Sweep]:
    """This session's experiments of many runs, by name; after a reload they are found again through the link."""
    if "sweeps" not in st.session_state:
        _, held = _named_and_held(st.query_params.get("sweep", ""))
        st.session_state["sweeps"] = {_trained[sweep].name: sweep for sweep in held if not _trained[sweep].own_rows}
    return st.session_state["sweeps"]


def _named_and_held(text: str) -> tuple[list[str], list[Sweep]]:
    """The experiments of many runs that a link names, and those of them that are still held here."""
    named = [name for name in text.split(".") if name][:SWEEPS_IN_LINKS]
    return named, [sweep for sweep in map(service.current().sweeps.find, named) if sweep in _trained]


def _remark_on_the_run(name: str) -> str:
    """What to say of a run that a link names and this session is not given."""
    if service.current().job(name):
        return (
            "The run of this link was trained on an uploaded file, which is in no link: upload it again and choose its rows "
            "first, then press Train, and the same numbers come back."
        )
    return (
        "The run of this link is no longer held here; press Train, and the same numbers come back. What was trained on an "
        "uploaded file needs that file again first."
    )


def _remarks_on_sweeps(text: str) -> list[str]:
    """What to say of the experiments of many runs that a link names and this session is not given."""
    named, held = _named_and_held(text)
    remarks = []
    if gone := len(named) - len(held):
        some = f"{gone} of the {len(named)} experiments of many runs of this link {'is' if gone == 1 else 'are'}"
        which = "The many runs of this link are" if gone == len(named) else some
        remarks.append(
            f"{which} no longer held here; press Train, and the same numbers come back. What was trained on an uploaded file "
            "needs that file again first."
        )
    if any(_trained[sweep].own_rows for sweep in held):
        remarks.append(
            "Many runs of this link were trained on an uploaded file, which is in no link: upload it again and choose its rows "
            "first, then press Train, and the same numbers come back."
        )
    return remarks


def training_of(sweep: Sweep) -> Training:
    """What a sweep of this app is for."""
    return _trained[sweep]


def train_sweep(name: str, plan: SweepPlan) -> None:
    """Train an experiment of many runs on the chosen rows; it replaces the one of that name."""
    sweep = service.submit_sweep(plan.specs, table(), data_config().test_share, f"{owner()}-{name}", address())
    earlier = sweeps().get(name)
    if earlier and may_stop(earlier.owner):
        earlier.cancel()
    _trained[sweep] = Training(name, plan, data_config(), has_own_rows())
    st.session_state["sweeps"] = {**sweeps(), name: sweep}


def asks_for(sweep: Sweep, plan: SweepPlan) -> bool:
    """Whether a sweep has been trained with this plan and the rows that are chosen."""
    same_plan = training_of(sweep).plan == plan and sweep.test_share == data_config().test_share
    return same_plan and sweep.table_digest == digest(table())


def train_again(sweep: Sweep, spec: Spec) -> None:
    """Set every control to one run of a sweep and train it: the same numbers come back.

    Raises
    ------
    InputError
        If the sweep's rows were uploaded and are no longer here.
    """
    of_sweep = training_of(sweep)
    if of_sweep.own_rows and not ("own_table" in st.session_state and digest(_rows_again(of_sweep.data)) == sweep.table_digest):
        raise InputError("These runs were trained on uploaded rows that are no longer here. Upload the same file again first.")
    st.session_state["own_rows"] = of_sweep.own_rows
    choose(spec.config, _data_of(sweep, spec))
    train()


def link_to_run(sweep: Sweep, spec: Spec) -> str:
    """The address that trains one run of a sweep again; empty for uploaded rows, which are in no link."""
    if training_of(sweep).own_rows:
        return ""
    query = spec.config.to_query() | _data_of(sweep, spec).to_query() | Lesson(train=True).to_query()
    return _address_of("train", query)


def _data_of(sweep: Sweep, spec: Spec) -> DataConfig:
    split = AS_THE_RUN if spec.split_seed == spec.config.seed else spec.split_seed
    return training_of(sweep).data.model_copy(update={"split": split})


def _rows_again(chosen: DataConfig) -> Table:
    return spoilt(st.session_state["own_table"], chosen.imbalance, chosen.label_noise)
