"""History."""


class History:
    def __init__(self, stage):
        pass

    def acts(self):
        return []
