"""Softmax Lab: when is a neural network's output a probability? Start it with `streamlit run app.py`.

Streamlit imports this file once, as the module ``app``, to start the server. It then runs the file as a script on each visit.
"""

import logging

import streamlit as st


def show_page() -> None:
    from ui.page_registry import HEALTH, NOTES, PAGES
    from ui.server import streamlit_internals
    from ui.widget_keys import presents
    from ui.widgets.shell import frame
    from ui.widgets.shell.menu import pages_in_menu

    st.set_page_config(page_title="Softmax Lab", page_icon=frame.LOGO, layout="wide")
    frame.style_page()

    in_menu = pages_in_menu()
    pages = [
        streamlit_internals.page(
            page.script, title=page.title, icon=page.icon, visibility="visible" if page.url in in_menu else "hidden"
        )
        for page in PAGES.values()
    ]

    def open_first_page() -> None:
        st.switch_page(pages[0], query_params=st.query_params.to_dict())

    # Streamlit serves the default page at "/" only, and each page here should have its own address: the default page redirects.
    default_page = st.Page(open_first_page, title="Softmax Lab", default=True, visibility="hidden")
    hidden = [streamlit_internals.page(page.script, title=page.title, visibility="hidden") for page in (HEALTH, NOTES)]
    present = st.navigation([default_page, *pages, *hidden], position="hidden" if presents() else "top")
    if present is not default_page:
        st.set_page_config(page_title=f"{present.title} · Softmax Lab")
    try:
        present.run()
    except Exception as error:
        from ensemble.errors import InputError
        from ensemble.limits import HostError
        from ui.text.format import plain

        if isinstance(error, HostError):
            logging.getLogger("softmax_lab").error("The app cannot start:\n%s", error)
            st.error("This server is not set up correctly, so the app does not start. Its log says what to fix.")
            st.stop()
        if not isinstance(error, InputError):
            raise
        st.error(plain(str(error)), icon=":material/error:")

    # Imported here, so that the first page's title is drawn before these are loaded.
    from ensemble.limits import limits
    from ui import session
    from ui.server import startup
    from ui.widgets.shell import presenter

    streamlit_internals.limit_uploads(limits().upload_megabytes if limits().uploads else 0)
    presenter.listen(pages, present)
    session.keep_alive()
    startup.first_page_is_drawn.set()


if __name__ == "__main__":
    show_page()
else:
    from starlette.middleware import Middleware

    from ui.server import plan_schema, room_news
    from ui.server.first_paint import StyledDocument
    from ui.server.kept_files import KeptFiles
    from ui.server.startup import lifespan

    app = st.App(
        "app.py",
        routes=[*room_news.ROUTES, *plan_schema.ROUTES],
        lifespan=lifespan,
        middleware=[Middleware(KeptFiles), Middleware(StyledDocument)],
    )
