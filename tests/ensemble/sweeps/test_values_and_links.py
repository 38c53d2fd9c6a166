"""Values of a setting as people type them, and experiments in links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.sweeps.design import pairs_plan
from ensemble.sweeps.experiment import IN_LINKS, SOURCES, Experiment, ExperimentChoices
from ensemble.sweeps.results import POOLS
from ensemble.sweeps.values import (
    MAX_LETTERS,
    MAX_VALUES,
    choices,
    title,
    usual_other,
    usual_values,
    value_of,
    values_of,
    written,
)
from tests.ensemble.sweeps.made_up import CLASSIC, SWEPT


@pytest.mark.parametrize("setting", SWEPT)
def test_usual_values_can_be_used_and_come_back_from_their_text(setting):
    values = values_of(setting, usual_values(setting))
    assert len(values) > 1
    assert values_of(setting, ", ".join(map(written, values))) == values


@pytest.mark.parametrize("setting", ExperimentChoices.choices("other"))
def test_the_usual_other_value_differs_from_the_classic(setting):
    value = usual_other(setting)
    assert value_of(setting, written(value)) == value
    assert len(pairs_plan(CLASSIC, 0, "both", 2, setting, value).conditions) == 2


def test_values_are_sorted_and_each_is_taken_once():
    assert values_of("members", " 8;2,2 1 ,, ") == (1, 2, 8)
    assert values_of("training", "bootstrap, joint, bootstrap") == ("bootstrap", "joint")


@pytest.mark.parametrize(
    ("setting", "text", "sentence"),
    [
        ("members", "1, 99", "Ensemble size: 99 cannot be used. Choose a whole number from 1 to 32."),
        ("members", "1, 2.5", "Ensemble size: 2.5 cannot be used. Choose a whole number from 1 to 32."),
        ("dropout", "nan", "Dropout: nan cannot be used. Choose a number from 0 to 0.95."),
        ("activation", "relu, gelu", "Activation: gelu cannot be used. Choose one of linear, relu, tanh."),
        ("pooling", "vote", f"Pooling: vote cannot be used. Choose one of {', '.join(POOLS)}."),
        ("dropout", " , ", "Dropout: give at least one value, such as 0, 0.1, 0.25, 0.5, 0.75."),
        (
            "hidden_units",
            " ".join(map(str, range(1, 30))),
            f"Hidden units: 29 values are too many. Give {MAX_VALUES} at most.",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_the_mend(setting, text, sentence):
    with pytest.raises(InputError) as problem:
        values_of(setting, text)
    assert str(problem.value) == sentence


@given(st.data())
def test_an_experiment_comes_back_from_its_link(data):
    along, across = data.draw(st.lists(st.sampled_from(SWEPT), min_size=2, max_size=2, unique=True))
    other = data.draw(st.sampled_from(ExperimentChoices.choices("other")))
    chosen = ExperimentChoices(
        seeds=data.draw(st.integers(2, 1000)),
        along=along,
        across=data.draw(st.sampled_from(["none", across])),
        each=data.draw(st.integers(2, 200)),
        other=other,
        pairs=data.draw(st.integers(2, 1000)),
        drawn=data.draw(st.sampled_from(SOURCES)),
    )
    sources = data.draw(st.lists(st.sampled_from(SOURCES), min_size=1, unique=True))
    asked = Experiment(
        chosen,
        vary=", ".join(source for source in SOURCES if source in sources),
        along_values=data.draw(st.sampled_from(["", usual_values(along)])),
        other_value=written(usual_other(other)),
    )
    query = asked.to_query()
    assert set(query) <= set(IN_LINKS)
    assert Experiment.from_query(query) == (asked, [])


@given(st.lists(st.floats(0, 0.95), min_size=1, max_size=8))
def test_values_come_back_from_a_link_exactly(values):
    asked = Experiment(ExperimentChoices(along="dropout"), along_values=", ".join(map(written, dict.fromkeys(values))))
    back, notices = Experiment.from_query(asked.to_query())
    assert notices == []
    assert values_of("dropout", back.along_values) == tuple(sorted(set(values)))


@pytest.mark.parametrize("length", [MAX_LETTERS - 1, MAX_LETTERS, MAX_LETTERS + 1, MAX_LETTERS + 7])
def test_a_list_in_a_link_is_cut_between_values_with_a_notice(length):
    text = (" 0.123456789," * 30)[:length].replace("0.123456789", "{}")
    text = text.format(*(f"0.1234567{index}" for index in range(11, 41)))[:length]
    back, notices = Experiment.from_query({"along": "dropout", "along_values": text})
    pieces = [piece.strip().rstrip("0") for piece in text.split(",")]
    assert set(back.along_values.split(", ")) <= set(pieces)
    assert len(back.along_values) <= MAX_LETTERS
    assert any("longer than 200 letters" in notice for notice in notices) == (length > MAX_LETTERS)


def test_a_single_value_longer_than_a_list_may_be_is_not_cut_into_another():
    back, notices = Experiment.from_query({"along": "dropout", "along_values": "0." + "1" * 400})
    assert back.along_values == ""
    assert any("no value that can be used" in notice for notice in notices)


def test_names_in_links_are_no_settings_of_anything_else():
    from ensemble.sharing.lesson import IN_LINKS as LESSON
    from ui.session.link import SECTIONS

    others = [name for key, section in SECTIONS.items() if key != "experiment" for name in section.names]
    assert {*EnsembleConfig.model_fields, *DataConfig.model_fields, *LESSON} < {*others}
    assert not {*IN_LINKS} & {*others}
    assert len(set(others)) == len(others)
    assert len(set(IN_LINKS)) == len(IN_LINKS)


ODD = st.one_of(
    st.text(st.characters(), max_size=60),
    st.sampled_from(
        ["nan", "1e999", "-inf", "9" * 5000, "\ud800", "1,2,1e400", "none", "pooling", "members", ",".join("123" * 99)]
    ),
)


@given(st.dictionaries(st.sampled_from(IN_LINKS), ODD))
def test_no_link_raises_and_what_is_taken_can_be_planned(query):
    asked, notices = Experiment.from_query(query)
    assert all(notice.endswith(".") and len(notice) < 300 for notice in notices)
    assert len(notices) < 24
    chosen = asked.choices
    values_of(chosen.along, asked.along_values or usual_values(chosen.along))
    if chosen.across != "none":
        assert chosen.across != chosen.along
        values_of(chosen.across, asked.across_values or usual_values(chosen.across))
    if asked.other_value:
        value_of(chosen.other, asked.other_value)
    assert asked.sources
    again, nothing = Experiment.from_query(asked.to_query())
    assert (again, nothing) == (asked, [])


def test_every_setting_has_a_title():
    assert [title(name) for name in ("members", "pooling")] == ["Ensemble size", "Pooling"]
    assert choices("pooling") == POOLS
    assert choices("members") == ()
