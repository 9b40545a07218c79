"""The command line: thin commands that call services and print what they return."""
