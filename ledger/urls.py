"""Pages of the ledger app."""

from django.urls import URLPattern, URLResolver, path

from ledger import views

app_name = "ledger"

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", views.events, name="events"),
    path("ledger/<int:pk>/", views.event, name="event"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
]
