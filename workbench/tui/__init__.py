"""The terminal interface: views over the services; no SQL, no numerics, no modal dialogs."""
