"""Plans of strangers: each file and each link gives a plan, or an ``InputError`` with a plain sentence, in bounded memory."""

import base64
import json
import random
import tracemalloc
import zlib

import pytest
import yaml

from ensemble import InputError
from ensemble.lecture import Plan
from ensemble.lecture.draft import Draft
from ensemble.lecture.plan_file import MAX_BYTES, read_plan, write_plan
from ensemble.lecture.plan_link import MAX_LINK, from_link, to_link
from testing import fuzz

USABLE = {
    "version": 1,
    "title": "When is it?",
    "about": "Ten minutes.",
    "steps": [
        {"title": "Three scores", "page": "softmax", "settings": {"step": "2"}, "words": "Move **one** score.", "minutes": 3},
        {
            "title": "Ten nets",
            "page": "train",
            "part": "Watch",
            "settings": {"members": "10", "dropout": "0.25"},
            "question": {"text": "Which?", "answers": ["A", "B", "C"], "right": 1, "why": "$p$"},
            "action": {"do": "set the temperature", "to": 2.5},
            "shows": ["dropout", "seed"],
            "note": "Wait.\n\nThen ask.",
        },
    ],
}
VALUES = [None, True, False, 0, 1, -1, 1.5, 10**19, -(10**400), float("nan"), float("inf"), -0.0, [], {}, [[]], {"": ""}]
TEXTS = [
    *(
        "",
        " ",
        "on",
        "1e400",
        "~",
        "<<",
        "=",
        "*",
        "&a",
        "!!map",
        "a: b",
        "- a",
        "\x00",
        "\x1b[31m",
        "\x85",
        "\u2028",
        "\ud800",
    ),
    *(
        "\u202eabc",
        "\u200f",
        "\ufeff",
        "<script>alert(1)</script>",
        "![x](//y.z)",
        "[a](javascript:b)",
        "`",
        "$",
        "é🍷",
        "page",
    ),
    *(
        "x" * 81,
        "k" * 5000,
        "9" * 5000,
        "__class__",
        "model_config",
        "\\ud800",
        "\\x00",
        "title",
        "train",
        "1:1:1",
        "0x" + "f" * 5000,
    ),
]
PIECES = [
    *(
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "!",
        "<<: *a",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "? ",
        ": ",
        "- ",
        "\t",
        "|\n",
        ">\n",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        '"',
        "'",
        "#",
        "\n",
        "\n  ",
        "title: x\n",
        "[" * 300,
        "{a: " * 300,
        "1e400",
        ".nan",
        "0b1",
        "1_0",
    ),
]
HARMFUL = set("<>[]{}`$\\|~^\n\r\t")


def does_no_harm(words):
    assert 15 < len(words) < 320
    assert words.endswith(".")
    assert words.isprintable()
    assert not HARMFUL & set(words)


def outcome(read, content):
    """The plan that is read, or None for one that is refused with a sentence that does no harm."""
    try:
        plan = read(content)
    except InputError as refusal:
        does_no_harm(str(refusal))
        return None
    if isinstance(plan, Draft):
        assert Draft.read(write_plan(plan.with_gaps()).encode()).with_gaps() == plan.with_gaps()
        for sentence in plan.gaps():
            does_no_harm(sentence)
        return plan
    assert isinstance(plan, Plan)
    assert read_plan(write_plan(plan).encode()) == plan
    if len(link := to_link(plan)) <= MAX_LINK:
        assert from_link(link) == plan
    return plan


def a_damaged_text(draw):
    text = yaml.safe_dump(USABLE, sort_keys=False, allow_unicode=True)
    for _ in range(draw.choice([1, 1, 2, 5])):
        at, to = sorted(draw.randrange(len(text) + 1) for _ in range(2))
        piece = draw.choice([draw.choice(PIECES), draw.choice(TEXTS), text[at:to], chr(draw.randrange(0x3000))])
        text = draw.choice([text[:at] + piece + text[at:], text[:at] + piece + text[to:], text[:at] + text[to:], text[:at]])
    return text.encode("utf-8", "surrogatepass")


def changed(draw):
    """The values of a plan with some of them replaced, left out, or with others beside them."""
    values = json.loads(json.dumps(USABLE))
    for _ in range(draw.choice([1, 1, 2, 4])):
        inside = [values]
        for one in inside:
            inside += [value for value in (one.values() if isinstance(one, dict) else one) if isinstance(value, dict | list)]
        place = draw.choice(inside)
        given = draw.choice([draw.choice(VALUES), draw.choice(TEXTS), draw.choice(inside[1:] or [None])])
        given = json.loads(json.dumps(given))
        if isinstance(place, dict):
            name = draw.choice([*place, draw.choice(TEXTS), str(draw.choice(VALUES))])
            place.pop(name, None) if draw.random() < 0.2 else place.__setitem__(name, given)
        elif place and draw.random() < 0.7:
            place[draw.randrange(len(place))] = given
        else:
            place.extend([given] * draw.choice([1, 1, 2, 100]))
    return values


def as_yaml(draw):
    return yaml.dump(changed(draw), allow_unicode=draw.random() < 0.5, default_flow_style=draw.random() < 0.3).encode(
        "utf-8", "surrogatepass"
    )


def as_json(draw):
    return json.dumps(changed(draw), ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")


def any_bytes(draw):
    return draw.randbytes(draw.choice([0, 1, 3, 30, 300]))


def packed(content):
    return base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


def a_damaged_link(draw):
    code = to_link(Plan.of(USABLE))
    at, to = sorted(draw.randrange(len(code) + 1) for _ in range(2))
    return draw.choice(
        [code[:at], code[to:] + code[:at], code[:at] + draw.choice(TEXTS) + code[to:], code[:at] + "=" + code[at:]]
    )


def links(draw):
    return draw.choice([lambda: packed(as_json(draw)), lambda: packed(any_bytes(draw)), lambda: a_damaged_link(draw)])()


FILES_OF = (a_damaged_text, as_yaml, as_json, any_bytes)


@pytest.mark.fuzz
@pytest.mark.parametrize(("read", "makers"), [(read_plan, FILES_OF), (Draft.read, FILES_OF), (from_link, (links,))])
def test_every_plan_of_a_stranger_is_read_or_refused_with_a_sentence(read, makers):
    inputs, usable = fuzz.size(10_000, 400), 0
    for seed in range(inputs):
        draw = random.Random(seed)
        content = draw.choice(makers)(draw)
        try:
            usable += outcome(read, content) is not None
        except Exception as failure:
            raise AssertionError(f"seed {seed}: {content[:500]!r} ends in {type(failure).__name__}: {failure}") from failure
    assert 0.02 * inputs < usable < 0.8 * inputs


FILES = {
    "a nest": b"[" * 100_000,
    "a nest of mappings": b"{a: " * 30_000,
    "a nest of lines": b"".join(b" " * k + b"a:\n" for k in range(400)),
    "a number": b"title: " + b"9" * 120_000,
    "a hexadecimal number": b"title: 0x" + b"f" * 120_000,
    "a time": b"title: 1" + b":1" * 60_000,
    "a name": b"? " + b"k" * 120_000 + b"\n: v",
    "a text": b'title: "' + b"\\x41" * 30_000 + b'"',
    "names": b"{" + b",".join(b"a%d: 1" % k for k in range(9000)) + b"}",
    "aliases": b"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\ntitle: *c",
    "tags": b"!!set {" + b"? a, " * 20_000 + b"}",
    "documents": b"--- a\n" * 20_000,
    "steps": b"title: T\nsteps: [" + b"1," * 15_000 + b"]",
}


@pytest.mark.parametrize("name", FILES)
def test_large_and_odd_files_end_in_a_sentence(name):
    assert len(FILES[name]) <= MAX_BYTES
    assert outcome(read_plan, FILES[name]) is None
    assert outcome(Draft.read, FILES[name]) is None


@pytest.mark.parametrize(
    "plain",
    [
        b"[" * 100_000,
        b'{"title":' * 20_000,
        b'{"title":"' + b"[" * 900 + b"]" * 900,
        b'{"title":"T","title":"U","steps":[{"title":"One","page":"train"}]}',
        b'{"title":"T","steps":[{"title":"One","page":"train","minutes":NaN}]}',
        b'{"title":"T","steps":[{"title":"One","page":"train","minutes":1e400}]}',
        b'{"title":"T","steps":[{"title":"One","page":"train","minutes":' + b"9" * 5000 + b"}]}",
        b'{"title":"T","steps":[{"title":"One","page":"train","settings":{"members":' + b"9" * 400 + b"}}]}",
        b'{"title":"T","steps":[' + b"[" * 300 + b"]" * 300 + b"]}",
        b'{"title":' + b"[" * 300 + b"]" * 300 + b"}",
    ],
)
def test_odd_links_end_in_a_sentence(plain):
    assert outcome(from_link, packed(plain)) is None


def test_a_link_that_would_unpack_to_megabytes_is_not_unpacked():
    bomb = packed(b'{"title":"' + b"x" * 2_000_000)
    assert len(bomb) < 2 * MAX_LINK
    tracemalloc.start()
    assert outcome(from_link, bomb) is None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.nightly
@pytest.mark.parametrize("name", FILES)
def test_memory_of_reading_a_file_is_bounded(name):
    tracemalloc.start()
    outcome(read_plan, FILES[name])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64_000_000
