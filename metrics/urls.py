from django.urls import path

from metrics.views import dashboard, prometheus

urlpatterns = [
    path("metrics/", dashboard.index, name="metrics"),
    path("metrics/answers.csv", dashboard.answers_csv, name="metrics_csv"),
    path("metrics/prometheus", prometheus.scrape, name="metrics_prometheus"),
]
