"""A new figure is drawn once, and looks as Streamlit's theme would make it look."""

import pytest

from testing.browser import running_app
from testing.browser_parts import key, picture
from testing.chart_draws import draws

SCRIPT = """
import plotly.graph_objects as go
import streamlit as st
from ui import charts

figure = charts.two_rows(400)
figure.add_scatter(x=[1, 2], y=[0.5, 1], name="a", row=1)
figure.add_bar(x=["a", "b"], y=[1, 2], row=2)
charts.say(figure, 1, 0.5, "label", font={"size": 12})
figure.update_yaxes(title={"text": "loss"}, gridcolor="#808080")
heat = charts.empty_figure(300, x="x", y="y")
heat.add_heatmap(z=[[0, 1], [1, 0]], colorscale="Cividis", colorbar={"title": {"text": "nats"}})
corners = charts.Figure({"height": 300, "ternary": {"sum": 1, "aaxis": {"title": {"text": "a"}}}})
corners.add_scatterternary(a=[0.2], b=[0.3], c=[0.5])
for name, drawn in {"rows": figure, "heat": heat, "corners": corners}.items():
    charts.show(drawn, key=name, alt=name)
    st.plotly_chart(go.Figure(charts.legible(drawn).to_dict()), key=f"{name}_by_streamlit", config={"displayModeBar": False})
"""
# What Plotly made of a figure and its defaults; families of fonts without what is named twice.
LOOK = """(chart) => {
  const ignored = ['template', 'datarevision', 'autosize', 'uid', 'colorscale', 'newshape', 'dtick', 'tick0', 'width'];
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (value?.constructor !== Object) return typeof value === 'function' ? null : value;
    const kept = Object.entries(value).filter(([name]) => name[0] !== '_' && !ignored.includes(name));
    return Object.fromEntries(kept.map(([name, one]) =>
      [name, name === 'family' ? [...new Set(one.split(', '))].join(', ') : plain(one)]));
  };
  const axes = Object.entries(chart._fullLayout).filter(([name]) => /^([xy]axis|ternary)/.test(name));
  return { ...plain(chart._fullLayout), title: null, ...Object.fromEntries(axes.map(([name, axis]) => [name, plain({ ...axis })])),
    traces: chart._fullData.map((trace) => plain({ ...trace, marker: trace.marker, line: trace.line })) };
}"""


def choose_event(page):
    page.locator(".st-key-event").get_by_role("radio").nth(1).click()


def choose_rows(page):
    page.locator(".st-key-judged_on").get_by_role("radio", checked=False).first.click()


@pytest.mark.parametrize(
    ("address", "act", "drawn"),
    [
        ("calibration", choose_event, ["reliability"]),
        ("calibration", choose_rows, ["ece_by_luck", "reliability"]),
        ("regression", lambda page: key(page, "Prior width s", "ArrowRight"), ["map_coefficients", "path"]),
    ],
)
def test_a_new_figure_is_drawn_once(app, open_page, address, act, drawn):
    page = open_page(f"{app.url}/{address}")
    picture(page, drawn[0]).wait_for()
    page.wait_for_timeout(500)
    assert draws(page, lambda: act(page)) == [(name, 1) for name in drawn]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_look_as_streamlits_theme_makes_them(looks, open_page, scheme):
    page = open_page(looks, color_scheme=scheme)
    for name in ("rows", "heat", "corners"):
        own, streamlits = (picture(page, which) for which in (name, f"{name}_by_streamlit"))
        own.wait_for()
        streamlits.wait_for()
        found, wanted = (
            page.locator(f".st-key-{which} .js-plotly-plot").evaluate(LOOK) for which in (name, f"{name}_by_streamlit")
        )
        assert found == wanted


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    script = tmp_path_factory.mktemp("looks") / "looks.py"
    script.write_text(SCRIPT)
    with running_app(script) as server:
        yield server.url
