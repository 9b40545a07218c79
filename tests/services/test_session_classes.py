"""A sitting knows the classes as they are for everybody at the moment of a decision."""

from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.services.annotate import Session
from workbench.services.classes import add_classes, retire_class
from workbench.services.project import Project


def test_a_class_that_was_added_elsewhere_is_known_and_a_retired_one_refused(
    filled: Project,
) -> None:
    with Session(filled, annotator="ana") as session:
        session.label(1, "ham")
        with Project(filled.root) as other:
            add_classes(other, ["promo"])
        assert session.label(2, "promo").label == "promo"
        with Project(filled.root) as other:
            retire_class(other, "spam")
        with pytest.raises(UsageError, match="no longer in the label set"):
            session.label(3, "spam")
        assert session.label(4, "promo").label == "promo"


def test_an_example_that_is_not_there_is_named(filled: Project) -> None:
    with Session(filled, annotator="ana") as session:
        with pytest.raises(UsageError, match="no example 5000"):
            session.label(5_000, "ham")
        session.label(1, "ham")
