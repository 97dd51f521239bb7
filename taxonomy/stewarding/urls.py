"""Addresses of the stewards' pages, below /admin/vocabulary/."""

from django.urls import path

from taxonomy.stewarding import bulk, steps, tree

urlpatterns = [
    path("tree/", tree.schemes, name="vocabulary_schemes"),
    path("tree/<slug:slug>/", tree.tree, name="vocabulary_tree"),
    path("branch/<int:pk>/", tree.branch, name="vocabulary_branch"),
    path("terms/<int:pk>/merge/", steps.MergeView.as_view(), name="vocabulary_merge"),
    path("terms/<int:pk>/move/", steps.MoveView.as_view(), name="vocabulary_move"),
    path("terms/<int:pk>/deprecate/", steps.DeprecateView.as_view(), name="vocabulary_deprecate"),
    path("bulk/", bulk.choose, name="vocabulary_bulk"),
    path("bulk/<slug:slug>/", bulk.upload, name="vocabulary_bulk_scheme"),
    path("bulk/<slug:slug>/download/", bulk.download, name="vocabulary_bulk_download"),
]
