from django.urls import path

from . import asking_views, plan_views, views

urlpatterns = [
    path("aiuto/turni/", views.shifts, name="shifts"),
    path("aiuto/turni/nuovo/", plan_views.new, name="shift_plan_new"),
    path("aiuto/turni/piano/<int:pk>/", plan_views.change, name="shift_plan"),
    path("aiuto/turni/piano/<int:pk>/fine/", plan_views.end, name="shift_plan_end"),
    path("aiuto/turni/<int:pk>/", views.shift, name="shift"),
    path("aiuto/turni/<int:pk>/chiedere/", asking_views.ask, name="shift_ask"),
    path("aiuto/turni/<int:pk>/<slug:verb>/", views.step, name="shift_step"),
]
