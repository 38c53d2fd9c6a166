from ui.page import begin

page = begin("notes")

from pages.parts.notes import window

window.show()
page.write_link()
