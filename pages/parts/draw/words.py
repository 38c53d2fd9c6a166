"""The page's words. A name in double braces is a field: its value is put in when the page is drawn."""

NET = """
{{ "Your run" if is_own else "Trained in advance" }}: {{ members }} {{ training }} {{ activation }} members,
**{{ right }} of {{ rows }}** test digits right.
"""
OTHER_DATA = """
Your experiment is on {{ data }}.
"""
MUST_CHOOSE = r"""
**It has to choose.** Its ten probabilities sum to 1, whatever is drawn:

$$\displaystyle q_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$

No class is called “none of these”. Training never showed a letter or blank paper. How sure the net is there says nothing about
what was drawn.
"""
MEASURES = """
**Entropy** says how unsure the ensemble is. **Disagreement** is the mutual information of its members. Members that agree on
nonsense have none.
"""
REDUCTION = """
**From strokes to 64 numbers.** NIST's programs made the digits of the data set (Garris et al. 1994, Alpaydin and Kaynak 1998).
A drawing is treated the same way:

1. Its ink is stretched to 20 × 32 pixels. Place and size no longer matter.
2. Thin strokes get thicker, thick ones thinner.
3. A slant is taken out.
4. Each block of 4 × 4 pixels is counted: 0 to 16 dark ones.
"""
