"""Use cases: one module each, one function a user's intent; where numbers meet storage."""
