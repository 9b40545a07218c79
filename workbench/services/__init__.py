"""Use cases: a module or folder each, one function a user's intent; where numbers meet storage."""
