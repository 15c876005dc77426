"""Every address of Makmal."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import failures, health

urlpatterns = [
    path("healthz", login_not_required(health.healthz), name="healthz"),
    path("readyz", login_not_required(health.readyz), name="readyz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("api/v1/", include("config.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    # People sign in by the address they were invited at; nobody changes it themselves.
    path("accounts/email/", failures.nowhere, name="account_email"),
    path("accounts/", include("allauth.urls")),
    # Before labs, where "new" would be the code of a programme.
    path("", include("reviews.urls")),
    path("", include("starters.urls")),
    path("", include("people.urls")),
    path("", include("forums.urls")),
    path("", include("labs.urls")),
    path("", include("kpis.urls")),
    path("", include("ledger.urls")),
]

handler400 = "config.failures.bad_request"
handler403 = "config.failures.forbidden"
handler404 = "config.failures.not_found"
handler500 = "config.failures.server_error"
