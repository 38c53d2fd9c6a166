"""A simulated class without browsers, which writes answers and nets to a room's store."""

from __future__ import annotations

import numpy as np

from ensemble import EnsembleConfig, load_dataset
from ensemble.datasets.config import DataConfig
from ensemble.probability.vectors import log_softmax
from ensemble.room import Room
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Question
from ensemble.room.tally import MIN_SHOWN

QUESTIONS = (
    ("Softmax of (2, 1, 0): which probability has the first class?", ("0.50", "0.67", "0.90"), 1),
    ("A loss of −ln 0.5: what did the net say of the true class?", ("0.5", "0.69", "0.31"), 0),
    ("Ten times the temperature: what happens to the largest probability?", ("It rises", "It falls", "It stays"), 1),
    ("Two nets say 0.9 and 0.5. What does their linear pool say?", ("0.67", "0.7", "0.75"), 1),
    ("The log pool of nets that all agree gains", ("nothing", "a little", "as much as there are nets"), 0),
    ("**Accuracy** is the same for two nets. Can their losses differ?", ("Yes, without bound", "Yes, but little", "No"), 0),
)


def asked(number: int, page: str = "softmax") -> Question:
    """One of six questions, from 0."""
    text, answers, right = QUESTIONS[number]
    why = "See the picture: it follows from the definition."
    return Question(id=f"asked {number}", text=text, answers=answers, right=right, why=why, page=page)


def answer(room: Room, question: Question, people: range, knowing: float, rng: np.random.Generator) -> None:
    """Everybody answers what is asked: that share of them knows; most are somewhat surer than they are right."""
    assert question.right is not None
    answers = len(question.answers)
    for person in people:
        knows = rng.random() < knowing
        choice = question.right if knows else int(rng.integers(answers))
        sure = np.clip(rng.beta(5, 2) if knows else rng.beta(2, 2), 1 / answers, 0.99)
        room.vote(f"person {person}", question.id, choice, max(round(float(sure), 2), 1 / answers))


def answer_five(room: Room, people: int) -> None:
    """Five questions are asked, answered and revealed."""
    rng = np.random.default_rng(5)
    for number in range(MIN_SHOWN):
        room.ask(asked(number))
        answer(room, asked(number), range(people), (0.85, 0.7, 0.6, 0.45, 0.3)[number], rng)
        room.reveal()
    room.stop_asking()


def train(room: Room, people: int, free: tuple[str, ...] = ("seed", "activation", "epochs")) -> ClassSettings:
    """A class trains on wine and joins: each net errs in its own way, and some have trained for long and others hardly."""
    config = EnsembleConfig(members=1, training="joint")
    settings = ClassSettings(data=DataConfig(split=0), config=config, free=free, joins_by_itself=True)
    room.train_together(settings)
    truth = np.eye(3)[load_dataset("wine", seed=0).y_test]
    rng = np.random.default_rng(6)
    hard = rng.gamma(0.5, 2.0, len(truth))[:, None]
    for person in range(people):
        strength, noise = rng.uniform(1, 7), rng.uniform(0.3, 1.5)
        log_proba = log_softmax(strength * truth + noise * hard * rng.normal(size=truth.shape))
        activation = rng.choice(["linear", "relu", "tanh"]) if "activation" in free else config.activation
        own = settings.config_for(f"person {person}").model_copy(update={"activation": str(activation)})
        room.join(f"person {person}", log_proba, own, settings.data, float(1 / strength))
    return settings
