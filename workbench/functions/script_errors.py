"""What is said of a script that cannot be loaded (in the worker only)."""

from __future__ import annotations

import traceback
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
        column = f" at column {error.offset}" if error.offset else ""
        line = (error.text or "").strip()[:100]
        return ScriptError(
            path.name,
            error.lineno,
            f"{type(error).__name__}: {error.msg}{column}",
            f"mend the line: {line}" if line else "mend the line; Python cannot read it",
            error.offset or None,
        )
    return ScriptError(path.name, None, f"the script cannot be read: {error}")


def run_error(path: Path, error: BaseException, *, below: bool = False) -> ScriptError:
    """Describe an exception that left the script while it was loaded.

    ``below`` says that labeling functions stand above the line.
    """
    line = line_in(path, error)
    if isinstance(error, FunctionError):
        return ScriptError(path.name, line, error.message, error.hint)
    if isinstance(error, SystemExit):
        return ScriptError(
            path.name,
            line,
            f"the script called exit({error.code!r}) while it was loaded",
            f"remove the call, or put it under: {GUARD}",
        )
    message = "".join(traceback.format_exception_only(error)).strip()[-1000:]
    hint = _remedy(error)
    if hint is None and below:
        hint = f"a script is run as a whole: put what follows the functions under: {GUARD}"
    return ScriptError(path.name, line, message + _elsewhere(path, error), hint)


def _elsewhere(path: Path, error: BaseException) -> str:
    """Name the sibling file in which the exception was raised, if it was another one."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).parent == path.parent]
    if own and own[-1].filename != str(path):
        return f" (in {Path(own[-1].filename).name}, line {own[-1].lineno})"
    return ""


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
