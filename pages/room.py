from ui.page import begin, choose_part

page = begin("room")

from pages.parts.room import ensemble, enter, guess, invite, probability
from ui import session

PARTS = {
    "Invite": invite,
    "Guess together": guess,
    "Are you a probability?": probability,
    "The class is the ensemble": ensemble,
}

room = session.room()
if room is None:
    enter.show()
elif not room.secret:
    enter.show_inside(room)
else:
    part = choose_part(page, PARTS, help="Each part is one thing to do with a class.")
    part.show(room)

page.write_link()
