"""What strangers may write into a link: nothing raises, hangs or grows, and notices stay harmless."""

import base64
import json
import random
import tracemalloc
import unicodedata
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ensemble import EnsembleConfig
from ensemble.sharing.lesson import IN_LINKS, MAX_BYTES, Lesson
from testing.fuzz import size

ALSO = ("test_share",)
READ_BY_MARKDOWN = set("<>&[](){}`*$\\!|#~^=@/\"'\n\r\t")
LESSONS = (
    Lesson(title="Dropout", text="Move **dropout**.", shows=("dropout", "seed"), questions=False, train=True),
    Lesson(title="Überanpassung", text="$$H(p)$$\n\n<b>HTML</b> 🍷" * 40, shows=()),
    Lesson(title="One split", shows=("test_share", "members")),
)
ODD = (
    "<script>",
    "![x](//y.z)",
    "\x00",
    "\u202e",
    "\ud800",
    '"',
    "\\",
    "[",
    "{",
    "}",
    "]",
    "null",
    "1e999",
    "9" * 5000,
    "é",
    "🍷",
    "",
)
EVERY_CHARACTER = st.text(st.characters())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | EVERY_CHARACTER,
    lambda inner: st.lists(inner) | st.dictionaries(EVERY_CHARACTER, inner),
    max_leaves=6,
)


def packed(plain: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(plain)).decode()


def check(query):
    """Read a hostile query; whatever is in it, these hold."""
    lesson, rest, notices = Lesson.from_query(query, ALSO)
    assert rest == {name: text for name, text in query.items() if name not in IN_LINKS}
    assert len(notices) <= 8
    for notice in notices:
        assert 20 < len(notice) < 300
        assert notice.endswith(".")
        assert not READ_BY_MARKDOWN & set(notice)
        assert notice.isprintable()
    if lesson is not None:
        for text in (lesson.title, lesson.text.replace("\n", "").replace("\t", "")):
            assert not {unicodedata.category(character) for character in text} & {"Cc", "Cs"}
        assert {*(lesson.shows or ())} <= {*EnsembleConfig.model_fields, *ALSO}
        again, _, nothing = Lesson.from_query(lesson.to_query(), ALSO)
        assert (again or Lesson(), nothing) == (lesson, [])
    return lesson, notices


def damaged(rng: random.Random, text: str) -> str:
    """The text with some of its characters replaced, left out, doubled, swapped or cut off, or with odd ones put in."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        piece = rng.choice((*ODD, text[at:to], chr(rng.randrange(32, 127)), chr(rng.randrange(0x110000))))
        kind = rng.randrange(5)
        if kind == 0:
            text = text[:at] + piece + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + piece + text[at:]
        elif kind == 2:
            text = text[:at] + text[to:]
        elif kind == 3:
            text = text[to:] + text[:at]
        else:
            text = text[:at]
    return text


@pytest.mark.fuzz
def test_thousands_of_damaged_links_neither_raise_nor_say_anything_harmful():
    rng = random.Random(5)
    for _ in range(size(4000)):
        query = rng.choice(LESSONS).to_query() | {"members": "3"}
        name = rng.choice([*query, "lesson"])
        check(query | {rng.choice((name, damaged(rng, name))): damaged(rng, query.get(name, ""))})


@pytest.mark.fuzz
def test_thousands_of_damaged_lessons_neither_raise_nor_give_unsafe_text():
    rng = random.Random(6)
    read, inputs = 0, size(4000)
    for _ in range(inputs):
        words = rng.choice(LESSONS).model_dump(include={"title", "text", "shows"})
        plain = damaged(rng, json.dumps(words, ensure_ascii=rng.random() < 0.5))
        lesson, _ = check({"v": "1", "lesson": packed(plain.encode(errors="surrogatepass"))})
        read += lesson is not None
    assert read > 0.05 * inputs


@pytest.mark.fuzz
def test_thousands_of_random_bytes_neither_raise_nor_say_anything_harmful():
    rng = random.Random(7)
    for _ in range(size(2000)):
        noise = rng.randbytes(rng.choice((0, 1, 2, 10, 100, 1000)))
        for code in (packed(noise), base64.urlsafe_b64encode(noise).decode(), noise.decode("latin-1")):
            check({"lesson": code, "v": noise[:9].decode("latin-1"), "train": noise[-9:].decode("latin-1")})


@given(
    st.dictionaries(st.sampled_from([*IN_LINKS, "members"]) | EVERY_CHARACTER, EVERY_CHARACTER, max_size=6),
    st.dictionaries(st.sampled_from(["title", "text", "shows"]) | EVERY_CHARACTER, JSON, max_size=4),
)
def test_no_link_and_no_lesson_in_it_can_raise(query, words):
    check(query)
    check(query | {"lesson": packed(json.dumps(words).encode())})


@pytest.mark.parametrize(
    "plain",
    [
        b"[" * 16_000,
        b'{"text":' + b"[" * 8000 + b"]" * 8000 + b"}",
        b'{"shows":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"title":' + b'{"a":' * 3000,
        b'{"text":' + b"9" * 16_000 + b"}",
        b'{"shows":[' + b'"a",' * 3000 + b'"a"]}',
        b'{"shows":[' + b",".join(b'"%d"' % number for number in range(2500)) + b"]}",
        b'{"title":NaN,"text":-Infinity,"shows":1e999}',
        b'{"text":"' + b"\\ud800" * 2000 + b'"}',
        b'{"text":"' + b"\\n" * 7000 + b'"}',
        b'{"title":"' + b"\\u2028 " * 2000 + b'"}',
        b'{"a":1,"a":2,"":3,"__class__":4,"model_config":5,"title":"\\u0000"}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
    ],
)
def test_deep_wide_and_odd_lessons_are_read_or_refused(plain):
    check({"v": "1", "lesson": packed(plain)})


def test_what_would_unpack_to_a_hundred_megabytes_is_never_unpacked():
    bomb = packed(b'{"text":"' + b"x" * 20_000_000 + b'"}')
    tracemalloc.start()
    lesson, (notice,) = check({"lesson": bomb})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lesson is None
    assert "larger than 16 kB" in notice
    assert most < 500_000


@pytest.mark.parametrize(("size", "fits"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_the_limit_of_size_is_exact(size, fits):
    plain = b'{"title":"Hi"' + b" " * (size - 14) + b"}"
    assert len(plain) == size
    assert (check({"lesson": packed(plain)})[0] is not None) == fits


def test_a_value_of_megabytes_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("ensemble.sharing.lesson.base64.b64decode", lambda *_, **__: pytest.fail("It was unpacked."))
    lesson, notices = check(dict.fromkeys(IN_LINKS, "A" * 5_000_000))
    assert lesson is None
    assert len(notices) == 4
