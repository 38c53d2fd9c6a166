from ui.page import begin, choose_part

page = begin("calibration")


from pages.parts.calibration import epochs, pools, reliability, scores, sets, temperature
from pages.parts.calibration.context import folds_of_members, judged
from ui.widgets.related import show_what_is_missing

PARTS = {
    "Reliability": reliability,
    "Scores": scores,
    "Temperature": temperature,
    "Pool, then calibrate": pools,
    "Over the epochs": epochs,
    "Prediction sets": sets,
}

part = choose_part(page, PARTS)
related = page.related()
needed = folds_of_members() if part is pools else set()
if not show_what_is_missing("folds", related, needed):
    part.show(judged(page.shown, related, members=part is pools))

page.write_link()
