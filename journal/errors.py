"""The way an operation says no. It lives here because every app that records also refuses."""


class OperationRefused(Exception):
    """An operation is not possible now, or its facts are not lawful; nothing was written.

    ``code`` is part of the contract with other programs; ``detail`` is for the person: what is
    wrong and what to do. ``field`` names the field at fault, if one is; ``source`` the rule.
    """

    def __init__(self, code: str, detail: str, *, field: str = "", source: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.source = source
