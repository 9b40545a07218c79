from __future__ import annotations

from workbench.services.class_hints import class_hint

MANY = [f"class {i}" for i in range(149)] + ["card arrival"]


def test_a_few_classes_are_all_named() -> None:
    assert class_hint(["ham", "spam"], "spma") == "Classes: ham, spam. Did you mean 'spam'?"
    assert class_hint(["ham", "spam"], "x") == "Classes: ham, spam."
    assert class_hint(["a,b", "c"], "x") == 'Classes: "a,b", c.'


def test_of_many_only_those_are_named_that_are_like_it() -> None:
    hint = class_hint(MANY, "card arival")
    assert hint.startswith("Of the 150 classes")
    assert "card arrival" in hint
    assert len(hint) < 120
    assert class_hint(MANY, "zzz").startswith("150 classes are in workbench.toml")
