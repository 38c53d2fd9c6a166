"""Texts of the page Room."""

INTRODUCTION = """
A room is for a class. Everybody answers the same question on a phone, or trains a net that joins one ensemble.
Nobody gives a name.
"""

KEPT = """
**What is kept.** Answers, how sure people are, and what their nets forecast of the test rows.
In a lecture also who is lost, and which pages are offered, until the next step. Each is kept under a random id of the browser.
No names or addresses are kept. Results of fewer than five people are not shown.
All of it is deleted when the room ends: when the lecturer ends it, or six hours after its last use.
"""

OWN_SCORE = """
**Your score: {{ loss }} nats** on average over {{ questions }}. Always guessing costs {{ guess }}. Nobody else sees this.
"""

LECTURERS_LINK = """
Anybody who opens this link leads the room. Keep it to yourself; it brings the room back on another machine.
This browser remembers it.
"""

ENTER = "Type the five letters that the lecturer shows, or photograph the QR code."

QUESTIONS_OF_PAGES = """
**Every “Guess first” question of the app is one for the room.** Open a page, and press “Ask the room”.
The question comes to everybody's phone at once.
"""

PEER_INSTRUCTION = """
**How it goes.** People answer, and say how sure they are. Show how the answers are spread, without the right one.
Let neighbours talk, and vote again. Then reveal, and show the experiment.
After five questions the class itself is judged, as nets are.
"""

MARKDOWN = "Markdown and formulas, no HTML, links or pictures. The room sees it as soon as you ask."

TOO_FEW = """
The class is judged once **{{ least }} people** have answered **{{ needed }} questions**.

- People here: {{ people }} of {{ least }}.
- Questions that count: {{ there }} of {{ needed }}. Each is revealed, has a right answer, and has {{ least }} votes.
"""

NO_SCORE = "**Your score** appears here once a question that you have answered is revealed."

SURER = "{{ sure }} sure, {{ right }} right: surer than luck explains"
LESS_SURE = "{{ sure }} sure, {{ right }} right: less sure than it could be"
WITHIN_LUCK = "{{ sure }} sure, {{ right }} right: luck alone may explain the gap"

BAND = """
{{ answers }} answers to {{ questions }} questions. Grey bars: where at least 9 of 10 calibrated classes would be.
People who give the same answer are right or wrong together, so the bars are wide.
"""

POOLED = "The class pooled: {{ linear }} nats. One person on average: {{ log_score }} nats"

POOLS = """
**Linear pool**: the mean of all forecasts. **Log pool**: their geometric mean, made to sum to 1.
A pool is never worse than its members on average: the loss is convex. The same holds for nets.

∞ means that somebody was certain and wrong. That is what 100 % promises.
"""

CLASS_ENSEMBLE = """
**The class is the ensemble.** Everybody trains a net on the same rows, and it joins the ensemble of all.
Each net is a dot. Together they are a pool. Its loss is never above their mean loss, and usually below that of most of them.

The server computes a net's forecasts from the run itself. Phones send none.
"""

CLASS_ROWS = "Everybody trains on **{{ rows }}**, with the split that you have chosen."
NO_OWN_ROWS = "Uploaded rows never leave your session. Choose a built-in data set on the page Data."

STEP_BEGINS = """
Press **Train together** above. A button then appears on every phone, and trains a net on **{{ rows }}**.
"""

FEW_NETS = """
{{ nets }} of {{ least }} nets have joined{{ kind }}. Nothing is shown of fewer than {{ least }}.
"""

BETTER_THAN = "The class together is better than {{ better }} of its {{ nets }} nets"
BETTER_THAN_ALL = "The class together is better than every one of its {{ nets }} nets"
ALL_THE_SAME = "All {{ nets }} nets are the same: no variance is left"
BY_SIZE = "One net on average: {{ one }} nats. All {{ nets }} together: {{ all }} nats"
DISPUTED = "Test {{ row_name }} {{ row }} divides the class most"
ALIKE = "On no {{ row_name }} do the nets differ: one dot, here for test {{ row_name }} {{ row }}"
AMBIGUITY = "The log pool gains {{ gain }} nats: exactly as much as its nets disagree"
NO_AMBIGUITY = "Nobody disagrees, so the log pool gains nothing"
