"""Breaking the glass: two people open a case that is not theirs."""
