"""What is said of a script that cannot be loaded (in the worker only)."""

from __future__ import annotations

import os
import traceback
from dataclasses import replace
from pathlib import Path

from workbench.errors import FunctionError
from workbench.functions.results import ScriptError

GUARD = 'if __name__ == "__main__":'
"""What is under it is left out when a script is loaded."""


def line_in(path: Path, error: BaseException) -> int | None:
    """Return the last line of a file in an exception's traceback, or None."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__)
             if frame.f_code.co_filename == str(path)]  # fmt: skip
    return lines[-1] if lines else None


def module_line(path: Path, error: BaseException) -> int | None:
    """Return the line at module level that an exception came through, or None."""
    frames = traceback.walk_tb(error.__traceback__)
    own = (n for f, n in frames if f.f_code.co_filename == str(path))
    return next(own, None)


def compile_error(path: Path, error: Exception) -> ScriptError:
    """Describe a script that does not compile or cannot be read."""
    if isinstance(error, SyntaxError):
        return _syntax_error(path.name, error)
    return ScriptError(path.name, None, f"the script cannot be read: {error}")


def run_error(path: Path, error: BaseException, *, below: bool = False) -> ScriptError:
    """Describe an exception that left the script while it was loaded.

    It is placed in the innermost file of the folder, which may be a helper. ``below`` says that
    labeling functions stand above the line.
    """
    frames = [
        (frame.f_code.co_filename, line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_in(path.parent, frame.f_code.co_filename)
    ]
    file, line = frames[-1][:2] if frames else (str(path), None)
    is_loading = any(name == "<module>" for of, _, name in frames if of == file)
    if isinstance(error, SyntaxError) and error.filename and _is_in(path.parent, error.filename):
        file, line, is_loading = error.filename, error.lineno, True
        found = _syntax_error("", error)
    else:
        found = _what_failed(error)
        # What the library refuses has its own remedy: the call is no work that follows functions.
        is_ours = isinstance(error, FunctionError)
        if found.hint is None and below and file == str(path) and not is_ours:
            hint = f"a script is run as a whole: put what follows the functions under: {GUARD}"
            found = replace(found, hint=hint)
    found = replace(found, file=Path(file).relative_to(path.parent).as_posix(), line=line)
    if file == str(path):
        return found
    at = line_in(path, error)
    user = path.name if at is None else f"{path.name}, line {at},"
    how = f" ({user} {'imports' if is_loading else 'calls'} it)"
    return replace(found, message=found.message + how, script=path.name)


def _is_in(folder: Path, file: str) -> bool:
    return file.startswith(str(folder) + os.sep)


def _syntax_error(file: str, error: SyntaxError) -> ScriptError:
    """Describe what Python cannot read."""
    column = f" at column {error.offset}" if error.offset else ""
    line = (error.text or "").strip()[:100]
    return ScriptError(
        file,
        error.lineno,
        f"{type(error).__name__}: {error.msg}{column}",
        f"mend the line: {line}" if line else "mend the line; Python cannot read it",
        error.offset or None,
    )


def _what_failed(error: BaseException) -> ScriptError:
    """Describe an exception, without its place."""
    if isinstance(error, FunctionError):
        return ScriptError("", None, error.message, error.hint)
    if isinstance(error, SystemExit):
        return ScriptError(
            "",
            None,
            f"the script called exit({error.code!r}) while it was loaded",
            f"remove the call, or put it under: {GUARD}",
        )
    message = "".join(traceback.format_exception_only(error)).strip()[-1000:]
    return ScriptError("", None, message, _remedy(error))


def _remedy(error: BaseException) -> str | None:
    """Return what to do about a frequent exception."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"install {error.name.partition('.')[0]!r} beside workbench, or remove the import"
    missing = error.filename if isinstance(error, FileNotFoundError) else None
    if isinstance(missing, str) and not Path(missing).is_absolute():
        return (
            f"relative paths begin in the folder of the project, {Path.cwd()}; or, if no function"
            f" needs the file, read it under: {GUARD}"
        )
    return None
