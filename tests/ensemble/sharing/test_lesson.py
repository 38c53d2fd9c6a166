import base64
import io
import zlib
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import zxingcpp
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from ensemble import EnsembleConfig, InputError
from ensemble.sharing.lesson import LENGTHS, WANTED, Lesson
from ui.widgets.qr import MAX_BYTES, qr_code

ALSO = ("test_share",)
# Version 1. These links have been given away: whatever becomes of the format, they must go on meaning this.
OLD_LINKS = {
    "v=1&lesson=eNqrVirJLMlJVbJScinKL8gvLVHSUSpJrSgBCvjml6UqaGmlQMS1tHQUSjJS8xQKilKLixVCihIz8_SAiosz8suLlayilVLg-otTU1OUYmsBdcQedQ"
    "&questions=off&train=1": Lesson(
        title="Dropout",
        text="Move **dropout**, then press Train.",
        shows=("dropout", "seed"),
        questions=False,
        train=True,
    ),
    "v=1&lesson=eNqrVirJLMlJVbJSOjwnKbUoMa8gsbi4NC9d4VHDZIXyxKLSXHslHaWS1IoSoJLwzFSFsszUnFQFLdeC_OSM1DwthaSixNLkjBKF1GL7mLyYPBUVD"
    "40CTQVbBd2YmOLS3PhshQIgjonJyQMxVFRAamyS7DxCfH1s9JPsFJJyUjOTShRCgBboKXyY37sdaFtxRn55sZJVdGwtAHSINzo": Lesson(
        title="Überanpassung – warum?",
        text="Wie viele *Epochen* braucht es?\n\n$$H(p) = -\\sum_k p_k \\ln p_k$$\n\n<b>HTML</b> bleibt Text. 🍷",
        shows=(),
    ),
    "v=1&lesson=eNqrVipJrShRslLyz8upVCjPL0op1lOqBQBXqAef": Lesson(text="Only words."),
    "v=1&lesson=eNqrVirJLMlJVbJS8s9LVSguyMksUdJRKs7ILy9WsopWKkktLokvzkgsSgWK5qbmJqUWFSvF1gIA-nUSsg": Lesson(
        title="One split", shows=("test_share", "members")
    ),
    "v=1&questions=off": Lesson(questions=False),
    "train=1&questions=on": Lesson(train=True),
}
LESSONS = st.builds(
    Lesson,
    title=st.text(max_size=LENGTHS["title"]),
    text=st.text(max_size=LENGTHS["text"]),
    shows=st.none() | st.lists(st.sampled_from([*EnsembleConfig.model_fields, *ALSO]), unique=True),
    questions=st.booleans(),
    train=st.booleans(),
)


def link_of(words: str) -> dict[str, str]:
    """A link with a lesson that this app would not have made."""
    return {"v": "1", "lesson": base64.urlsafe_b64encode(zlib.compress(words.encode())).decode()}


@pytest.mark.parametrize("link", OLD_LINKS)
def test_links_that_were_made_once_keep_working(link):
    assert Lesson.from_query(dict(parse_qsl(link)), ALSO) == (OLD_LINKS[link], {}, [])


@given(LESSONS)
@example(Lesson(title="🍷" * 80, text="🍷" * 2000, shows=tuple(EnsembleConfig.model_fields)))
@example(Lesson(text='"\\' * 1000))
def test_a_link_brings_every_lesson_back_without_notices(lesson):
    found, rest, notices = Lesson.from_query(lesson.to_query(), ALSO)
    assert (found or Lesson(), rest, notices) == (lesson, {}, [])


def test_the_longest_lesson_of_all_comes_back():
    lesson = Lesson(
        title="".join(map(chr, range(0x10000, 0x10050))),
        text="".join(map(chr, range(0x20000, 0x207D0))),
        shows=tuple(f"n{number:0>39}" for number in range(100)),
    )
    assert Lesson.from_query(lesson.to_query(), lesson.shows) == (lesson, {}, [])


def test_a_lesson_without_anything_in_it_leaves_no_trace_in_a_link():
    assert Lesson().to_query() == {}
    assert Lesson.from_query({}) == (None, {}, [])


def test_what_belongs_to_others_is_handed_on():
    link = {"members": "3", "part": "pools"}
    assert Lesson.from_query(link) == (None, link, [])
    assert Lesson.from_query(link | {"train": "1"}) == (Lesson(train=True), link, [])


def test_a_usual_lesson_makes_a_short_link():
    text = "Move **dropout** from 0 to 0.5, and press Train each time. What happens to the curves, and to the hardest wine?"
    assert len(urlencode(Lesson(title="What dropout does", text=text, shows=("dropout",)).to_query())) < 300


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": "x" * 81}, "Title: 81 characters are too many. Use 80 at most."),
        ({"text": "x" * 2001}, "Text: 2001 characters are too many. Use 2000 at most."),
        ({"shows": ["a"] * 101}, "Controls: 101 names are too many. Use 100 at most."),
        ({"text": 3}, "Text: “3” cannot be used. Give a few words of Markdown."),
        ({"shows": ["<b>"]}, "Controls: “·b·” cannot be used. Give names of settings, or None for all."),
        ({"train": "perhaps"}, "Train on arrival: “perhaps” cannot be used. Give true or false."),
        ({"colour": "red"}, "A lesson has no “colour”. It has title, text, shows, questions, train."),
    ],
)
def test_what_no_lesson_can_be_made_of_is_refused_with_the_mend(values, words):
    with pytest.raises(InputError) as refusal:
        Lesson(**values)
    assert str(refusal.value) == words


def test_every_field_has_a_title_and_says_what_it_does_and_what_it_takes():
    assert WANTED.keys() == Lesson.model_fields.keys()
    for field in Lesson.model_fields.values():
        assert field.title
        assert field.description


def test_a_lesson_cannot_be_changed():
    with pytest.raises(Exception, match="frozen"):
        Lesson().title = "Other"


def test_what_cannot_be_seen_is_left_out_and_lines_end_as_they_should():
    lesson = Lesson(title=" One\r\nline\x00 \x1b[31m\u202e ", text="\r\nTwo\r\n\x07lines\tand\rmore\ud800\n")
    assert lesson.title == "One line [31m"
    assert lesson.text == "Two\nlines\tand\nmore"


@pytest.mark.parametrize(
    ("query", "lesson", "words"),
    [
        ({"questions": "maybe"}, None, "Questions: “maybe” in the link is neither on nor off; on is used."),
        ({"train": "<b>", "questions": "off"}, Lesson(questions=False), "“·b·” in the link is neither 1 nor 0; 0 is used."),
        ({"lesson": "eNq", "train": "1"}, Lesson(train=True), "The lesson “eNq” in the link is damaged and is ignored"),
        ({"lesson": ""}, None, "is damaged and is ignored; copy the whole link once more."),
        ({"v": "2", "train": "1"}, Lesson(train=True), "of version “2”, and this app knows 1; what can be read of it is used."),
        (link_of('{"title":"Hi"}') | {"v": "newest"}, Lesson(title="Hi"), "of version “newest”"),
        (link_of('{"title":"Hi","text":3}'), Lesson(title="Hi"), "Text: what stands in the link is no text; it is ignored."),
        (
            link_of('{"text":"%s"}' % ("x" * 2400)),
            Lesson(text="x" * 2000),
            "Text: the link has 2400 characters; the first 2000",
        ),
        (link_of('{"title":"%s"}' % ("x" * 99)), Lesson(title="x" * 80), "Title: the link has 99 characters; the first 80"),
        (link_of('{"shows":["seed","pace"]}'), Lesson(shows=("seed",)), "Controls: the link names “pace”, not known here"),
        (link_of('{"shows":["a","b","c","d","e"]}'), Lesson(shows=()), "names “a”, “b”, “c” and 2 more, not known here"),
        (link_of('{"shows":"seed"}'), None, "Controls: what stands in the link is no list of settings; all are shown."),
        (link_of('{"title":"Hi","sound":1}'), Lesson(title="Hi"), "The lesson in the link has “sound”, not known here"),
        (link_of("[1]"), None, "is damaged"),
    ],
)
def test_what_cannot_be_read_in_a_link_is_ignored_and_named(query, lesson, words):
    found, rest, (notice,) = Lesson.from_query(query)
    assert found == lesson
    assert rest == {}
    assert words in notice


def test_a_link_that_was_cut_short_is_damaged_wherever_it_was_cut():
    link = Lesson(title="A title", text="And a text.").to_query()
    for length in range(len(link["lesson"])):
        found, _, (notice,) = Lesson.from_query({"lesson": link["lesson"][:length]})
        assert found is None
        assert "damaged" in notice


@pytest.mark.parametrize("also", ["AAAA", "!", "!!!!", " ", ".", "é"])
def test_a_link_with_something_put_to_its_end_is_damaged(also):
    found, _, (notice,) = Lesson.from_query({"lesson": link_of('{"title":"Titles"}')["lesson"].rstrip("=") + also})
    assert found is None
    assert "damaged" in notice


def picture(address: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(address.removeprefix("data:image/png;base64,"))))


def in_picture(address: str) -> str:
    image = picture(address)
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
    return code.text


@pytest.mark.parametrize("lesson", OLD_LINKS.values())
def test_a_camera_reads_a_lesson_from_its_qr_code(lesson):
    link = "https://example.org/train?" + urlencode({"members": "3"} | lesson.to_query())
    read = dict(parse_qsl(urlsplit(in_picture(qr_code(link))).query))
    assert Lesson.from_query(read, ALSO) == (lesson, {"members": "3"}, [])


@pytest.mark.parametrize("length", [1, 20, 300, 1400, MAX_BYTES])
def test_a_qr_code_is_large_black_on_white_with_a_quiet_zone(length):
    link = ("https://example.org/?" + "aB3_-x" * 500)[:length]
    image = picture(qr_code(link))
    assert in_picture(qr_code(link)) == link
    assert image.mode == "1"
    assert 850 <= image.width == image.height <= 1024
    assert all(image.getpixel((index, 10)) and image.getpixel((10, index)) for index in range(image.width))


def test_a_link_too_long_for_a_qr_code_is_refused_with_a_fix():
    with pytest.raises(InputError, match=r"2954 characters long, and a QR code holds 2953\. Shorten the text of the lesson"):
        qr_code("x" * (MAX_BYTES + 1))
