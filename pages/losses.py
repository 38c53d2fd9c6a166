from ui.page import begin, choose_part

page = begin("losses")

from pages.parts.losses import mistakes, several_labels, three_losses, words
from pages.parts.losses.context import Context
from ui.widgets.experiment.related import show_what_is_missing

PARTS = {"Three losses": three_losses, "Two mistakes": mistakes, "Several labels at once": several_labels}

part = choose_part(page, PARTS, help=words.PARTS_HELP)
if part is several_labels:
    several_labels.show()
elif not show_what_is_missing("outputs", related := page.related(), related.plan.keys()) and related.plan:
    folds = [data for name, (_, data) in related.plan.items() if name.startswith("softmax ")]
    part.show(Context(related.runs, folds))

page.write_link()
