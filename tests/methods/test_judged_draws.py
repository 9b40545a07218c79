"""What one label tells of the draws that its row stands for."""

from __future__ import annotations

import numpy as np

from workbench.methods.judged_draws import JudgedDraws, judged_draws

MAIL = "thank you for your order which is on its way and arrives within two days"
HOTEL = "i would {}recommend this hotel to anybody of my friends or family, room {}"


def draws_of(texts, rows, n_draws, known, labels) -> JudgedDraws:
    of = (np.array(each, np.int64) for each in (rows, n_draws, known, labels))
    return judged_draws(texts, *of, rng=np.random.default_rng(0))


def hotels(n: int) -> list[str]:
    return [HOTEL.format("not " if i % 2 else "", 100 + i) for i in range(n)]


def test_a_row_of_one_draw_is_judged_as_it_is() -> None:
    found = draws_of(["one text", MAIL], [0, 1], [1, 1], [0, 1], [0, 1])
    assert found.of_row.tolist() == [0, 1]
    assert found.n_draws.tolist() == [1, 1]
    assert not (found.is_learnt | found.is_open | found.is_mixed).any()


def test_each_draw_of_an_equal_text_is_judged_and_learnt() -> None:
    found = draws_of([MAIL] * 9 + ["one text"], [9, 0], [1, 4], [0, 9], [1, 0])
    assert found.of_row.tolist() == [0, 1, 1, 1, 1]
    assert found.n_draws.tolist() == [1] * 5
    assert found.is_learnt.tolist() == [False, True, True, True, True]


def test_equal_texts_of_two_classes_are_held_out() -> None:
    found = draws_of([MAIL] * 9, [0], [4], [0, 5], [1, 0])
    assert found.n_draws.tolist() == [1] * 4
    assert found.is_mixed.all()
    assert not found.is_learnt.any()


def test_draws_of_near_copies_are_one_of_an_open_class() -> None:
    found = draws_of(hotels(20), [3], [8], [3], [1])
    assert found.n_draws.tolist() == [8]
    assert found.is_open.tolist() == [True]
    assert not found.is_learnt.any()


def test_near_copies_are_learnt_where_two_texts_are_of_one_class() -> None:
    alike = draws_of(hotels(20), [3], [8], [3, 5], [1, 1])
    assert (alike.n_draws.tolist(), alike.is_learnt.tolist()) == ([8], [True])
    mixed = draws_of(hotels(20), [3], [8], [3, 5, 6], [1, 1, 0])
    assert (mixed.n_draws.tolist(), mixed.is_mixed.tolist()) == ([8], [True])
    # The same text once more is no second text.
    again = draws_of([*hotels(20), hotels(4)[3]], [3], [8], [3, 20], [1, 1])
    assert again.is_open[-1]


def test_as_many_draws_are_equal_as_copies_are() -> None:
    texts = [HOTEL.format("", 1)] * 11 + hotels(10)
    found = draws_of(texts, [0], [9], [0], [0])
    assert found.n_draws.tolist() == [1, 1, 1, 1, 5]
    assert found.is_learnt.tolist() == [True] * 4 + [False]
    assert found.is_open.tolist() == [False] * 4 + [True]
