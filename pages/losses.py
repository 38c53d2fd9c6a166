from ui.page import begin

page = begin("losses")

from pages.parts.losses import three_losses
from ui import session

three_losses.show(three_losses.Context(page.config, session.folds()))

session.write_link()
