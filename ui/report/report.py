"""A run as one HTML file to keep, to print or to hand in: figures and all, and nothing that it would have to fetch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

import numpy as np
import plotly.graph_objects as go

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.calibration.reliability import reliability_in_bins
from ensemble.classic import CONFIDENT, outcome
from ensemble.probability.scoring import scoreboard, top_label
from ensemble.probability.vectors import entropy, log_softmax
from ensemble.rng import evaluation_rng
from ensemble.runs.test_rows import nll_of_test_rows
from ensemble.runs.weights import weight_count
from ui import charts
from ui.charts import calibration, comparison, members
from ui.text.format import number, percent
from ui.text.intervals import of_intervals

ROWS_SHOWN = 1000
CLASSES_SHOWN = 6


def report(run: Run, data: Dataset, made_at: datetime) -> str:
    """A run in words, tables and interactive figures.

    Parameters
    ----------
    run : Run
        With at least one epoch.
    data : Dataset
        What it was trained on.
    made_at : datetime
        Stands on the report.

    Returns
    -------
    str
        An HTML document that needs no network: Plotly is in it, once, and its content security policy forbids every request.
        It is light whatever the page is, and no wider than an A4 sheet.

    Raises
    ------
    InputError
        If the run has no epoch yet.
    """
    if not run.epochs:
        raise InputError("This run has no epoch yet. Train it before you take its report away.")
    with charts.in_light():
        return _document(run, data, made_at)


def _document(run: Run, data: Dataset, made_at: datetime) -> str:
    noun = _noun(data)
    figures, left = _figures(run, data)
    sections = {
        "What came out": _outcome(run, data),
        "Settings": _settings(run.config),
        "What it was trained on": _rows_of(data),
        "Loss, epoch by epoch": figures["losses"] + _caption("Mean negative log-likelihood, dropout off."),
        "Final scores": _scores(run, data),
    }
    if "reliability" in figures:
        sections["Are they probabilities?"] = figures["reliability"] + _caption(
            f"How often the likeliest class of {len(data.y_test)} test {noun}s is right, by its probability. A dot is a bin of "
            "forecasts, its area their number. If the forecasts were calibrated, each dot would lie on its grey bar in nine "
            f"data sets of ten. Somewhere, a dot would miss its bar in {percent(left)} of data sets. A bin with few forecasts "
            "says little."
        )
    if "triangle" in figures:
        sections[f"Each test {noun} in the triangle"] = figures["triangle"] + _caption(
            f"A dot per test {noun}{_how_many(data)}, in the colour of its true class: certain in a corner, undecided in the "
            "middle. The large one is the least certain."
        )
    sections[f"The test {noun}s, one by one"] = _test_rows(run, data)
    return _PAGE.format(
        title=f"Softmax Lab: {escape(data.name)}",
        style=_STYLE,
        about=f"Softmax Lab · data “{escape(data.name)}” · {made_at:%Y-%m-%d %H:%M} {made_at.tzname() or ''}".strip(),
        body="\n".join(f"<section><h2>{escape(title)}</h2>\n{content}\n</section>" for title, content in sections.items()),
    )


def _figures(run: Run, data: Dataset) -> tuple[dict[str, str], float]:
    """Pictures as HTML, and the share of data sets in which calibrated forecasts leave the band of the reliability diagram."""
    left = 0.0
    proba = run.predict_proba(data.x_test)
    figures = {"losses": comparison.losses(run.history)}
    if len(proba) > 1:
        confidence, hits = top_label(proba, data.y_test)
        table, left = reliability_in_bins(confidence, hits, evaluation_rng(run.config))
        figures["reliability"] = calibration.reliability_in_bins(table, "likeliest class is right")
    if data.classes == 3:
        figures["triangle"] = _triangle(proba[:ROWS_SHOWN], data)
    documents = {
        name: figure.update_layout(template="plotly_white", font={"family": _FONT, "size": 12, "color": charts.ink()}).to_html(
            full_html=False,
            include_plotlyjs=name == "losses",
            default_height=f"{figure.layout.height}px",
            div_id=name,
            config={"displaylogo": False, "responsive": True},
        )
        for name, figure in figures.items()
    }
    return documents, left


def _triangle(proba: np.ndarray, data: Dataset) -> go.Figure:
    chosen = int(proba.max(axis=1).argmin())
    names = [comparison.as_it_stands(name) for name in data.class_names]
    figure = members.triangle(proba[None], data.y_test[: len(proba)], names, chosen)
    *crowd, large = figure.data
    for dots, symbol in zip(crowd, charts.SYMBOLS, strict=False):
        dots.marker.update(size=8, opacity=0.75, symbol=symbol)
    large.marker.symbol = charts.SYMBOLS[data.y_test[chosen]]
    large.name = f"{_noun(data).capitalize()} {chosen + 1}"
    hover = f"{_noun(data)} %{{customdata}}<br>%{{b:.3f}} · %{{c:.3f}} · %{{a:.3f}}<extra></extra>"
    return figure.update_traces(hovertemplate=hover, cliponaxis=False)


def _outcome(run: Run, data: Dataset) -> str:
    result, config, noun = outcome(run, data), run.config, _noun(data)
    low, high = result.test_accuracy_band
    figures = {
        "Training loss": f"{number(result.train_loss)} nats",
        "Test loss": f"{number(result.test_loss)} nats",
        "Test accuracy": f"{result.test_hits} of {result.test_rows}",
        "Mean confidence": percent(result.mean_confidence, 1),
        f"Unsure (below {percent(CONFIDENT)})": f"{result.unsure} of {result.test_rows}",
    }
    parts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items())
    weights = weight_count(config, data.features, data.classes)
    return f"""<dl>{parts}</dl>
<p>{run.epochs} epochs of {config.members} members with {config.hidden_layers} hidden layers of {config.hidden_units} units:
{weights:,} weights. The likeliest class is the true one for {result.test_hits} of {result.test_rows} test {escape(noun)}s. A
95 % confidence interval (Wilson) for the accuracy of this network on further {escape(noun)}s like these: {percent(low)} to
{percent(high)}. {escape(run.message)}</p>"""


def _settings(config: EnsembleConfig) -> str:
    classic, rows = EnsembleConfig(), []
    for name, value in config:
        usual = getattr(classic, name)
        rows.append((config.__class__.model_fields[name].title, _plain(value), "" if value == usual else _plain(usual)))
    return _table(["Setting", "Value", "Classic example, if other"], rows) + _caption(
        "The same settings on the same rows repeat the run, number by number."
    )


def _rows_of(data: Dataset) -> str:
    noun = escape(_noun(data))
    counts = [np.bincount(y, minlength=data.classes) for y in (data.y_train, data.y_test)]
    features = "".join(
        f"<li>{escape(name)} <span>{low:.4g} to {high:.4g}</span></li>"
        for name, low, high in zip(data.feature_names, data.low, data.high, strict=True)
    )
    return f"""<p>{len(data.y_train)} {noun}s to train on and {len(data.y_test)} to test with; {data.features} features, scaled
to 0 to 1 on the training {noun}s; {data.classes} classes.</p>
{_table(["Class", "Training", "Test"], list(zip(data.class_names, *counts, strict=True)), numbers_from=1)}
<ul>{features}</ul>
{_caption(f"Features, and their range among the training {_noun(data)}s.")}"""


def _scores(run: Run, data: Dataset) -> str:
    if len(data.y_test) < 2:
        return f"<p>A single test {_noun(data)} gives no interval.</p>"
    result = outcome(run, data)
    board = scoreboard({"": log_softmax(run.logits(data.x_test))}, data.y_test, evaluation_rng(run.config)).iloc[0]
    rows = [
        (title, *(number(float(board[f"{score}{end}"])) for end in ("", "_low", "_high")))
        for score, title in (("nll", "Negative log-likelihood (nats)"), ("brier", "Brier score (0 to 2)"))
    ]
    rows.append(
        ("Accuracy", *(percent(share, 1) for share in (result.test_hits / result.test_rows, *result.test_accuracy_band)))
    )
    return _table(["On the test rows", "Score", "From", "To"], rows, numbers_from=1) + _caption(
        f"{of_intervals(_noun(data), f'{_noun(data)}s')} Lower is better, but for the accuracy."
    )


def _test_rows(run: Run, data: Dataset) -> str:
    shown = slice(ROWS_SHOWN)
    proba, truth = run.predict_proba(data.x_test)[shown], data.y_test[shown]
    likeliest, names, colours = proba.argmax(axis=1), data.class_names, charts.colours()
    losses = nll_of_test_rows(run, data)[shown]
    if data.classes <= CLASSES_SHOWN:
        titles, bars = list(names), [list(enumerate(row)) for row in proba]
    else:
        titles = ["p(true)", "p(likeliest)"]
        bars = [[(k, row[k]) for k in (right, said)] for row, right, said in zip(proba, truth, likeliest, strict=True)]
    rows = [
        f"<tr><td>{place + 1}</td><td>{escape(names[right])}</td>"
        f"<td>{escape(names[said])}{'' if said == right else ' <b>✗</b>'}</td>"
        + "".join(f'<td class="bar" style="--p:{p:.4f};--c:{colours[k % len(colours)]}">{p:.3f}</td>' for k, p in cells)
        + f"<td>{uncertainty:.3f}</td><td>{number(float(loss))}</td></tr>"
        for place, (right, said, cells, uncertainty, loss) in enumerate(
            zip(truth, likeliest, bars, entropy(proba), losses, strict=True)
        )
    ]
    words = "entropy and negative log-likelihood (NLL) in nats. ✗: not the true class."
    head = _cells("th", [_noun(data).capitalize(), "True class", "Likeliest", *titles, "Entropy", "NLL"])
    return f"""<div class="wide"><table class="rows"><thead>{head}</thead><tbody>
{"".join(rows)}
</tbody></table></div>
{_caption(f"Probabilities of the classes{_how_many(data)}; {words}")}"""


def _how_many(data: Dataset) -> str:
    more = len(data.y_test) > ROWS_SHOWN
    return f" (the first {ROWS_SHOWN:,} of {len(data.y_test):,})" if more else ""


def _table(titles: Sequence[str], rows: Sequence[Sequence[object]], numbers_from: int = 99) -> str:
    body = "".join(_cells("td", row, numbers_from) for row in rows)
    return f'<div class="wide"><table><thead>{_cells("th", titles, numbers_from)}</thead><tbody>{body}</tbody></table></div>'


def _cells(tag: str, values: Sequence[object], numbers_from: int = 99) -> str:
    return f"<tr>{''.join(_cell(tag, value, place >= numbers_from) for place, value in enumerate(values))}</tr>"


def _cell(tag: str, value: object, is_number: bool) -> str:
    kind = ' class="number"' if is_number else ""
    return f"<{tag}{kind}>{escape(str(value))}</{tag}>"


def _caption(words: str) -> str:
    return f'<p class="caption">{escape(words)}</p>'


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _noun(data: Dataset) -> str:
    return getattr(data, "noun", "row")


_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_STYLE = f"""
:root {{ color-scheme: light; }}
@page {{ size: A4; margin: 14mm 10mm; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; padding: 2.5rem 1rem 4rem; background: #fff; color: #31333F; font: 15px/1.55 {_FONT}; }}
main {{ max-width: 700px; margin: 0 auto; }}
h1 {{ margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }}
h2 {{ margin: 0 0 0.6rem; font-size: 1.15rem; }}
header {{ margin-bottom: 2rem; padding-bottom: 1rem; border-bottom: 2px solid #0E7C86; }}
header p {{ margin: 0.4rem 0 0; color: #63656F; overflow-wrap: anywhere; }}
section {{ margin: 0 0 2.4rem; }}
p {{ margin: 0 0 0.6rem; overflow-wrap: anywhere; }}
.caption {{ margin-top: 0.5rem; color: #63656F; font-size: 0.85rem; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 1rem; margin: 0 0 1rem; }}
dt {{ color: #63656F; font-size: 0.85rem; }}
dd {{ margin: 0; font-size: 1.15rem; white-space: nowrap; }}
.wide {{ overflow-x: auto; }}
table {{ width: 100%; border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }}
th, td {{ padding: 0.28rem 0.6rem 0.28rem 0; border-bottom: 1px solid #E3E4E8; text-align: left; }}
th, td {{ max-width: 16rem; overflow-wrap: break-word; }}
th {{ border-bottom-color: #9A9CA5; font-weight: 600; vertical-align: bottom; }}
th.number, td.number {{ text-align: right; white-space: nowrap; }}
ul {{ columns: 3 200px; margin: 1rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; }}
li {{ break-inside: avoid; overflow-wrap: anywhere; }}
li span {{ color: #63656F; white-space: nowrap; }}
.rows {{ font-size: 0.8rem; }}
.rows td {{ min-width: 3.4rem; }}
.bar {{ background: linear-gradient(var(--c), var(--c)) no-repeat left bottom / calc((100% - 0.6rem) * var(--p)) 3px; }}
@media print {{
  body {{ padding: 0; font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  h2, .caption {{ break-after: avoid; break-inside: avoid; }}
  .js-plotly-plot, tr, dl {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }}
  .wide {{ overflow: visible; }}
  .modebar {{ display: none; }}
}}
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>A neural network’s probabilities</h1>
<p>{about}</p></header>
{body}
</main>
</body>
</html>
"""
