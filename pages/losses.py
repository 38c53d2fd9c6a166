from ui.page import begin

page = begin("losses")

from pages.parts.losses import three_losses
from ui.widgets.related import show_what_is_missing

related = page.related()
if not show_what_is_missing("outputs", related, related.plan.keys()) and related.plan:
    folds = [data for name, (_, data) in related.plan.items() if name.startswith("softmax")]
    three_losses.show(three_losses.Context(related.runs, folds))

page.write_link()
