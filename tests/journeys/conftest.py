"""What the journeys share: a small folder of documents."""

from tests.cli.conftest import notes as notes
