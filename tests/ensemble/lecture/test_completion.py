"""The file that a student hands in: it comes back as it was written, and whatever else is read ends in a sentence."""

import json
import math
import random

import pytest

from ensemble import InputError
from ensemble.lecture.completion import MAX_BYTES, Alone, Completion, InRoom, read_completion

LINK = "https://lab.example/softmax?plan=lecture"
DONE = {"plan": "When is an output a probability?", "steps_done": 14, "steps": 14, "link": LINK, "date": "2026-03-01"}
SCORES = [None, Alone(right=3, questions=7), InRoom.of(0.41, math.log(3), 7), InRoom.of(math.inf, math.log(3), 7)]


def file_of(**changes):
    return json.dumps(json.loads(Completion(**DONE, score=SCORES[1]).to_bytes()) | changes).encode()


def refusal(content):
    with pytest.raises(InputError) as caught:
        read_completion(content)
    return str(caught.value)


def outcome_of(content):
    """A sentence for a file that is refused, and for one that is read."""
    try:
        read_completion(content)
    except InputError as problem:
        return str(problem)
    return "It is read."


@pytest.mark.parametrize("score", SCORES)
def test_a_course_reads_what_was_written(score):
    done = Completion(**DONE, score=score)
    assert read_completion(done.to_bytes()) == done
    assert read_completion(b"\xef\xbb\xbf" + done.to_bytes()) == done


def test_the_file_is_plain_json_that_says_what_it_is():
    written = json.loads(Completion(**DONE, score=SCORES[3]).to_bytes())
    assert written == {
        "version": 1,
        "what": "A Softmax Lab plan, worked through",
        **{name: DONE[name] for name in ("plan", "steps_done", "steps")},
        "score": {"kind": "in a room", "mean_nll": "infinite", "of_a_guess": math.log(3), "questions": 7},
        "link": LINK,
        "date": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no completion file"),
        (b"[1, 2]", "no completion file"),
        (b"\xff\xfe{", "not text in UTF-8"),
        (b"version: 1\ntitle: a plan", "no completion file"),
        (b" " * (MAX_BYTES + 1), "at most 16 kB"),
        (b"[" * 9000, "no completion file"),
        (file_of(version=2), "another version"),
        (file_of(steps_done=15), "15 steps done of 14 cannot be"),
        (file_of(steps_done="many"), "“steps_done” in this file cannot be read"),
        (file_of(steps_done=-1), "“steps_done”"),
        (file_of(score={"kind": "alone", "right": 5, "questions": 4}), "5 right answers to 4 questions cannot be"),
        (file_of(score={"kind": "in a room", "mean_nll": -1, "of_a_guess": 1.1, "questions": 4}), "“score.mean_nll"),
        (file_of(score={"kind": "at home"}), "“score”"),
        (file_of(link="javascript:alert(1)"), "“link”"),
        (file_of(date="2026-13-01"), "no day 2026-13-01"),
        (file_of(name="Ada"), "a name in it"),
        (json.dumps(DONE | {"date": None}).encode(), "“date”"),
        (json.dumps({"version": 1}).encode(), "“plan” is missing"),
    ],
)
def test_what_is_wrong_with_a_file_is_a_sentence(content, said):
    assert said in refusal(content)


def test_damaged_files_end_in_a_sentence():
    rng, content = random.Random(0), Completion(**DONE, score=SCORES[2]).to_bytes()
    for _ in range(2000):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        assert outcome_of(bytes(damaged)).endswith(".")
