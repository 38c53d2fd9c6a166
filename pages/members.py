from ui.page import begin, choose_part

page = begin("members")

from pages.parts.members import collapse, disagreement, far_away, models, pooling, size, training
from pages.parts.members.context import context_of
from ui import session
from ui.widgets.related import show_what_is_missing

PARTS = {
    "Training": training,
    "Pooling": pooling,
    "Disagreement": disagreement,
    "Size": size,
    "Linear collapse": collapse,
    "Far from the data": far_away,
}
part = choose_part(page, PARTS)
if foreign := session.forecasts():
    models.show(foreign) if part is pooling else models.say_why_not()
elif not show_what_is_missing("ensembles", related := page.related(), {"joint"}):
    part.show(context_of(page.shown, related))

page.write_link()
