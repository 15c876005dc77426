"""Settings of Makmal. Everything that differs between places comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config.api_settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from config.environment import (
    BASE_DIR,
    data_dir,
    database,
    email,
    env,
    from_one,
    kept_key,
    make_folder,
    read,
)
from config.logging import logging_settings

# Where and as what this runs
DEMO: bool = read(env.bool, "DEMO", True, hint="1 for the demonstration, 0 for real work")
DEBUG: bool = read(env.bool, "DEBUG", False, hint="0 or 1")
HTTPS: bool = read(env.bool, "HTTPS", False, hint="1 when people reach Makmal by https, else 0")
DATA_DIR = data_dir(demo=DEMO)
KEYS_DIR = DATA_DIR / "keys"
# The seals outside the database; every worker of an installation needs the same folder.
SEALS_DIR = Path(read(env.str, "SEALS_DIR", str(DATA_DIR / "seals"), hint="a folder"))
make_folder(SEALS_DIR)

SECRET_KEY = kept_key("SECRET_KEY", KEYS_DIR)
# Keys the ledger's digests; never in the database.
LEDGER_KEY = kept_key("LEDGER_KEY", KEYS_DIR)

ALLOWED_HOSTS: list[str] = read(
    env.list,
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]"],
    hint="host names with commas between them",
)
CSRF_TRUSTED_ORIGINS: list[str] = read(
    env.list, "CSRF_TRUSTED_ORIGINS", [], hint="addresses such as https://makmal.example"
)

# Apps
INSTALLED_APPS = [
    "demo",
    "simulator",
    "starters",
    "reviews",
    "kpis",
    "labs",
    "forums",
    "people",
    "ledger",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Nothing is open unless it says so (login_not_required).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "people.middleware.local_time",
    "people.middleware.reads_once",
    "config.failures.Unstorable",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context_processors.chrome",
            ],
        },
    }
]

# Data
DATABASES = {"default": database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
# Read from the database by every process, so that sign-in limits and the heartbeat
# hold on any number of machines and need no broker.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# Tasks: see config/celery.py and config/beat.py
BROKER_URL: str = read(
    env.str, "BROKER_URL", "filesystem://", hint="redis://host:6379/0, or leave it unset"
)
QUEUE_DIR = DATA_DIR / "queue"

# Language and time. The business clock is config/clock.py; everything stored is UTC.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("es", _("Spanish")),
    ("ms", _("Malay")),
    ("pt", _("Portuguese")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Working days from one reminder of values that are due to the next
REMIND_EVERY: int = read(from_one, "REMIND_EVERY", 5, hint="working days, 1 or more")

# Who, beyond the forum, may read a decision: asked by forums, which know no subject.
DECISION_READERS = "reviews.permissions.decisions.readable"
# Who reads an action that no decision opened: asked by forums, which know no settlement.
ACTION_READERS = "reviews.permissions.decisions.reads_action"
# What is to be known of what a motion decides, before one votes: asked of the app that knows.
MOTION_NOTES = "reviews.selectors.motion_notes.of"
# What was said of that on which a motion decides, shown beside it.
MOTION_PAPERS = "reviews.selectors.papers.of_motion"
# The agenda of a meeting, as its reader may see it.
MEETING_PAPERS = "reviews.permissions.meetings.papers"
# Whether an act of a council created a forum: asked by forums, which know no register.
FORUM_ORIGIN = "labs.selectors.council_acts.created"
# What asked for a mini-lab or a reconvened lab: asked by labs, which know no review.
LAB_ORIGIN = "reviews.permissions.mini_labs.origin"
# Whether a lab that ended was asked for a lesson, and who answers.
LAB_LEARNED = "reviews.permissions.lessons.learned"
# Lessons kept from a reader: asked by labs, which know no review.
LESSONS_KEPT = "reviews.selectors.lessons.kept_from"

# What panels from outside said of a KPI, for its page: asked by kpis, which know no panel.
KPI_NOTES = "reviews.selectors.panels.notes_on"
# Which reviews wait for what a plan needs of others: asked by labs, which know no review.
DEPENDENCY_NOTES = "reviews.selectors.referrals.on_dependencies"

# Files on their way in, and how much of one is loaded before others have a turn
IMPORT_LIMIT_MB: int = read(env.int, "IMPORT_LIMIT_MB", 250, hint="a whole number of megabytes")
IMPORT_SLICE_ROWS: int = read(env.int, "IMPORT_SLICE_ROWS", 25_000, hint="a whole number of rows")

# Built front-end files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.GzipManifestStorage"},
}

# Sign-in: by e-mail, accounts only by invitation
AUTH_USER_MODEL = "people.User"
# E-mail addresses are unique whatever their case, by a constraint the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["people.backends.SignIn", "people.backends.Roles"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has already reached the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Makmal"

# Headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "makmal_session"
# Cookies know no ports: a demo and a live installation on one host must not sign each other out.
if DEMO:
    SESSION_COOKIE_NAME = "makmal_demo_session"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
CSRF_FAILURE_VIEW = "config.failures.csrf_failure"

# Mail
_mail = email(DATA_DIR)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
globals().update(_mail)
DEFAULT_FROM_EMAIL: str = read(
    env.str, "DEFAULT_FROM_EMAIL", "Makmal <makmal@localhost>", hint="Name <address>"
)

# How long a mail server may be silent; an attempt of several steps stays well below the
# claim of ledger.rules.sending.
EMAIL_TIMEOUT: int = _mail.get("EMAIL_TIMEOUT") or 30
# Where people reach Makmal: what links in mail begin with.
BASE_URL: str = read(
    env.str,
    "BASE_URL",
    f"http://localhost:{os.environ.get('PORT', '').strip() or '8000'}",
    hint="the address people reach it by, such as https://makmal.example",
).rstrip("/")
# Notices by mail. The files in which mail is kept without a server would grow without end
# in a demonstration, where nobody reads them.
MAIL_NOTICES: bool = read(
    env.bool,
    "MAIL_NOTICES",
    not DEMO or bool(os.environ.get("EMAIL_URL", "").strip()),
    hint="0 or 1",
)

# Logs
LOG_FORMAT: str = read(env.str, "LOG_FORMAT", "console", hint="console or json")
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(
    form=LOG_FORMAT,
    level=read(env.log_level, "LOG_LEVEL", 20, hint="DEBUG, INFO, WARNING or ERROR"),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = 10
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10
