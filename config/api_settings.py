"""Settings of the API and of its schema; the same everywhere."""

from __future__ import annotations

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["people.api.permissions.InScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "people.api.errors.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Makmal",
    "DESCRIPTION": "Programmes, labs, plans, KPIs, readings, deviations, reviews and disputes.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SORT_OPERATIONS": True,
    # Lasting names for choices whose field is called state or outcome in several places.
    "ENUM_NAME_OVERRIDES": {
        "ReadingStateEnum": "kpis.models.readings.Reading.State",
        "RevisionStateEnum": "labs.models.plans.Revision.State",
        "ReviewOutcomeEnum": "reviews.models.reviews.Outcome",
        "SeatKindEnum": "labs.models.labs.Seat.Kind",
        "ActionPriorityEnum": "forums.models.actions.Action.Priority",
    },
}
