# What becomes of received faxes, whichever way they come.
help-receiving = Choose what becomes of received faxes: receipts to senders, notifications, a watched folder
help-receiving-show = Show what is chosen
help-receiving-set = Choose; what is not named stays as it is
help-receiving-receipts = Senders who ask for a receipt get one, by the usual account
help-receiving-notifications = What the desktop is told of a fax that comes in: nothing, that one came, or who sent it too
help-receiving-folder = Take in messages, TIFF and PDF files that are put into this folder, or a Maildir; they stay there
help-receiving-no-folder = Watch no folder

receiving-receipts = Receipts to senders
receiving-notifications = Notifications
receiving-folder = Watched folder
receiving-no-folder = none
notifications-off = nothing is told
notifications-plain = that a fax came, and no more
notifications-full = who sent it
notification-fax-from = A fax from { $caller }
notification-pages = { $count ->
    [one] { $count } page
   *[other] { $count } pages
}
