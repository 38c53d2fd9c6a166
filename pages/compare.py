from ui.page import begin

page = begin("compare")

from pages.parts.compare import models, runs
from ui import session

if foreign := session.forecasts():
    models.show(foreign)
else:
    runs.show(page.config)

page.write_link()
