import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.parametrize(("text", "drawn"), [("", ["## One"]), ("Two", ["## One", "Two"])])
def test_a_lesson_without_a_text_has_no_empty_line(text, drawn):
    def script(text):
        from ensemble.sharing.lesson import Lesson
        from ui.widgets.lecture.lesson import show_lesson

        show_lesson(Lesson(title="One", text=text))

    assert [one.value for one in AppTest.from_function(script, args=(text,)).run().markdown] == drawn
