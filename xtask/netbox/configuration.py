"""NetBox's settings for a throw-away instance on loopback. Every secret in here is a test value."""

import json
import os
from pathlib import Path

_ports = json.loads(Path(os.environ["NETBOX_ROOT"], "ports.json").read_text())

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "netbox",
        "USER": "netbox",
        "HOST": "127.0.0.1",
        "PORT": _ports["postgres"],
        # `xtask netbox restore` replaces the database under the running server: a connection that was
        # kept from before it is tried first.
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS = {
    name: {"HOST": "127.0.0.1", "PORT": _ports["redis"], "DATABASE": number, "SSL": False}
    for number, name in enumerate(("tasks", "caching"))
}
SECRET_KEY = "loopback-test-only-" * 4
API_TOKEN_PEPPERS = {1: "LOOPBACK-TEST-ONLY-" * 4}
# Nothing here may call out: neither for news of a release nor for the census.
ISOLATED_DEPLOYMENT = True
CENSUS_REPORTING_ENABLED = False
_plugins = Path(os.environ["NETBOX_ROOT"], "plugins.json")
PLUGINS = json.loads(_plugins.read_text()) if _plugins.exists() else []
