"""Every control of a run, and how a test moves it."""

from ensemble import EnsembleConfig

MOVES = {
    "members": ("slider", 5),
    "dropout": ("slider", 0.5),
    "epochs": ("slider", 37),
    "hidden_units": ("slider", 20),
    "hidden_layers": ("slider", 3),
    "activation": ("button_group", "relu"),
    "optimizer": ("button_group", "adam"),
    "learning_rate": ("select_slider", 0.01),
    "batch_size": ("slider", 50),
    "training": ("button_group", "independent"),
    "bootstrap_share": ("slider", 0.5),
    "outputs": ("button_group", "sigmoid"),
    "label_smoothing": ("slider", 0.1),
    "class_weights": ("button_group", "balanced"),
    "test_share": ("slider", 0.4),
    "seed": ("number_input", 7),
}


def config_of(app):
    return EnsembleConfig(**{name: app.session_state[name] for name in EnsembleConfig.model_fields})


def settings_of(app):
    return config_of(app).model_dump() | {"test_share": app.session_state["test_share"]}


def move(app, name):
    kind, value = MOVES[name]
    return getattr(app, kind)(key=name).set_value(value).run()
