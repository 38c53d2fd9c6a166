import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig, InputError

BOUNDS = {
    "members": (1, 32),
    "hidden_layers": (1, 3),
    "hidden_units": (1, 64),
    "dropout": (0, 0.95),
    "learning_rate": (1e-5, 10),
    "epochs": (1, 2000),
    "batch_size": (1, 512),
    "label_smoothing": (0, 0.5),
    "bootstrap_share": (0.1, 1),
}
CONFIGS = st.builds(
    EnsembleConfig,
    members=st.integers(1, 32),
    hidden_layers=st.integers(1, 3),
    hidden_units=st.integers(1, 64),
    activation=st.sampled_from(["linear", "relu", "tanh"]),
    dropout=st.floats(0, 0.95),
    optimizer=st.sampled_from(["rmsprop", "adam", "sgd"]),
    learning_rate=st.floats(1e-5, 10),
    epochs=st.integers(1, 2000),
    batch_size=st.integers(1, 512),
    training=st.sampled_from(["joint", "independent", "bootstrap"]),
    bootstrap_share=st.floats(0.1, 1),
    outputs=st.sampled_from(["softmax", "sigmoid", "linear", "softmax_squared", "softmax_twice"]),
    label_smoothing=st.floats(0, 0.5),
    class_weights=st.sampled_from(["none", "balanced"]),
    seed=st.integers(0, 999_999),
)


def test_the_defaults_are_the_classic_run():
    assert EnsembleConfig().model_dump() == {
        "members": 10,
        "hidden_layers": 2,
        "hidden_units": 10,
        "activation": "linear",
        "dropout": 0.25,
        "optimizer": "rmsprop",
        "learning_rate": 1e-3,
        "epochs": 200,
        "batch_size": 10,
        "training": "joint",
        "bootstrap_share": 0.8,
        "outputs": "softmax",
        "label_smoothing": 0.0,
        "class_weights": "none",
        "seed": 0,
    }


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_are_inclusive_and_what_lies_outside_is_refused_with_the_mend(name):
    low, high = BOUNDS[name]
    assert EnsembleConfig.bounds(name) == (low, high)
    for inside in (low, high):
        assert getattr(EnsembleConfig(**{name: inside}), name) == inside
    for outside in (low - 1, high + 1):
        with pytest.raises(InputError) as refusal:
            EnsembleConfig.model_validate({name: outside})
        for part in (EnsembleConfig.model_fields[name].title, str(outside), f"from {low:g} to {high:g}"):
            assert part in str(refusal.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", None, True, [3], {}, 2.5])
def test_what_is_no_whole_number_is_refused_as_an_ensemble_size(value):
    with pytest.raises(InputError, match="Ensemble size"):
        EnsembleConfig(members=value)


def test_an_unknown_word_or_name_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="linear, relu, tanh"):
        EnsembleConfig(activation="sigmoid")
    with pytest.raises(InputError, match="members, hidden_layers"):
        EnsembleConfig(colour="red")


def test_a_configuration_cannot_be_changed():
    config = EnsembleConfig()
    with pytest.raises(InputError, match="Ensemble size"):
        EnsembleConfig(**config.model_dump() | {"members": 0})
    with pytest.raises(Exception, match="frozen"):
        config.members = 3


def test_every_field_has_a_title_and_says_what_it_does():
    for field in EnsembleConfig.model_fields.values():
        assert field.title
        assert len(field.description or "") > 40


@given(CONFIGS)
def test_a_link_brings_every_configuration_back_without_notices(config):
    assert EnsembleConfig.from_query(config.to_query()) == (config, [])


def test_a_link_of_the_classic_run_is_empty():
    assert EnsembleConfig().to_query() == {}


@given(
    st.dictionaries(
        st.sampled_from([*EnsembleConfig.model_fields, "foo", "__class__"]),
        st.text()
        | st.sampled_from(["9" * 5000, "nan", "-inf", "1e999", "-0", "١٢", "0x10", "1_0", "", " 7 ", "True"])
        | st.floats().map(str),
    )
)
def test_no_link_can_raise(query):
    config, notices = EnsembleConfig.from_query(query)
    assert isinstance(config, EnsembleConfig)
    assert len(notices) <= len(query)


@pytest.mark.parametrize(
    ("query", "value", "words"),
    [
        ({"members": "999"}, ("members", 32), "999 in the link is outside 1 to 32; 32 is used"),
        ({"members": "-5"}, ("members", 1), "outside 1 to 32; 1 is used"),
        ({"members": "7.6"}, ("members", 8), "not a whole number; 8 is used"),
        ({"dropout": "2"}, ("dropout", 0.95), "outside 0 to 0.95; 0.95 is used"),
        ({"dropout": "nan"}, ("dropout", 0.25), "0.25 is used"),
        ({"epochs": "many"}, ("epochs", 200), "“many” in the link is not a whole number from 1 to 2000; 200 is used"),
        ({"learning_rate": "1e999"}, ("learning_rate", 10), "10 is used"),
        ({"activation": "<b>"}, ("activation", "linear"), "one of linear, relu, tanh; linear is used"),
    ],
)
def test_a_link_is_clamped_and_says_so(query, value, words):
    config, (notice,) = EnsembleConfig.from_query(query)
    name, expected = value
    assert getattr(config, name) == expected
    assert words in notice


def test_an_unknown_name_in_a_link_is_ignored_and_named():
    config, (notice,) = EnsembleConfig.from_query({"foo": "1"})
    assert config == EnsembleConfig()
    assert "foo" in notice


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("activation", "A joint or a bootstrap ensemble is then one logistic regression; an independent one averages several"),
        ("dropout", "Share of the last hidden units dropped"),
        ("dropout", "the classic text says weights; it is units"),
        ("label_smoothing", "s/K each"),
        ("label_smoothing", "With sigmoid outputs Keras' own option differs: it adds s/2 to each class"),
    ],
)
def test_descriptions_of_settings_say_what_they_do_truth_b11_c_d8(setting, said):
    """Smoothing is s/K for sigmoids too; an average of softmaxes is no regression; units, not weights."""
    assert said in EnsembleConfig.model_fields[setting].description
