"""Pages of the people app."""

from django.urls import URLPattern, URLResolver, path

from people.gallery import Gallery

app_name = "people"

urlpatterns: list[URLPattern | URLResolver] = [
    path("components/", Gallery.as_view(), name="components"),
]
