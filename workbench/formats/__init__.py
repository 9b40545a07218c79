"""Readers and writers of CSV, JSON Lines and Parquet, row by row."""
