# Settings: the screen and its sections.
settings-title = Settings
settings-accounts = Accounts

close-unsaved-title = Changes in the settings are not saved
close-unsaved-detail = If you close now, they are lost.
close-unsaved = Close without saving
