from django.urls import path

from . import exit_views, plan_views, staff_views, statement_views, views

urlpatterns = [
    path("", views.mine, name="mine"),
    path("accordi/", staff_views.agreements, name="agreements"),
    path("nuovo/", staff_views.open_agreement, name="open"),
    path("piano/<int:plan>/<slug:verb>/", plan_views.plan_step, name="plan_step"),
    path("<int:pk>/", views.agreement, name="agreement"),
    path("<int:pk>/piano/", plan_views.plan, name="plan"),
    path("<int:pk>/piano/proponi/", plan_views.propose, name="propose"),
    path("<int:pk>/ente/", staff_views.supporter, name="supporter"),
    path("<int:pk>/uscita/", exit_views.exit_page, name="exit"),
    path("<int:pk>/uscita/rendiconto.pdf", exit_views.exit_pdf, name="exit_pdf"),
    path("<int:pk>/uscita/<slug:verb>/", exit_views.exit_step, name="exit_step"),
    path("<int:pk>/estratto/", statement_views.statement, name="statement"),
    path("<int:pk>/estratto.pdf", statement_views.statement_pdf, name="statement_pdf"),
    path("<int:pk>/estratto.csv", statement_views.statement_csv, name="statement_csv"),
]
