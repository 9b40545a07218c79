"""What a backup that was killed leaves behind is swept away by the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from workbench.services.backup import backup
from workbench.services.project import Project

# Killed where all is on its way: the copy, and the journal beside it.
KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from workbench.formats.writers import replacing

with replacing(Path(sys.argv[1])) as temporary:
    db = sqlite3.connect(temporary, isolation_level=None)
    db.execute("PRAGMA cache_size = 1")
    db.execute("CREATE TABLE t (a)")
    db.execute("BEGIN")
    db.execute("INSERT INTO t SELECT randomblob(9000)")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_files_of_a_killed_backup_are_swept(filled: Project, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(folder / "c.db")], check=False)
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 2
    assert left[0].endswith(".part")
    assert left[1].endswith(".part-journal")
    (folder / ".c.db.notes.part-1").touch()  # somebody else's
    backup(filled, folder / "c.db")
    assert sorted(path.name for path in folder.iterdir()) == [".c.db.notes.part-1", "c.db"]
