from ui.page import begin

page = begin("losses")

from pages.parts.losses import mistakes, three_losses
from pages.parts.losses.context import Context
from ui.widgets.related import show_what_is_missing

related = page.related()
if not show_what_is_missing("outputs", related, related.plan.keys()) and related.plan:
    context = Context(related.runs, [data for name, (_, data) in related.plan.items() if name.startswith("softmax ")])
    three_losses.show(context)
    mistakes.show(context)

page.write_link()
