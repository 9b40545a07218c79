"""The HTML page of a diagnosis: whole, self-contained, safe, and alive in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.services.easy_rows import make_rows
from workbench.report import render_report
from workbench.services.audit.audit import audit_labels
from workbench.services.diagnose.diagnose import diagnose
from workbench.services.diagnose.diff import compare_diagnoses
from workbench.services.diagnose.texts import evidence_texts
from workbench.services.diagnose.verdicts import DiagnoseResult
from workbench.services.importing.importing import import_files
from workbench.services.project import Project, init_project

WORDS = ("parcel", "lamp", "courier", "refund", "garden", "invoice", "kettle", "yesterday")
HOSTILE = "<script>document.title = 'stolen'</script><img src=x onerror=alert(1)> \u202e & $x$"
VOID = {"meta", "br", "img", "link", "hr", "input"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, small_rows) -> str:
    """The page of a project whose rows, classes and columns are hostile."""
    folder = tmp_path_factory.mktemp("page")

    def written(name: str, rows: list[dict[str, str]]) -> Path:
        path = folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    root = init_project(folder / "<b>shop", ["<i>ham</i>", "$spam$ & co"])
    with Project(root) as project:
        rows = small_rows(80)
        for i, row in enumerate(rows):
            row["label"] = project.classes[row["label"] == "spam"]
            row["vendor"] = f"<u>{row['vendor']}</u>"
            row["sent"] = f"2025-01-{1 + i // 4:02}"
            row["text"] += f" {HOSTILE}" if i % 4 == 1 else ""
        import_files(project, [written("train.jsonl", rows)])
        production = [
            row
            | {"id": "p" + row["id"], "text": row["text"] + " zzz <xmp> ]]>"}
            | ({"label": ""} if i % 2 else {})
            for i, row in enumerate(rows)
        ]
        import_files(project, [written("p.jsonl", production)], role="production")
        before = diagnose(project)
        audit_labels(project)
        after = diagnose(project)
        texts = evidence_texts(project, after)
        return render_report(
            after, name=root.name, texts=texts, diff=compare_diagnoses(before, after)
        )


def test_no_text_looks_like_a_tag_even_to_grep(page: str) -> None:
    assert re.findall("<script[^>]*>", page) == ["<script>"]
    assert "<img" not in page
    assert "&lt;script&gt;" in page


class Tags(HTMLParser):
    """Which tags there are, and whether each that opens closes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(page: str) -> Tags:
    parser = Tags()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_every_tag_closes_and_texts_are_escaped(page: str) -> None:
    seen = [tag for tag, _ in tags(page).seen]
    assert seen.count("script") == 1
    assert not {"img", "xmp", "i", "u", "b", "iframe", "link"} & set(seen)
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "⟨U+202E⟩" in page


def test_windows_meanings_and_labelled_shares_have_tables(page: str) -> None:
    for part in ("Windows of time by sent", "Class shares by the labels of both groups"):
        assert part in page


def test_differences_of_meaning_have_a_table(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    import_files(project, [write_csv("a.csv", make_rows(200, "a"))])
    rows = make_rows(200, "p", seed=1)
    import_files(project, [write_csv("p.csv", rows)], role="production")
    page = render_report(diagnose(project))
    assert "How much likelier a class is in the other group" in page


def test_nothing_is_fetched(page: str) -> None:
    for tag, attributes in tags(page).seen:
        assert not {"src", "srcset", "action", "onload", "onclick"} & set(attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    styles = re.findall(r"url\(([^)]*)\)", page)
    assert all(style.startswith("#") for style in styles)
    assert "@import" not in page


def test_the_policy_lets_the_one_script_run_and_no_other(page: str) -> None:
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    policy = next(a["content"] for _, a in tags(page).seen if a.get("http-equiv"))
    assert f"script-src 'sha256-{digest}'" in (policy or "")
    assert "default-src 'none'" in (policy or "")


def test_plots_take_the_colours_of_the_page(page: str) -> None:
    assert page.count("<svg") >= 4
    assert "var(--accent)" in page
    assert not re.search(r"#0[1-5]0[1-5]0[1-5]", page)
    assert "$spam$" in page


def test_ids_in_one_plot_are_not_those_of_another(page: str) -> None:
    ids = [attributes["id"] for _, attributes in tags(page).seen if attributes.get("id")]
    named = {a["href"] for _, a in tags(page).seen if a.get("href")}
    named |= {f"#{name}" for name in re.findall(r"url\(#([^)]*)\)", page)}
    assert all(ids.count(name[1:]) == 1 for name in named)


def test_the_same_diagnosis_gives_the_same_page(filled: Project) -> None:
    result = diagnose(filled)
    assert render_report(result) == render_report(result)


def test_a_diagnosis_of_next_to_nothing_has_a_page(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    import_files(project, [write_csv("a.csv", [{"id": "a", "text": "…", "label": ""}])])
    found: DiagnoseResult = diagnose(project)
    page = render_report(found)
    assert page.count("cannot tell") >= 4
    tags(page)


PROBE = """
<script>
addEventListener('load', () => {
  const table = [...document.querySelectorAll('table')].find(t => t.tBodies[0].rows.length > 1
    && t.tHead.querySelector('th.number'));
  const heading = [...table.tHead.rows[0].cells].find(c => c.className === 'number');
  const values = () => [...table.tBodies[0].rows].map(r => r.cells[heading.cellIndex].dataset.key);
  const clicked = () => { heading.querySelector('button').click(); return values(); };
  document.body.dataset.found = JSON.stringify({
    rising: clicked(), falling: clicked(), sort: heading.getAttribute('aria-sort'),
    title: document.title, wide: document.documentElement.scrollWidth, room: innerWidth });
});
</script></body>
"""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium, not installed")
@pytest.mark.parametrize("width", [1200, 500])
def test_in_a_browser_tables_sort_and_texts_do_not_run(
    page: str, tmp_path: Path, width: int
) -> None:
    # The probe is a script of the test's own: the policy of the page would refuse it.
    open_page = re.sub(r"<meta http-equiv=[^>]*>", "", page).replace("</body>", PROBE)
    (tmp_path / "page.html").write_text(open_page)
    out = subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--dump-dom",
            (tmp_path / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    attributes = next(a for tag, a in tags(out).seen if tag == "body")
    found = json.loads(attributes["data-found"] or "")
    assert found["title"] == "Diagnosis of <b>shop"
    rising = [float(value) for value in found["rising"] if value]
    falling = [float(value) for value in found["falling"] if value]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert found["sort"] == "descending"
    assert found["wide"] <= found["room"]


def test_rows_behind_a_figure_show_what_makes_them_one(
    project: Project, write_csv: Callable[..., Path]
) -> None:
    """Rows of one cluster stand together, with their labels; no cluster is cut."""
    rows = [
        {
            "id": f"{part}{i}",
            "text": " ".join(f"{'abcdefghijklmnop'[i] * n}{word}" for n, word in enumerate(WORDS)),
            "label": label,
        }
        for i in range(16)
        for part, label in (("x", "ham"), ("y", "spam"))
    ]
    import_files(project, [write_csv("a.csv", rows)])
    result = diagnose(project)
    (found,) = (e for lens in result.lenses for e in lens.evidence if e.name == "conflicting")
    assert (found.n, len(found.labels), len(found.clusters)) == (32, 32, 32)
    assert found.n_shown(25) == 24
    page = render_report(result, texts=evidence_texts(project, result))
    folded = page[page.index("32 rows of clusters that hold two labels") :]
    folded = folded[: folded.index("</details>")]
    shown = re.findall(r"<tr( class=\"starts\")?><td[^>]*>(\d+)</td><td[^>]*>(\w+)</td>", folded)
    assert [uid for _, _, uid in shown[:4]] == ["x0", "y0", "x1", "y1"]
    assert [bool(starts) for starts, _, _ in shown[:4]] == [False, False, True, False]
    assert len(shown) == 24
    assert folded.count(">spam<") == folded.count(">ham<") == 12


def test_an_empty_cell_is_written_one_way(project: Project, write_csv: Callable[..., Path]) -> None:
    import_files(project, [write_csv("a.csv", [{"id": "a", "text": "one", "label": "ham"}])])
    page = render_report(diagnose(project))
    assert ">-</td>" in page
    assert ">–</td>" not in page
