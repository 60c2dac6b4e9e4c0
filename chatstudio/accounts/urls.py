from django.urls import path

from chatstudio.accounts.views import doors, people

urlpatterns = [
    path("sign-in/", doors.sign_in, name="sign_in"),
    path("sign-out/", doors.sign_out, name="sign_out"),
    path("sign-up/", doors.sign_up, name="sign_up"),
    path("set-up/", doors.first_account, name="set_up"),
    path("invitation/", doors.invitation, name="invitation"),
    path("account/", doors.account, name="account"),
    path("people/", people.index, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/activate/", people.activate, name="activate_person"),
    path("people/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/invitations/<uuid:key>/revoke/", people.revoke, name="revoke_invitation"),
]
