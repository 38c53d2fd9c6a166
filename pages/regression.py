from ui.page import begin, choose_part, show_part

page = begin("regression")

from pages.parts.regression import beside_the_net, coefficients, feature_importance, significance
from pages.parts.regression.context import Context

PARTS = {
    "Coefficients and prior": coefficients,
    "Beside the net": beside_the_net,
    "Significance": significance,
    "Features of the net": feature_importance,
}

show_part(page, choose_part(page, PARTS), Context(page.data, page.shown, page.related()))

page.write_link()
