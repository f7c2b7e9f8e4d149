"""All settings, read strictly from the environment; `.env.example` explains each variable.

Nothing set is the embedded default: SQLite, a broker made of files, letters written to files.
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

MODE = env.str("MODE", "embedded", validate=validate.OneOf(["embedded", "production"]))
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", False)
VAR_DIR: Path = env.path("VAR_DIR", BASE_DIR / "var").resolve()
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
EMAIL_URL = env.str("EMAIL_URL", "")
RETURNS_URL = env.str(
    "RETURNS_URL",
    "",
    validate=validate.Regexp(r"(imaps?://[^:@/\s]+:[^:@/\s]+@[^:@/\s]+(:\d+)?(/\S*)?|maildir:///\S+)?\Z"),
)
SECRET_KEY = env.str("SECRET_KEY", "")
LINK_SECRET = env.str("LINK_SECRET", "")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))

if PRODUCTION:
    needed = (
        "ALLOWED_HOSTS",
        "BASE_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "SECRET_KEY",
        "LINK_SECRET",
    )
    if absent := [name for name in needed if not os.environ.get(name)]:
        raise ImproperlyConfigured(f"MODE=production needs {', '.join(absent)}; see .env.example")
    if DEBUG:
        raise ImproperlyConfigured("MODE=production does not run with DEBUG=true")


def local_secret(name: str) -> str:
    """A secret of this machine, made once and kept in VAR_DIR for its owner alone."""
    path = VAR_DIR / name
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = VAR_DIR / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was a moment earlier: its secret counts
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = SECRET_KEY or local_secret("secret_key")
LINK_SECRET = LINK_SECRET or local_secret("link_secret")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "csp",
    "surveys",
    "respondents",
    "analysis",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "surveys.language.keep_choice",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "kern"

# An acknowledged answer is on disk: full synchronisation even with the write-ahead log.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR_DIR / "db.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
    "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
    if DATABASE_URL
    else SQLITE
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_BACKEND = "respondents.outbox.FileBackend"
EMAIL_FILE_PATH: str | Path = VAR_DIR / "mail"
if EMAIL_URL:
    globals().update(dj_email_url.parse(EMAIL_URL))
if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "respondents.line.EmailBackend"  # the same, but it tells how far a message got
EMAIL_TIMEOUT = 30
RELEASE_NEEDS_SECOND_PERSON = env.bool("RELEASE_NEEDS_SECOND_PERSON", True)
LETTER_LEASE = timedelta(seconds=env.int("LETTER_LEASE", 600, validate=validate.Range(min=EMAIL_TIMEOUT)))

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
if not REDIS_URL:
    BROKER_DIR = VAR_DIR / "broker"
    (BROKER_DIR / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT = "config.filebroker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.05,  # seconds; the default of 1 s is a pause after every few letters
    }
CELERY_TASK_IGNORE_RESULT = True
# What one worker keeps for later, another could do now; and with kombu 5.7 a worker that keeps a message when
# Redis goes away ends itself instead of waiting for Redis.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = bool(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# A tick that no worker took up in time is dropped: the next one does the same.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "release due mailings": {
        "task": "respondents.tasks.release_due_mailings",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
}
if RETURNS_URL:
    CELERY_BEAT_SCHEDULE["collect bounces"] = {
        "task": "respondents.tasks.collect_bounces",
        "schedule": 120.0,
        "options": {"expires": 120},
    }

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_ENGINE = "surveys.sessionstore"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "surveys.views.guard.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"hide links": {"()": "config.logs.HideLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide links"]},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        name: {"level": "ERROR"}
        for name in ("flufl.bounce", "fontTools", "kombu.connection", "matplotlib", "weasyprint")
    },
}
