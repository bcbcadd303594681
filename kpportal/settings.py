"""The one settings file. What differs between installations comes from the environment.

Nothing secret has a default: an installation that forgets one does not start. `make run`
provides them for a demonstration on this machine; docs/deploy.md lists them.
"""

from pathlib import Path
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

from kpportal import embedded

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("KPPORTAL_DATA_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env.str("KPPORTAL_SECRET_KEY")
DEBUG = env.bool("KPPORTAL_DEBUG", default=False)
ALLOWED_HOSTS = env.list("KPPORTAL_ALLOWED_HOSTS")
# Demonstration accounts have a published password: they sign in only where this is said aloud.
DEMONSTRATION = env.bool("KPPORTAL_DEMO", default=False)
# Plain HTTP is for a demonstration on the loopback address only.
HTTP_ONLY = env.bool("KPPORTAL_HTTP_ONLY", default=False)

if HTTP_ONLY and not set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "testserver", "[::1]"}:
    raise ImproperlyConfigured(
        "KPPORTAL_HTTP_ONLY serves this machine only; unset it, or allow no other hosts."
    )

INSTALLED_APPS = [
    "journal",
    "accounts",
    "licensees",
    "certificates",
    "reviews",
    "kpportal.apps.KPPortalConfig",
    "allauth",
    "allauth.account",
    "django_filters",
    "kpportal.apps.OversightConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Above only headers are written; from here on requests are read.
    "accounts.middleware.CharsetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PrivateMiddleware",
    "accounts.middleware.IdleTimeoutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "kpportal.urls"
WSGI_APPLICATION = "kpportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kpportal.navigation.frame",
            ],
            "builtins": ["accounts.templatetags.uswds"],
        },
    },
]
FORM_RENDERER = "accounts.rendering.USWDSRenderer"

DATABASES = {
    "default": env.db_url("DATABASE_URL")
    if env.str("DATABASE_URL", default="")
    else embedded.database(DATA_DIR)
}
# A Unix socket's folder stands percent-encoded in a URL, as libpq wants it.
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# allauth counts failed sign-ins here; every worker must see the same count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        # Django keeps 300 rows and then throws some away, expired or not: strangers who fail with
        # a few hundred addresses could push out the count that keeps one address closed.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.EmailBackend",
    "accounts.backends.RulesBackend",
]
RULES_MODULES = ["accounts.rules", "licensees.rules", "certificates.rules", "reviews.rules"]
# What licensing asks of the rooms above it (licensees/evidence.py).
EVIDENCE = ["certificates.evidence.RegisterEvidence", "reviews.evidence.ReviewsEvidence"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.InvitedOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.models.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Everyone comes by a link sent to their address, so every address is verified already.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    # Five wrong passwords for one address close that address for a quarter of an hour.
    "login_failed": "20/m/ip,5/15m/key",
}
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # seconds; also the life of an invitation
IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day at most, however busy
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
# Links in mail start with this.
BASE_URL = env.str("KPPORTAL_BASE_URL", default=f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
DEFAULT_FROM_EMAIL = env.str("KPPORTAL_FROM_EMAIL", default="portal@uskpa.example")
# Where Census takes copies by secure fax (15 CFR 30.7(c)); contacts change, so it is no constant.
CENSUS_FAX = env.str("KPPORTAL_CENSUS_FAX", default="(800) 457-7328")
STAFF_EMAIL = env.str("KPPORTAL_STAFF_EMAIL", default="staff@uskpa.example")

# Language and calendar: USKPA, Census and CBP keep New York's (domain 10.24).
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_I18N = False
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads lie outside of everything that is served; only a view with a rule reads them.
    "papers": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "papers",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31536000

# Doors
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not HTTP_ONLY
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sessionid" if HTTP_ONLY else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if HTTP_ONLY else "__Host-csrftoken"
SECURE_SSL_REDIRECT = not HTTP_ONLY
SECURE_HSTS_SECONDS = 0 if HTTP_ONLY else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not HTTP_ONLY
BEHIND_PROXY = env.bool("KPPORTAL_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Failed sign-ins are counted by the address that the one proxy in front names.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes, files apart; no page of ours sends more
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = [
    "accounts.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SILENCED_SYSTEM_CHECKS: list[str] = []
# A blank sold longer ago than this, while higher numbers are used, is asked about (domain 3.4, M1).
UNUSED_BLANK_MONTHS = env.int("KPPORTAL_UNUSED_MONTHS", default=12)
# These bytes are printed on paper; the number of days is USKPA's to shorten, never to lengthen
# (Census: expiry at most 60 days after issue).
CERTIFICATE_VALIDITY_DAYS = min(env.int("KPPORTAL_VALIDITY_DAYS", default=60), 60)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_keys": {"()": "kpportal.logs.WithoutKeys"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_keys"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("KPPORTAL_LOG_LEVEL", default="WARNING")},
    # It complains of every oddity: one hostile upload would write a hundred thousand lines.
    "loggers": {"pypdf": {"level": "CRITICAL"}},
}
