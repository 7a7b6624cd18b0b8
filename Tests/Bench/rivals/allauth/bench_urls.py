"""allauth's API, at a path that nginx's configuration forwards."""

from django.urls import include, path

urlpatterns = [path("api/", include("allauth.headless.urls"))]
