"""The SQLite file: schema, migrations, and one repository for each concern."""
