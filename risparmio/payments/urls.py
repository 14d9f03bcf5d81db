from django.urls import path

from . import cash, ordering, paying_in, payouts, receipts

urlpatterns = [
    path("<int:pk>/versa/", paying_in.pay_in, name="pay_in"),
    path("<int:pk>/versa/foglio/", paying_in.pay_in_sheet, name="pay_in_sheet"),
    path("<int:pk>/contanti/", receipts.take_cash, name="take_cash"),
    path("<int:pk>/ricevute/", receipts.receipts, name="receipts"),
    path("ricevute/<int:pk>/", receipts.receipt, name="receipt"),
    path("ricevute/<int:pk>/ricevuta.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("ricevute/<int:pk>/annulla/", receipts.take_back, name="take_back_receipt"),
    path("cassa/", cash.cash, name="cash"),
    path("cassa/<int:pk>/conta/", cash.count_cash, name="count_cash"),
    path("cassa/<int:pk>/banca/", cash.carry_cash, name="carry_cash"),
    path("cassa/viaggi/<int:pk>/annulla/", cash.take_back_trip, name="take_back_trip"),
    path("cassa/differenza/", cash.cover, name="cover_difference"),
    path("<int:pk>/prelievo/", payouts.ask_payout, name="ask_payout"),
    path("<int:pk>/prelievi/", payouts.payouts, name="payouts"),
    path("prelievi/<int:pk>/", payouts.payout, name="payout"),
    path("prelievi/<int:pk>/<slug:verb>/", payouts.step, name="payout_step"),
    path("approvazioni/", payouts.approvals, name="approvals"),
    path("bonifici/", ordering.transfers, name="transfers"),
    path("bonifici/<int:pk>/", ordering.transfer, name="transfer"),
    path("bonifici/<int:pk>/pain001.xml", ordering.transfer_file, name="transfer_file"),
]
