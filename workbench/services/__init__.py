"""Use cases and their parts, a folder for each stage of many; where numbers meet storage."""
