"""The tags of a labeling function, as its source has them."""

from __future__ import annotations

import ast


def tags_in(source: str) -> tuple[str, ...]:
    """Return the tags that the source of a labeling function says, where nothing has run it.

    Parameters
    ----------
    source
        The call that makes a template, or a function in Python after what it uses.

    Returns
    -------
    tuple of str
        Empty too where the source does not write them out.
    """
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ()
    for made_by in _makers(statements[-1]) if statements else ():
        for word in made_by.keywords:
            if word.arg == "tags" and isinstance(word.value, ast.List | ast.Tuple | ast.Set):
                values = [v.value for v in word.value.elts if isinstance(v, ast.Constant)]
                return tuple(dict.fromkeys(v for v in values if isinstance(v, str)))
    return ()


def _makers(statement: ast.stmt) -> list[ast.Call]:
    """Return the calls that make a labeling function: of a template, or of its decorators."""
    found: list[ast.expr] = []
    if isinstance(statement, ast.FunctionDef):
        found = statement.decorator_list
    elif isinstance(statement, ast.Expr | ast.Assign):
        found = [statement.value]
    return [one for one in found if isinstance(one, ast.Call)]
