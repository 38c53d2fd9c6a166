"""Answer the surest rows alone: how often these answers are wrong, and which uncertainty knows it best."""

from __future__ import annotations

import streamlit as st

from ensemble.decisions import best_actions, risk_coverage
from ensemble.decisions.abstention import RiskCoverage, auroc_interval, curve_table
from ensemble.disagreement import entropy_split
from ensemble.probability.scoring import top_label, without_rounding
from ensemble.probability.vectors import Floats, entropy, softmax
from pages.parts.decide import words
from pages.parts.decide.more_rows import offer_more
from ui import session
from ui.charts import decisions as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, percent
from ui.widgets.forecasts.judged import Judged

ROLES = {"top probability": "ensemble", "entropy": "entropy", "mutual information": "disagreement"}
TOP, ENTROPY, DISAGREEMENT = ROLES


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    proba = softmax(seen.logits)
    sureness, hits = top_label(proba, seen.y)
    wrong = ~hits.astype(bool)
    uncertainties = {TOP: 1 - sureness, ENTROPY: entropy(proba)}
    if len(seen.member_own_logits) > 1:
        uncertainties[DISAGREEMENT] = entropy_split(softmax(seen.member_own_logits))[2]
    uncertainties = {name: without_rounding(values) for name, values in uncertainties.items()}
    curves = {name: risk_coverage(values, wrong) for name, values in uncertainties.items()}
    left, right = st.columns([1.7, 1], gap="large")
    with right:
        chosen, coverage = _choose_order(list(curves)), _choose_coverage(data.row_names)
    answered = max(1, round(coverage * len(wrong)))
    with left:
        tables = {name: (curve_table(curve), ROLES[name]) for name, curve in curves.items()}
        draw(
            pictures.risk_against_coverage(tables, chosen, coverage, float(wrong.mean())),
            key="risk_and_coverage",
            alt=f"Risk against coverage of {len(wrong)} answers, by {len(curves)} uncertainties",
            title=_claim(curves[chosen], answered, coverage),
        )
        _show_aurocs(uncertainties, curves, wrong)
    with right:
        st.markdown(fill(words.AT_COVERAGE, row_names=data.row_names, **_interval(curves[chosen], answered)))
        if not _wrong(curves[chosen], answered).is_integer():
            st.caption(fill(words.TIES))
        st.markdown(fill(words.ABSTAIN))
        _show_the_experts_share(context, proba)
        if DISAGREEMENT not in curves:
            st.caption(fill(words.ONE_MEMBER))
        offer_more(context, int(wrong.sum()))


def _choose_order(names: list[str]) -> str:
    chosen: str = st.segmented_control(
        "Order by",
        names,
        key="order_of_answers",
        default=names[0],
        required=True,
        persist_state="session",
        help="What says how sure an answer is. Its curve has the band.",
    )
    return chosen if chosen in names else names[0]


def _choose_coverage(row_names: str) -> float:
    share = st.slider(
        f"Share of {row_names} to answer, the surest first",
        5,
        100,
        80,
        5,
        format="%d %%",
        key="coverage_of_answers",
        persist_state="session",
        width=420,
    )
    return share / 100


def _claim(curve: RiskCoverage, answered: int, coverage: float) -> str:
    return fill(
        words.SUREST,
        coverage=percent(coverage),
        wrong=number(_wrong(curve, answered)),
        answered=f"{answered:,}",
        rows=f"{len(curve.risk):,}",
        all_wrong=number(round(curve.wrong(len(curve.risk)))),
    )


def _wrong(curve: RiskCoverage, answered: int) -> float:
    """As it is shown: to one decimal."""
    return round(curve.wrong(answered), 1)


def _interval(curve: RiskCoverage, answered: int) -> dict[str, str]:
    row = curve_table(curve, most=len(curve.risk)).iloc[answered - 1]
    return {"answered": f"{answered:,}", "low": percent(row["low"], 1), "high": percent(row["high"], 1)}


def _show_aurocs(uncertainties: dict[str, Floats], curves: dict[str, RiskCoverage], wrong: Floats) -> None:
    count = int(wrong.sum())
    if not 0 < count < len(wrong):
        st.info(fill(words.NO_ERROR))
        return
    found = {name: auroc_interval(values, wrong) for name, values in uncertainties.items()}
    st.dataframe(
        {
            "Ordered by": list(found),
            "AUROC of being wrong": [one.value for one in found.values()],
            "95 % interval": [f"{one.low:.3f} to {one.high:.3f}" for one in found.values()],
            "Area under the curve": [curves[name].area for name in found],
        },
        hide_index=True,
        column_config={
            "AUROC of being wrong": st.column_config.NumberColumn(format="%.3f"),
            "Area under the curve": st.column_config.NumberColumn(format="%.4f"),
        },
    )
    st.caption(fill(words.AUROC, wrong=f"{count:,}", right=f"{len(wrong) - count:,}"))


def _show_the_experts_share(context: Judged, proba: Floats) -> None:
    data = context.data
    prices = session.prices(data.classes)
    if prices.expert is not None:
        asked = int((best_actions(proba, prices.costs()) == data.classes).sum())
        st.markdown(fill(words.LEFT_TO_THE_EXPERT, asked=f"{asked:,}", rows=f"{len(proba):,}", row_names=data.row_names))
