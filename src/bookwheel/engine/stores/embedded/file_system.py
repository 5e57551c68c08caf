"""Whether a folder is on a file system of another machine, where SQLite's shared memory does not work."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

# Two machines that map the same file see different memory: a write-ahead log is damaged there (sqlite.org/wal.html).
_REMOTE = frozenset({"9p", "afs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4",
                     "ocfs2", "smb2", "smb3", "smbfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
                     "fuse.sshfs"})  # fmt: skip


def is_remote(folder: Path) -> bool:
    """Whether the file system of `folder` is one of another machine; False where the system does not say."""
    return _file_system_of(os.path.realpath(folder)) in _REMOTE


def _file_system_of(folder: str) -> str:
    """The type of the file system that is mounted closest above `folder`, the last one where several are."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    closest, found = "", ""
    for line in lines:
        # 36 35 98:0 /root /mount/point rw,noatime shared:1 - nfs4 server:/export rw
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5:
            continue
        point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if len(point) >= len(closest) and (folder + "/").startswith(point.rstrip("/") + "/"):
            closest, found = point, kinds[0]
    return found
