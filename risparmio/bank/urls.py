from django.urls import path

from .pages import columns, files, lines, overview, reconciliation

urlpatterns = [
    path("banca/", overview.bank, name="bank"),
    path("banca/file/<int:pk>/", files.statement_file, name="statement_file"),
    path("banca/file/<int:pk>/scarica/", files.download, name="statement_file_download"),
    path("banca/righe/", lines.bank_lines, name="bank_lines"),
    path("banca/righe/<int:pk>/", lines.bank_line, name="bank_line"),
    path("banca/righe/<int:pk>/<slug:verb>/", lines.settle_line, name="settle_line"),
    path("banca/<int:pk>/", overview.bank_account, name="bank_account"),
    path("banca/<int:pk>/apertura/", overview.opening, name="opening"),
    path("banca/<int:pk>/apertura/annulla/", overview.opening_back, name="opening_back"),
    path("banca/<int:pk>/quadratura/", reconciliation.reconciliation, name="reconciliation"),
    path("banca/<int:pk>/colonne/", columns.columns, name="columns"),
]
