import streamlit as st

from ui.compat import require_router

require_router()
st.title("Cross-entropy, taken apart")

from ui import session
from ui.components.cross_entropy import cross_entropy_by_hand

session.arrive()

st.markdown(
    r"""
The loss of a classifier compares two probability vectors over $K$ classes: $p$, what is true, and $q$, what is forecast. Drag
any bar; the others give way in proportion, so that each vector always adds up to 1. Lock a bar to keep it where it is.

$$\displaystyle H(p, q) = -\sum_{k=1}^{K} p_k \ln q_k = H(p) + \mathrm{KL}(p \Vert q)$$

$$\displaystyle H(p) = -\sum_k p_k \ln p_k, \qquad \mathrm{KL}(p \Vert q) = \sum_k p_k \ln \dfrac{p_k}{q_k} \ge 0$$

$H(p, q)$ is the **cross-entropy**, the mean surprise under $q$ of outcomes drawn from $p$; $H(p)$ is the **entropy** (Shannon
1948), and $\mathrm{KL}$ the **Kullback-Leibler divergence** (1951). All are in nats, or in bits with $\log_2$.
"""
)


@st.fragment
def move_vectors() -> None:
    cross_entropy_by_hand(key="cross_entropy")


move_vectors()

st.markdown(
    r"""
Training moves the scores $z$ behind $q = \operatorname{softmax}(z)$, and nothing else. The gradient could not be plainer (the
arrows above point against it):

$$\displaystyle \dfrac{\partial H(p, q)}{\partial z_k} = q_k - p_k$$
"""
)
st.info(
    r"""
**A common slip.** “Minimising the cross-entropy also minimises the entropy of $p$.” It does not: $p$ is the data, and no step
above moves $H(p)$, the dashed line. Training lowers $\mathrm{KL}(p \Vert q)$ towards 0, and the cross-entropy towards $H(p)$.
With a one-hot $p$ that floor is 0, and the cross-entropy **is** the divergence; with smoothed or soft labels it is above 0, and
a loss that stays there is no failure.
""",
    icon=":material/lightbulb:",
)

session.write_link()
