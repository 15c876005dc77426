"""Pages of the people app."""

from django.urls import URLPattern, URLResolver, path

from people.gallery import Gallery
from people.views import (
    accounts,
    deliveries,
    holidays,
    invitations,
    notice_settings,
    organisations,
    tokens,
)

app_name = "people"

urlpatterns: list[URLPattern | URLResolver] = [
    path("components/", Gallery.as_view(), name="components"),
    path("people/", organisations.index, name="index"),
    path("people/organisations/", organisations.organisations, name="organisations"),
    path("people/organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("people/organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("people/posts/<int:pk>/", organisations.post, name="post"),
    path("people/posts/<int:pk>/abolish/", organisations.post_abolish, name="post_abolish"),
    path(
        "people/appointments/<int:pk>/end/", organisations.appointment_end, name="appointment_end"
    ),
    path("people/users/", accounts.users, name="users"),
    path("people/users/<int:pk>/", accounts.user, name="user"),
    path("people/users/<int:pk>/withdraw/", accounts.role_withdraw, name="role_withdraw"),
    path("people/users/<int:pk>/close/", accounts.user_close, name="user_close"),
    path("people/systems/new/", accounts.system_new, name="system_new"),
    path("people/invitations/", invitations.invitations, name="invitations"),
    path(
        "people/invitations/<int:pk>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("people/holidays/", holidays.holidays, name="holidays"),
    path("people/holidays/<int:pk>/remove/", holidays.holiday_remove, name="holiday_remove"),
    path("notices/settings/", notice_settings.notice_settings, name="notice_settings"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("people/tokens/", tokens.tokens, name="tokens"),
    path("people/tokens/new/", tokens.token_new, name="token_new"),
    path("people/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
]
