from ui.page import begin, choose_part

page = begin("lesson")

from pages.parts.lesson import embed, lecture, one_view

PARTS = {"Lecture": lecture, "One view": one_view, "Embed": embed}

part = choose_part(page, PARTS, help="A lecture of several steps, a link to one view, or a frame in a course page.")
part.show()
page.write_link()
