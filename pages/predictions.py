import streamlit as st

from ui.server.streamlit_internals import require_router

require_router()
st.title("Read the probabilities")

from ensemble.runs.test_rows import least_certain, most_wrong, probability_columns, table
from ui import session
from ui.charts import class_colour
from ui.components.reading import reading
from ui.text import row_names
from ui.widgets import status
from ui.widgets.lesson import show_what_the_link_brought

SECONDS_TO_WAIT_FOR_THE_RUN = 0.4

session.arrive()
show_what_the_link_brought()
job = session.job()
polling = session.is_training()
if polling:
    job.wait(SECONDS_TO_WAIT_FOR_THE_RUN)


@st.fragment(run_every=session.seconds_between_news() if polling else None)
def say_how_the_run_goes() -> None:
    st.markdown(status.sentence(session.job()))
    if polling and not session.is_training():
        st.rerun()


def train_classic() -> None:
    session.choose_classic()
    session.train()


def step(by: int) -> None:
    go_to((st.session_state[session.Key.WINE] - 1 + by) % len(job.dataset.y_test))


def go_to(wine: int) -> None:
    st.session_state[session.Key.WINE] = wine + 1


def pick_from_table() -> None:
    if rows := st.session_state["wines"].selection.rows:
        go_to(rows[0])


def choose_wine(run, data) -> int:
    wines = len(data.y_test)
    session.arrive_at_wine(wines, otherwise=least_certain(run, data) + 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            f"Test {data.noun}, 1 to {wines}",
            1,
            wines,
            key=session.Key.WINE,
            persist_state="session",
            width=200,
            help=f"Numbers of the {data.nouns} in the test set.",
        )
        st.button("Previous", key="previous", icon=":material/chevron_left:", on_click=step, args=(-1,))
        st.button("Next", key="next", icon=":material/chevron_right:", icon_position="right", on_click=step, args=(1,))
        st.button(
            "Least certain",
            key="least_certain",
            on_click=go_to,
            args=(least_certain(run, data),),
            help=f"The {data.noun} whose likeliest class has the smallest probability.",
        )
        st.button(
            "Most wrong",
            key="most_wrong",
            on_click=go_to,
            args=(most_wrong(run, data),),
            help=f"The {data.noun} whose true class has the smallest probability.",
        )
    with st.expander(f"All test {data.nouns}"):
        st.dataframe(
            table(run, data),
            key="wines",
            on_select=pick_from_table,
            selection_mode="single-row",
            hide_index=True,
            column_config={
                name: st.column_config.ProgressColumn(name, min_value=0, max_value=1, format="%.3f", color=class_colour(k))
                for k, name in enumerate(probability_columns(data.class_names))
            },
        )
    return st.session_state[session.Key.WINE] - 1


@st.fragment
def read_wine(run, data, wine: int) -> None:
    reading(run, data, wine, run_id=f"{job.id}-{job.losses}", key="reading")
    st.page_link(
        "pages/calibration.py", label="Calibration: fit T on other rows than those it is judged by", icon=":material/target:"
    )
    session.write_link("wine", "temperature")


noun = job.dataset.noun if job else row_names.chosen()
st.markdown(
    f"One {noun} that training never saw, and what the ensemble makes of it. The first one is the {noun} of which it is least "
    f"certain. Pick another, then drag the **temperature**: when would you call these bars probabilities?"
)

if job and job.run and job.run.epochs:
    if polling:
        say_how_the_run_goes()
    read_wine(job.run, job.dataset, choose_wine(job.run, job.dataset))
else:
    if job:
        say_how_the_run_goes()
    else:
        st.info("No ensemble is trained yet. Train the classic example here: ten small networks, 200 epochs, a few seconds.")
    st.button("Train the classic example", key="train", type="primary", icon=":material/play_arrow:", on_click=train_classic)
    st.page_link("pages/train.py", label="Choose another ensemble", icon=":material/tune:")
    session.write_link()
