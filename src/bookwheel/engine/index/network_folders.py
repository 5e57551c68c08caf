"""Which folders lie on another machine: the kernel tells nobody what others change there."""

from __future__ import annotations

import os
from pathlib import Path

_NETWORK = frozenset(
    "9p afs afpfs ceph cifs coda davfs drvfs fuse.gvfsd-fuse fuse.rclone fuse.sshfs glusterfs lustre ncpfs nfs nfs4 "
    "prl_fs smb3 smbfs vboxsf virtiofs vmhgfs webdav".split()
)
_MOUNTS = Path("/proc/self/mounts")


def network_folder(path: str, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network drive that `path` (absolute) is on; None when it is local, or nothing tells (macOS)."""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return None
    real = os.fsencode(os.path.realpath(path))
    best, kind = b"", ""
    for line in lines:
        _, place, name, *_ = line.split(b" ")
        place = _unescaped(place)
        # The last of several mounts on one place is the one that is seen.
        if len(place) >= len(best) and (real == place or real.startswith(place.rstrip(b"/") + b"/")):
            best, kind = place, name.decode("ascii", "replace")
    return kind if kind in _NETWORK else None


def _unescaped(place: bytes) -> bytes:
    for escaped, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        place = place.replace(escaped, plain)
    return place
