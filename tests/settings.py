"""Settings of the tests: the product's own, with a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="makmal-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ["DATA_DIR"] = _folder
os.environ["DEMO"] = "1"
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: E402,F403
from config.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: WAL, two connections and waiting for the lock as in real life.
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}
elif "MIGRATED_DATABASE" in os.environ:
    # Migrated once by scripts/test.py; every test process copies it and migrates no more.
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["MIGRATED_DATABASE"]}
