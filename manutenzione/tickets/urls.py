from django.urls import path

from . import report, views, work_list

urlpatterns = [
    path("", views.board, name="board"),
    path("segnala/", report.report, name="report"),
    path("lavoro/", work_list.work_list, name="triage"),
    path("<int:number>/", views.ticket, name="ticket"),
    path("<int:number>/ricevuta/", report.receipt, name="receipt"),
    path("<int:number>/<slug:verb>/", views.step, name="step"),
]
