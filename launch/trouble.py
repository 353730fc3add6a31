"""What keeps Portdesk from starting or going on, in words for the operator."""


class CannotStart(Exception):
    """The text is told as it is: one line with cause and remedy; below it, at most, the last lines of a log."""


class SettingsError(CannotStart):
    """One line for each setting that is wrong, naming it and what is allowed."""


class Unusable(CannotStart):
    """The state folder cannot be used: another stack has it, it cannot be written, or its disk is full."""


class PortTaken(CannotStart):
    """A port cannot be listened on."""


class BadDescription(CannotStart):
    """temporal-dev.yaml, or the program that it describes, cannot be used."""


class StackFailed(CannotStart):
    """A part of the stack does not start, or ended for good."""
