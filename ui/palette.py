"""The colours of all pictures, Plotly's and the canvases', in one table: each has one meaning, the same on every page.

The accent, ``theme.primaryColor`` in .streamlit/config.toml, is for controls, not for data. The colours of the classes are the
theme's ``chartCategoricalColors``, in their order, without black or dark brown, which would look like text.

==================  =============================================================================================
role                used for
==================  =============================================================================================
``train``           training rows: their loss, their accuracy
``test``            test rows: their loss, their accuracy
``ensemble``        what a whole ensemble says or scores, and what is measured of its forecasts
``pool``            one way to pool the same members
``member``          a single member
``regression``      logistic regression, beside an ensemble
``entropy``         what no better forecast of this kind would save: H(p), expected entropy, refinement
``excess``          what a better forecast would save: KL(p‖q), miscalibration
``disagreement``    how much members disagree: mutual information, KL(pool‖member)
``run_1`` ...       runs that are compared, in their order
==================  =============================================================================================

``tests/ui/test_palette.py`` checks the table: no colour twice, contrast 3:1 against the background, and distinguishable with
deuteranopia or protanopia.
"""

from __future__ import annotations

ROLES = {
    "train": ("#5D6470", "#71829A"),
    "test": ("#B8003F", "#FFB8CB"),
    "ensemble": ("#1D1B63", "#D9DCFF"),
    "pool": ("#A05A1C", "#C98A4B"),
    "member": ("#7F7F7F", "#8C8C8C"),
    "regression": ("#7A4A2B", "#A5623B"),
    "entropy": ("#9B8C70", "#766D5C"),
    "excess": ("#A31515", "#FF6552"),
    "disagreement": ("#B07C00", "#F5C84B"),
    "run_1": ("#31333F", "#FAFAFA"),
    "run_2": ("#DF20AF", "#E85EC6"),
    "run_3": ("#81810E", "#999933"),
    "run_4": ("#439D70", "#3D8F66"),
}
"""Each role's colour in the light theme and in the dark one."""

SCHEMES = ("light", "dark")
RUNS = sum(role.startswith("run_") for role in ROLES)


def role_colour(role: str, scheme: str) -> str:
    """The colour ``#RRGGBB`` of a role in the scheme "light" or "dark"."""
    return ROLES[role][SCHEMES.index(scheme)]


def custom_properties() -> str:
    """The table as a rule of CSS: ``--role-train`` and so on, on the host of a component."""
    rules = (f"--role-{role.replace('_', '-')}: light-dark({light}, {dark});" for role, (light, dark) in ROLES.items())
    return f":host {{ {' '.join(rules)} }}\n"
