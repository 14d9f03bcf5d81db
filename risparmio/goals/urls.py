from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/obiettivi/", views.goals, name="goals"),
    path("<int:pk>/obiettivi/nuovo/", views.goal_new, name="goal_new"),
    path("obiettivi/<int:pk>/", views.goal, name="goal"),
    path("obiettivi/<int:pk>/quanto/", views.goal_amount, name="goal_amount"),
    path("obiettivi/<int:pk>/fatto/", views.goal_finish, name="goal_finish"),
    path("obiettivi/<int:pk>/togli/", views.goal_remove, name="goal_remove"),
]
