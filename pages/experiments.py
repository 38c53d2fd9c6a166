from ui.page import begin, choose_part

page = begin("experiments")

from pages.parts.experiments import luck, pairs, sweep
from pages.parts.experiments.context import Context
from ui import session
from ui.text.row_names import chosen_row_name
from ui.widgets.experiment import experiment_controls as controls

PARTS = {"How lucky was that?": luck, "Sweep": sweep, "Two settings, same seeds": pairs}

controls.arrive()
part = choose_part(page, PARTS, help="Each part is an experiment of its own.")
part.show(Context(page.config, session.split_seed(), chosen_row_name()))
controls.remember()
page.write_link()
