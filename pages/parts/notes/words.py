"""Texts of the window with the lecturer's notes."""

NOT_YOURS = """
**This window is the lecturer's.** It opens in the browser that leads the room, by **Notes window** in the strip of the room.
On another machine, open the lecturer's link first: page **Room**, part **Invite**.
"""

NO_LECTURE = "**No lecture is led in this room.** Open the page **Lesson** in another window, and lead a plan."

NO_NOTE = "*This step has no note.*"
