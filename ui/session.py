"""This session's settings and runs: what is chosen, what is in training, and the link that brings both back."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence

import streamlit as st
from pydantic import Field

from ensemble import Dataset, EnsembleConfig, execution, load_dataset
from ensemble.config import Number, Settings
from ensemble.datasets import TEST_SHARE, load_table, split
from ensemble.datasets import folds as split_into_folds

ALSO_IN_LINKS = ("run", "wine", "part")
HEARTBEAT_SECONDS = 5
FOLDS = 5


class LessonSettings(Settings):
    """What a link holds besides the configuration."""

    test_share: Number = Field(
        0.2,
        ge=TEST_SHARE[0],
        le=TEST_SHARE[1],
        title="Test share",
        description="Share of the wines that training never sees. More test wines: steadier test curves, less to learn from.",
    )


def arrive() -> list[str]:
    """Take settings from the link when the session begins; remarks say what could not be taken as it stood."""
    if "remarks" not in st.session_state:
        query = {name: value for name, value in st.query_params.items() if name not in ALSO_IN_LINKS}
        lesson_query = {name: query.pop(name) for name in LessonSettings.model_fields if name in query}
        config, remarks = EnsembleConfig.from_query(query)
        lesson, lesson_remarks = LessonSettings.from_query(lesson_query)
        choose(config, lesson)
        st.session_state["wine_in_link"] = st.query_params.get("wine", "")
        st.session_state["part_in_link"] = st.query_params.get("part", "")
        if "run" in st.query_params and not job():
            remarks.append("The run of this link is no longer held here; press Train, and the same numbers come back.")
        st.session_state["remarks"] = remarks + lesson_remarks
    return st.session_state["remarks"]


def choose(config: EnsembleConfig, lesson: LessonSettings) -> None:
    """Set every control; what was remarked on the old settings is settled."""
    st.session_state["remarks"] = []
    for name, value in [*config, *lesson]:
        st.session_state[name] = value


def choose_classic() -> None:
    """Put every setting back to the classic example."""
    choose(EnsembleConfig(), LessonSettings())


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


def arrive_at_part(key: str, parts: Sequence[str]) -> None:
    """Begin with the part of the link, if this page has one of that name, else with the first."""
    asked = st.session_state.pop("part_in_link", "")
    if key not in st.session_state:
        st.session_state[key] = asked if asked in parts else parts[0]


def config() -> EnsembleConfig:
    """The configuration that the controls show."""
    return EnsembleConfig(**{name: st.session_state[name] for name in EnsembleConfig.model_fields})


def lesson() -> LessonSettings:
    """The other settings that the controls show."""
    return LessonSettings(**{name: st.session_state[name] for name in LessonSettings.model_fields})


def dataset() -> Dataset:
    """The rows that the controls ask for."""
    return _load("wine", lesson().test_share, config().seed)


def folds() -> list[Dataset]:
    """Splits of the same rows, so that each of them is a test row once."""
    return _folds("wine", config().seed)


def rows_of(name: str, features: Sequence[str] = ()) -> Dataset:
    """The split that the controls ask for of another data set, or with these features alone."""
    return _rows_of(name, tuple(features), lesson().test_share, config().seed)


def owner() -> str:
    """This session's name towards the training service."""
    return st.session_state.setdefault("owner", uuid.uuid4().hex)


def job() -> execution.Job | None:
    """The run that this session trains or has trained; after a reload it is found again through the link."""
    if "job" not in st.session_state:
        st.session_state["job"] = execution.service().job(st.query_params.get("run", ""))
    return st.session_state["job"]


def is_training() -> bool:
    """Whether the session's run is on its way."""
    present = job()
    return present is not None and present.live


def train(epochs_per_second: float | None = None) -> None:
    """Train what the controls show; it replaces the session's run."""
    stop()
    st.session_state["remarks"] = []
    st.session_state["job"] = execution.submit(config(), dataset(), owner(), epochs_per_second)


def has_changed_since(run: execution.Job) -> bool:
    """Whether the controls ask for something else than what this run was trained with."""
    return run.config != config() or len(run.dataset.y_test) != len(dataset().y_test)


def stop() -> None:
    """Stop the session's run and keep what it has learnt."""
    if running := job():
        running.cancel()


def forget() -> None:
    """Stop the session's run and clear its picture."""
    stop()
    st.session_state["job"] = None


def write_link(**also: str) -> None:
    """Put the settings, the run and what else is chosen into the page's address."""
    link = config().to_query() | lesson().to_query() | also
    if present := job():
        link["run"] = present.id
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)


def series(name: str) -> execution.Series | None:
    """The experiment of that name that this session trains or has trained."""
    return st.session_state.setdefault("series", {}).get(name)


def train_series(name: str, plan: Sequence[tuple[EnsembleConfig, Dataset]]) -> None:
    """Train an experiment; it replaces the one of that name, and leaves the session's run alone."""
    st.session_state.setdefault("series", {})[name] = execution.submit_series(plan, f"{owner()}-{name}")


def keep_alive() -> None:
    """Keep what the session trains alive while its browser tab is, on whatever page."""
    watched = [*filter(None, [st.session_state.get("job")]), *st.session_state.get("series", {}).values()]

    @st.fragment(run_every=HEARTBEAT_SECONDS if any(one.live for one in watched) else None)
    def heartbeat() -> None:
        for one in watched:
            one.touch()

    heartbeat()


@st.cache_resource(max_entries=16, show_spinner=False)
def _folds(name: str, seed: int) -> list[Dataset]:
    return split_into_folds(load_table(name), FOLDS, seed)


@st.cache_resource(max_entries=32, show_spinner=False)
def _rows_of(name: str, features: tuple[str, ...], test_share: float, seed: int) -> Dataset:
    table = load_table(name)
    return split(table.only(features) if features else table, test_share, seed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _load(name: str, test_share: float, seed: int) -> Dataset:
    return load_dataset(name, test_share, seed)
