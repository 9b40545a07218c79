"""Audits: the labels that confident learning doubts, and who is to blame."""
