"""What mediation is, the safety screen, and asking for one."""
