from ui.page import begin, choose_part

page = begin("data")

from pages.parts.data import judge, own_or_built_in

PARTS = {"Rows": own_or_built_in, "Judge forecasts": judge}

choose_part(page, PARTS, help="Rows to train on, or forecasts of a model that was trained elsewhere.").show()

page.write_link()
