"""The page's words. A name in double braces is a field: its value is put in when the page is drawn.

A line that begins with a blank stays a line of its own: a table has one for each row.
"""

INTRODUCTION = """
{{ networks }} at the same {{ row_name }}. {{ how_joined }} Press **Train**: the curves show how they learn.
"""
ACCURACY = """
After {{ epochs }} the ensemble is right for **{{ hits }} of {{ rows }}** test {{ row_names }}. A 95 % confidence
interval (Wilson) for the accuracy of this network on further {{ row_names }} like these: {{ low }} to {{ high }}.
"""
CONFIDENCE = """
Its mean confidence is {{ mean_confidence }}. Unsure (below {{ confident }}): {{ unsure }} of {{ rows }}. Are these
probabilities? Read them one {{ row_name }} at a time.
"""
GOOD_LOSS = """
**What is a good loss?** Compare it with two forecasts that look at no feature. Equal probabilities cost ln {{ classes }} ≈
{{ uniform }} nats. The class shares π of these test {{ row_names }}, known only in hindsight, cost the **base rate**
H(π) ≈ {{ base_rate }} nats. This run's loss on the {{ rows }} test {{ row_names }} is {{ loss }} nats. {{ verdict }} Only
{{ row_names }} that the network was not trained on count here. Perfect is 0, but only where the features decide the class.
"""
BETTER = "That is **{{ by }} nats less than the base rate** (95 % interval {{ low }} to {{ high }}; Gaffke 2005)."
LUCK = """
That is **{{ by }} nats {{ "less" if is_less else "more" }} than the base rate**. The 95 % interval of the difference
({{ interval }} nats; Gaffke 2005) includes 0. It allows for an unseen {{ row_name }} that is far worse than all of these.
"""
WORSE_BY = """
**That is worse than the base rate**, by {{ by }} nats (95 % interval {{ low }} to {{ high }}; Gaffke 2005).
"""
WORSE = "**That is worse than the base rate.**"
RISING = """
**The test loss has risen while accuracy {{ accuracy }}.** Around epoch {{ lowest_epoch }} it was {{ lowest }} nats, with
{{ right_then }} of {{ rows }} right. In the end it is {{ last }} nats, with {{ right }} of {{ rows }} right. These are means
over {{ window }} epochs. Accuracy counts which class leads. The loss also counts how surely. Usually a few wrong forecasts
have become surer. “Over the epochs” splits the rise into calibration and refinement.
"""
NO_NUMBER = """
**A loss that is no number.** Steps that are too long made weights and scores grow past all bounds. Infinity minus infinity, or
infinity divided by infinity, is *not a number* (NaN), and every sum with it is NaN too. Two places show how that happens:
"""
SOFTMAX_TWICE = """
**Softmax twice.** The loss took the probabilities for scores. It counts no probability above {{ bound }}, so its floor is
**{{ floor }} nats**. On the training {{ row_names }} it ended at {{ reached }} nats. The curves “train” and “test” show the
loss of the forecasts themselves. In the Python script, a comment marks the wrong argument.
"""
THREE_REASONS = r"""
**How lucky was the classic text?** It reports a training loss of about {{ reported_train }} and a test loss of about
{{ reported_test }}. This run reached {{ train_loss }} and {{ test_loss }}. {{ why }}

- **The rule.** The text used Keras 2, whose RMSprop divides by $\sqrt{v} + 10^{-7}$. Keras 3 divides by
  $\sqrt{v + 10^{-7}}$, which slows it down where gradients are small.
- **Dropout.** Keras prints its training loss with dropout on, as a mean over the epoch. Here dropout is off. The
  printed loss is usually the larger of the two.
- **Luck.** The test loss comes out much the same with both rules. One as low as reported beats about {{ beaten_least }} to
  {{ beaten_most }} of ten runs.

 | {{ seeds }} seeds of the classic run | RMSprop of Keras 3 | RMSprop of Keras 2 |
 |---|---|---|
 | Training loss, dropout off | {{ new_train }} | {{ old_train }} |
 | Training loss as Keras prints it | {{ new_printed }} | {{ old_printed }} |
 | Test loss | {{ new_test }} | {{ old_test }} |
 | Training loss ≤ {{ small }} | {{ new.small }} of {{ seeds }} | {{ old.small }} of {{ seeds }} |
 | Training loss ≤ {{ reported_train }} | {{ new.as_low_in_training }} | {{ old.as_low_in_training }} |
 | The same as Keras prints it | {{ new.as_low_as_printed }} | {{ old.as_low_as_printed }} |
 | Test loss ≤ {{ reported_test }} | {{ new.as_low_in_test }} | {{ old.as_low_in_test }} |
"""
CLASSIC = "Three things explain the difference."
NOT_CLASSIC = (
    "Its settings or rows are not the classic ones: that alone changes losses. With the classic ones, three things do."
)
TABLE = "Median (5 % to 95 %) in nats, and how many of the runs come that low."
NETWORK = """
{{ weights }} weights. The number in a box is how many numbers it passes on. Each member has its own input. All read the same
{{ features }} features of the same {{ row_name }}.
"""
