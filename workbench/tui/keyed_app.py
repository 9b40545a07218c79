"""Keys one after the other: what a key means is done before the next key is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import App
from textual.reactive import reactive
from textual.widgets import Input, TextArea

from workbench.tui.actions import Action, bind_actions


class KeyedApp(App[None]):
    """An app whose keys act in their order, some of them behind a leader key.

    A subclass says in `action_do` how an action is done.
    """

    is_leader_pending: reactive[bool] = reactive(False)

    def bind_keys(self, actions: Sequence[Action], wanted: Sequence[Action]) -> None:
        """Bind the keys of the app's actions, those behind the leader key as well.

        Parameters
        ----------
        actions
            What the app can do, as the registry has it.
        wanted
            The same, with the keys that the user wants.
        """
        bind_actions(self, actions, wanted)
        self._behind_leader = {
            key.split()[1]: action.name for action in wanted for key in action.keys if " " in key
        }

    async def on_event(self, event: events.Event) -> None:
        """Do what a key means before the next key is looked at.

        Over a slow line, or from a fast typist, several keys arrive in one piece: the letters
        behind the one that opens a line belong in the line. Textual would hand them all to the
        widget that has the focus now.
        """
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self.is_leader_pending:
            self.is_leader_pending = False
            if event.key in self._behind_leader:
                await self.action_do(self._behind_leader[event.key], "")
        elif not self._is_typing() and (bound := self.screen.active_bindings.get(event.key)):
            if not await self.run_action(bound.binding.action, bound.node):
                await super().on_event(event)  # another widget has a meaning for it
        else:
            await super().on_event(event)

    def _is_typing(self) -> bool:
        focused = self.focused
        is_edited = isinstance(focused, TextArea) and not focused.read_only
        return is_edited or isinstance(focused, Input)

    async def action_do(self, name: str, key: str) -> None:
        """Do an action by its name, as the key that was pressed asks."""
        raise NotImplementedError

    def action_leader(self) -> None:
        """Wait for the letter behind the leader key."""
        self.is_leader_pending = True
