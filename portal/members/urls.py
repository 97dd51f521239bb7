"""/members/…: the directory, profiles, writing to members, and inviting people."""

from django.urls import URLPattern, path

from portal.members import views, views_invite

urlpatterns: list[URLPattern] = [
    path("", views.directory, name="members_directory"),
    path("me/", views.edit, name="members_edit"),
    path("me/blocks/", views.blocks, name="members_blocks"),
    path("invite/", views_invite.invite, name="members_invite"),
    path("invite/<id:pk>/<slug:action>/", views_invite.invitation_action, name="members_invitation_action"),
    path("import/", views_invite.upload, name="members_import"),
    path("import/<id:pk>/", views_invite.upload_result, name="members_import_result"),
    path("<id:user_id>/", views.profile, name="members_profile"),
    path("<id:user_id>/portrait/", views.portrait, name="members_portrait"),
    path("<id:user_id>/contact/", views.contact, name="members_contact"),
    path("<id:user_id>/block/", views.block, name="members_block"),
]
