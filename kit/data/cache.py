"""The old place of `store.cache`, which the shared cases still import."""

import sys

from kit.data.store import cache

sys.modules[__name__] = cache
