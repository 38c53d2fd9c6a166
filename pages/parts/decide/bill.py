"""What the forecasts promise, and what is paid: for 200 random price lists, and for the prices that are chosen."""

from __future__ import annotations

import streamlit as st

from ensemble.calibration.temperature import at_temperature_of_other_rows
from ensemble.decisions.bills import Bill
from ensemble.decisions.bills import bill as bill_of
from ensemble.decisions.costs import Prices
from ensemble.decisions.decision_rules import ARG_MAX, BAYES, CONSTANT, RuleBills
from ensemble.probability.scoring import top_label
from ensemble.probability.vectors import Floats, softmax
from pages.parts.decide import words
from pages.parts.decide.more_rows import offer_more
from ui import caches
from ui.charts import decisions as pictures
from ui.charts import show as draw
from ui.text.fill import fill
from ui.text.format import number, plain
from ui.text.intervals import change, signed
from ui.widgets.forecasts.judged import Judged
from ui.widgets.forecasts.prices import choose_prices


def show(context: Judged) -> None:
    seen, data = context.seen, context.data
    proba = softmax(seen.logits)
    pictures_of_lists, words_of_lists = st.columns([1.7, 1], gap="large")
    rules, own_prices = st.columns([1.7, 1], gap="large")
    with own_prices:
        prices = choose_prices(data.class_names)
        made = bill_of(proba, seen.y, prices.costs(), context.rng())
        values = {name: number(value) for name, value in made._asdict().items()}
        st.markdown(fill(words.YOUR_BILL, row_name=data.row_name, **values))
    with rules:
        _show_rules(context, prices)
    with pictures_of_lists:
        is_unusual = _show_price_lists(context, proba, prices)
    with words_of_lists:
        st.markdown(fill(words.BILL))
        st.markdown(fill(words.BROKEN if is_unusual else words.KEPT, rows=f"{len(seen.y):,}", row_names=data.row_names))
        offer_more(context, int((~top_label(proba, seen.y)[1]).sum()))


def _show_price_lists(context: Judged, proba: Floats, prices: Prices) -> bool:
    """Two pictures of the same price lists, before and after calibration; whether those before are unusually many outside."""
    seen, data = context.seen, context.data
    fitted = at_temperature_of_other_rows(seen.logits, seen.y, context.rng())
    forecasts = {words.AS_THEY_ARE: proba, words.AT_TEMPERATURE: softmax(fitted.log_proba)}
    made = {
        title: caches.bills_of_random_prices(context.group_id, context.judged_on, title, one, seen.y, context.rng())
        for title, one in forecasts.items()
    }
    before = made[words.AS_THEY_ARE]
    most = pictures.highest(*made.values())
    for column, (title, one) in zip(st.columns(2), made.items(), strict=True):
        with column:
            counts = {"outside": int(one.outside.sum()), "lists": len(one.paid)}
            draw(
                pictures.price_lists(one, _scaled(forecasts[title], context, prices), most),
                key="promised_and_paid" if one is before else "promised_and_paid_calibrated",
                alt=f"Promised against paid for {len(one.paid)} price lists, {counts['outside']} outside their bands",
                title=fill(title, **counts),
            )
    expected = number(float(before.outside_if_calibrated.mean()))
    ruled_out = int((~seen.has_finite_loss()).sum())
    mean = prices.mean_error()
    ruled_out = int((~seen.has_finite_loss()).sum())
    chosen = {name: f"{value:.2f}" for name, value in zip(("first", "second"), fitted.temperatures, strict=True)}
    sentences = [
        fill(words.DOTS, expected=expected, lists=len(before.paid)),
        fill(words.YOUR_DOT, mean=number(mean)) if mean not in (0, 1) else "",
        fill(words.TEMPERATURES, rows=f"{len(seen.y):,}", row_names=data.row_names, **chosen),
        fill(words.WITHOUT_RULED_OUT, rows=_rows(context, ruled_out), row_names=data.row_names) if ruled_out else "",
    ]
    st.caption(" ".join(filter(None, sentences)))
    return before.is_unusual


def _scaled(proba: Floats, context: Judged, prices: Prices) -> Bill | None:
    """The bill of the chosen prices where the mean price of an error is 1; None where errors cost nothing."""
    mean = prices.mean_error()
    return bill_of(proba, context.seen.y, prices.costs() / mean, context.rng()) if mean else None


def _show_rules(context: Judged, prices: Prices) -> None:
    seen, data = context.seen, context.data
    found = caches.rule_bills(context.group_id, context.judged_on, prices, seen, context.rng())
    always = fill(words.ALWAYS, action=prices.actions(data.class_names)[found.constant])
    table = found.table.replace({"name": {CONSTANT: always}})
    draw(
        pictures.bills(table, found.members, data.row_name),
        key="bills",
        alt=f"Bills of {len(table)} ways to act",
        title=_claim(found, data.row_name),
    )
    intervals = zip(table["difference_low"], table["difference_high"], strict=True)
    st.dataframe(
        {
            "": table["name"],
            f"Promised per {data.row_name}": table["promised"],
            "Paid": table["paid"],
            "More than the cheapest action": ["" if name == BAYES else signed(more) for name, more in _differences(found)],
            "95 % interval": ["" if low != low else change(low, high) for low, high in intervals],
        },
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.4f") for name in (f"Promised per {data.row_name}", "Paid")
        },
    )
    rules_in_words = fill(words.RULES, rows=f"{len(seen.y):,}", row_names=data.row_names, differ=f"{found.differ:,}")
    no_mean = fill(words.NO_MEAN_OF_LOGITS, rows=_rows(context, found.ruled_out)) if found.ruled_out else ""
    st.caption(f"{rules_in_words} {no_mean}".rstrip())
    if len(found.members) and not context.file:
        st.caption(fill(words.OTHER_POOLS))


def _rows(context: Judged, count: int) -> str:
    return f"{count:,} {context.data.row_name if count == 1 else context.data.row_names}"


def _differences(found: RuleBills) -> list[tuple[str, float]]:
    return list(zip(found.table["name"], found.table["difference"], strict=True))


def _claim(found: RuleBills, row_name: str) -> str:
    paid = dict(zip(found.table["name"], found.table["paid"], strict=True))
    values = {"row_name": plain(row_name), "best": number(paid[BAYES]), "arg_max": number(paid[ARG_MAX])}
    if not found.differ:
        return fill(words.SAME_ACTIONS, row_name=values["row_name"])
    if values["best"] == values["arg_max"]:
        return fill(words.EQUAL_BILLS, **values)
    return fill(words.CHEAPEST_WINS if paid[BAYES] < paid[ARG_MAX] else words.LIKELIEST_WINS, **values)
