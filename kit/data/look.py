"""The old place of `reading.look`, which the shared cases still import."""

from kit.data.reading.look import look as look
