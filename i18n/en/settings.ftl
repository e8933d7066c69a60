# Settings: the screen and its sections.
settings-title = Settings
settings-accounts = Accounts
