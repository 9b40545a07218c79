"""Finding, making and opening a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from workbench.errors import ProjectError
from workbench.name_lists import quoted_list
from workbench.services.config import (
    CONFIG_NAME,
    DATABASE_NAME,
    FUNCTIONS_NAME,
    Config,
    check_classes,
    read_config,
    write_classes,
    write_config,
)
from workbench.services.running import close_crashed, now, record_run
from workbench.store.classes import ClassState, LabelSet
from workbench.store.store import Store


class Project:
    """An opened project: a folder, its configuration and its store.

    Opening never runs code from the folder or the database.

    Parameters
    ----------
    root
        The folder with ``workbench.toml`` and the database.
    settle
        Whether opening writes what has happened outside: runs that crashed, what the configuration
        now says. A folder that cannot be written is opened without.
    begin
        Whether a database that is not there is made.

    Raises
    ------
    ProjectError
        If there is no project there, its database is not there, or the class list contradicts it.
    StoreError
        If the database cannot be used.
    """

    def __init__(self, root: Path, *, settle: bool = True, begin: bool = False) -> None:
        self.root = root.resolve()
        if not (self.root / CONFIG_NAME).is_file():
            raise ProjectError(
                f"no {CONFIG_NAME} here",
                place=str(self.root),
                hint="Make a project: workbench init DIR --classes ham,spam",
            )
        self.config: Config = read_config(self.root / CONFIG_NAME)
        if not (begin or has_database(self.root)):
            raise _without_database(self.root)
        self.store = Store(self.root / DATABASE_NAME)
        self._label_set: LabelSet | None = None
        try:
            self._check_default_class()
            if settle and not self.store.is_read_only:
                close_crashed(self.store)
                self._record_configuration()
        except BaseException:
            self.store.close()
            raise

    @property
    def functions_folder(self) -> Path:
        """The folder of the labeling-function scripts."""
        return self.root / FUNCTIONS_NAME

    def owns(self, path: Path) -> bool:
        """Whether a file is part of the project: its database, configuration or scripts."""
        file = path.resolve()
        return (
            file.parent == self.functions_folder
            or file == self.root / CONFIG_NAME
            or (file.parent == self.root and file.name.startswith(DATABASE_NAME))
        )

    @property
    def label_set(self) -> LabelSet:
        """The classes as this process last saw them."""
        if self._label_set is None:
            self._label_set = self.store.classes.state()
        return self._label_set

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names by index."""
        return self.label_set.names

    @property
    def default_class(self) -> int | None:
        """The number of the class of rows that no vote decides; None where there is none."""
        return self.label_set.number_of_name.get(self.config.default_class)

    @property
    def n_rows(self) -> int:
        """How many rows were imported."""
        return self.store.examples.count()

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def data_version(self) -> int:
        """Return a number that changes when another connection has written."""
        return self.store.data_version()

    def reload_classes(self) -> None:
        """Read the label set again, after an act changed it, and bring the class list in line.

        The database leads; ``workbench.toml`` shows its class list to people.
        """
        if self.refresh_classes():
            write_classes(self.root / CONFIG_NAME, self.classes)

    def refresh_classes(self) -> bool:
        """Read the label set again; return whether the class list that we know is another one."""
        found = self.store.classes.state()
        if found != self._label_set:
            self._label_set = found
        is_other = self.config.classes != self.classes
        if is_other:
            self.config = replace(self.config, classes=self.classes)
        return is_other

    def _record_configuration(self) -> None:
        """Put what the configuration decides into the database, where it has changed."""
        known, wanted = self.label_set.names, self.config.classes
        if known != wanted:
            if not known:
                self._begin_classes(wanted)
            elif wanted[: len(known)] == known:
                from workbench.services.classes import add_classes

                add_classes(self, wanted[len(known) :])
            elif wanted not in self.store.classes.former_name_lists():
                raise ProjectError(
                    f"the classes in {CONFIG_NAME} ({quoted_list(wanted)}) are not those of the"
                    f" database ({quoted_list(known)})",
                    place=str(self.root / CONFIG_NAME),
                    hint="Keep the order of the old ones and add new ones at the end; for other"
                    " changes there is: workbench class",
                )
            self.reload_classes()
        settings = {
            "label_order": ",".join(self.config.label_order),
            "min_confidence": repr(self.config.min_confidence),
            "consensus": self.config.consensus,
            # By its number, which it keeps whatever it is called and becomes.
            "default_class": "" if self.default_class is None else str(self.default_class),
        }
        if any(self.store.settings.get(key) != value for key, value in settings.items()):
            with self.store.transaction():
                for key, value in settings.items():
                    self.store.settings.put(key, value, at=now())

    def _check_default_class(self) -> None:
        """Refuse a default class that is and was none; a class may go by a former name."""
        name = self.config.default_class
        if name and name not in {*self.config.classes, *self.label_set.number_of_name}:
            raise ProjectError(
                f"labels.default_class is {name!r}, which is no class",
                place=str(self.root / CONFIG_NAME),
                hint=f'It is one of: {quoted_list(self.config.classes)}; or "" for none.',
            )

    def _begin_classes(self, names: Sequence[str]) -> None:
        """Record the classes that the project begins with."""
        with (
            record_run(self.store, "init", parameters={"classes": list(names)}) as run,
            run.finish({"classes": len(names)}),
        ):
            numbers = self.store.classes.add(names, run_id=run.run_id)
            self.store.classes.put_state(
                [ClassState(i, name, i, i, ()) for i, name in zip(numbers, names, strict=True)],
                event_id=None,
            )


def find_project(start: Path) -> Path:
    """Return the folder of the project that a path lies in.

    Raises
    ------
    ProjectError
        If neither the folder nor one above it is a project.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_NAME).is_file():
            return folder
    raise ProjectError(
        f"no {CONFIG_NAME} here or in a folder above",
        place=str(start),
        hint="Name the project with -C DIR, or make one: workbench init DIR --classes ham,spam",
    )


def has_database(root: Path) -> bool:
    """Whether a folder has a project's database; an empty file is none."""
    path = root / DATABASE_NAME
    return path.exists() and path.stat().st_size > 0


def _without_database(root: Path) -> ProjectError:
    """Return what to say of a project's folder without its database: a copy, or a loss."""
    path = root / DATABASE_NAME
    return ProjectError(
        "the project's database is an empty file"
        if path.exists()
        else f"the project's database is not here, only its {CONFIG_NAME}",
        place=str(path),
        hint="Where it was lost, or its disk is not mounted, bring it back: workbench restore FILE"
        " takes a backup. In a fresh copy of the folder the first workbench import FILE begins"
        " another one.",
    )


def init_project(
    root: Path,
    classes: Sequence[str],
    *,
    text_column: str = "text",
    id_column: str = "id",
    label_column: str = "label",
    seed: int = 0,
) -> Path:
    """Make a project: the folder, ``workbench.toml``, ``labeling_functions/`` and the database.

    Parameters
    ----------
    root
        The folder; made when absent. What it holds already is left alone.
    classes
        Names in the order of their index; at least two.
    text_column, id_column, label_column
        What these columns are called in the files to import.
    seed
        For everything that draws at random.

    Returns
    -------
    Path
        The folder, resolved.

    Raises
    ------
    ProjectError
        If it is a project already, or the classes cannot be used.
    """
    names = check_classes(classes)
    root = root.resolve()
    config_path = root / CONFIG_NAME
    if config_path.exists() and not has_database(root):
        raise _without_database(root)
    if config_path.exists():
        raise ProjectError(
            "this is a project already",
            place=str(config_path),
            hint="Use it as it is, or name another folder.",
        )
    if (root / DATABASE_NAME).exists():
        raise ProjectError(
            f"there is a {DATABASE_NAME} without a {CONFIG_NAME}",
            place=str(root),
            hint="Move it away, or bring its configuration back.",
        )
    config = replace(
        Config(classes=names),
        text_column=text_column,
        id_column=id_column,
        label_column=label_column,
        seed=seed,
    )
    try:
        (root / FUNCTIONS_NAME).mkdir(parents=True, exist_ok=True)
        write_config(config_path, config)
    except OSError as error:
        raise ProjectError(
            f"the project cannot be made: {error.strerror}",
            place=str(root),
            hint="Choose a folder that you may write in.",
        ) from error
    with Project(root, begin=True):
        return root
