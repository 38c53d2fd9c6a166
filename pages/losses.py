from ui.page import begin, choose_part

page = begin("losses")

from pages.parts.losses import mistakes, several_labels, three_losses, words
from pages.parts.losses.context import Context
from ui.widgets.related import show_what_is_missing

PARTS = {"One true class": three_losses, "Several labels at once": several_labels}

part = choose_part(page, PARTS, help=words.PARTS_HELP)
if part is several_labels:
    several_labels.show()
else:
    related = page.related()
    if not show_what_is_missing("outputs", related, related.plan.keys()) and related.plan:
        context = Context(related.runs, [data for name, (_, data) in related.plan.items() if name.startswith("softmax ")])
        three_losses.show(context)
        mistakes.show(context)

page.write_link()
