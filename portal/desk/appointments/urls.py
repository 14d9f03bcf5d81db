from django.urls import path

from . import booking, staff_views, views

urlpatterns = [
    path("sportello/", views.appointments, name="appointments"),
    path("sportello/prenota/", booking.book, name="book"),
    path("sportello/attesa/", booking.wait, name="wait"),
    path("sportello/attesa/<str:token>/", views.waiting_link, name="waiting_link"),
    path("sportello/posto/<uuid:pk>/", views.waiting_place, name="waiting_place"),
    path("sportello/prenotazione/<str:token>/", views.appointment_link, name="appointment_link"),
    path(
        "sportello/prenotazione/<str:token>/sposta/",
        views.appointment_link_move,
        name="appointment_link_move",
    ),
    path(
        "sportello/prenotazione/<str:token>/annulla/",
        views.appointment_link_cancel,
        name="appointment_link_cancel",
    ),
    path(
        "sportello/prenotazione/<str:token>/calendario.ics",
        views.appointment_link_calendar,
        name="appointment_link_calendar",
    ),
    path("sportello/appuntamento/<uuid:pk>/", views.appointment, name="appointment"),
    path("sportello/appuntamento/<uuid:pk>/sposta/", views.appointment_move, name="appointment_move"),
    path("sportello/appuntamento/<uuid:pk>/annulla/", views.appointment_cancel, name="appointment_cancel"),
    path(
        "sportello/appuntamento/<uuid:pk>/calendario.ics",
        views.appointment_calendar,
        name="appointment_calendar",
    ),
    # -- whoever sits at the desk
    path("sportello/oggi/", staff_views.desk_today, name="desk_today"),
    path("sportello/oggi/<int:pk>/", staff_views.desk_day, name="desk_day"),
    path("sportello/oggi/<int:pk>/attesa/", staff_views.waiting_list, name="waiting_list"),
    path("sportello/oggi/<uuid:pk>/<slug:verb>/", staff_views.desk_step, name="desk_step"),
    path("sportello/chiusure/", staff_views.closures, name="closures"),
    path("sportello/chiusure/<int:pk>/riapri/", staff_views.closure_reopen, name="closure_reopen"),
]
