from django.contrib.admin.apps import AdminConfig


class StudioAdminConfig(AdminConfig):
    default_site = "chatstudio.accounts.admin_site.StudioAdminSite"
