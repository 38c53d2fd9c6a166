"""A room: who may do what, votes and their rounds, and the class as an ensemble."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from ensemble import EnsembleConfig, InputError
from ensemble.datasets.config import DataConfig
from ensemble.probability.vectors import linear_pool, log_pool, log_softmax
from ensemble.room import Rooms, codes
from ensemble.room.forecasters import class_forecasts, own_log_score
from ensemble.room.nets import ClassSettings
from ensemble.room.questions import Asking, Question, Vote
from ensemble.room.room import NotAllowedError
from ensemble.room.sqlite_store import SqliteStore

ASKED = Question(id="hotter", text="Does a higher temperature make it surer?", answers=("Yes", "No", "Neither"), right=1)
SETTINGS = ClassSettings(data=DataConfig(), config=EnsembleConfig(), free=("members", "seed"))
LOG_PROBA = log_softmax(np.random.default_rng(0).normal(size=(36, 3)))


@pytest.fixture
def rooms(store):
    return Rooms(store, most_rooms=3, most_people=8)


@pytest.fixture
def room(rooms):
    return rooms.open()


@pytest.fixture
def phone(rooms, room):
    """The room as a student has it."""
    return rooms.find(room.code.lower())


def vote_of_many(room, answers, confidence=0.5):
    for person, answer in enumerate(answers):
        room.vote(f"person {person}", ASKED.id, answer, confidence)


def test_codes_are_read_as_people_type_them():
    for _ in range(200):
        code = codes.new_code()
        assert codes.read_code(f" {code[:2].lower()} {code[2:]}\n") == code
    assert {codes.read_code(text) for text in ("", "ABCD", "ABCDEF", "ABCD0", "ÄBCDE", "'; --", "A" * 10_000)} == {""}


@given(some.text())
def test_any_text_is_a_code_or_none(text):
    code = codes.read_code(text)
    assert code == "" or (len(code) == codes.LENGTH and set(code) <= set(codes.LETTERS))
    assert codes.is_secret_of(text, codes.digest(text))


def test_a_room_is_found_by_its_code_and_led_by_its_secret_alone(rooms, room, phone):
    assert (phone.code, phone.secret) == (room.code, "")
    assert rooms.lead(room.code, room.secret).secret == room.secret
    for wrong in ("", room.code, room.secret[:-1], rooms.open().secret):
        with pytest.raises(NotAllowedError):
            rooms.lead(room.code, wrong)
    with pytest.raises(InputError, match="no room with this code"):
        rooms.find("AAAAA" if room.code != "AAAAA" else "BBBBB")
    with pytest.raises(InputError, match="3 rooms at once"):
        [rooms.open() for _ in range(2)]


@pytest.mark.parametrize(
    "act",
    [
        lambda room: room.ask(ASKED),
        lambda room: room.show_distribution(),
        lambda room: room.vote_again(),
        lambda room: room.reveal(),
        lambda room: room.stop_asking(),
        lambda room: room.train_together(SETTINGS),
        lambda room: room.remove("somebody"),
        lambda room: room.close(),
    ],
)
def test_whoever_has_only_the_code_cannot_lead(room, phone, act):
    room.ask(ASKED)
    room.train_together(SETTINGS)
    before = room.version
    with pytest.raises(NotAllowedError):
        act(phone)
    assert room.version == before


def test_a_vote_can_be_changed_until_the_answer_is_revealed(room, phone):
    room.ask(ASKED)
    phone.vote("me", ASKED.id, 0, 0.9)
    phone.vote("me", ASKED.id, 1, 0.6)
    room.show_distribution()
    phone.vote("me", ASKED.id, 1, 0.7)
    assert (room.answered(ASKED.id), room.people) == (1, 1)
    room.reveal()
    with pytest.raises(InputError, match="closed"):
        phone.vote("me", ASKED.id, 2, 0.5)
    assert phone.vote_of("me", ASKED.id) == Vote(answer=1, confidence=0.7)
    assert phone.vote_of("you", ASKED.id) is None


def test_the_second_round_stands_beside_the_first(room, phone):
    room.ask(ASKED)
    vote_of_many(phone, [0, 0, 0, 1, 2])
    room.show_distribution()
    room.vote_again()
    assert room.asking() == Asking(question=ASKED.id, round=2)
    vote_of_many(phone, [1, 1, 0, 1, 1])
    assert [one.counts for one in room.tally(ASKED.id).rounds] == [(3, 1, 1), (1, 4, 0)]
    room.vote_again()
    assert room.asking().round == 2, "there are two rounds"
    room.ask(ASKED)
    assert [one.answered for one in room.tally(ASKED.id).rounds] == [0], "asked anew, it has its votes anew"


def test_nothing_is_told_of_fewer_than_five_people_or_before_it_is_shown(room, phone):
    room.ask(ASKED)
    vote_of_many(phone, [0, 1, 1, 1])
    (few,) = room.tally(ASKED.id).rounds
    assert (few.answered, few.counts, few.confidence) == (4, (), ())
    with pytest.raises(NotAllowedError):
        phone.tally(ASKED.id)
    vote_of_many(phone, [0, 1, 1, 1, 2])
    room.show_distribution()
    (enough,) = phone.tally(ASKED.id).rounds
    assert enough.counts == (1, 3, 1)
    assert sum(enough.confidence) == pytest.approx(1)


@pytest.mark.parametrize(
    ("answer", "confidence"),
    [(3, 0.5), (-1, 0.5), (True, 0.5), (1.0, 0.5), ("1", 0.5), (0, 0.3), (0, 1.01), (0, float("nan")), (0, "1"), (0, None)],
)
def test_a_vote_that_fits_no_answer_is_refused_and_counts_nothing(room, phone, answer, confidence):
    room.ask(ASKED)
    with pytest.raises(InputError):
        phone.vote("me", ASKED.id, answer, confidence)
    assert room.answered(ASKED.id) == 0


def test_one_cannot_vote_on_what_is_not_asked_and_the_room_is_full_at_some_point(room, phone):
    with pytest.raises(InputError, match="not asked"):
        phone.vote("me", ASKED.id, 0, 0.5)
    room.ask(ASKED)
    for person in range(7):
        phone.enter(f"person {person}")
        phone.enter(f"person {person}")
    with pytest.raises(InputError, match="holds 8 people"):
        [phone.vote(name, ASKED.id, 0, 0.5) for name in ("the eighth", "the ninth")]
    assert room.people == 8


def test_a_question_is_kept_as_it_was_typed_or_refused_with_what_to_change():
    assert Question.made_of("1", " Is it? ", (" a ", "b"), 1) == Question(id="1", text="Is it?", answers=("a", "b"), right=1)
    for answers, right in ((("a",), None), (("a", " a"), None), (("a", "b"), 2), (("a", ""), None), (("a",) * 11, None)):
        with pytest.raises(InputError):
            Question.made_of("1", "Is it?", answers, right)
    with pytest.raises(InputError):
        Question.made_of("1", "  ", ("a", "b"))


def test_the_class_is_scored_and_pooled_as_members_are(room, phone):
    rng = np.random.default_rng(1)
    forecasts = []
    for number in range(5):
        asked = ASKED.model_copy(update={"id": f"question {number}", "right": number % 3})
        room.ask(asked)
        assert class_forecasts(room.votes()) is None
        cast = [(int(rng.integers(3)), float(rng.uniform(1 / 3, 1))) for _ in range(6)]
        for person, (answer, confidence) in enumerate(cast):
            phone.vote(f"person {person}", asked.id, answer, confidence)
        forecasts.append([Vote(answer=answer, confidence=confidence).forecast(3) for answer, confidence in cast])
        room.reveal()
    seen = class_forecasts(room.votes())
    right = np.arange(5) % 3
    of_right = np.array(forecasts)[np.arange(5), :, right]
    assert seen.log_score == pytest.approx(-np.log(of_right).mean())
    assert seen.linear == pytest.approx(-np.log([linear_pool(one)[k] for one, k in zip(forecasts, right, strict=True)]).mean())
    assert seen.log == pytest.approx(-np.log([log_pool(one)[k] for one, k in zip(forecasts, right, strict=True)]).mean())
    assert seen.linear < seen.log_score > seen.log - 1e9
    assert len(seen.confidence) == len(seen.hit) == 30
    assert seen.questions == 5
    sure, hit, low, high = seen.overall(rng)
    assert (sure, hit) == (pytest.approx(seen.confidence.mean()), pytest.approx(seen.hit.mean()))
    assert low < sure < high
    own, guess, count = own_log_score(room.votes(), codes.digest("person 2"))
    assert guess == pytest.approx(np.log(3))
    assert (own, count) == (pytest.approx(-np.log(of_right[:, 2]).mean()), 5)
    assert own_log_score(room.votes(), codes.digest("nobody")) is None


def test_whoever_is_certain_and_wrong_loses_infinitely_much(room, phone):
    for number in range(5):
        room.ask(ASKED.model_copy(update={"id": str(number)}))
        for person in range(5):
            phone.vote(f"person {person}", str(number), 0 if person == 0 else 1, 1.0 if person < 2 else 0.6)
        room.reveal()
    seen = class_forecasts(room.votes())
    assert seen.log_score == np.inf
    assert np.isfinite(seen.linear)
    assert np.isnan(seen.log), "two who are certain of different answers leave nothing to their geometric mean"


def test_nets_join_on_the_rows_of_the_class_and_each_person_has_one(room, phone):
    with pytest.raises(InputError, match="not fixed the rows"):
        phone.join("me", LOG_PROBA, EnsembleConfig(), DataConfig(), 0.1)
    room.train_together(SETTINGS)
    for seed in (1, 2):
        phone.join("me", LOG_PROBA, EnsembleConfig(seed=seed, members=3), DataConfig(), 0.1)
    phone.join("you", LOG_PROBA, EnsembleConfig(), DataConfig(), 0.2)
    nets = room.pool()
    assert sorted((net.config.seed, net.config.members, net.train_loss) for net in nets.values()) == [(0, 10, 0.2), (2, 3, 0.1)]
    for net in nets.values():
        np.testing.assert_allclose(net.log_proba, LOG_PROBA, atol=1e-6)
    assert not {"me", "you"} & nets.keys()
    phone.leave("you")
    room.remove(next(iter(room.pool())))
    assert room.pool() == {}
    with pytest.raises(InputError, match="other rows"):
        phone.join("me", LOG_PROBA, EnsembleConfig(), DataConfig(data="iris"), 0.1)
    with pytest.raises(InputError, match="Dropout"):
        phone.join("me", LOG_PROBA, EnsembleConfig(dropout=0.5), DataConfig(), 0.1)


@pytest.mark.parametrize(
    "log_proba",
    [
        LOG_PROBA[0],
        LOG_PROBA[:0],
        LOG_PROBA + 0.1,
        LOG_PROBA - 0.1,
        np.full((4, 3), np.nan),
        np.full((4, 3), -np.inf),
        np.zeros((4, 1)),
        np.zeros((60_000, 2)),
    ],
)
def test_what_is_no_forecast_does_not_join(room, phone, log_proba):
    room.train_together(SETTINGS)
    with pytest.raises(InputError, match="cannot join"):
        phone.join("me", log_proba, EnsembleConfig(), DataConfig(), 0.1)
    assert room.pool() == {}


def test_a_room_that_has_ended_says_so(rooms, room, phone):
    room.ask(ASKED)
    room.close()
    assert not phone.is_there
    for act in (
        lambda: phone.vote("me", ASKED.id, 0, 0.5),
        lambda: phone.enter("me"),
        lambda: room.ask(ASKED),
        lambda: rooms.find(room.code),
        lambda: rooms.lead(room.code, room.secret),
    ):
        with pytest.raises(InputError):
            act()


def test_after_a_restart_the_room_is_there_again(tmp_path):
    path = tmp_path / "rooms.sqlite"
    before = SqliteStore(path)
    room = Rooms(before).open()
    room.ask(ASKED)
    room.vote("me", ASKED.id, 1, 0.9)
    before.disconnect()
    after = SqliteStore(path)
    again = Rooms(after).lead(room.code, room.secret)
    assert again.question(ASKED.id) == ASKED
    assert again.answered(ASKED.id) == 1
    after.disconnect()


def test_the_store_holds_no_secret(tmp_path):
    path = tmp_path / "rooms.sqlite"
    store = SqliteStore(path)
    room = Rooms(store).open()
    room.ask(ASKED)
    room.vote("the secret of a phone", ASKED.id, 1, 0.9)
    store.disconnect()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert room.code.encode() in content
    assert room.secret.encode() not in content
    assert b"the secret of a phone" not in content
