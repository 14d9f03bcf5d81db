from django.urls import path

from . import statement_views, views

urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.agreement, name="agreement"),
    path("<int:pk>/versa/", views.pay_in, name="pay_in"),
    path("<int:pk>/estratto/", statement_views.statement, name="statement"),
    path("<int:pk>/estratto.pdf", statement_views.statement_pdf, name="statement_pdf"),
    path("<int:pk>/estratto.csv", statement_views.statement_csv, name="statement_csv"),
]
