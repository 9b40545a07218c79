"""Exports: the rows that go out, with the origin of each label."""
