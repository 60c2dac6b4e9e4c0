from django.urls import path

from metrics import views

urlpatterns = [
    path("metrics/", views.index, name="metrics"),
    path("metrics/answers.csv", views.answers_csv, name="metrics_csv"),
    path("metrics/prometheus", views.scrape, name="metrics_prometheus"),
]
