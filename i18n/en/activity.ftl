# The audit, row by row, and the transmission report.
act-queued = Put into the outbox
act-claimed = A session with the gateway was begun
act-data-begins = The gateway was told that the pages come now
act-accepted = The gateway took it: { $reply }
act-refused = The gateway refused: { $reply }
act-too-large = Too large for the gateway: { $size }, and it takes { $limit }
act-insecure = Not sent: the connection to { $host } was not secure ({ $checks })
act-held = Held until you decide
act-lost = The connection failed: { $detail }
act-lost-final = The connection failed after the last byte: { $detail }
act-courier-died = The program ended in the middle of it
act-receipt = A report came from the gateway: { $words }
act-cancelled = Taken back
act-tried-now = To be tried at once
act-released = No longer held
act-resolved-sent = Marked as sent
act-resolved-not-sent = Marked as not sent, to be sent again
act-kept = A message came in and was kept
act-put-aside = A message without a fax was put aside
act-received = A fax came in
act-read = Marked as read
act-unread = Marked as unread
act-deleted = Deleted
act-restored = Deletion taken back
act-exported = Written to a file ({ $format })
act-marked = Signatures or other marks were put on its pages
act-signature-added = A signature was added
act-signature-removed = A signature was removed
act-mailbox-changed = The settings of the mailbox were changed
act-receiver-changed = The settings of the built-in receiver were changed
act-not-fetched = A message in the mailbox was not fetched
act-done-in-mailbox = The message was marked, moved or deleted in the mailbox
act-certificate-changed = { $host } showed another certificate than before
act-account-changed = The settings of an account were changed
act-identity-added = A certificate of our own was added
act-identity-changed = A certificate of our own was changed
act-identity-removed = A certificate of our own was removed
act-contact-added = A contact was added
act-contact-changed = A contact was changed
act-contact-deleted = A contact was deleted
act-contact-restored = A deleted contact was brought back
act-other = { $act }

about-job = job { $job }
about-fax = fax { $fax }
about-received = received fax { $received }
about-message = message { $message }

receipt-delivered = delivered
receipt-failed = not delivered
receipt-delayed = delayed
receipt-relayed = passed on
receipt-words = { $what }: { $words }

audit-whole = { $count ->
    [0] Nothing was written down yet.
    [one] 1 entry, unchanged.
   *[other] { $count } entries, unchanged since they were written.
}
audit-whole-period = { $whole } From { $first } to { $last }.
audit-broken = Entry { $id } was changed, or entries before it were: it does not fit to those before it.
audit-cut = Entries were taken from the end.
audit-not-found = The digest is not in the log: this is not the log that it was noted from, or it was written anew.
audit-found = The digest that was noted is in the log.
audit-head = Digest of all entries: { $head }
audit-advice = Note it down elsewhere: “faxseal audit verify --head” finds it later in a log that nobody wrote anew.
audit-unchained = { $count ->
    [one] 1 of them is from before entries were chained; the chain stands on it.
   *[other] { $count } of them are from before entries were chained; the chain stands on them.
}
audit-exported = { $count ->
    [one] 1 entry, written to { $file }
   *[other] { $count } entries, written to { $file }
}
audit-time = Time
audit-who = Who
audit-what = What
audit-about = About

help-audit = The log of who did what to which fax
help-audit-verify = Look through the log: is every entry as it was written?
help-audit-head = Look for this digest, which was noted down before
help-audit-export = Write the log to a file, or to standard output as JSON lines
help-audit-output = A .jsonl or a .csv
help-report = The transmission report of a job: what, to whom, when, what came of it, and by which connection
help-report-output = A .pdf with the pages made small, a .txt or a .json

transmission-title = Transmission report
transmission-job = Job { $job }, { $state }
transmission-to = To
transmission-address = Gateway address
transmission-what = Fax
transmission-untitled = without a subject
transmission-pages = { $pages }, { $resolution }
transmission-size = Message
transmission-size-bytes = { $bytes } bytes
transmission-account = By
transmission-queued = Queued
transmission-accepted = Accepted
transmission-delivered = Delivered
transmission-attempts = Attempts
transmission-message-id = Message-ID
transmission-words = Gateway’s answer
transmission-receipt = Gateway’s report
transmission-connection = Connection
transmission-certificate = Certificate (SHA-256)
transmission-no-connection = Nothing was kept of its connection.
transmission-history = What happened
transmission-checks = What was checked of the connection, { $when }
transmission-unconfirmed = The gateway took the fax. That says nothing about the far machine: no confirmation has come.
