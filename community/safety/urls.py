from django.urls import path

from . import views

urlpatterns = [
    path("aiuto/sicurezza/", views.safety, name="safety"),
    path("aiuto/sicurezza/<slug:what>/<int:pk>/togli/", views.take_down, name="safety_take_down"),
    path("aiuto/sicurezza/<slug:what>/<str:model>/<str:key>/", views.put_up, name="safety_put_up"),
    path("aiuto/segnala/<str:model>/<str:key>/", views.report, name="abuse_report_new"),
    path("aiuto/segnalazioni/", views.reports, name="abuse_reports"),
    path("aiuto/segnalazioni/<int:pk>/", views.abuse_report, name="abuse_report"),
    path("aiuto/segnalazioni/<int:pk>/<slug:verb>/", views.decide, name="abuse_report_step"),
    path("aiuto/ragazzi/", views.minors, name="minors"),
    path("aiuto/ragazzi/chiedi/", views.ask_parent, name="minor_ask"),
    path("aiuto/ragazzi/<int:pk>/<slug:verb>/", views.approve, name="minor_step"),
]
