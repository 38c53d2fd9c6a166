"""Texts of the page Room."""

INTRODUCTION = """
A room is for a class: everybody answers the same question on a phone, or trains a net that joins the ensemble of all.
Nobody gives a name.
"""

KEPT = """
**What is kept.** Answers, how sure people are, and what their nets forecast of the test rows.
Each is kept under a random mark of the browser.
No name and no address is kept, and nothing is shown of fewer than five people.
All of it is deleted when the room ends: with a press of the lecturer, or six hours after its last sign of life.
"""

LECTURERS_LINK = """
Whoever opens this link leads the room. Keep it to yourself; it brings the room back on another machine.
This browser remembers it.
"""

ENTER = "Type the five letters that the lecturer shows, or photograph the QR code."
