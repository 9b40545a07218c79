"""Templates of other packages, found by entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import FunctionError, UsageError
from workbench.plugins import template, template_names
from workbench.services.lf.apply import apply_functions
from workbench.services.lf.functions import list_functions, new_function
from workbench.services.project import Project

MODULE = """
from dataclasses import dataclass
from workbench.functions import Found, make_template
from workbench.functions.templates.base import ColumnRule

__version__ = "1.0"

@dataclass(frozen=True)
class Ends(ColumnRule):
    end: str

    def find(self, block):
        texts = block.texts(self.column)
        return Found([row for row, text in enumerate(texts) if text.endswith(self.end)])

def ends(name, label, *, end="0"):
    return make_template(
        name, Ends(label, "text", end), kind="ends", parameters={"label": label, "end": end}
    )

no_function = 3
"""
ENTRY_POINTS = """
[workbench.templates]
ends = acme_templates:ends
broken = acme_templates:missing
odd = acme_templates:no_function
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package with templates, for this process and its workers."""
    site = tmp_path / "site"
    info = site / "acme_templates-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-templates\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    (site / "acme_templates.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))
    template.cache_clear()
    return site


def test_an_installed_template_is_listed_started_and_applied(acme: Path, filled: Project) -> None:
    assert template_names() == ["broken", "ends", "odd"]
    path = new_function(filled, "by_end", template="ends")
    assert "template('ends')(\"by_end\"" in path.read_text()
    (applied,) = apply_functions(filled).functions
    expected = sum(text.endswith("0") for text in filled.store.examples.texts())
    assert applied.n_votes == expected > 0
    assert [row.kind for row in list_functions(filled).functions] == ["ends"]


def test_a_new_release_of_the_package_makes_a_new_version(acme: Path, filled: Project) -> None:
    new_function(filled, "by_end", template="ends")
    before = apply_functions(filled).functions[0].version
    (acme / "acme_templates.py").write_text(MODULE.replace('"1.0"', '"1.1"'))
    assert apply_functions(filled).functions[0].version != before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken", "cannot be loaded: AttributeError"),
        ("odd", "is no function"),
        ("nowhere", "no installed package offers a template 'nowhere'\n  there are: broken, ends"),
    ],
)
def test_templates_that_cannot_be_used_are_refused(acme: Path, name: str, message: str) -> None:
    with pytest.raises(FunctionError, match=message):
        template(name)


def test_without_such_a_package_there_are_none(filled: Project) -> None:
    assert template_names() == []
    with pytest.raises(UsageError, match="no template 'ends'"):
        new_function(filled, "f", template="ends")
