"""A plan as a file: what is written comes back, editors get a schema, and each mistake has a sentence."""

import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.plan import ACTIONS, MAX_STEPS
from ensemble.lecture.plan_file import MAX_BYTES, json_schema, read_plan, write_plan
from ensemble.lecture.plan_link import MAX_LINK, from_link, to_link
from ensemble.lecture.shipped import FOLDER, shipped

SCHEMA = jsonschema.Draft202012Validator(json.loads(json_schema()))
WORDS = st.sampled_from(["on", "no", "1:30", "1e5", "0x1f", "~", "<<", "# a", "a: b", "- a", "'", "\u2028", "é🍷", "\ufeff"])
TEXT = WORDS | st.text(min_size=1, max_size=40).filter(lambda text: Plan.of(plan(title="x", words=text)).steps[0].words)


def plan(**step):
    return {"title": "T", "steps": [{"title": "One", "page": "softmax", **step}]}


def file(text):
    """A step of one line in a file."""
    return f"title: T\nsteps:\n  - title: One\n    page: softmax\n    {text}\n".encode()


@st.composite
def plans(draw):
    answers = draw(st.lists(TEXT, min_size=2, max_size=4, unique_by=lambda text: " ".join(text.split())))
    step = {"words": draw(TEXT), "note": draw(TEXT), "minutes": draw(st.integers(0, 120) | st.floats(0, 120))}
    step["settings"] = draw(st.dictionaries(st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,9}\Z"), TEXT))
    step["shows"] = draw(st.none() | st.lists(st.sampled_from(["dropout", "seed"])))
    step["action"] = draw(st.none() | st.sampled_from([{"do": ACTIONS[0]}, {"do": ACTIONS[1], "to": 1e-2}]))
    try:
        return Plan.of(plan(**step, question=draw(st.none() | st.just({"text": draw(TEXT), "answers": answers, "right": 1}))))
    except InputError:
        return Plan.of(plan(**step))


@given(plans())
def test_a_file_and_a_link_bring_every_plan_back(made):
    assert read_plan(write_plan(made, "https://lab.example.org/plan.schema.json").encode()) == made
    if len(link := to_link(made)) <= MAX_LINK:
        assert from_link(link) == made


def test_a_written_file_names_its_schema_and_can_be_read_by_people():
    made = Plan.of(plan(words="Move one score.\n\nWhat stays?", settings={"temperature": 2}, minutes=2.5))
    assert write_plan(made, "https://lab.example.org/plan.schema.json") == (
        "# yaml-language-server: $schema=https://lab.example.org/plan.schema.json\n"
        "version: 1\ntitle: T\nsteps:\n- title: One\n  page: softmax\n  settings:\n    temperature: '2'\n"
        "  words: |-\n    Move one score.\n\n    What stays?\n  minutes: 2.5\n"
    )


@pytest.mark.parametrize("name", [*shipped()])
def test_the_schema_takes_the_shipped_plans_and_what_is_written_of_them(name):
    for text in ((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), write_plan(shipped()[name])):
        SCHEMA.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "step",
    [{"minutes": 121}, {"colour": "red"}, {"action": {"do": "dance"}}, {"question": {"text": "Why?"}}, {"page": "No page"}],
)
def test_the_schema_refuses_what_the_app_refuses(step):
    assert not SCHEMA.is_valid(plan(**step))
    with pytest.raises(InputError):
        Plan.of(plan(**step))


def test_numbers_of_settings_may_stand_without_quotation_marks():
    values = plan(settings={"members": 10, "temperature": 0.5})
    assert SCHEMA.is_valid(values)
    assert Plan.of(values).steps[0].settings == {"members": "10", "temperature": "0.5"}


def test_words_that_older_yaml_reads_as_truth_times_and_dates_are_texts():
    made = read_plan(file("question: {text: Sure, answers: [Yes, No, 1:30, 2024-01-02]}"))
    assert made.steps[0].question.answers == ("Yes", "No", "1:30", "2024-01-02")


SENTENCES = {
    "title: Two": "Line 5 gives “title” a second time. Keep one of them.",
    "settings: {dropout: 0, dropout: 1}": "Line 5 gives “dropout” a second time. Keep one of them.",
    "words: &words Hello": "Line 5 has an anchor (& or *). Write out what it stands for.",
    "words: *words": "Line 5 has an anchor (& or *). Write out what it stands for.",
    "words: !!python/object/apply:os.system [id]": "Line 5 has a tag (!). Take it out, or put the text in quotation marks.",
    "<<: {page: train}": "Step 1, ··: a plan has nothing of this name. Take it out, or check its spelling.",
    "[page]: train": "Line 5 has a list or a mapping where a name should be. Give a name.",
    "words: \x07": "Line 5 has a character that no text has, U+0007. Take it out.",
    "words: a: b": "Line 5 is not YAML. Check its indents, colons and quotation marks.",
    "words: [[[[[[[[[[": "Line 5 is nested too deeply. A plan has steps, and their values.",
    "words:": "Step 1, words: this is empty. Write something, or take it out.",
    "words: [a]": "Step 1, words: a list cannot be used. Put text in quotation marks.",
    "words: 2": "Step 1, words: “2” cannot be used. Put text in quotation marks.",
    "minutes: 1e400": "Step 1, minutes: “inf” cannot be used. Give a number.",
    "minutes: .nan": "Step 1, minutes: “.nan” cannot be used. Give a number.",
    "minutes: true": "Step 1, minutes: “True” cannot be used. Give a number.",
    "minutes: 500": "Step 1, minutes: “500” cannot be used. Give a number from 0 to 120.",
    "settings: {members: .inf, a b: 1}": "Step 1, settings, a b: “a b” cannot be used. Use the name that the app’s links have.",
    "settings: {members: true}": "Step 1, settings, members: “True” cannot be used. Put text in quotation marks.",
    "settings: {members: 1e999}": "Step 1, settings, members: “inf” cannot be used. Put text in quotation marks.",
    "settings: {members: 1e30}": "Step 1, settings, members: “1e+30” cannot be used. Put text in quotation marks.",
    "action: {do: train, to: 3}": "Step 1, action: “train” takes no “to”.",
    "action: {do: choose an example, to: 1e400}": "Step 1, action, to: “inf” cannot be used. Give a number.",
    "question: {text: Sure, answers: [Yes, No], right: true}": (
        "Step 1, question, right: “True” cannot be used. Give a whole number."
    ),
    "question: {text: Sure, answers: [Yes, Yes]}": "Step 1, question: Two answers are the same. Change one of them.",
    "question: {text: Sure, answers: [1, 2]}": (
        "Step 1, question, answers, number 1: “1” cannot be used. Put text in quotation marks."
    ),
    "<b>: 1": "Step 1, ·b·: a plan has nothing of this name. Take it out, or check its spelling.",
    "'" + "k" * 90 + "': 1": (
        "Step 1, " + "k" * 39 + "…: a plan has nothing of this name. Take it out, or check its spelling."
    ),
    "part: " + "p" * 81: "Step 1, part: “" + "p" * 39 + "…” cannot be used. Use at most 80 characters.",
}


@pytest.mark.parametrize("line", SENTENCES)
def test_each_mistake_has_a_sentence_with_its_place(line):
    with pytest.raises(InputError) as refusal:
        read_plan(file(line))
    assert str(refusal.value) == SENTENCES[line]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is no plan."),
        (b"- a", "This file is no plan."),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"title: T\nsteps: []", "at least one step"),
        (b"version: 2\ntitle: T\nsteps: [{title: One, page: train}]", "this app knows 1"),
        (b"x" * (MAX_BYTES + 1), "at most 128 kB"),
        (b"[" + b"a," * 30_000 + b"]", "more values than a plan can have"),
        (b"title: T\nsteps: [" + b"{title: One, page: train}," * (MAX_STEPS + 1) + b"]", "at most 60"),
    ],
)
def test_what_is_no_plan_is_refused(content, words):
    with pytest.raises(InputError, match=words):
        read_plan(content)


def test_a_plan_that_no_file_can_hold_is_not_written():
    long = {"title": "One", "page": "softmax", "words": "x" * 2000, "note": "y" * 2000}
    with pytest.raises(InputError, match="shorten its texts"):
        write_plan(Plan.of({"title": "T", "steps": [long] * 40}))
