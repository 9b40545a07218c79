"""The docked line finds what a few letters mean."""

from __future__ import annotations

from workbench.tui.widgets.picker import Choice, matching

CHOICES = [
    Choice("keep", "The label is right"),
    Choice("skip", "Leave it undecided"),
    Choice("propose", "Choose the rows to keep busy with"),
    Choice("repeat", ""),
]


def names(query: str) -> list[str]:
    """Return the names that match."""
    return [choice.name for choice in matching(query, CHOICES)]


def test_an_empty_query_offers_everything_in_order() -> None:
    assert names(" ") == ["keep", "skip", "propose", "repeat"]


def test_a_beginning_comes_before_a_part_and_letters_in_order_and_descriptions() -> None:
    assert names("ke") == ["keep", "propose"]
    assert names("rt") == ["repeat"]
    assert names("p") == ["propose", "keep", "skip", "repeat"]


def test_case_and_regex_characters_mean_nothing() -> None:
    assert names("KEEP") == ["keep", "propose"]
    assert names(".*") == []


def test_many_classes_are_searched_at_once() -> None:
    classes = [Choice(f"class {i}") for i in range(30_000)]
    assert matching("class 29999", classes)[0].name == "class 29999"
    assert len(matching("1", classes, limit=8)) == 8


def test_a_space_finds_what_is_written_with_dashes_or_underscores() -> None:
    classes = [Choice("card_arrival"), Choice("card-linking"), Choice("-length"), Choice("length")]

    def found(query: str) -> list[str]:
        return [choice.name for choice in matching(query, classes)]

    assert found("card arrival") == ["card_arrival"]
    assert found("arrival card") == ["card_arrival"]
    assert found("card l") == ["card-linking", "card_arrival"]
    assert found("c arv") == ["card_arrival"]
    assert found("-length")[0] == "-length"
