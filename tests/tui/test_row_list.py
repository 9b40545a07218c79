"""The list shows any number of rows and keeps its cursor in sight."""

from __future__ import annotations

from rich.text import Text
from textual.app import App, ComposeResult

from workbench.tui.widgets.row_list import RowList


class ListApp(App[None]):
    """A list of a hundred thousand rows that counts what it renders."""

    def __init__(self) -> None:
        super().__init__()
        self.rendered: list[int] = []

    def compose(self) -> ComposeResult:
        """Make the list."""
        yield RowList(self._render_one, id="rows")

    def _render_one(self, row_id: int) -> Text:
        self.rendered.append(row_id)
        return Text(f"row {row_id}")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)


async def test_only_rows_in_sight_are_rendered() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows(range(1, 100_001))
        app.rows.focus()
        await pilot.press("end")
        await pilot.pause()
        assert app.rows.current == 100_000
        assert app.rows.scroll_offset.y == 100_000 - 10
        assert len(set(app.rendered)) <= 40


async def test_a_list_is_said_to_be_empty_only_once_its_rows_are_known() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert "reading" in app.rows.render_line(0).text
        app.rows.set_rows(())
        assert "nothing here" in app.rows.render_line(0).text
        app.rows.await_rows()
        assert "reading" in app.rows.render_line(0).text


async def test_the_cursor_stays_inside_the_list() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)):
        app.rows.set_rows([5, 6, 7])
        app.rows.move(-3)
        assert app.rows.current == 5
        app.rows.move(99)
        assert app.rows.current == 7
        app.rows.set_rows([])
        assert app.rows.current is None


async def test_keys_and_mouse_move_the_cursor() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows(range(100))
        app.rows.focus()
        await pilot.press("down", "down", "up", "pagedown")
        assert app.rows.current == 10
        await pilot.press("home")
        assert app.rows.current == 0
        await pilot.click(RowList, offset=(3, 4))
        assert app.rows.current == 4


async def test_a_row_is_rendered_anew_only_when_asked() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.set_rows([1, 2])
        await pilot.pause()
        app.rendered.clear()
        app.rows.refresh()
        await pilot.pause()
        assert app.rendered == []
        app.rows.refresh_row(2)
        await pilot.pause()
        assert app.rendered == [2]
