"""allauth's API, at an address that nginx's configuration hands on."""

from django.urls import include, path

urlpatterns = [path("api/", include("allauth.headless.urls"))]
